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
	if w.IfMatch != nil && *w.IfMatch != version {
		return nil, &registry.Error{Kind: registry.Stale, Slug: "stale", Codes: []registry.Code{code},
			Detail: fmt.Sprintf("the building is at version %d, not %d: somebody changed it in between", version, *w.IfMatch)}
	}
	b, err := loadBuilding(ctx, w.tx, code)
	if err != nil {
		return nil, err
	}
	// Clocks disagree; a later version is recorded later all the same.
	if !w.now.After(b.RecordedFrom) {
		w.now = b.RecordedFrom.Add(time.Microsecond)
	}
	return b, nil
}

// loadBuilding reads everything presently known of a building over valid time.
func loadBuilding(ctx context.Context, q querier, code registry.Code) (*registry.Building, error) {
	b := &registry.Building{Code: code}
	var from time.Time
	err := q.QueryRow(ctx, `
		select b.version, c.status, c.status_from, c.status_before, coalesce(c.retired_as, ''),
			(select max(e.recorded_at) from event_code p join event e using (event_id) where p.building_code = b.building_code)
		from building b join code c on c.code = b.building_code
		where b.building_code = $1`, code).
		Scan(&b.Version, &b.Status, &from, &b.Before, &b.As, &b.RecordedFrom)
	if err != nil {
		return nil, wrap("read building", notFound(err, "code_unknown", "%s was never issued to a building", code))
	}
	b.Standing.From = registry.DateOf(from)
	b.RecordedFrom = b.RecordedFrom.UTC()
	rows, err := q.Query(ctx, `
		select `+spanColumns+`
		from building_version v
		where v.building_code = $1 and v.recorded_to = 'infinity'
		order by lower(v.valid)`, code)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	b.Timeline, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (registry.Span, error) {
		var s spanRow
		return s.Span, r.Scan(s.targets()...)
	})
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	if len(b.Timeline) == 0 {
		b.Timeline = nil
	}
	b.ExternalIDs, err = externalIDs(ctx, q, code)
	return b, err
}

func externalIDs(ctx context.Context, q querier, code registry.Code) ([]registry.ExternalID, error) {
	rows, err := q.Query(ctx, `
		select source, external_id from external_id
		where building_code = $1 and recorded_to = 'infinity'
		order by source, external_id`, code)
	if err != nil {
		return nil, fmt.Errorf("read external ids: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowToStructByPos[registry.ExternalID])
	if len(ids) == 0 {
		ids = nil
	}
	return ids, wrap("read external ids", err)
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
