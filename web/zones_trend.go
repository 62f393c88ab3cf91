package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"fangma/registry"
)

const (
	// maxTrend is how many days a trend has at most.
	maxTrend = 400
	// shortTrend is the longest time, in days, that is shown by month unless
	// asked otherwise.
	shortTrend = 3 * 366
	// longTrend is how many years a trend goes back unless asked otherwise.
	longTrend = 30
)

// trendPoint is a zone on a day.
type trendPoint struct {
	On         registry.Date   `json:"on"`
	Zone       registry.ZoneID `json:"zone"`
	Buildings  int64           `json:"buildings"`
	Dwellings  *int64          `json:"dwellings"`
	Population *int64          `json:"population"`
	Few        bool            `json:"few,omitempty"`
	FloorArea  *int64          `json:"floorArea"`
}

type trendView struct {
	From    registry.Date     `json:"from"`
	To      registry.Date     `json:"to"`
	Step    string            `json:"step"`
	ValidOn registry.Date     `json:"validOn"` // whose boundaries they are
	KnownAt string            `json:"knownAt"`
	Zones   []zoneView        `json:"zones"`
	Absent  []registry.ZoneID `json:"absent"`
	Trend   []trendPoint      `json:"trend"`
}

// getZoneTrend answers GET /api/v1/zones/trend: the zones of a day, measured
// within their boundaries of that day on the first of every month or year.
func (in *reading) getZoneTrend(w http.ResponseWriter, r *http.Request) error {
	ask, err := in.readReportQuery(r)
	if err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	if ask.step == "none" {
		return malformed(registry.FieldError{Field: "step", Reason: "must be one of auto, month, year"})
	}
	zones, absent, err := in.zonesOf(r.Context(), ask)
	if err != nil {
		return err
	}
	days, step, err := in.trendDays(ask)
	if err != nil {
		return err
	}
	m, err := in.measure(r.Context(), zones, days, ask.day, ask.known)
	if err != nil {
		return err
	}
	v := trendView{From: days[0], To: days[len(days)-1], Step: step, ValidOn: ask.day, KnownAt: instantText(ask.asked), Zones: []zoneView{},
		Absent: absent, Trend: m.trend(days, in.zoneReader(stateOf(r).actor))}
	for _, z := range zones {
		v.Zones = append(v.Zones, viewZone(z.ZoneOn, false))
	}
	privately(w)
	return writeJSON(w, r, v)
}

// trendDays are the first day asked for, the firsts of months or years after
// it, and the last. They end with the report's day and begin with what the
// registry knows, unless said otherwise.
func (in *reading) trendDays(ask reportQuery) (days []registry.Date, step string, err error) {
	if ask.step == "none" {
		return nil, "none", nil
	}
	to := ask.day
	if ask.to != nil {
		to = *ask.to
	}
	first := to.Time().AddDate(-longTrend, 0, 0)
	from := max(registry.DateOf(first), registry.Date(in.live.town.Load().since.Load()))
	if ask.from != nil {
		from = *ask.from
	}
	from = min(from, to)
	if ask.from != nil && ask.to != nil && *ask.from > *ask.to {
		return nil, "", malformed(registry.FieldError{Field: "from", Reason: "must not be after to"})
	}
	step = ask.step
	if step == "auto" {
		step = "year"
		if to-from <= shortTrend {
			step = "month"
		}
	}
	days = append(days, from)
	for t := nextFirst(from.Time(), step); registry.DateOf(t) < to; t = nextFirst(t, step) {
		if days = append(days, registry.DateOf(t)); len(days) > maxTrend {
			return nil, "", &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: fmt.Sprintf("a trend has at most %d days", maxTrend),
				Fields: []registry.FieldError{{Field: "step", Reason: "take years, or a shorter time"}}}
		}
	}
	return slices.Compact(append(days, to)), step, nil
}

// nextFirst is the first day of the next month or year.
func nextFirst(t time.Time, step string) time.Time {
	if step == "year" {
		return time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}

// trend lists the zones on some of the days measured, by zone, then day.
func (m *measured) trend(days []registry.Date, reader zoneReader) []trendPoint {
	out := []trendPoint{}
	for i, z := range m.zones {
		for _, day := range days {
			v := reader.view(m.sums[i][m.on(day)])
			out = append(out, trendPoint{On: day, Zone: z.ID, Buildings: v.Buildings, Dwellings: v.Dwellings, Population: v.Population,
				Few: v.Few, FloorArea: v.FloorArea})
		}
	}
	return out
}
