package web

import (
	"math"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// factsView is what held of a building over a period, as the API writes it. A
// void building has no facts; then all that can be null is.
type factsView struct {
	State      *registry.State    `json:"state"`
	Evidence   *registry.Evidence `json:"evidence"`
	InQuestion bool               `json:"inQuestion"`
	Legality   *registry.Legality `json:"legality"`
	Geometry   *registry.Shape    `json:"geometry"`
	Point      *orb.Point         `json:"point"`
	Cell       *geo.Cell          `json:"cell"`
	Area       *float64           `json:"area"` // m², to the decimetre
	Community  *divisionRef       `json:"community"`
	Floors     *int               `json:"floors"`
	Height     *float64           `json:"height"`
	Name       string             `json:"name"`
	Address    string             `json:"address"`
	ValidFrom  *registry.Date     `json:"validFrom"`
	ValidTo    *registry.Date     `json:"validTo"`
}

// divisionRef names a division.
type divisionRef struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// buildingView is a building as of a moment.
type buildingView struct {
	Code       registry.Code       `json:"code"`
	Kind       registry.Kind       `json:"kind"`
	Version    int                 `json:"version"`
	Status     registry.Status     `json:"status"`
	StatusFrom *registry.Date      `json:"statusFrom"`
	RetiredAs  *registry.RetiredAs `json:"retiredAs"`
	factsView
	ExternalIDs  []registry.ExternalID `json:"externalIds"`
	RecordedFrom time.Time             `json:"recordedFrom"`
	Successors   []successorView       `json:"successors"`
}

type successorView struct {
	Code     registry.Code     `json:"code"`
	Relation registry.Relation `json:"relation"`
	Share    *float64          `json:"share"`
}

func viewFacts(s registry.Span, community *divisionRef) factsView {
	var v factsView
	if s.Shape.Geometry == nil {
		return v
	}
	v.State, v.Evidence, v.InQuestion, v.Legality = &s.State, &s.Evidence, s.InQuestion, &s.Legality
	v.Geometry, v.Point, v.Cell = &s.Shape, &s.Point, &s.Cell
	if s.Shape.Geometry.Dimensions() == 2 {
		area := math.Round(geo.Area(s.Shape.Geometry)*10) / 10
		v.Area = &area
	}
	v.Community = community
	v.Floors, v.Height, v.Name, v.Address = s.Floors, s.Height, s.Name, s.Address
	v.ValidFrom = &s.From
	if s.To != registry.Forever {
		v.ValidTo = &s.To
	}
	return v
}

func viewBuilding(rec registry.Record) buildingView {
	var community *divisionRef
	if rec.Community != 0 {
		community = &divisionRef{strconv.FormatInt(rec.Community, 10), rec.CommunityCode, rec.CommunityName}
	}
	ids := rec.ExternalIDs
	if ids == nil {
		ids = []registry.ExternalID{}
	}
	status, from, as := standingOn(rec.Standing, rec.StatusOn)
	return buildingView{
		Code: rec.Code, Kind: rec.Code.Kind(), Version: rec.Version,
		Status: status, StatusFrom: from, RetiredAs: as,
		factsView: viewFacts(rec.Span, community), ExternalIDs: ids,
		RecordedFrom: rec.RecordedFrom, Successors: viewSuccessors(rec),
	}
}

// standingOn is the code's status on the day asked for. The ledger keeps one
// date: since when the latest status holds, or will hold. Before that day the
// status is the one before, and since when is not kept there.
func standingOn(s registry.Standing, on registry.Status) (registry.Status, *registry.Date, *registry.RetiredAs) {
	if on != s.Status {
		return on, nil, nil
	}
	if s.As == "" {
		return on, &s.From, nil
	}
	return on, &s.From, &s.As
}

func viewSuccessors(rec registry.Record) []successorView {
	out := make([]successorView, 0, len(rec.Successors))
	for _, l := range rec.Successors {
		out = append(out, successorView{l.Child, l.Relation, l.Share})
	}
	return out
}
