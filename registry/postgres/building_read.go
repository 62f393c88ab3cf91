package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// asOf writes the condition that picks the spans of a moment, of the table
// alias v, and adds its parameters. Asking for what is known now lets the
// indexes on open rows serve.
func (r *Reader) asOf(at registry.AsOf, args pgx.NamedArgs) string {
	on := r.Today()
	if at.ValidOn != nil {
		on = *at.ValidOn
	}
	args["validOn"] = on.Time()
	if at.KnownAt == nil {
		return `v.valid @> @validOn::date and v.recorded_to = 'infinity'`
	}
	args["knownAt"] = *at.KnownAt
	return `v.valid @> @validOn::date and v.recorded_from <= @knownAt and @knownAt < v.recorded_to`
}

// Building reads one building as of a moment. Every code ever issued answers:
// a retired one with its last facts, a void one without any.
//
// It returns NotFound for a code that was never issued, or that the registry
// did not know at the instant asked for.
func (r *Reader) Building(ctx context.Context, code registry.Code, at registry.AsOf) (registry.Record, error) {
	if at.KnownAt != nil {
		return r.buildingKnownAt(ctx, code, at)
	}
	b, err := loadBuilding(ctx, r.pool, code)
	if err != nil {
		return registry.Record{}, err
	}
	day := r.Today()
	if at.ValidOn != nil {
		day = *at.ValidOn
	}
	rec := b.On(day)
	if err := r.addSuccessors(ctx, &rec, at); err != nil {
		return rec, err
	}
	err = nameCommunities(ctx, r.pool, []*registry.Record{&rec})
	return rec, err
}

// buildingKnownAt reads the after-image of the last event that the registry
// had recorded by then.
func (r *Reader) buildingKnownAt(ctx context.Context, code registry.Code, at registry.AsOf) (registry.Record, error) {
	b, err := afterImage(ctx, r.pool, code, *at.KnownAt)
	if err != nil {
		return registry.Record{}, err
	}
	day := r.Today()
	if at.ValidOn != nil {
		day = *at.ValidOn
	}
	rec := b.On(day)
	if err := r.addSuccessors(ctx, &rec, at); err != nil {
		return rec, err
	}
	err = nameCommunities(ctx, r.pool, []*registry.Record{&rec})
	return rec, err
}

// Filter says which buildings a list holds. Zero fields do not filter.
type Filter struct {
	registry.AsOf
	Bound     *orb.Bound
	Cell      geo.Cell // any resolution up to the grid's
	Community int64
	State     registry.State
	// Query is a code in any spelling, an external id, or words of a name or
	// address.
	Query  string
	Codes  []registry.Code
	Cursor string
	Limit  int // 100 if 0, at most MaxPage
}

// MaxPage is the most rows a page of a list has.
const MaxPage = 1000

// Buildings lists standing buildings in order of code, and the cursor of the
// next page, empty at the end. Retired and void codes are in no list.
//
// It returns Malformed for a cursor that was not given out.
func (r *Reader) Buildings(ctx context.Context, f Filter) ([]registry.Record, string, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	limit = min(limit, MaxPage)
	args := pgx.NamedArgs{"limit": limit + 1}
	where := []string{r.asOf(f.AsOf, args), `v.state not in ('demolished', 'not_realised')`}
	where, err := f.conditions(where, args, r.resolution)
	if err != nil {
		return nil, "", err
	}
	rows, err := r.pool.Query(ctx, `
		select v.building_code, b.version, c.status, c.status_from, c.status_before, coalesce(c.retired_as, ''), v.recorded_from,
			`+spanColumns+`
		from building_version v
			join building b on b.building_code = v.building_code
			join code c on c.code = v.building_code
		where `+strings.Join(where, "\n\t\t\tand ")+`
		order by v.building_code
		limit @limit`, args)
	if err != nil {
		return nil, "", fmt.Errorf("list buildings: %w", err)
	}
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, "", fmt.Errorf("list buildings: %w", err)
	}
	next := ""
	if len(records) > limit {
		records = records[:limit]
		next = records[limit-1].Code.String()
	}
	return records, next, r.complete(ctx, f.AsOf, records)
}

func (f Filter) conditions(where []string, args pgx.NamedArgs, resolution int) ([]string, error) {
	if f.Bound != nil {
		where = append(where, `v.geom && st_makeenvelope(@west, @south, @east, @north, 4326)`)
		args["west"], args["south"] = f.Bound.Min[0], f.Bound.Min[1]
		args["east"], args["north"] = f.Bound.Max[0], f.Bound.Max[1]
	}
	if f.Cell != 0 {
		if f.Cell.Resolution() > resolution {
			return nil, registry.Errorf(registry.Invalid, "cell", "the cell is finer than the grid's resolution, %d", resolution)
		}
		// The cells of the grid inside a coarser one are a range of indexes.
		first, last := f.Cell.Range(resolution)
		where = append(where, `v.cell between @cellFirst and @cellLast`)
		args["cellFirst"], args["cellLast"] = int64(first), int64(last)
	}
	if f.Community != 0 {
		where = append(where, `v.community_id = @community`)
		args["community"] = f.Community
	}
	if f.State != "" {
		where = append(where, `v.state = @state`)
		args["state"] = f.State
	}
	if f.Codes != nil {
		where = append(where, `v.building_code = any (@codes)`)
		args["codes"] = f.Codes
	}
	if f.Cursor != "" {
		after, err := strconv.ParseInt(f.Cursor, 10, 64)
		if err != nil {
			return nil, registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this list gave out")
		}
		where = append(where, `v.building_code > @after`)
		args["after"] = after
	}
	if f.Query != "" {
		where = append(where, searchCondition(f.Query, f.AsOf, args))
	}
	return where, nil
}

// searchCondition finds by code if the words are one, else by external id or
// by words in name and address.
func searchCondition(query string, at registry.AsOf, args pgx.NamedArgs) string {
	if code, err := registry.ParseCode(query); err == nil {
		args["code"] = code
		return `v.building_code = @code`
	}
	query = strings.TrimSpace(query)
	args["externalID"] = query
	args["words"] = "%" + likeEscaper().Replace(query) + "%"
	// Two short searches, each by its own index, rather than one condition
	// that no index serves.
	return `v.building_code in (
			select x.building_code from external_id x where x.external_id = @externalID and ` + knownAt("x", at) + `
			union
			select n.building_code from building_version n
			where ` + knownAt("n", at) + ` and (n.name || ' ' || n.address) ilike @words and (n.name <> '' or n.address <> ''))`
}

func likeEscaper() *strings.Replacer { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`) }

func scanRecord(row pgx.CollectableRow) (registry.Record, error) {
	var rec registry.Record
	var from time.Time
	var s spanRow
	err := row.Scan(append([]any{
		&rec.Code, &rec.Version, &rec.Status, &from, &rec.Before, &rec.As, &rec.RecordedFrom}, s.targets()...)...)
	rec.Standing.From = registry.DateOf(from)
	rec.RecordedFrom = rec.RecordedFrom.UTC()
	rec.Span = s.Span
	return rec, err
}

// complete adds what lists do not join: external ids, communities' names and
// the status on the day.
func (r *Reader) complete(ctx context.Context, at registry.AsOf, records []registry.Record) error {
	day := r.Today()
	if at.ValidOn != nil {
		day = *at.ValidOn
	}
	codes := make([]registry.Code, len(records))
	byCode := make(map[registry.Code]*registry.Record, len(records))
	all := make([]*registry.Record, len(records))
	for i := range records {
		rec := &records[i]
		rec.StatusOn = rec.Standing.On(day)
		if at.KnownAt != nil {
			rec.StatusOn = registry.Active // it stood on the day, whatever the ledger says of it by now
		}
		codes[i], byCode[rec.Code], all[i] = rec.Code, rec, rec
	}
	rows, err := r.pool.Query(ctx, `
		select building_code, source, external_id from external_id
		where building_code = any (@codes) and `+knownAt("external_id", at)+`
		order by source, external_id`, pgx.NamedArgs{"codes": codes, "knownAt": at.KnownAt})
	if err != nil {
		return fmt.Errorf("read external ids: %w", err)
	}
	var code registry.Code
	var id registry.ExternalID
	_, err = pgx.ForEachRow(rows, []any{&code, &id.Source, &id.ID}, func() error {
		byCode[code].ExternalIDs = append(byCode[code].ExternalIDs, id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read external ids: %w", err)
	}
	return nameCommunities(ctx, r.pool, all)
}

// EachInBound calls f with every building that stood in a box at a moment, one
// span each, without names, addresses and external ids: what a map of that
// moment is drawn from. The building and its shapes are f's for the time of the
// call.
func (r *Reader) EachInBound(ctx context.Context, at registry.AsOf, bound orb.Bound, f func(*registry.Building) error) error {
	args := pgx.NamedArgs{"west": bound.Min[0], "south": bound.Min[1], "east": bound.Max[0], "north": bound.Max[1]}
	const columns = `
		select ` + mapColumns + `
		from building_version v
		where v.geom && st_makeenvelope(@west, @south, @east, @north, 4326) and v.state not in ('demolished', 'not_realised')
			and `
	// Rows still held true and rows superseded since have an index each.
	sql := columns + r.asOf(at, args) + ` and v.recorded_to = 'infinity'`
	if at.KnownAt != nil {
		sql += ` union all` + columns + r.asOf(at, args) + ` and v.recorded_to < 'infinity'`
	}
	rows, err := r.pool.Query(ctx, sql, args)
	if err != nil {
		return fmt.Errorf("read buildings of a date: %w", err)
	}
	return wrap("read buildings of a date", eachMapRow(rows, func(b *registry.Building) error {
		b.Timeline[0].Period = registry.Period{From: b.Timeline[0].From, To: registry.Forever}
		return f(b)
	}))
}

// AboutBuildings is about how many buildings there are, as far as the
// database's statistics know; 0 before they know anything.
func (r *Reader) AboutBuildings(ctx context.Context) (n int, err error) {
	err = r.pool.QueryRow(ctx, `select greatest(reltuples, 0)::bigint from pg_class where oid = 'building'::regclass`).Scan(&n)
	return n, wrap("ask for the number of buildings", err)
}

// EachBuilding calls f with every building as presently known, in no
// particular order, without names, addresses and external ids: what the map is
// built from. Void buildings are left out. The building and its shapes are f's
// for the time of the call.
func (r *Reader) EachBuilding(ctx context.Context, f func(*registry.Building) error) error {
	return wrap("read all buildings", pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		// Nearly all buildings have one version only, their first: those need neither a join nor an order.
		for _, sql := range []string{
			`select ` + mapColumns + ` from building_version v where v.sole and v.recorded_to = 'infinity'`,
			`select ` + strings.Replace(mapColumns, "v.version", "b.version", 1) + `
			from building_version v join building b on b.building_code = v.building_code
			where not v.sole and v.recorded_to = 'infinity'
			order by v.building_code, v.valid`,
		} {
			rows, err := tx.Query(ctx, sql)
			if err != nil {
				return err
			}
			if err := eachMapRow(rows, f); err != nil {
				return err
			}
		}
		return nil
	}))
}
