package web

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// The map's words for what the registry knows. The two packages do not know
// each other; this is the one place where they meet.

// afterImage reads what an event says of a building.
func afterImage(p *registry.Part) (*registry.Building, error) {
	b := new(registry.Building)
	if err := json.Unmarshal(p.After, b); err != nil {
		return nil, fmt.Errorf("read after-image of %s: %w", p.Code, err)
	}
	return b, nil
}

func mapBuilding(b *registry.Building) tiles.Building {
	return mapBuildingTo(make([]tiles.Version, 0, len(b.Timeline)), b)
}

// mapBuildingTo puts the versions into memory that is given.
func mapBuildingTo(room []tiles.Version, b *registry.Building) tiles.Building {
	out := tiles.Building{Code: uint64(b.Code), Kind: tiles.Kind(b.Code.Kind()), Version: uint32(b.Version), Versions: room[:0]}
	for _, s := range b.Timeline {
		v := tiles.Version{
			From: int32(s.From), To: int32(s.To), Geometry: s.Shape.Geometry, Point: s.Point, Cell: s.Cell,
			State: tiles.ParseState(string(s.State)), Division: s.Community, Standing: s.State.Standing(),
		}
		if s.Floors != nil {
			v.Floors = int16(*s.Floors)
		}
		if s.Height != nil {
			v.Height = float32(*s.Height)
		}
		out.Versions = append(out.Versions, v)
	}
	return out
}

// places are the divisions by id and the communities by point.
type places struct {
	byID        map[int64]registry.Division // without boundaries
	communities []communityShape            // in order of code: the first that holds a point counts
}

type communityShape struct {
	id    int64
	bound orb.Bound // of shape, here because most look-ups need no more
	shape *geo.Prepared
}

func readDivisions(ctx context.Context, store *postgres.Reader, at registry.AsOf) ([]tiles.Division, *places, error) {
	list, err := store.Divisions(ctx, postgres.DivisionFilter{AsOf: at, Boundaries: true})
	if err != nil {
		return nil, nil, err
	}
	p := &places{byID: make(map[int64]registry.Division, len(list))}
	out := make([]tiles.Division, 0, len(list))
	for _, d := range list {
		out = append(out, tiles.Division{ID: d.ID, Parent: d.Parent, Level: int(d.Level), Name: d.Name, Code: d.Code,
			Boundary: d.Boundary, From: int32(d.Valid.From), To: int32(d.Valid.To)})
		if d.Level == registry.Community && d.Boundary != nil {
			shape := geo.Prepare(d.Boundary)
			p.communities = append(p.communities, communityShape{d.ID, shape.Bound(), shape})
		}
		d.Boundary = nil
		p.byID[d.ID] = d
	}
	return out, p, nil
}

func readBasemap(ctx context.Context, store *postgres.Reader) ([]tiles.Feature, error) {
	var out []tiles.Feature
	err := store.EachBasemapFeature(ctx, func(f registry.BasemapFeature) error {
		out = append(out, tiles.Feature{ID: uint64(f.ID), Class: f.Class, Kind: f.Kind, Name: f.Name, Geometry: f.Geometry})
		return nil
	})
	return out, err
}

// at gives the community that holds a point, by the registry's rule.
func (p *places) at(point orb.Point) int64 {
	for i := range p.communities {
		if c := &p.communities[i]; c.bound.Contains(point) && c.shape.Contains(point) {
			return c.id
		}
	}
	return 0
}

// division names a division of today; one that is no more keeps its id alone.
// It is nil for id 0.
func (l *Live) division(id int64) *divisionRef {
	if id == 0 {
		return nil
	}
	ref := &divisionRef{ID: strconv.FormatInt(id, 10)}
	if t := l.town.Load(); t != nil {
		if d, ok := t.places.Load().byID[id]; ok {
			ref.Code, ref.Name = d.Code, d.Name
		}
	}
	return ref
}

// mapTotal is a building's total in the map's words.
func mapTotal(t *registry.Total) tiles.Totals {
	return mapTotalTo(make([]tiles.TotalSpan, 0, len(t.Spans)), t)
}

// mapTotalTo puts the spans into memory that is given.
func mapTotalTo(room []tiles.TotalSpan, t *registry.Total) tiles.Totals {
	out := tiles.Totals{Code: uint64(t.Building), Version: uint32(t.Version), Spans: room[:0]}
	for _, s := range t.Spans {
		out.Spans = append(out.Spans, mapTotalSpan(s))
	}
	return out
}

func mapTotalSpan(s registry.TotalSpan) tiles.TotalSpan {
	span := tiles.TotalSpan{From: int32(s.From), To: int32(s.To),
		Dwellings: uint32(s.Dwellings), Heads: uint32(s.Heads), Permits: uint32(s.Permits)}
	if s.ConfirmedTo != nil {
		span.ConfirmedTo = int32(*s.ConfirmedTo)
	}
	return span
}
