package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// lockBuilding reads a building with everything presently known of it and
// holds its row until the transaction ends. If the writer named a version,
// another one is kind Stale. It returns NotFound for a code that was never
// issued.
func (w *writing) lockBuilding(ctx context.Context, code registry.Code) (*registry.Building, error) {
	var version int
	err := w.tx.QueryRow(ctx, `select version from building where building_code = $1 for update`, code).Scan(&version)
	if err != nil {
		return nil, wrap("lock building", notFound(err, "code_unknown", "%s was never issued to a building", code))
	}
	if saw, named := w.Versions[code]; named && saw != version {
		return nil, staleError(code, version, saw)
	}
	b, err := loadBuilding(ctx, w.tx, code)
	if err != nil {
		return nil, err
	}
	w.after(b.RecordedFrom)
	return b, nil
}

func staleError(code registry.Code, have, saw int) error {
	return &registry.Error{Kind: registry.Stale, Slug: "stale", Codes: []registry.Code{code},
		Detail: fmt.Sprintf("%s is at version %d, not %d: somebody changed it in between", code, have, saw)}
}

// after moves the time of recording past an earlier version's. Clocks
// disagree; a later version is recorded later all the same.
func (w *writing) after(earlier time.Time) {
	if !w.now.After(earlier) {
		w.now = earlier.Add(time.Microsecond)
	}
}

// loadBuilding reads everything presently known of a building over valid time.
// It returns NotFound for a code that was never issued.
func loadBuilding(ctx context.Context, q querier, code registry.Code) (*registry.Building, error) {
	all, err := loadBuildings(ctx, q, []registry.Code{code})
	if err != nil {
		return nil, err
	}
	if all[code] == nil {
		return nil, registry.Errorf(registry.NotFound, "code_unknown", "%s was never issued to a building", code)
	}
	return all[code], nil
}

// loadBuildings reads everything presently known of several buildings. Codes
// that were never issued are missing from the answer.
func loadBuildings(ctx context.Context, q querier, codes []registry.Code) (map[registry.Code]*registry.Building, error) {
	all := make(map[registry.Code]*registry.Building, len(codes))
	rows, err := q.Query(ctx, `
		select b.building_code, b.version, c.status, c.status_from, c.status_before, coalesce(c.retired_as, ''),
			(select max(e.recorded_at) from event_code p join event e using (event_id) where p.building_code = b.building_code and p.code = b.building_code)
		from building b join code c on c.code = b.building_code
		where b.building_code = any ($1)`, codes)
	if err != nil {
		return nil, fmt.Errorf("read buildings: %w", err)
	}
	var b registry.Building
	var from time.Time
	_, err = pgx.ForEachRow(rows, []any{&b.Code, &b.Version, &b.Status, &from, &b.Before, &b.As, &b.RecordedFrom}, func() error {
		b.Standing.From = registry.DateOf(from)
		b.RecordedFrom = b.RecordedFrom.UTC()
		building := b
		all[b.Code] = &building
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read buildings: %w", err)
	}
	if err := loadTimelines(ctx, q, codes, all); err != nil {
		return nil, err
	}
	return all, loadExternalIDs(ctx, q, codes, all)
}

func loadTimelines(ctx context.Context, q querier, codes []registry.Code, all map[registry.Code]*registry.Building) error {
	rows, err := q.Query(ctx, `
		select v.building_code, `+spanColumns+`
		from building_version v
		where v.building_code = any ($1) and v.recorded_to = 'infinity'
		order by v.building_code, lower(v.valid)`, codes)
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var code registry.Code
		var s spanRow // a fresh one each time: its pointers are kept
		if err := rows.Scan(append([]any{&code}, s.targets()...)...); err != nil {
			return fmt.Errorf("read versions: %w", err)
		}
		if b := all[code]; b != nil { // nil if it was registered since the first question
			b.Timeline = append(b.Timeline, s.Span)
		}
	}
	return wrap("read versions", rows.Err())
}

func loadExternalIDs(ctx context.Context, q querier, codes []registry.Code, all map[registry.Code]*registry.Building) error {
	rows, err := q.Query(ctx, `
		select building_code, source, external_id from external_id
		where building_code = any ($1) and recorded_to = 'infinity'
		order by building_code, source, external_id`, codes)
	if err != nil {
		return fmt.Errorf("read external ids: %w", err)
	}
	var code registry.Code
	var id registry.ExternalID
	_, err = pgx.ForEachRow(rows, []any{&code, &id.Source, &id.ID}, func() error {
		if b := all[code]; b != nil {
			b.ExternalIDs = append(b.ExternalIDs, id)
		}
		return nil
	})
	return wrap("read external ids", err)
}

// spanColumns are what a span is read from, of the table alias v.
const spanColumns = `lower(v.valid), upper(v.valid), v.geom, v.point, v.cell, coalesce(v.community_id, 0),
	v.state, v.evidence, v.in_question, v.legality, v.floors, v.height, v.name, v.address`

// spanRow scans spanColumns into a span.
type spanRow struct{ registry.Span }

func (s *spanRow) targets() []any {
	return []any{
		(*dateColumn)(&s.From), (*dateColumn)(&s.To), (*shapeColumn)(&s.Shape), (*pointColumn)(&s.Point), (*cellColumn)(&s.Cell),
		&s.Community, &s.State, &s.Evidence, &s.InQuestion, &s.Legality, &s.Floors, &s.Height, &s.Name, &s.Address,
	}
}
