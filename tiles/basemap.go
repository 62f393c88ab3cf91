package tiles

import (
	"cmp"
	"slices"
)

// basemapLayers are the MVT layers of the basemap, from the ground up, by the class of feature that they hold.
var basemapLayers = [...]struct{ class, layer string }{
	{"landuse", "landuse"}, {"green", "green"}, {"water", "water"}, {"rail", "rail"}, {"road", "roads"},
}

// newBasemap generalises the features for every zoom. Features of an unknown class or without a line or
// an area are left out.
func newBasemap(features []Feature) *sheets {
	s := &sheets{}
	var outlines []outline
	var from []int // first zoom of each
	for _, f := range sortedFeatures(features) {
		class := slices.IndexFunc(basemapLayers[:], func(c struct{ class, layer string }) bool { return c.class == f.Class })
		o := newOutline(f.Geometry)
		if class < 0 || len(o.lines) == 0 {
			continue
		}
		s.items = append(s.items, item{f.ID, class, f.Kind, f.Name})
		outlines = append(outlines, o)
		from = append(from, firstZoom(f.Class, f.Kind, o))
	}
	first, last := Basemap.Zooms()
	for z := last; z >= first; z-- {
		var pieces []piece
		for i := range outlines {
			if z < from[i] {
				continue
			}
			outlines[i] = outlines[i].simplified(tolerance(z))
			if p, ok := outlines[i].piece(z, i); ok {
				pieces = append(pieces, p)
			}
		}
		s.zoom[z] = newSheet(pieces)
	}
	return s
}

// tolerance is how far, in world units, a simplified line may leave its course: a quarter of a pixel of
// a 512-pixel tile, and less at the deepest zoom, which clients enlarge.
func tolerance(z int) float64 {
	units := 2.0
	if z == MaxZoom {
		units = 0.5
	}
	return units * float64(int64(1)<<TileID{Z: z}.shift())
}

// sortedFeatures fixes the order in which features are drawn, whatever order they came in.
func sortedFeatures(features []Feature) []Feature {
	sorted := slices.Clone(features)
	slices.SortStableFunc(sorted, func(a, b Feature) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return sorted
}

// firstZoom says from which zoom a feature is worth its place. Lines go by their kind, areas by their size: they come in when
// their longer side reaches 32 units, four pixels.
func firstZoom(class, kind string, o outline) int {
	if !o.area {
		return lineZoom(class, kind)
	}
	first, last := Basemap.Zooms()
	if class == "landuse" {
		first = 9
	}
	size := o.size()
	for z := first; z < last; z++ {
		if size >= 32*float64(int64(1)<<TileID{Z: z}.shift()) {
			return z
		}
	}
	return last
}

func lineZoom(class, kind string) int {
	switch class {
	case "road":
		return roadZoom(kind)
	case "rail":
		if kind == "rail" {
			return 8
		}
		return 12
	case "water":
		switch kind {
		case "river", "coastline":
			return 7
		case "canal", "stream":
			return 12
		}
		return 14
	}
	return 12
}

func roadZoom(kind string) int {
	switch kind {
	case "motorway", "trunk":
		return 5
	case "motorway_link", "trunk_link", "primary":
		return 8
	case "secondary":
		return 10
	case "tertiary", "primary_link":
		return 11
	case "residential", "unclassified", "living_street", "secondary_link", "tertiary_link", "road":
		return 12
	case "pedestrian", "service":
		return 13
	}
	return 14 // footways, paths, steps, tracks and what nobody has heard of
}

// basemap writes a tile of the basemap.
func (e *encoder) basemap(s *sheets, id TileID) []byte {
	sh := s.zoom[id.Z]
	if sh == nil {
		return nil
	}
	for i, c := range basemapLayers {
		e.layers[i].start(c.layer)
	}
	e.hits = sh.search(id.reach(), &e.walker, e.hits[:0])
	for _, h := range e.hits {
		p := &sh.pieces[h]
		it := &s.items[p.item]
		l := &e.layers[it.class]
		kind := e.draw(l, p, id)
		if len(l.geometry) == 0 {
			continue
		}
		l.text("kind", it.kind)
		l.text("name", it.name)
		l.end(it.id, kind)
	}
	return e.tileOf(&e.layers[0], &e.layers[1], &e.layers[2], &e.layers[3], &e.layers[4])
}
