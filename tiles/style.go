package tiles

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// The ids that others may rely on.
//
// Sources: "basemap", "zones", "buildings", and where a view draws them "density" and "cells" (as the tile layers).
//
// Layers of the view "houses", from the ground up:
//
//	background
//	landuse, green, water           areas of the basemap
//	waterway, rail                  lines of the basemap
//	road-casing, road               lines of the basemap
//	zone-fill                       a hardly visible tint of communities, so that they can be clicked
//	buildings-fill                  outlines filled by state; from zoom 13
//	buildings-line                  their edges
//	buildings-extrusion             only with Look.Extrude: heights from zoom 15, instead of buildings-fill there
//	buildings-point                 buildings without an outline yet
//	zone-line                       borders, thinner the lower the level
//	buildings-selected              edge of a selected or hovered building
//	road-label, building-code, zone-label
//
// The other views have the basemap, borders and labels of this one, buildings as edges and points, and in between:
//
//	dispatch    density-fill, density-line, or with Look.Extrude density-extrusion: by buildings in a cell
//	grid        cells-fill, cells-line: by officer; cells that nobody answers for, or no officer works in, are red
//	planning    plan-fill, plan-line, plan-label: zones by kind
//
// They are plain: a page that knows what its reader looks for gives them its own classes.
//
// A building is highlighted by feature state, which MapLibre keeps by feature id, the code as a number:
//
//	map.setFeatureState({source: "buildings", sourceLayer: "buildings", id: 112345678973}, {selected: true})
//
// with "selected" and "hover". The style has no glyphs and no sprite: MapLibre then draws every letter
// with the fonts of the device, taking text-font as a list of CSS families.

// View is what a map is for.
type View string

// The views that there is a style for.
const (
	Houses   View = "houses"
	Dispatch View = "dispatch"
	Grid     View = "grid"
	Planning View = "planning"
)

// ParseView returns the view of that name.
func ParseView(name string) (View, bool) {
	switch v := View(name); v {
	case Houses, Dispatch, Grid, Planning:
		return v, true
	}
	return "", false
}

// layers lists the tile layers that a view draws.
func (v View) layers() []Layer {
	all := []Layer{Buildings, Basemap, Zones}
	switch v {
	case Dispatch:
		return append(all, Density)
	case Grid:
		return append(all, Cells)
	}
	return all
}

// Look is how a map is drawn.
type Look struct {
	View        View   // "" is Houses
	Base        string // prefix of the tile addresses: "https://host" (MapLibre wants them absolute)
	Dark        bool
	Language    string // "zh" for Chinese, anything else is English
	Extrude     bool   // buildings with a height stand up from zoom 15, cells by their number of buildings
	Attribution string
}

// expr is a MapLibre expression or any other piece of JSON.
type (
	expr = []any
	obj  = map[string]any
)

// Style returns the MapLibre style of a view, centred on the town.
func (s *Snapshot) Style(look Look) ([]byte, error) {
	style := obj{
		"version": 8, "name": "Fangma", "sources": look.sources(), "layers": look.layers(),
		"transition": obj{"duration": 0, "delay": 0},
	}
	if b, ok := s.Bounds(); ok {
		c := b.Center()
		style["center"], style["zoom"] = expr{c[0], c[1]}, 12
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // some readers of styles do not know that \u003c is <
	if err := e.Encode(style); err != nil {
		return nil, fmt.Errorf("map style: %w", err)
	}
	return out.Bytes(), nil
}

func (look Look) sources() obj {
	sources := obj{}
	for _, l := range look.View.layers() {
		first, last := l.Zooms()
		source := obj{"type": "vector", "tiles": expr{l.address(look.Base)}, "minzoom": first, "maxzoom": last}
		if look.Attribution != "" {
			source["attribution"] = look.Attribution
		}
		sources[string(l)] = source
	}
	return sources
}

func (look Look) layers() []obj {
	c := light
	if look.Dark {
		c = dark
	}
	layers := []obj{{"id": "background", "type": "background", "paint": obj{"background-color": c.ground}}}
	layers = append(layers, basemapStyle(c)...)
	if look.View == Houses || look.View == "" {
		layers = append(layers, buildingStyle(c, look.Extrude)...)
	} else {
		layers = append(layers, look.themeStyle(c)...)
	}
	return append(layers, look.labelStyle(c)...)
}

// fonts are CSS families, first those that a device is likely to have for the language.
func (look Look) fonts() expr {
	if look.Language == "zh" {
		return expr{"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"}
	}
	return expr{"Noto Sans", "Helvetica Neue", "Arial", "Noto Sans CJK SC", "sans-serif"}
}

// buildingsText is the count under a division's name.
func (look Look) buildingsText() expr {
	if look.Language == "zh" {
		return expr{"concat", expr{"number-format", expr{"get", "buildings"}, obj{"locale": "zh"}}, " 栋"}
	}
	return expr{"concat", expr{"number-format", expr{"get", "buildings"}, obj{"locale": "en"}}, expr{
		"case", expr{"==", expr{"get", "buildings"}, 1}, " building", " buildings"}}
}
