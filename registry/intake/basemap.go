package intake

import (
	"errors"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// basemapFeatures makes a feature of a road, river, wood, … Areas must be valid as boundaries are.
func basemapFeatures(f feature) []Item[BasemapFeature] {
	reject := func(reason, detail string) []Item[BasemapFeature] {
		return []Item[BasemapFeature]{{Reject: &Reject{Row: f.row, ID: f.id, Field: "geometry", Reason: reason, Detail: detail}}}
	}
	v := reading{values: &f.values.value}
	out := BasemapFeature{Row: f.row, ID: f.osm.id, Class: f.osm.class, Kind: f.osm.kind,
		Name: v.text(fieldName, "name", maxNameLength)}
	if line, ok := f.geometry.(orb.LineString); ok {
		clean := make(orb.LineString, 0, len(line))
		for _, p := range line {
			if p = geo.Round(p); len(clean) == 0 || clean[len(clean)-1] != p {
				clean = append(clean, p)
			}
		}
		if len(clean) < 2 {
			return reject(geo.TooFewPoints, "a line needs two different points")
		}
		out.Geometry = clean
		return []Item[BasemapFeature]{{Value: out}}
	}
	parts, _, err := geo.CleanBoundary(f.geometry)
	var bad *geo.Defect
	switch {
	case errors.As(err, &bad):
		return reject(bad.Reason, bad.Detail)
	case err != nil:
		return reject(malformed, err.Error())
	}
	out.Geometry = parts
	if len(parts) == 1 {
		out.Geometry = parts[0]
	}
	return []Item[BasemapFeature]{{Value: out}}
}
