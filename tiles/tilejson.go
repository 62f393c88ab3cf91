package tiles

import (
	"encoding/json"
	"fmt"
)

type tileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	Attribution  string        `json:"attribution,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"`
	Center       *[3]float64   `json:"center,omitempty"`
	VectorLayers []vectorLayer `json:"vector_layers"`
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// TileJSON describes a layer (TileJSON 3.0). base is where the server is reached, such as
// "https://host", or "" for addresses relative to it; attribution is shown on the map. Bounds are those of the whole
// town, which a later building may leave: clients must not take them as a promise.
func (s *Snapshot) TileJSON(layer Layer, base, attribution string) ([]byte, error) {
	if _, err := ParseLayer(string(layer)); err != nil {
		return nil, err
	}
	first, last := layer.Zooms()
	t := tileJSON{
		TileJSON: "3.0.0", Name: string(layer), Description: layer.description(), Attribution: attribution,
		Scheme: "xyz", Tiles: []string{layer.address(base)}, MinZoom: first, MaxZoom: last,
		Bounds: [4]float64{-180, -maxLat, 180, maxLat}, VectorLayers: layer.contents(),
	}
	if b, ok := s.Bounds(); ok {
		t.Bounds = [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
		c := b.Center()
		t.Center = &[3]float64{c[0], c[1], float64(min(max(first, 12), last))}
	}
	out, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("tilejson of %s: %w", layer, err)
	}
	return out, nil
}

// address is the template of a layer's tiles.
func (l Layer) address(base string) string {
	return fmt.Sprintf("%s/tiles/%s/{z}/{x}/{y}.mvt", base, l)
}

func (l Layer) description() string {
	switch l {
	case Buildings:
		return "Buildings by their code: outline or point, state, floors, height"
	case Basemap:
		return "Roads, rails, water, green and land use"
	case Density:
		return "What the buildings of each H3 cell come to, as far as the reader may know"
	case Cells:
		return "The cells of the grid and who answers for them, as far as the reader may know"
	default:
		return "Administrative divisions with the number of buildings in them, and the zones of planners"
	}
}

// contents lists the MVT layers of a tile.
func (l Layer) contents() []vectorLayer {
	first, last := l.Zooms()
	layer := func(id, description string, from int, fields map[string]string) vectorLayer {
		return vectorLayer{id, description, from, last, fields}
	}
	zone := map[string]string{
		"id": "Number", "name": "String", "kind": "String: division, optimised, priority, restricted, prohibited or custom",
		"level":     "Number, 1 province to 5 community; of divisions",
		"buildings": "Number of buildings, those of the divisions below included",
	}
	switch l {
	case Buildings:
		return []vectorLayer{layer("buildings", "The feature id is the code as a number", first, map[string]string{
			"state": "String", "kind": "String", "floors": "Number", "height": "Number, metres; whole ones at zooms 13 and 14",
		})}
	case Zones:
		return []vectorLayer{
			layer("zones", "Outlines; buildings as long as the outline spans few tiles. "+
				"The feature id of a zone that is no division is its id and 2^40", first, zone),
			layer(zoneLabels, "One point for each division and zone", first, zone),
		}
	case Density:
		return []vectorLayer{layer("density", "The feature id is the lower 52 bits of the cell", first, map[string]string{
			"h": "String, the cell", "area": "Number, km² of the cell", "buildings": "Number", "dwellings": "Number",
			"unconfirmed": "Number of buildings", "floorArea": "Number, m²", "population": "Number", "permits": "Number of people",
			"few": "Boolean: fewer than 5 inhabited buildings, so no population",
		})}
	case Cells:
		return []vectorLayer{layer("cells", "The feature id is the lower 52 bits of the cell", first, map[string]string{
			"h": "String, the cell", "officer": "String", "officerOrdinal": "Number of a colour", "administrator": "String",
			"administratorOrdinal": "Number of a colour", "uncovered": "Boolean: nobody works as officer",
		})}
	}
	var all []vectorLayer
	for _, b := range basemapLayers {
		fields := map[string]string{"kind": "String", "name": "String"}
		all = append(all, layer(b.layer, "OpenStreetMap features of the class "+b.class, first, fields))
	}
	return all
}
