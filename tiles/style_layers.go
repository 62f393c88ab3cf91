package tiles

// byZoom interpolates along zoom, value pairs.
func byZoom(base float64, pairs ...any) expr {
	return append(expr{"interpolate", expr{"exponential", base}, expr{"zoom"}}, pairs...)
}

func get(key string) expr { return expr{"get", key} }

// oneOf is a filter on kind.
func oneOf(kinds ...any) expr { return expr{"in", get("kind"), expr{"literal", kinds}} }

func basemapStyle(c colours) []obj {
	area := func(id, colour string) obj {
		return obj{
			"id": id, "type": "fill", "source": "basemap", "source-layer": id, "filter": expr{"==", expr{"geometry-type"}, "Polygon"},
			"paint": obj{"fill-color": colour},
		}
	}
	line := func(id, layer, colour string, width any) obj {
		return obj{
			"id": id, "type": "line", "source": "basemap", "source-layer": layer,
			"layout": obj{"line-cap": "round", "line-join": "round"},
			"paint":  obj{"line-color": colour, "line-width": width},
		}
	}
	waterway := line("waterway", "water", c.water, byZoom(1.4, 8, 0.5, 14, 1.5, 18, 6))
	waterway["filter"] = expr{"==", expr{"geometry-type"}, "LineString"}
	rail := line("rail", "rail", c.rail, byZoom(1.4, 8, 0.5, 16, 1.5))
	rail["paint"].(obj)["line-dasharray"] = expr{3, 1.5}
	rail["layout"] = obj{"line-join": "round"}
	main := oneOf("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link")
	middle := oneOf("secondary", "tertiary", "secondary_link", "tertiary_link")
	minor := oneOf("residential", "unclassified", "living_street", "road", "pedestrian")
	width := func(more float64) expr {
		of := func(a, b, c, d float64) expr {
			return expr{"case", main, a + more, middle, b + more, minor, c + more, d + more}
		}
		return byZoom(1.5, 5, of(0.5, 0.3, 0.2, 0.1), 10, of(1.4, 0.8, 0.4, 0.2), 14, of(4, 3, 1.8, 0.7), 18, of(20, 15, 11, 3))
	}
	casing := line("road-casing", "roads", c.roadCasing, width(1))
	casing["minzoom"] = 12
	road := line("road", "roads", "", width(0))
	road["paint"].(obj)["line-color"] = expr{"case", main, c.roadMain, c.road}
	order := expr{"case", main, 3, middle, 2, minor, 1, 0}
	for _, l := range []obj{casing, road} {
		l["layout"].(obj)["line-sort-key"] = order
	}
	return []obj{area("landuse", c.landuse), area("green", c.green), area("water", c.water), waterway, rail, casing, road}
}

func state(name string) expr { return expr{"boolean", expr{"feature-state", name}, false} }

// byState colours a building.
func byState(c colours) expr {
	return expr{"match", get("state"),
		"planned", c.planned, "under_construction", c.construction, "in_use", c.inUse, "unusable", c.unusable,
		c.unknown}
}

func buildingStyle(c colours, extrude bool) []obj {
	layer := func(id, kind string, filter expr, paint obj) obj {
		return obj{"id": id, "type": kind, "source": "buildings", "source-layer": "buildings", "filter": filter, "paint": paint}
	}
	area := expr{"==", expr{"geometry-type"}, "Polygon"}
	fill := layer("buildings-fill", "fill", area, obj{
		"fill-color":   byState(c),
		"fill-opacity": expr{"case", state("selected"), 1, expr{"==", get("state"), "planned"}, 0.55, 0.9},
	})
	edge := layer("buildings-line", "line", area, obj{
		"line-color": c.edge,
		"line-width": byZoom(1.4, 14, 0.2, 16, 0.6, 19, 1.2),
	})
	edge["minzoom"] = 14
	zoneFill := obj{
		"id": "zone-fill", "type": "fill", "source": "zones", "source-layer": "zones", "filter": expr{"==", get("level"), 5},
		"paint": obj{"fill-color": c.tint, "fill-opacity": expr{"case", state("selected"), 0.14, state("hover"), 0.08, 0.02}},
	}
	layers := []obj{zoneFill, fill, edge}
	if extrude {
		tall := layer("buildings-extrusion", "fill-extrusion", area, obj{
			"fill-extrusion-color":   expr{"case", state("selected"), c.selected, byState(c)},
			"fill-extrusion-height":  expr{"coalesce", get("height"), expr{"*", 3, expr{"coalesce", get("floors"), 1}}},
			"fill-extrusion-opacity": 0.85,
		})
		tall["minzoom"] = 15
		layers = append(layers, tall)
	}
	point := layer("buildings-point", "circle", expr{"==", expr{"geometry-type"}, "Point"}, obj{
		"circle-color":        byState(c),
		"circle-radius":       byZoom(1.4, 13, 1.5, 16, 4, 19, 8),
		"circle-stroke-color": expr{"case", state("selected"), c.selected, state("hover"), c.hover, c.edge},
		"circle-stroke-width": expr{"case", state("selected"), 3, 1},
	})
	selected := layer("buildings-selected", "line", area, obj{
		"line-color":   expr{"case", state("selected"), c.selected, c.hover},
		"line-width":   expr{"case", state("selected"), 3, 2},
		"line-opacity": expr{"case", state("selected"), 1, state("hover"), 1, 0},
	})
	return append(layers, point, zoneLine(c), selected)
}

// division leaves the zones of planners out.
var division = expr{"==", get("kind"), "division"}

func zoneLine(c colours) obj {
	level := expr{"number", get("level"), 5}
	width := func(top, middle, low float64) expr {
		return expr{"case", expr{"<=", level, 2}, top, expr{"<=", level, 4}, middle, low}
	}
	return obj{
		"id": "zone-line", "type": "line", "source": "zones", "source-layer": "zones", "filter": division,
		"layout": obj{"line-join": "round"},
		"paint": obj{
			"line-color":   expr{"case", expr{"<=", level, 3}, c.borderTop, c.border},
			"line-width":   byZoom(1.2, 4, width(0.8, 0.4, 0.2), 10, width(1.6, 1, 0.6), 16, width(3, 2.2, 1.6)),
			"line-opacity": 0.75,
		},
	}
}

func (look Look) labelStyle(c colours) []obj {
	text := func(id, source, layer string, layout obj, colour string) obj {
		layout["text-font"] = look.fonts()
		return obj{
			"id": id, "type": "symbol", "source": source, "source-layer": layer, "layout": layout,
			"paint": obj{"text-color": colour, "text-halo-color": c.halo, "text-halo-width": 1.2},
		}
	}
	road := text("road-label", "basemap", "roads", obj{
		"symbol-placement": "line", "text-field": get("name"), "text-size": byZoom(1, 13, 10, 18, 13),
	}, c.textSoft)
	road["minzoom"], road["filter"] = 13, expr{"has", "name"}
	digits := expr{"to-string", expr{"id"}}
	code := text("building-code", "buildings", "buildings", obj{
		"text-field": expr{"concat", expr{"slice", digits, 0, 4}, " ", expr{"slice", digits, 4, 8}, " ", expr{"slice", digits, 8}},
		"text-size":  10, "text-max-width": 5, "text-padding": 4,
	}, c.text)
	code["minzoom"] = 17.5
	zone := text("zone-label", "zones", "zone_labels", obj{
		"text-field": expr{"format", get("name"), obj{}, "\n", obj{},
			look.buildingsText(), obj{"font-scale": 0.8, "text-color": c.textSoft}},
		"text-size":       expr{"match", get("level"), 1, 17, 2, 16, 3, 14, 4, 13, 12},
		"text-max-width":  8,
		"symbol-sort-key": get("level"),
	}, c.text)
	zone["maxzoom"], zone["filter"] = 17, division
	if look.View != Planning {
		return []obj{road, code, zone}
	}
	plan := text("plan-label", "zones", "zone_labels", obj{"text-field": get("name"), "text-size": 13, "text-max-width": 8}, c.text)
	plan["filter"] = expr{"!", division}
	return []obj{road, code, zone, plan}
}
