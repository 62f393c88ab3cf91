package main

import (
	"context"
	"fmt"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"

	"fangma/tiles"
)

const comparedTiles = 500

// sameFeatures holds the tiles of the last zoom against those of PostGIS, feature by feature: id, attributes, area.
func (b *bench) sameFeatures(_ context.Context, s *servers) error {
	b.c.note("comparing tiles")
	sample := b.sample(comparedTiles)[lastZoom] // of a large city that takes longer than a server waits for a request
	ours, err := dial(s.cold)
	if err != nil {
		return err
	}
	defer ours.close()
	base, err := dial(s.plain)
	if err != nil {
		return err
	}
	defer base.close()
	var sum difference
	compared, same := 0, 0
	for _, id := range sample {
		mine, err := features(ours, id)
		if err != nil {
			return err
		}
		theirs, err := features(base, id)
		if err != nil {
			return err
		}
		d := compare(mine, theirs)
		compared++
		if d == (difference{both: d.both}) {
			same++
		}
		sum.add(d)
	}
	b.c.note("z16 in %d tiles: %d features in both, %d only ours, %d only PostGIS's; attributes differ in %d, areas in %d",
		compared, sum.both, sum.ours, sum.theirs, sum.attributes, sum.areas)
	return b.add(more("z16 tiles with the very same features", float64(same), float64(compared), "tiles"))
}

// drawn is a feature of a tile.
type drawn struct {
	state, kind    any
	floors, height any
	area           float64 // tile units²
	edge           bool    // reaches beyond the tile, where the two clip at other places
}

func features(r *reader, id tiles.TileID) (map[uint64]drawn, error) {
	a, err := r.get(tilePath(tiles.Buildings, id))
	if err != nil {
		return nil, err
	}
	out := map[uint64]drawn{}
	if len(a.body) == 0 {
		return out, nil
	}
	layers, err := mvt.UnmarshalGzipped(a.body)
	if err != nil {
		return nil, fmt.Errorf("read tile %s: %w", id, err)
	}
	for _, l := range layers {
		for _, f := range l.Features {
			code, _ := f.ID.(float64) // as orb gives them
			box := f.Geometry.Bound()
			out[uint64(code)] = drawn{
				state: f.Properties["state"], kind: f.Properties["kind"], floors: f.Properties["floors"], height: f.Properties["height"],
				area: planar.Area(f.Geometry), edge: box.Min[0] < 0 || box.Min[1] < 0 || box.Max[0] > extent || box.Max[1] > extent,
			}
		}
	}
	return out, nil
}

// extent is the width of a tile in its own units.
const extent = 4096

// difference counts features by how two tiles of one place agree.
type difference struct{ both, ours, theirs, attributes, areas int }

func (d *difference) add(o difference) {
	d.both += o.both
	d.ours += o.ours
	d.theirs += o.theirs
	d.attributes += o.attributes
	d.areas += o.areas
}

func compare(mine, theirs map[uint64]drawn) (d difference) {
	for code, m := range mine {
		t, ok := theirs[code]
		switch {
		case !ok && m.edge && m.area <= sliver:
			continue // a sliver in the margin
		case !ok:
			d.ours++
			continue
		}
		d.both++
		if m.state != t.state || m.kind != t.kind || m.floors != t.floors || m.height != t.height {
			d.attributes++
		}
		if off := m.area - t.area; !m.edge && (off > roundOff(m.area) || off < -roundOff(m.area)) {
			d.areas++
		}
	}
	for code, t := range theirs {
		if _, ok := mine[code]; !ok && !(t.edge && t.area <= sliver) {
			d.theirs++
		}
	}
	return d
}

// sliver is an area in tile units² that the rounding of a clip edge may leave or take.
const sliver = 64

// roundOff is how much the areas of one footprint may differ when one side rounds a corner up and the other down.
func roundOff(area float64) float64 { return 16 + area/20 }
