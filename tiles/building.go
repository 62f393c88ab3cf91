package tiles

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// State is the physical state of a building.
type State uint8

const (
	StateUnknown State = iota // not drawn as an attribute
	Planned
	UnderConstruction
	InUse
	Unusable
	Demolished
	NotRealised
)

var stateNames = [...]string{"", "planned", "under_construction", "in_use", "unusable", "demolished", "not_realised"}

// String returns the name as the API and the tiles write it, "" if unknown.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return ""
}

// ParseState is the inverse of State.String; any other text is StateUnknown.
func ParseState(name string) State {
	for i, n := range stateNames {
		if n == name {
			return State(i)
		}
	}
	return StateUnknown
}

// Kind is the first digit of the code: what it names.
type Kind uint8

const (
	KindBuilding Kind = 1
	KindDwelling Kind = 2
	KindEntrance Kind = 3
	KindTest     Kind = 9
)

// String returns the name as the tiles write it, "" if unknown.
func (k Kind) String() string {
	switch k {
	case KindBuilding:
		return "building"
	case KindDwelling:
		return "dwelling"
	case KindEntrance:
		return "entrance"
	case KindTest:
		return "test"
	}
	return ""
}

// Forever is the To of a version that has no end.
const Forever = math.MaxInt32

// Version is what holds for a building from the day From until before the day To.
type Version struct {
	From, To int32
	// Geometry is the footprint: Polygon or MultiPolygon. Anything else, or one that encloses nothing at
	// the snapshot's resolution of 9 mm, is drawn as a dot at Point.
	Geometry orb.Geometry
	Point    orb.Point // representative point, lon,lat
	Cell     geo.Cell
	State    State
	Floors   int16   // 0 = unknown
	Height   float32 // metres; 0 or less = unknown
	Division int64   // id of the community that holds it, 0 = none
	Standing bool    // false: not to be seen on the map in this period (demolished, not realised)
}

// Building is a code with all that is presently known about it. Versions do not overlap in time and
// may come in any order; none at all means that the code is void.
type Building struct {
	Code     uint64
	Kind     Kind
	Version  uint32 // grows with every change of the building; older ones are ignored
	Versions []Version
}

func (b Building) clone() Building {
	b.Versions = slices.Clone(b.Versions)
	for i := range b.Versions {
		b.Versions[i].Geometry = orb.Clone(b.Versions[i].Geometry)
	}
	return b
}

// Division is an administrative division. Without a boundary it is counted but not drawn.
type Division struct {
	ID, Parent int64 // Parent 0 = top
	Level      int   // 1 province … 5 community
	Name, Code string
	Boundary   orb.MultiPolygon
	From, To   int32
}

// Feature is one piece of the basemap: a line or an area.
type Feature struct {
	ID       uint64
	Class    string // road, water, green, rail or landuse
	Kind     string // the value of the OSM tag: motorway, river, forest, residential …
	Name     string
	Geometry orb.Geometry
}
