package registry

import "time"

// KnownZone is a row of a zone's bitemporal history.
type KnownZone struct {
	ZoneOn
	RecordedTo *time.Time // nil while it is still held true
}

// ZoneHistory is everything the registry ever held about a zone.
type ZoneHistory struct {
	ID       ZoneID
	Events   []Event // newest first
	Versions []KnownZone
}

// ZoneOverlap is ground that two zones have in common.
type ZoneOverlap struct {
	Zones [2]ZoneID // the lower id first
	Area  float64   // m²
}
