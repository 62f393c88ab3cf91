package tiles

// Colours of the views about people. A sequence runs from light to dark, or on a dark map the other way, in one hue; kinds
// and people have the hues of Okabe and Ito, which people with any kind of colour blindness tell apart.
var (
	heatLight = [...]string{"#fff3d6", "#fdd49e", "#fdae61", "#ee7b39", "#cf4d1d", "#97290f"}
	heatDark  = [...]string{"#3b2a20", "#6b3a1c", "#9c4d1a", "#cf6f22", "#f09c4a", "#ffd79a"}
	people    = [...]string{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#f0e442"}
	plans     = [...]struct{ kind, colour string }{
		{"optimised", "#0072b2"}, {"priority", "#e69f00"}, {"restricted", "#cc79a7"}, {"prohibited", "#d55e00"},
	}
)

const (
	alarm     = "#d55e00"
	planOther = "#7f7f7f"
)

// heatFrom is the number of buildings in a cell from which each colour but the first holds.
var heatFrom = [...]int{5, 20, 50, 100, 200}

// themeStyle is what a view draws between the basemap and the labels.
func (look Look) themeStyle(c colours) []obj {
	var layers []obj
	switch look.View {
	case Dispatch:
		layers = look.densityStyle(c)
	case Grid:
		layers = gridStyle(c)
	case Planning:
		layers = planStyle(c)
	}
	for _, l := range buildingStyle(c, false) {
		if id := l["id"]; id != "buildings-fill" && id != "zone-fill" {
			layers = append(layers, l)
		}
	}
	return layers
}

func (look Look) densityStyle(c colours) []obj {
	heat := heatLight
	if look.Dark {
		heat = heatDark
	}
	colour := expr{"step", get("buildings"), heat[0]}
	for i, from := range heatFrom {
		colour = append(colour, from, heat[i+1])
	}
	layer := func(id, kind string, paint obj) obj {
		return obj{"id": id, "type": kind, "source": "density", "source-layer": "density", "paint": paint}
	}
	if look.Extrude {
		return []obj{layer("density-extrusion", "fill-extrusion", obj{
			"fill-extrusion-color": colour, "fill-extrusion-opacity": 0.8,
			"fill-extrusion-height": byZoom(2, 8, expr{"*", 20, get("buildings")}, 14, expr{"*", 1, get("buildings")}),
		})}
	}
	return []obj{
		layer("density-fill", "fill", obj{"fill-color": colour, "fill-opacity": 0.75}),
		layer("density-line", "line", obj{
			"line-color": expr{"case", state("selected"), c.selected, state("hover"), c.hover, c.ground},
			"line-width": expr{"case", state("selected"), 3, state("hover"), 2, 0.5},
		}),
	}
}

func gridStyle(c colours) []obj {
	hue := expr{"match", expr{"%", get("officerOrdinal"), len(people)}}
	for i, colour := range people {
		hue = append(hue, i, colour)
	}
	colour := expr{"case", expr{"any", expr{"!", expr{"has", "officer"}}, expr{"has", "uncovered"}}, alarm, append(hue, planOther)}
	layer := func(id, kind string, paint obj) obj {
		return obj{"id": id, "type": kind, "source": "cells", "source-layer": "cells", "paint": paint}
	}
	return []obj{
		layer("cells-fill", "fill", obj{"fill-color": colour, "fill-opacity": expr{"case", state("selected"), 0.6, 0.35}}),
		layer("cells-line", "line", obj{
			"line-color": expr{"case", state("selected"), c.selected, state("hover"), c.hover, c.edge},
			"line-width": expr{"case", state("selected"), 3, state("hover"), 2, 0.5},
		}),
	}
}

func planStyle(c colours) []obj {
	colour := expr{"match", get("kind")}
	for _, p := range plans {
		colour = append(colour, p.kind, p.colour)
	}
	colour = append(colour, planOther)
	layer := func(id, kind string, paint obj) obj {
		return obj{
			"id": id, "type": kind, "source": "zones", "source-layer": "zones", "filter": expr{"!", division}, "paint": paint,
		}
	}
	return []obj{
		layer("plan-fill", "fill", obj{"fill-color": colour, "fill-opacity": expr{"case", state("selected"), 0.4, state("hover"), 0.3, 0.2}}),
		layer("plan-line", "line", obj{
			"line-color": expr{"case", state("selected"), c.selected, colour},
			"line-width": expr{"case", state("selected"), 3.5, 2},
		}),
	}
}
