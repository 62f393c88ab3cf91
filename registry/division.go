package registry

import (
	"time"

	"github.com/paulmach/orb"
)

// Level is a division's place in the tree.
type Level int

const (
	Province  Level = 1
	City      Level = 2
	District  Level = 3
	Street    Level = 4
	Community Level = 5
)

// String is the level's English word.
func (l Level) String() string {
	switch l {
	case Province:
		return "province"
	case City:
		return "city"
	case District:
		return "district"
	case Street:
		return "street"
	case Community:
		return "community"
	}
	return "unknown"
}

// ParseLevel reads the word that String writes.
func ParseLevel(word string) (Level, bool) {
	for l := Province; l <= Community; l++ {
		if l.String() == word {
			return l, true
		}
	}
	return 0, false
}

// Division is an administrative area as known at a moment. Its code is the
// official one, or "osm:r<id>". The boundary is optional.
type Division struct {
	ID           int64
	Source       string
	Code         string
	Name         string
	Level        Level
	Parent       int64 // 0 for none
	Valid        Period
	Boundary     orb.MultiPolygon
	RecordedFrom time.Time
}
