package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// zoneRow is a zone in a report.
type zoneRow struct {
	zoneView
	sumsView
	DensityPerKm2 *float64  `json:"densityPerKm2"`
	Share         *float64  `json:"share"`  // of the people in all zones of the report
	Before        *sumsView `json:"before"` // on the day compared with, within the same boundary
}

type kindRow struct {
	Kind  registry.ZoneKind `json:"kind"`
	Zones int               `json:"zones"`
	Area  float64           `json:"area"` // m², of all its zones added up
	sumsView
	DensityPerKm2 *float64  `json:"densityPerKm2"`
	Share         *float64  `json:"share"`
	Before        *sumsView `json:"before"`
}

type sumsRow struct {
	sumsView
	Before *sumsView `json:"before"`
}

type overlapRow struct {
	Zones     [2]registry.ZoneID `json:"zones"`
	Buildings int64              `json:"buildings"`
}

type zoneReport struct {
	ValidOn   registry.Date  `json:"validOn"`
	CompareOn *registry.Date `json:"compareOn"`
	// KnownAt is always an instant: with it the same address makes the same
	// report later.
	KnownAt  string            `json:"knownAt"`
	Zones    []zoneRow         `json:"zones"`
	Kinds    []kindRow         `json:"kinds"`
	Total    sumsRow           `json:"total"`   // every house in a zone, once
	Outside  sumsRow           `json:"outside"` // every house in none
	Overlaps []overlapRow      `json:"overlaps"`
	Absent   []registry.ZoneID `json:"absent"` // asked for, and not there on the day
	Step     string            `json:"step"`
	Trend    []trendPoint      `json:"trend"`
}

// reportQuery is what is asked for.
type reportQuery struct {
	ids       []registry.ZoneID
	kinds     []registry.ZoneKind
	at        registry.AsOf
	day       registry.Date
	known     *time.Time // as asked for; nil for now
	asked     time.Time  // the instant that the answer names
	compareOn *registry.Date
	from, to  *registry.Date
	step      string
	format    string
}

func reportParameters() []string {
	return []string{"zones", "kinds", "compareOn", "from", "to", "step", "format", "validOn", "knownAt"}
}

func (in *reading) readReportQuery(r *http.Request) (reportQuery, error) {
	q := queryOf(r)
	ask := reportQuery{
		ids: q.zoneIDs("zones"), kinds: q.zoneKinds("kinds"), at: q.asOf(in.store.Zone()), compareOn: q.date("compareOn"),
		from: q.date("from"), to: q.date("to"), step: q.oneOf("step", "auto", "none", "month", "year"),
		format: q.oneOf("format", "json", "csv", "geojson"), asked: in.store.Now(),
	}
	ask.day = in.day(ask.at)
	ask.at.ValidOn, ask.known = &ask.day, ask.at.KnownAt
	if ask.known != nil {
		ask.asked = *ask.known
	}
	return ask, q.err()
}

// getZoneReport answers GET /api/v1/zones/report.
func (in *reading) getZoneReport(w http.ResponseWriter, r *http.Request) error {
	ask, err := in.readReportQuery(r)
	if err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	report, err := in.report(r.Context(), ask, in.zoneReader(stateOf(r).actor))
	if err != nil {
		return err
	}
	privately(w)
	switch ask.format {
	case "csv":
		return report.sendCSV(w, r)
	case "geojson":
		return report.sendGeoJSON(w, r)
	}
	for i := range report.Zones {
		report.Zones[i].Geometry = nil // outlines are in the list of zones, and in geojson
	}
	return writeJSON(w, r, report)
}

// zonesOf lists the zones that are asked for, as reports order them, and the
// ids of those that are not there on the day.
func (in *reading) zonesOf(ctx context.Context, ask reportQuery) ([]zoneOn, []registry.ZoneID, error) {
	list, err := in.store.Zones(ctx, postgres.ZoneFilter{AsOf: ask.at, IDs: ask.ids, Kinds: ask.kinds})
	if err != nil {
		return nil, nil, err
	}
	if len(list) > maxZones {
		return nil, nil, &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "these are too many zones for one report",
			Fields: []registry.FieldError{{Field: "zones", Reason: "name at most 2000"}}}
	}
	absent := []registry.ZoneID{}
	for _, id := range ask.ids {
		if !slices.ContainsFunc(list, func(z registry.ZoneOn) bool { return z.ID == id }) {
			absent = append(absent, id)
		}
	}
	slices.SortFunc(list, registry.ZoneOn.Compare)
	return prepareZones(list), absent, nil
}

// report measures the zones of a day, and on other days within the same
// boundaries: what changed are then the houses and their people, not the lines.
func (in *reading) report(ctx context.Context, ask reportQuery, reader zoneReader) (*zoneReport, error) {
	zones, absent, err := in.zonesOf(ctx, ask)
	if err != nil {
		return nil, err
	}
	trend, step, err := in.trendDays(ask)
	if err != nil {
		return nil, err
	}
	days := append(slices.Clone(trend), ask.day)
	if ask.compareOn != nil {
		days = append(days, *ask.compareOn)
	}
	m, err := in.measure(ctx, zones, days, ask.day, ask.known)
	if err != nil {
		return nil, err
	}
	rep := &zoneReport{ValidOn: ask.day, CompareOn: ask.compareOn, KnownAt: instantText(ask.asked), Absent: absent,
		Zones: []zoneRow{}, Kinds: []kindRow{}, Overlaps: m.overlaps(), Step: step, Trend: m.trend(trend, reader)}
	if err := in.addSums(ctx, rep, m, ask, reader); err != nil {
		return nil, err
	}
	rep.addZones(m, ask, reader)
	rep.addKinds(m, ask, reader)
	return rep, nil
}

// addSums adds what all zones come to, and what lies outside.
func (in *reading) addSums(ctx context.Context, rep *zoneReport, m *measured, ask reportQuery, reader zoneReader) error {
	every := func(zoneOn) bool { return true }
	of := func(day registry.Date) (total, outside sumsView, err error) {
		town, err := in.townSums(ctx, day, ask.known)
		if err != nil {
			return total, outside, err
		}
		d := m.on(day)
		total = reader.together(m.all[d], m, d, every)
		town.Sub(m.all[d])
		// With the people of a zone that must not show, those outside would tell
		// them: the town less what shows.
		outside = viewSums(town, true, !total.Few && !reader.few(town), total.Few || reader.few(town))
		return total, outside, nil
	}
	var err error
	if rep.Total.sumsView, rep.Outside.sumsView, err = of(ask.day); err != nil || ask.compareOn == nil {
		return err
	}
	total, outside, err := of(*ask.compareOn)
	rep.Total.Before, rep.Outside.Before = &total, &outside
	return err
}

// townSums is what the whole town came to on a day.
func (in *reading) townSums(ctx context.Context, day registry.Date, known *time.Time) (tiles.Sums, error) {
	at := registry.AsOf{ValidOn: &day, KnownAt: known}
	if in.past.present(at) {
		return in.live.town.Load().snapshot.SumOfTown(), nil
	}
	m, at := in.past.moment(at)
	town, err := in.past.heat(ctx, m, at)
	if err != nil {
		return tiles.Sums{}, err
	}
	return town.SumOfTown(), nil
}

func (rep *zoneReport) addZones(m *measured, ask reportQuery, reader zoneReader) {
	d := m.on(ask.day)
	for i, z := range m.zones {
		row := zoneRow{zoneView: viewZone(z.ZoneOn, true), sumsView: reader.view(m.sums[i][d])}
		row.DensityPerKm2 = perKm2(row.sumsView, row.Area)
		row.Share = share(row.sumsView, rep.Total.sumsView)
		if ask.compareOn != nil {
			before := reader.view(m.sums[i][m.on(*ask.compareOn)])
			row.Before = &before
		}
		rep.Zones = append(rep.Zones, row)
	}
}

func (rep *zoneReport) addKinds(m *measured, ask reportQuery, reader zoneReader) {
	d := m.on(ask.day)
	for _, kind := range registry.ZoneKinds() {
		sums := m.kinds[kind]
		if sums == nil {
			continue
		}
		of := func(z zoneOn) bool { return z.Kind == kind }
		row := kindRow{Kind: kind, sumsView: reader.together(sums[d], m, d, of)}
		for _, z := range m.zones {
			if of(z) {
				row.Zones++
				row.Area += z.Area()
			}
		}
		row.DensityPerKm2 = perKm2(row.sumsView, row.Area)
		row.Share = share(row.sumsView, rep.Total.sumsView)
		if ask.compareOn != nil {
			b := m.on(*ask.compareOn)
			before := reader.together(sums[b], m, b, of)
			row.Before = &before
		}
		rep.Kinds = append(rep.Kinds, row)
	}
}

// overlaps lists the zones that share houses, most first.
func (m *measured) overlaps() []overlapRow {
	out := []overlapRow{}
	for pair, n := range m.both {
		out = append(out, overlapRow{[2]registry.ZoneID{m.zones[pair[0]].ID, m.zones[pair[1]].ID}, n})
	}
	slices.SortFunc(out, func(a, b overlapRow) int {
		if a.Buildings != b.Buildings {
			return int(b.Buildings - a.Buildings)
		}
		return slices.Compare(a.Zones[:], b.Zones[:])
	})
	return out
}
