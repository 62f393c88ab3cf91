package registry

import "github.com/paulmach/orb"

// BasemapFeature is a piece of scenery under the houses: a road, water, green.
// It has no history.
type BasemapFeature struct {
	Source   string
	ID       int64
	Class    string // road, rail, water, green, landuse
	Kind     string // the class's finer word, e.g. residential
	Name     string
	Geometry orb.Geometry
}
