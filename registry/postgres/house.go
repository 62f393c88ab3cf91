package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// house is what a total is summed from, with the total as it stands.
type house struct {
	registry.House
	stood         *registry.Total // nil if there is none
	stoodRecorded time.Time
}

// total sums the house up. A building of which nothing is known any more, as a
// void one, keeps the first day that its total had.
func (h *house) total() registry.Total {
	if h.Stands == nil && h.Since == registry.Forever && h.stood != nil {
		h.Since = h.stood.Spans[0].From
	}
	return h.House.Total()
}

// loadHouses reads what the buildings' totals are summed from, in one round
// trip. Only who has the right to read every headcount and visit sums rightly.
func loadHouses(ctx context.Context, q batcher, codes []registry.Code) (map[registry.Code]*house, error) {
	houses := make(map[registry.Code]*house, len(codes))
	for _, c := range codes {
		houses[c] = &house{House: registry.House{Code: c, Since: registry.Forever}}
	}
	l := houseLoading{houses: houses, units: map[unitKey]*registry.HouseUnit{}}
	var b pgx.Batch
	b.Queue(`
		select v.building_code, lower(v.valid), upper(v.valid), v.state
		from building_version v
		where v.building_code = any ($1) and v.recorded_to = 'infinity'
		order by v.building_code, lower(v.valid)`, codes).Query(l.timelines)
	b.Queue(`
		select i.in_building, i.dwelling_code, lower(i.valid), upper(i.valid)
		from dwelling_building i
		where i.in_building = any ($1) and i.recorded_to = 'infinity' and not exists (
			select from dwelling_building j
			where j.building_code = i.building_code and j.dwelling_code = i.dwelling_code
				and j.recorded_to = 'infinity' and j.valid && i.valid and j.in_building < i.in_building)
		order by i.in_building, i.dwelling_code, lower(i.valid)`, codes).Query(l.dwellings)
	b.Queue(`
		select h.building_code, h.code, `+headcountColumns+`
		from headcount h
		where h.building_code = any ($1) and h.code = h.building_code and h.recorded_to = 'infinity'
		order by h.code, lower(h.valid)`, codes).Query(l.own)
	b.Queue(`
		select i.in_building, h.code, `+headcountColumns+`
		from (select distinct building_code, dwelling_code, in_building from dwelling_building
				where in_building = any ($1) and recorded_to = 'infinity') i
			join headcount h on h.building_code = i.building_code and h.code = i.dwelling_code
		where h.recorded_to = 'infinity'
		order by i.in_building, h.code, lower(h.valid)`, codes).Query(l.stated)
	b.Queue(`
		select v.building_code, v.visited_on from visit v
		where v.building_code = any ($1) and v.result in ('no_change', 'changed') and v.withdrawn_at is null`, codes).Query(l.visits)
	b.Queue(`
		select t.building_code, t.version, t.recorded_from, `+totalColumns+`
		from building_total t
		where t.building_code = any ($1) and t.recorded_to = 'infinity'
		order by t.building_code, t.part`, codes).Query(l.totals)
	if err := q.SendBatch(ctx, &b).Close(); err != nil {
		return nil, fmt.Errorf("read what totals are summed from: %w", err)
	}
	return houses, nil
}

// batcher sends several questions in one round trip.
type batcher interface {
	SendBatch(context.Context, *pgx.Batch) pgx.BatchResults
}

type unitKey struct{ building, dwelling registry.Code }

// houseLoading puts the answers where they belong.
type houseLoading struct {
	houses map[registry.Code]*house
	units  map[unitKey]*registry.HouseUnit
}

func (l *houseLoading) timelines(rows pgx.Rows) error {
	var code registry.Code
	var s registry.Span
	timelines := map[registry.Code]registry.Timeline{}
	_, err := pgx.ForEachRow(rows, []any{&code, (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.State}, func() error {
		timelines[code] = append(timelines[code], s)
		return nil
	})
	for code, t := range timelines {
		h := l.houses[code]
		h.Since, h.Stands = t.Since(), t.Stands()
	}
	return err
}

func (l *houseLoading) dwellings(rows pgx.Rows) error {
	var k unitKey
	var p registry.Period
	last := map[registry.Code]unitKey{}
	_, err := pgx.ForEachRow(rows, []any{&k.building, &k.dwelling, (*dateColumn)(&p.From), (*dateColumn)(&p.To)}, func() error {
		h := l.houses[k.building]
		if last[k.building] != k {
			h.Units = append(h.Units, registry.HouseUnit{Code: k.dwelling})
			last[k.building] = k
		}
		u := &h.Units[len(h.Units)-1]
		u.In = append(u.In, p)
		return nil
	})
	for code, h := range l.houses {
		for i := range h.Units {
			l.units[unitKey{code, h.Units[i].Code}] = &h.Units[i]
		}
	}
	return err
}

func (l *houseLoading) own(rows pgx.Rows) error {
	return eachHeadcount(rows, func(building, _ registry.Code, s registry.HeadcountSpan) {
		l.houses[building].Own = append(l.houses[building].Own, s)
	})
}

func (l *houseLoading) stated(rows pgx.Rows) error {
	return eachHeadcount(rows, func(building, code registry.Code, s registry.HeadcountSpan) {
		if u := l.units[unitKey{building, code}]; u != nil { // nil for one that counts in another building
			u.Stated = append(u.Stated, s)
		}
	})
}

func (l *houseLoading) visits(rows pgx.Rows) error {
	var code registry.Code
	var day registry.Date
	_, err := pgx.ForEachRow(rows, []any{&code, (*dateColumn)(&day)}, func() error {
		l.houses[code].Visits = append(l.houses[code].Visits, day)
		return nil
	})
	return err
}

func (l *houseLoading) totals(rows pgx.Rows) error {
	defer rows.Close()
	for rows.Next() {
		var t registry.Total
		var recorded time.Time
		var s totalSpanRow
		if err := rows.Scan(append([]any{&t.Building, &t.Version, &recorded}, s.targets()...)...); err != nil {
			return err
		}
		h := l.houses[t.Building]
		if h.stood == nil {
			h.stood, h.stoodRecorded = &t, recorded
		}
		h.stood.Spans = append(h.stood.Spans, s.span())
	}
	return rows.Err()
}

// headcountColumns are what a statement is read from, of the table alias h.
const headcountColumns = `lower(h.valid), upper(h.valid), h.heads, h.permits, h.evidence, h.declarer, h.stated_on`

// eachHeadcount reads two codes and headcountColumns from every row.
func eachHeadcount(rows pgx.Rows, f func(building, code registry.Code, s registry.HeadcountSpan)) error {
	defer rows.Close()
	for rows.Next() {
		var building, code registry.Code
		var s registry.HeadcountSpan // a fresh one each time: its pointer is kept
		err := rows.Scan(&building, &code, (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.Heads, &s.Permits, &s.Evidence, &s.Declarer,
			(*dateColumn)(&s.StatedOn))
		if err != nil {
			return err
		}
		f(building, code, s)
	}
	return rows.Err()
}
