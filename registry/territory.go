package registry

import "github.com/paulmach/orb"

// Measure says what is shared fairly when an area is divided among officers.
type Measure string

const (
	ByHouses    Measure = "houses"
	ByDwellings Measure = "dwellings"
	ByHeads     Measure = "heads"
)

// Measures lists every measure.
func Measures() []Measure { return []Measure{ByHouses, ByDwellings, ByHeads} }

// Area is a part of the registry's land: a division with all below it, a
// polygon, or everything if both are empty.
type Area struct {
	Division int64
	Polygon  orb.MultiPolygon // lon,lat in WGS 84
}

// DivisionTask asks for a fair division of an area. One of Officers and Per
// is given.
type DivisionTask struct {
	Area    Area
	Measure Measure
	// Officers is how many; Per how much of the measure one officer is for, as
	// in one per 500 heads.
	Officers int
	Per      int64
	// MaxChange is the share of houses, 0 to 1, that may get another officer.
	MaxChange float64
	Seed      uint64
}

// Check returns Invalid with every wrong field.
func (t DivisionTask) Check() error {
	var f fieldErrors
	checkOneOf(&f, "measure", &t.Measure, Measures())
	if (t.Officers == 0) == (t.Per == 0) {
		f.add("officers", "give either how many officers or how much one officer is for")
	}
	if t.Officers < 0 || t.Officers > 100_000 {
		f.add("officers", "must be between 1 and 100,000")
	}
	if t.Per < 0 {
		f.add("perOfficer", "must be above 0")
	}
	if !(t.MaxChange >= 0 && t.MaxChange <= 1) {
		f.add("maxChange", "must be between 0 and 1")
	}
	if t.Area.Division != 0 && t.Area.Polygon != nil {
		f.add("area", "is a division or a polygon, not both")
	}
	return f.err()
}
