package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// several says how an event over several codes is recorded.
type several struct {
	kind     registry.EventType
	why      registry.Why
	from     *registry.Date
	override *registry.Override
	detail   map[string]any
}

// changeSeveral runs one decision about buildings and the dwellings in them.
// The buildings' rows are locked in order of code, so that two events over the
// same ones cannot wait for each other in a circle.
func (s *Store) changeSeveral(ctx context.Context, w Write, codes []registry.Code, e several,
	decide func([]*registry.Building, []*registry.Dwelling, registry.Place) (registry.Outcome, error)) (registry.Receipt, error) {
	if len(codes) == 0 {
		return registry.Receipt{}, registry.Errorf(registry.Invalid, "invalid_fields", "no building is named")
	}
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		w.seen(codes[0])
		if err := w.lockNeighbours(ctx, codes); err != nil {
			return registry.Receipt{}, err
		}
		buildings, err := w.lockBuildings(ctx, codes)
		if err != nil {
			return registry.Receipt{}, err
		}
		dwellings, err := dwellingsIn(ctx, w.tx, codes)
		if err != nil {
			return registry.Receipt{}, err
		}
		for _, d := range dwellings {
			w.after(d.RecordedFrom)
		}
		place, err := w.place(ctx)
		if err != nil {
			return registry.Receipt{}, err
		}
		out, err := decide(buildings, dwellings, place)
		if err != nil {
			return registry.Receipt{}, err
		}
		return w.keepOutcome(ctx, out, e)
	})
}

// seen turns If-Match, which is about the first code of an event, into a
// version that lockBuilding checks for that code alone.
func (w *writing) seen(first registry.Code) {
	if w.IfMatch == nil {
		return
	}
	versions := map[registry.Code]int{first: *w.IfMatch}
	maps.Copy(versions, w.Versions)
	w.Versions, w.IfMatch = versions, nil
}

// lockBuildings locks in order of code and gives the buildings in the order
// asked for.
func (w *writing) lockBuildings(ctx context.Context, codes []registry.Code) ([]*registry.Building, error) {
	byCode := map[registry.Code]*registry.Building{}
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		b, err := w.lockBuilding(ctx, code)
		if err != nil {
			return nil, err
		}
		byCode[code] = b
	}
	out := make([]*registry.Building, len(codes))
	for i, code := range codes {
		out[i] = byCode[code]
	}
	return out, nil
}

// keepOutcome guards and writes everything that an event makes of its codes.
// It returns Conflict "overlap", "external_id_taken", "label_taken" and
// "lineage_cycle".
func (w *writing) keepOutcome(ctx context.Context, out registry.Outcome, s several) (registry.Receipt, error) {
	if err := w.guardOutcome(ctx, out, s.override); err != nil {
		return registry.Receipt{}, err
	}
	return w.recordOutcome(ctx, out, s)
}

// recordOutcome writes one event with all its parts.
func (w *writing) recordOutcome(ctx context.Context, out registry.Outcome, s several) (registry.Receipt, error) {
	from := w.Today()
	if s.from != nil {
		from = *s.from
	}
	if err := w.afterTotals(ctx, out.Summed()); err != nil {
		return registry.Receipt{}, err
	}
	e, err := w.event(registry.ClassRegistry, s.kind, s.why.Overriding(s.override), from)
	if err != nil {
		return registry.Receipt{}, err
	}
	e.Parts = len(out.Buildings) + len(out.Dwellings)
	for i := range out.Lineage {
		if out.Lineage[i].ValidFrom == 0 { // a reversal draws edges again with their old day
			out.Lineage[i].ValidFrom = from
		}
		out.Lineage[i].Event = e.ID
	}
	if e.Detail, err = outcomeDetail(out, s.detail); err != nil {
		return registry.Receipt{}, err
	}
	if err := w.writeOutcome(ctx, out, e); err != nil {
		return registry.Receipt{}, err
	}
	if err := w.sheltered(ctx, out); err != nil {
		return registry.Receipt{}, err
	}
	return w.outcomeReceipt(ctx, out, e)
}

// outcomeDetail puts the lineage into the event, so that whoever replays the
// feed draws the same edges.
func outcomeDetail(out registry.Outcome, detail map[string]any) (json.RawMessage, error) {
	all := map[string]any{}
	for k, v := range detail {
		all[k] = v
	}
	if len(out.Lineage) > 0 {
		all["lineage"] = out.Lineage
	}
	if len(out.Ended) > 0 {
		all["lineageEnded"] = out.Ended
	}
	b, err := json.Marshal(all)
	return b, wrap("write event detail", err)
}

func (w *writing) guardOutcome(ctx context.Context, out registry.Outcome, o *registry.Override) error {
	var spans []registry.Span
	for _, c := range out.Buildings {
		spans = append(spans, registry.Contested(c.Was, *c.Is)...)
	}
	if len(spans) == 0 {
		return nil
	}
	if err := w.lockCells(ctx, spans); err != nil {
		return err
	}
	if o != nil {
		return nil
	}
	for _, s := range spans {
		if err := w.guardSpan(ctx, out.Codes(), s); err != nil {
			return err
		}
	}
	return nil
}

// writeOutcome records the event: first its header, then what ends, then what
// begins, then what that makes of the houses' totals.
func (w *writing) writeOutcome(ctx context.Context, out registry.Outcome, e registry.Event) error {
	if err := w.checkLineage(ctx, out); err != nil {
		return err
	}
	r := entry{event: e}
	r.header()
	for _, c := range out.Buildings {
		r.closeBuilding(c)
	}
	for _, c := range out.Dwellings {
		r.closeDwelling(c)
	}
	for _, edge := range out.Ended {
		r.add(nil, `
			update lineage set recorded_to = $4
			where building_code = $1 and parent = $1 and child = $2 and event_id = $3 and recorded_to = 'infinity'`,
			edge.Parent, edge.Child, edge.Event, e.RecordedAt)
	}
	for _, c := range out.Buildings {
		if err := r.addBuilding(c); err != nil {
			return err
		}
	}
	for _, c := range out.Dwellings {
		if err := r.addDwelling(c); err != nil {
			return err
		}
	}
	for _, edge := range out.Lineage {
		r.add(nil, `
			insert into lineage (building_code, parent, child, event_id, recorded_from, valid_from, relation, share)
			values ($1, $1, $2, $3, $4, $5, $6, round($7::numeric, 8))`,
			edge.Parent, edge.Child, e.ID, e.RecordedAt, edge.ValidFrom.Time(), edge.Relation, edge.Share)
	}
	if err := r.send(ctx, w.tx); err != nil {
		return err
	}
	return w.settleHouses(ctx, out, e)
}

// checkLineage returns Conflict "lineage_cycle" if an edge would lead back to
// where it came from. Only a child that existed before can have descendants;
// parent and child are locked by this event.
func (w *writing) checkLineage(ctx context.Context, out registry.Outcome) error {
	fresh := map[registry.Code]bool{}
	for _, c := range out.Buildings {
		fresh[c.Is.Code] = c.Was == nil
	}
	for _, c := range out.Dwellings {
		fresh[c.Is.Code] = c.Was == nil
	}
	for _, edge := range out.Lineage {
		if fresh[edge.Child] {
			continue
		}
		var cycle bool
		err := w.tx.QueryRow(ctx, `
			with recursive line (code) as (
				select $1::bigint
				union
				select l.child from lineage l join line on l.building_code = line.code and l.parent = line.code
				where l.recorded_to = 'infinity')
			select exists (select from line where code = $2)`, edge.Child, edge.Parent).Scan(&cycle)
		if err != nil {
			return fmt.Errorf("look for a cycle: %w", err)
		}
		if cycle {
			return &registry.Error{Kind: registry.Conflict, Slug: "lineage_cycle", Codes: []registry.Code{edge.Child},
				Detail: fmt.Sprintf("%s came out of %s and cannot go back into it; merge the two, or revert the event that parted them", edge.Parent, edge.Child)}
		}
	}
	return nil
}

func (w *writing) outcomeReceipt(ctx context.Context, out registry.Outcome, e registry.Event) (registry.Receipt, error) {
	r := registry.Receipt{Event: e, Lineage: out.Lineage}
	var records []*registry.Record
	r.Buildings = make([]registry.Record, len(out.Buildings))
	for i, c := range out.Buildings {
		r.Buildings[i] = c.Is.On(w.Today())
		records = append(records, &r.Buildings[i])
	}
	for _, c := range out.Dwellings {
		r.Dwellings = append(r.Dwellings, *c.Is)
	}
	if err := nameCommunities(ctx, w.tx, records); err != nil {
		return r, err
	}
	if len(r.Buildings) > 0 {
		r.Building = r.Buildings[0]
	}
	return r, nil
}

// lineageOf reads the open edges that some events drew.
func lineageOf(ctx context.Context, q querier, where string, args ...any) ([]registry.Lineage, error) {
	rows, err := q.Query(ctx, `
		select parent, child, event_id, relation, valid_from, share::float8 from lineage where `+where+`
		order by event_id, parent, child`, args...)
	if err != nil {
		return nil, fmt.Errorf("read lineage: %w", err)
	}
	edges, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l registry.Lineage, err error) {
		return l, row.Scan(&l.Parent, &l.Child, &l.Event, &l.Relation, (*dateColumn)(&l.ValidFrom), &l.Share)
	})
	return edges, wrap("read lineage", err)
}
