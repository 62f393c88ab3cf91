package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"

	"fangma/registry"
)

type zonePopulation struct {
	Zone    zoneView      `json:"zone"`
	ValidOn registry.Date `json:"validOn"`
	KnownAt string        `json:"knownAt"`
	Holds   bool          `json:"holds"` // the zone is in force on the day
	sumsView
	Area          float64  `json:"area"` // m²
	DensityPerKm2 *float64 `json:"densityPerKm2"`
}

// getZonePopulation answers GET /api/v1/zones/{id}/population. Of a zone that is
// not in force on the day, the nearest boundary is measured.
func (in *reading) getZonePopulation(w http.ResponseWriter, r *http.Request) error {
	id, err := zoneID(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	day, asked := in.day(at), in.store.Now()
	at.ValidOn = &day
	if at.KnownAt != nil {
		asked = *at.KnownAt
	}
	z, err := in.store.ZoneAt(r.Context(), id, at)
	if err != nil {
		return err
	}
	m, err := in.measure(r.Context(), prepareZones([]registry.ZoneOn{z}), []registry.Date{day}, day, at.KnownAt)
	if err != nil {
		return err
	}
	v := zonePopulation{Zone: viewZone(z, false), ValidOn: day, KnownAt: instantText(asked), Holds: z.Contains(day),
		sumsView: in.zoneReader(stateOf(r).actor).view(m.sums[0][0]), Area: z.Area()}
	v.DensityPerKm2 = perKm2(v.sumsView, v.Area)
	privately(w)
	return writeJSON(w, r, v)
}

type zoneOverlap struct {
	Zones     [2]registry.ZoneID `json:"zones"`
	Names     [2]string          `json:"names"`
	Area      float64            `json:"area"` // m² in both
	Buildings int64              `json:"buildings"`
}

type zoneOverlaps struct {
	ValidOn  registry.Date `json:"validOn"`
	KnownAt  string        `json:"knownAt"`
	Overlaps []zoneOverlap `json:"overlaps"`
}

// getZoneOverlaps answers GET /api/v1/zones/overlaps: which zones have ground in
// common on a day, and how many houses stand on it.
func (in *reading) getZoneOverlaps(w http.ResponseWriter, r *http.Request) error {
	ask, err := in.readReportQuery(r)
	if err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	areas, err := in.store.ZoneOverlaps(r.Context(), ask.at)
	if err != nil {
		return err
	}
	zones, _, err := in.zonesOf(r.Context(), ask)
	if err != nil {
		return err
	}
	// Only those that have ground in common can share houses.
	zones = slices.DeleteFunc(zones, func(z zoneOn) bool {
		return !slices.ContainsFunc(areas, func(o registry.ZoneOverlap) bool { return o.Zones[0] == z.ID || o.Zones[1] == z.ID })
	})
	m, err := in.measure(r.Context(), zones, []registry.Date{ask.day}, ask.day, ask.known)
	if err != nil {
		return err
	}
	shared := map[[2]registry.ZoneID]int64{}
	names := map[registry.ZoneID]string{}
	for _, z := range zones {
		names[z.ID] = z.Name
	}
	for pair, n := range m.both {
		a, b := m.zones[pair[0]].ID, m.zones[pair[1]].ID
		shared[[2]registry.ZoneID{min(a, b), max(a, b)}] = n
	}
	v := zoneOverlaps{ValidOn: ask.day, KnownAt: instantText(ask.asked), Overlaps: []zoneOverlap{}}
	for _, o := range areas {
		a, b := o.Zones[0], o.Zones[1]
		v.Overlaps = append(v.Overlaps, zoneOverlap{o.Zones, [2]string{names[a], names[b]}, math.Round(o.Area), shared[o.Zones]})
	}
	slices.SortStableFunc(v.Overlaps, func(a, b zoneOverlap) int {
		return cmp.Or(cmp.Compare(b.Buildings, a.Buildings), cmp.Compare(b.Area, a.Area))
	})
	privately(w)
	return writeJSON(w, r, v)
}
