package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"fangma/registry"
)

// EstimateResult is what an estimate did, or without Apply would do.
type EstimateResult struct {
	registry.Counted
	Divisions []EstimatedDivision `json:"divisions"`
	Applied   bool                `json:"-"`
	Event     registry.Event      `json:"-"`
}

// EstimatedDivision is how a division's total was spread.
type EstimatedDivision struct {
	Division int64 `json:"division"`
	Heads    int   `json:"heads"` // its total
	Known    int   `json:"known"` // of them declared or observed, or in houses not estimated
	Places   int   `json:"places"`
}

// EstimateHeadcounts spreads the totals of divisions over the residential floor
// area of their houses, in one event. Every figure is marked estimated; what was
// declared or observed stays and is taken from the total first; the heads of a
// division then add up to its total exactly. The same totals give the same
// figures again.
//
// It returns Forbidden for who may not, Invalid with what is wrong with the
// request, Invalid "division_unknown", "divisions_overlap", and
// "estimate_impossible" with the reason: below_known, no_floor_area or
// too_dense.
func (s *Store) EstimateHeadcounts(ctx context.Context, w Write, e registry.Estimate, progress func(step ImportStep, done, total int)) (EstimateResult, error) {
	if !w.Actor.Has(registry.Clerk, registry.Operator) {
		return EstimateResult{}, registry.Errorf(registry.Forbidden, "forbidden", "estimates are for clerks and operators")
	}
	if err := e.Check(s.Today()); err != nil {
		return EstimateResult{}, err
	}
	es := &estimating{headcountImport: headcountImport{Store: s, w: w, opt: HeadcountImport{Why: e.Why, Apply: e.Apply, Progress: progress},
		seen: map[int]bool{}, first: e.On}, ask: e}
	err := s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		es.conn = conn
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return es.run(ctx, tx) })
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	es.out.Counted, es.out.Applied, es.out.Event = es.result.Counted, es.result.Applied, es.result.Event
	if err != nil {
		es.out.Applied = false
	}
	return es.out, wrap("estimate headcounts", err)
}

// estimating is one run of EstimateHeadcounts. It states what it makes as an
// import does.
type estimating struct {
	headcountImport
	ask   registry.Estimate
	out   EstimateResult
	names map[int64]string // of the divisions asked for
}

func (es *estimating) run(ctx context.Context, tx pgx.Tx) error {
	w := &writing{Store: es.Store, Write: es.w, tx: tx, now: es.now()}
	var receipt registry.Receipt
	if es.ask.Apply {
		done, err := w.claimKey(ctx, &receipt)
		if err != nil {
			return err
		}
		if done {
			es.result.Event, es.result.Counted, es.result.Applied = receipt.Event, *receipt.Counted, true
			return nil
		}
		if err := lockRegistry(ctx, tx); err != nil {
			return err
		}
		w.now = es.now() // others may have written until now
	}
	if err := setRights(ctx, tx, registryRights); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `create temporary table headcount_house (building_code bigint primary key) on commit drop`); err != nil {
		return fmt.Errorf("make staging table: %w", err)
	}
	communities, err := es.communities(ctx, tx)
	if err != nil {
		return err
	}
	return es.state(ctx, w, communities)
}

// communities gives the communities of each division asked for.
func (es *estimating) communities(ctx context.Context, tx pgx.Tx) (map[int64][]int64, error) {
	ids := make([]int64, len(es.ask.Totals))
	for i, t := range es.ask.Totals {
		ids[i] = t.Division
	}
	rows, err := tx.Query(ctx, `
		with recursive below (root, division_id) as (
			select d.division_id, d.division_id from division d where d.division_id = any ($1)
			union
			select b.root, v.division_id from below b join division_version v on v.parent_id = b.division_id
			where v.recorded_to = 'infinity' and v.valid @> $2::date)
		select b.root, b.division_id, d.level, coalesce((
			select v.name from division_version v where v.division_id = b.root and v.recorded_to = 'infinity'
			order by v.valid @> $2::date desc, lower(v.valid) desc limit 1), '')
		from below b join division d using (division_id)
		order by b.root, b.division_id`, ids, es.ask.On.Time())
	if err != nil {
		return nil, fmt.Errorf("read divisions: %w", err)
	}
	out := map[int64][]int64{}
	roots := map[int64]int64{}
	es.names = map[int64]string{}
	var root, id int64
	var level registry.Level
	var name string
	_, err = pgx.ForEachRow(rows, []any{&root, &id, &level, &name}, func() error {
		es.names[root] = name
		if out[root] == nil {
			out[root] = []int64{}
		}
		if level != registry.Community {
			return nil
		}
		if other, taken := roots[id]; taken {
			return registry.Errorf(registry.Invalid, "divisions_overlap", "%s and %s share a community; give the total of one of them", es.names[other], name)
		}
		roots[id] = root
		out[root] = append(out[root], id)
		return nil
	})
	if err != nil {
		return nil, wrap("read divisions", err)
	}
	for i, id := range ids {
		if out[id] == nil {
			return nil, &registry.Error{Kind: registry.Invalid, Slug: "division_unknown", Detail: fmt.Sprintf("there is no division %d", id),
				Fields: []registry.FieldError{{Field: fmt.Sprintf("totals[%d].division", i), Reason: "is not known"}}}
		}
	}
	return out, nil
}

// state estimates one division after the other and writes what comes of it.
func (es *estimating) state(ctx context.Context, w *writing, communities map[int64][]int64) error {
	// Nothing that stands may have been recorded later than what replaces it.
	var latest *time.Time
	if err := w.tx.QueryRow(ctx, `select max(recorded_from) from headcount where recorded_to = 'infinity'`).Scan(&latest); err != nil {
		return fmt.Errorf("read headcounts: %w", err)
	}
	if latest != nil {
		w.after(*latest)
	}
	e, err := w.peopleEvent(headcountEvent{kind: registry.EventHeadcountEstimate, why: es.ask.Why, from: es.ask.On,
		detail: map[string]int{"divisions": len(es.ask.Totals)}})
	if err != nil {
		return err
	}
	if es.ask.Apply {
		if err := w.insertEvent(ctx, e); err != nil {
			return err
		}
	}
	for i, t := range es.ask.Totals {
		if err := es.division(ctx, w, e, t, communities[t.Division]); err != nil {
			return err
		}
		es.progress(ImportWriting, i+1, len(es.ask.Totals))
	}
	if !es.ask.Apply || es.result.Stated == 0 {
		return errDryRun
	}
	if err := es.sum(ctx, w, e); err != nil {
		return err
	}
	es.result.Applied, es.result.Event = true, e
	return w.keepAnswer(ctx, registry.Receipt{Event: e, Counted: &es.result.Counted})
}

func (es *estimating) division(ctx context.Context, w *writing, e registry.Event, t registry.DivisionTotal, communities []int64) error {
	places, known, err := es.places(ctx, w, communities)
	if err != nil {
		return err
	}
	heads, err := registry.Spread(t.Heads-known, places)
	var answer *registry.Error
	if errors.As(err, &answer) {
		answer.Detail = es.names[t.Division] + ": " + answer.Detail
	}
	if err != nil {
		return err
	}
	es.out.Divisions = append(es.out.Divisions, EstimatedDivision{t.Division, t.Heads, known, len(places)})
	for some := range slices.Chunk(places, subjectBatch) {
		stated := make([]registry.Headcount, len(some))
		for i, p := range some {
			stated[i] = registry.Headcount{Code: p.Code, Heads: heads[i], Evidence: registry.Estimated, Declarer: registry.ByStatistics, From: es.ask.On}
		}
		heads = heads[len(some):]
		changes, all, err := es.changes(ctx, w, stated, make([]int, len(stated)))
		if err != nil {
			return err
		}
		if es.ask.Apply && len(changes) > 0 {
			if err := es.keep(ctx, w, e, changes, all); err != nil {
				return err
			}
		}
	}
	return nil
}

// places reads the standing houses of communities, some at a time, and what an
// estimate makes of each.
func (es *estimating) places(ctx context.Context, w *writing, communities []int64) (places []registry.EstimatedPlace, known int, err error) {
	after := registry.Code(0)
	for {
		houses, err := es.houses(ctx, w.tx, communities, after)
		if err != nil || len(houses) == 0 {
			return places, known, err
		}
		codes := make([]registry.Code, len(houses))
		for i, h := range houses {
			codes[i] = h.Code
		}
		after = codes[len(codes)-1]
		loaded, err := loadHouses(ctx, w.tx, codes)
		if err != nil {
			return nil, 0, err
		}
		rooms, err := es.rooms(ctx, w.tx, codes)
		if err != nil {
			return nil, 0, err
		}
		for i := range houses {
			h := &houses[i]
			h.House, h.Rooms = loaded[h.Code].House, rooms
			p, n := h.Places(es.ask.On)
			places, known = append(places, p...), known+n
		}
	}
}

func (es *estimating) houses(ctx context.Context, tx pgx.Tx, communities []int64, after registry.Code) ([]registry.EstimatedHouse, error) {
	rows, err := tx.Query(ctx, `
		select v.building_code, v.state, v.floors, v.geom
		from building_version v
		where v.community_id = any ($1) and v.recorded_to = 'infinity' and v.valid @> $2::date
			and v.state not in ('demolished', 'not_realised') and v.building_code > $3
		order by v.building_code limit $4`, communities, es.ask.On.Time(), after, totalBatch)
	if err != nil {
		return nil, fmt.Errorf("read houses: %w", err)
	}
	houses, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (h registry.EstimatedHouse, err error) {
		var floors *int
		var shape registry.Shape
		err = row.Scan(&h.Code, &h.State, &floors, (*shapeColumn)(&shape))
		h.FloorArea = registry.FloorArea(shape.Geometry, floors)
		return h, err
	})
	return houses, wrap("read houses", err)
}

// rooms reads use and area of the dwellings that are in the buildings on the day.
func (es *estimating) rooms(ctx context.Context, tx pgx.Tx, codes []registry.Code) (map[registry.Code]registry.DwellingFacts, error) {
	rows, err := tx.Query(ctx, `
		select distinct v.dwelling_code, v.use, v.area
		from dwelling_building i join dwelling_version v using (building_code, dwelling_code)
		where i.in_building = any ($1) and i.recorded_to = 'infinity' and i.valid @> $2::date
			and v.recorded_to = 'infinity' and v.valid @> $2::date`, codes, es.ask.On.Time())
	if err != nil {
		return nil, fmt.Errorf("read dwellings: %w", err)
	}
	out := map[registry.Code]registry.DwellingFacts{}
	defer rows.Close()
	for rows.Next() {
		var code registry.Code
		var f registry.DwellingFacts
		if err := rows.Scan(&code, &f.Use, &f.Area); err != nil {
			return nil, fmt.Errorf("read dwellings: %w", err)
		}
		out[code] = f
	}
	return out, wrap("read dwellings", rows.Err())
}
