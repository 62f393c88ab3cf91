package web

import (
	"time"

	"fangma/registry"
)

// outcomeView is an event and what it made of everything it touched. Building
// or Dwelling is the one that the address names, if it names one.
type outcomeView struct {
	Event     eventView      `json:"event"`
	Building  *buildingView  `json:"building,omitempty"`
	Dwelling  *dwellingView  `json:"dwelling,omitempty"`
	Buildings []buildingView `json:"buildings"`
	Dwellings []dwellingView `json:"dwellings"`
	Lineage   []edgeView     `json:"lineage"`
}

// edgeView is a step from a code to one that came out of it.
type edgeView struct {
	Parent    registry.Code     `json:"parent"`
	Child     registry.Code     `json:"child"`
	Event     string            `json:"event"`
	Relation  registry.Relation `json:"relation"`
	Share     *float64          `json:"share"`
	ValidFrom registry.Date     `json:"validFrom"`
}

func viewEdges(edges []registry.Lineage) []edgeView {
	out := make([]edgeView, 0, len(edges))
	for _, l := range edges {
		out = append(out, edgeView{l.Parent, l.Child, l.Event.String(), l.Relation, l.Share, l.ValidFrom})
	}
	return out
}

func viewOutcome(r registry.Receipt, today registry.Date) outcomeView {
	v := outcomeView{Event: viewEvent(r.Event), Lineage: viewEdges(r.Lineage),
		Buildings: make([]buildingView, 0, len(r.Buildings)), Dwellings: make([]dwellingView, 0, len(r.Dwellings))}
	if len(r.Buildings) == 0 && r.Building.Code != 0 {
		r.Buildings = []registry.Record{r.Building}
	}
	for _, b := range r.Buildings {
		for _, l := range r.Lineage {
			if l.Parent == b.Code && b.StatusOn == registry.Retired {
				b.Successors = append(b.Successors, l)
			}
		}
		v.Buildings = append(v.Buildings, viewBuilding(b))
	}
	for i := range r.Dwellings {
		v.Dwellings = append(v.Dwellings, viewDwelling(&r.Dwellings[i], today))
	}
	return v
}

// about picks out the building that the address names.
func (v outcomeView) about(code registry.Code) outcomeView {
	for i := range v.Buildings {
		if v.Buildings[i].Code == code {
			v.Building = &v.Buildings[i]
			v.Event.Version = v.Building.Version
		}
	}
	return v
}

// dwellingView is a dwelling as of a day. A void one has no facts.
type dwellingView struct {
	Code         registry.Code       `json:"code"`
	Home         registry.Code       `json:"home"`
	Version      int                 `json:"version"`
	Status       registry.Status     `json:"status"`
	StatusFrom   *registry.Date      `json:"statusFrom"`
	RetiredAs    *registry.RetiredAs `json:"retiredAs"`
	Label        string              `json:"label"`
	Floor        *int                `json:"floor"`
	Use          *registry.Use       `json:"use"`
	Area         *float64            `json:"area"` // m²
	Buildings    []registry.Code     `json:"buildings"`
	ValidFrom    *registry.Date      `json:"validFrom"`
	ValidTo      *registry.Date      `json:"validTo"`
	RecordedFrom time.Time           `json:"recordedFrom"`
}

func viewDwelling(d *registry.Dwelling, day registry.Date) dwellingView {
	v := dwellingView{Code: d.Code, Home: d.Home, Version: d.Version, Buildings: []registry.Code{}, RecordedFrom: d.RecordedFrom}
	v.Status, v.StatusFrom, v.RetiredAs = standingOn(d.Standing, d.Standing.On(day))
	s, ok := d.Timeline.Nearest(day)
	if !ok {
		return v
	}
	v.Label, v.Floor, v.Use, v.Area, v.Buildings = s.Label, s.Floor, &s.Use, s.Area, s.Buildings
	v.ValidFrom = &s.From
	if s.To != registry.Forever {
		v.ValidTo = &s.To
	}
	return v
}
