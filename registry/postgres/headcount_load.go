package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// subjects reads what headcounts can be about, by code; those that were never
// issued to a building or dwelling are missing.
func subjects(ctx context.Context, q batcher, codes []registry.Code, today registry.Date) (map[registry.Code]*registry.Subject, error) {
	l := subjectLoading{today: today, found: map[registry.Code]*registry.Subject{}, buildings: map[registry.Code]registry.Timeline{}}
	var b pgx.Batch
	b.Queue(`
		select d.dwelling_code, d.building_code, lower(i.valid), upper(i.valid), array_agg(i.in_building order by i.in_building)
		from dwelling d left join dwelling_building i
			on i.building_code = d.building_code and i.dwelling_code = d.dwelling_code and i.recorded_to = 'infinity'
		where d.dwelling_code = any ($1)
		group by d.dwelling_code, d.building_code, i.valid
		order by d.dwelling_code, lower(i.valid)`, codes).Query(l.dwellings)
	b.Queue(`
		select v.building_code, lower(v.valid), upper(v.valid), v.state, v.cell
		from building_version v
		where v.recorded_to = 'infinity' and v.building_code in (
			select unnest($1::bigint[])
			union
			select i.in_building from dwelling d join dwelling_building i using (building_code, dwelling_code)
			where d.dwelling_code = any ($1) and i.recorded_to = 'infinity')
		order by v.building_code, lower(v.valid)`, codes).Query(l.versions)
	b.Queue(`select building_code from building where building_code = any ($1)`, codes).Query(l.others)
	if err := q.SendBatch(ctx, &b).Close(); err != nil {
		return nil, fmt.Errorf("read what headcounts are about: %w", err)
	}
	for _, s := range l.found {
		l.place(s)
	}
	return l.found, nil
}

// subjectLoading puts the answers together.
type subjectLoading struct {
	today     registry.Date
	found     map[registry.Code]*registry.Subject
	units     map[registry.Code]*registry.Dwelling
	buildings map[registry.Code]registry.Timeline // with state and cell alone
}

func (l *subjectLoading) dwellings(rows pgx.Rows) error {
	defer rows.Close()
	l.units = map[registry.Code]*registry.Dwelling{}
	for rows.Next() {
		var code, home registry.Code
		var from, to *time.Time
		var in []*registry.Code
		if err := rows.Scan(&code, &home, &from, &to, &in); err != nil {
			return err
		}
		d := l.units[code]
		if d == nil {
			d = &registry.Dwelling{Code: code, Home: home}
			l.units[code] = d
			l.found[code] = &registry.Subject{Code: code, Home: home}
		}
		if from == nil { // void: it was never anywhere
			continue
		}
		s := registry.DwellingSpan{Period: registry.Period{From: registry.DateOf(*from), To: registry.Forever}}
		if to != nil {
			s.To = registry.DateOf(*to)
		}
		for _, b := range in {
			s.Buildings = append(s.Buildings, *b)
		}
		d.Timeline = append(d.Timeline, s)
	}
	return rows.Err()
}

func (l *subjectLoading) versions(rows pgx.Rows) error {
	var code registry.Code
	var s registry.Span
	_, err := pgx.ForEachRow(rows, []any{&code, (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.State, (*cellColumn)(&s.Cell)}, func() error {
		l.buildings[code] = append(l.buildings[code], s)
		return nil
	})
	return err
}

func (l *subjectLoading) others(rows pgx.Rows) error {
	var code registry.Code
	_, err := pgx.ForEachRow(rows, []any{&code}, func() error {
		l.found[code] = &registry.Subject{Code: code, Home: code}
		return nil
	})
	return err
}

// place finds where a subject is, was or will be.
func (l *subjectLoading) place(s *registry.Subject) {
	if d := l.units[s.Code]; d != nil {
		for _, span := range d.Timeline {
			s.There = append(s.There, span.Period)
		}
		s.Houses = d.EverIn()
		slices.Sort(s.Houses)
		s.Houses = slices.Compact(s.Houses)
		s.In = d.CountsIn(l.today)
	} else {
		s.There = l.buildings[s.Code].Stands()
		s.Houses = []registry.Code{s.Code}
		if len(s.There) > 0 {
			s.In = s.Code
		}
	}
	if here, ok := l.buildings[s.In].Nearest(l.today); ok {
		s.Cell = here.Cell
	}
}

// cellsOf lists the cells of subjects, in order and once each.
func cellsOf(all map[registry.Code]*registry.Subject) []geo.Cell {
	cells := make([]geo.Cell, 0, len(all))
	for _, s := range all {
		if s.In != 0 {
			cells = append(cells, s.Cell)
		}
	}
	slices.Sort(cells)
	return slices.Compact(cells)
}

// housesOf lists the buildings whose totals subjects can change, likewise.
func housesOf(all map[registry.Code]*registry.Subject) []registry.Code {
	var codes []registry.Code
	for _, s := range all {
		codes = append(codes, s.Houses...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// headcountsOf reads what is presently stated about subjects. One about which
// nothing ever was has version 0.
func headcountsOf(ctx context.Context, q querier, all map[registry.Code]*registry.Subject) (map[registry.Code]registry.Headcounts, error) {
	out := make(map[registry.Code]registry.Headcounts, len(all))
	homes, codes := make([]registry.Code, 0, len(all)), make([]registry.Code, 0, len(all))
	for code, s := range all {
		out[code] = registry.Headcounts{Code: code, Home: s.Home}
		homes, codes = append(homes, s.Home), append(codes, code)
	}
	rows, err := q.Query(ctx, `
		select h.code, h.version, h.recorded_from, h.recorded_to = 'infinity', h.in_building, h.cell, `+headcountColumns+`
		from unnest($1::bigint[], $2::bigint[]) s (home, code) join headcount h on h.building_code = s.home and h.code = s.code
		order by h.code, lower(h.valid)`, homes, codes)
	if err != nil {
		return nil, fmt.Errorf("read headcounts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var code, in registry.Code
		var cell geo.Cell
		var version int
		var recorded time.Time
		var open bool
		var s registry.HeadcountSpan
		err := rows.Scan(&code, &version, &recorded, &open, &in, (*cellColumn)(&cell), (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.Heads, &s.Permits,
			&s.Evidence, &s.Declarer, (*dateColumn)(&s.StatedOn))
		if err != nil {
			return nil, fmt.Errorf("read headcounts: %w", err)
		}
		if subject := all[code]; subject.In == 0 { // void since: its rows stay where they were
			subject.In, subject.Cell = in, cell
		}
		h := out[code]
		h.Version = max(h.Version, version)
		if recorded.After(h.RecordedFrom) {
			h.RecordedFrom = recorded.UTC()
		}
		if open {
			h.Timeline = append(h.Timeline, s)
		}
		out[code] = h
	}
	return out, wrap("read headcounts", rows.Err())
}
