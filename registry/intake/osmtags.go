package intake

import (
	"strconv"

	"fangma/registry"
)

// classify decides from its tags whether an object is wanted, and as what.
func (r *osmReader) classify(tags pbfTags) (osmKind, bool) {
	switch r.want {
	case osmBuildings:
		return buildingKind(tags)
	case osmDivisions:
		if tags.get("boundary") != "administrative" {
			return osmKind{}, false
		}
		level, err := strconv.Atoi(tags.get("admin_level"))
		_, wanted := r.levels[level]
		return osmKind{}, err == nil && wanted
	}
	return basemapKind(tags)
}

func buildingKind(tags pbfTags) (osmKind, bool) {
	var k osmKind
	switch tags.get("building") {
	case "", "no":
		return k, false
	case "construction":
		k.state = registry.UnderConstruction
	case "ruins", "collapsed", "abandoned", "disused":
		k.state = registry.Unusable
	case "proposed", "planned":
		k.state = registry.Planned
	case "demolished", "destroyed", "razed":
		k.state = registry.Demolished
	}
	for _, key := range []string{"ruins", "abandoned", "disused"} {
		if k.state == "" && tags.get(key) == "yes" {
			k.state = registry.Unusable
		}
	}
	return k, true
}

// basemapKind takes the first of road, rail, water, green and land use that the tags name.
func basemapKind(tags pbfTags) (osmKind, bool) {
	area := tags.get("area") == "yes" || tags.get("type") == "multipolygon"
	if tags.get("tunnel") == "culvert" {
		return osmKind{}, false
	}
	for _, key := range []string{"highway", "railway", "waterway", "natural", "landuse", "leisure"} {
		value := tags.get(key)
		if value == "" {
			continue
		}
		if class, line := basemapClass(key, value); class != "" {
			return osmKind{class: class, kind: value, line: line && !area}, true
		}
	}
	return osmKind{}, false
}

// basemapClass sorts the tags that a town map shows. Lines stay lines unless the object says it is an
// area.
func basemapClass(key, value string) (class string, line bool) {
	switch key {
	case "highway":
		switch value {
		case "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
			"tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "pedestrian", "road",
			"track", "footway", "cycleway", "path", "steps", "bridleway", "busway":
			return "road", true
		}
	case "railway":
		switch value {
		case "rail", "light_rail", "subway", "tram", "narrow_gauge", "funicular", "monorail":
			return "rail", true
		}
	case "waterway":
		switch value {
		case "river", "stream", "canal", "ditch", "drain":
			return "water", true
		case "riverbank", "dock":
			return "water", false
		}
	case "natural":
		switch value {
		case "water", "bay":
			return "water", false
		case "wood", "scrub", "grassland", "heath", "wetland", "fell":
			return "green", false
		case "bare_rock", "scree", "glacier", "sand", "beach", "shingle":
			return "landuse", false
		}
	case "landuse":
		switch value {
		case "reservoir", "basin":
			return "water", false
		case "forest", "grass", "meadow", "orchard", "vineyard", "village_green", "recreation_ground", "cemetery", "allotments", "greenfield":
			return "green", false
		case "residential", "commercial", "industrial", "retail", "farmland", "farm", "farmyard", "quarry", "railway", "construction", "military", "brownfield":
			return "landuse", false
		}
	case "leisure":
		switch value {
		case "park", "garden", "pitch", "golf_course", "playground", "common":
			return "green", false
		}
	}
	return "", false
}
