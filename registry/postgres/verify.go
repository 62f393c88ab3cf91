package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Check is one thing that must be true of every registry.
type Check struct {
	// Name says what must not be.
	Name string
	// Constraint is the single-machine constraint that already guarantees it,
	// or empty where none can.
	Constraint string
	sql        string // gives up to a few offending keys as text
}

// Checks are what Verify asks. Those with a constraint find nothing on one
// machine; on a cluster whose tables are distributed they take the
// constraint's place.
func Checks() []Check {
	return append(linkChecks(), []Check{
		{"a building without its code", "single_building_code",
			`select b.building_code::text from building b where not exists (select from code c where c.code = b.building_code)`},
		{"a building's code without its building", "",
			`select c.code::text from code c where c.kind in (1, 9) and not exists (select from building b where b.building_code = c.code)`},
		{"a version without its event", "single_building_version_event",
			`select v.building_code::text from building_version v where not exists (select from event e where e.event_id = v.event_id)`},
		{"an after-image without its event", "single_event_code_event",
			`select p.code::text from event_code p where not exists (select from event e where e.event_id = p.event_id)`},
		{"a place in the feed without its event", "single_feed_event",
			`select f.position::text from feed f where not exists (select from event e where e.event_id = f.event_id)`},
		{"an event with parts missing", "",
			`select e.event_id::text from event e
			where e.parts <> (select count(*) from event_code p where p.event_id = e.event_id)`},
		{"an external id without its building", "single_external_id_building",
			`select x.external_id from external_id x where not exists (select from building b where b.building_code = x.building_code)`},
		{"an external id without its event", "single_external_id_event",
			`select x.external_id from external_id x where not exists (select from event e where e.event_id = x.event_id)`},
		{"a division's version without its event", "single_division_version_event",
			`select v.division_id::text from division_version v where not exists (select from event e where e.event_id = v.event_id)`},
		{"a zone's version without its event", "single_zone_version_event",
			`select v.zone_id::text from zone_version v where not exists (select from event e where e.event_id = v.event_id)`},
		{"a zone whose number of changes is behind its versions", "",
			`select z.zone_id::text from zone z where z.version < (select max(v.version) from zone_version v where v.zone_id = z.zone_id)`},
		{"a dwelling's version without its event", "single_dwelling_version_event",
			`select v.dwelling_code::text from dwelling_version v where not exists (select from event e where e.event_id = v.event_id)`},
		{"a lineage edge without its event", "single_lineage_event",
			`select l.parent::text from lineage l where not exists (select from event e where e.event_id = l.event_id)`},
		{"a cycle in the lineage", "", `
			with recursive way (start, code) as (
				select parent, child from lineage where recorded_to = 'infinity'
				union
				select w.start, l.child from way w join lineage l on l.parent = w.code where l.recorded_to = 'infinity')
			select start::text from way where start = code`},
		{"a dwelling without its code", "single_dwelling_code",
			`select d.dwelling_code::text from dwelling d where not exists (select from code c where c.code = d.dwelling_code)`},
		{"a dwelling in a building that is not there", "single_dwelling_building_in",
			`select i.dwelling_code::text from dwelling_building i where not exists (select from building b where b.building_code = i.in_building)`},
		{"a room label twice in a building", "label_in_building", `
			select a.dwelling_code::text from dwelling_building a join dwelling_building b
				on a.in_building = b.in_building and a.label = b.label and a.valid && b.valid and a.dwelling_code < b.dwelling_code
			where a.recorded_to = 'infinity' and b.recorded_to = 'infinity'`},
		{"a dwelling in a building on a day on which that does not stand", "", `
			select i.dwelling_code::text from dwelling_building i
			where i.recorded_to = 'infinity' and (
				select range_agg(v.valid) @> i.valid from building_version v
				where v.building_code = i.in_building and v.recorded_to = 'infinity'
					and v.state not in ('demolished', 'not_realised')) is not true`},
		{"a retired or void code whose building stands", "", `
			select c.code::text from code c join building_version v on v.building_code = c.code
			where c.kind in (1, 9) and c.status in ('retired', 'void') and v.recorded_to = 'infinity'
				and v.valid && daterange(c.status_from, null) and v.state not in ('demolished', 'not_realised')`},
		{"an active code whose building does not stand", "", `
			select c.code::text from code c
			where c.kind in (1, 9) and c.status = 'active' and not exists (
				select from building_version v
				where v.building_code = c.code and v.recorded_to = 'infinity' and upper_inf(v.valid)
					and v.state not in ('demolished', 'not_realised'))`},
		{"a code beyond its counter", "", `
			select b.kind::text from code_block b join code_counter c using (kind) where b.past > c.next`},
	}...)
}

// Verify asks every check, and compares the present state of every building
// with the after-image of its last event, and every total with what it is the
// total of. It calls found for each offence, up
// to some for each check, and report before each check with its name.
func (r *Reader) Verify(ctx context.Context, report func(name string), found func(name, key string)) error {
	for _, c := range Checks() {
		report(c.Name)
		var keys []string
		err := r.asVerifier(ctx, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, c.sql+` limit 20`)
			if err != nil {
				return err
			}
			keys, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		if err != nil {
			return fmt.Errorf("check for %s: %w", c.Name, err)
		}
		for _, key := range keys {
			found(c.Name, key)
		}
	}
	const differs = "a building that differs from its last event"
	report(differs)
	if err := r.compareWithEvents(ctx, func(code registry.Code) { found(differs, code.String()) }); err != nil {
		return err
	}
	report(wrongTotal)
	return r.verifyTotals(ctx, found)
}

// compareWithEvents reads the buildings in order of code, some at a time.
func (r *Reader) compareWithEvents(ctx context.Context, differs func(registry.Code)) error {
	after := registry.Code(0)
	for {
		rows, err := r.pool.Query(ctx, `
			select b.building_code, (
				select p.after from event_code p
				where p.building_code = b.building_code and p.code = b.building_code
				order by p.version desc limit 1)
			from building b where b.building_code > $1
			order by b.building_code limit 1000`, after)
		if err != nil {
			return fmt.Errorf("compare with events: %w", err)
		}
		images := map[registry.Code][]byte{}
		var codes []registry.Code
		var image []byte
		_, err = pgx.ForEachRow(rows, []any{&after, &image}, func() error {
			images[after] = append([]byte(nil), image...)
			codes = append(codes, after)
			return nil
		})
		if err != nil {
			return fmt.Errorf("compare with events: %w", err)
		}
		if len(codes) == 0 {
			return nil
		}
		tables, err := loadBuildings(ctx, r.pool, codes)
		if err != nil {
			return err
		}
		for _, code := range codes {
			var want registry.Building
			if json.Unmarshal(images[code], &want) != nil || !want.Equal(tables[code]) {
				differs(code)
			}
		}
	}
}
