package tiles

import "fangma/geo"

// Sums is what the buildings of some part of the town come to today.
type Sums struct {
	Buildings, Dwellings, Heads, Permits int64
	Unconfirmed                          int64 // buildings whose number of heads nobody vouches for today
	Inhabited                            int64 // buildings with at least one head
	FloorArea                            int64 // m²
}

// CellSums is the sums of one cell of the grid or of a coarser one that its index descends from.
type CellSums struct {
	Cell geo.Cell
	Sums
}

func (s *Sums) add(o Sums) {
	s.Buildings += o.Buildings
	s.Dwellings += o.Dwellings
	s.Heads += o.Heads
	s.Permits += o.Permits
	s.Unconfirmed += o.Unconfirmed
	s.Inhabited += o.Inhabited
	s.FloorArea += o.FloorArea
}

func (s *Sums) sub(o Sums) {
	s.Buildings -= o.Buildings
	s.Dwellings -= o.Dwellings
	s.Heads -= o.Heads
	s.Permits -= o.Permits
	s.Unconfirmed -= o.Unconfirmed
	s.Inhabited -= o.Inhabited
	s.FloorArea -= o.FloorArea
}

// sums is what one building adds on a day.
func (t *total) sums(floorArea uint32, day int32) Sums {
	s := Sums{
		Buildings: 1, Dwellings: int64(t.dwellings), Heads: int64(t.heads), Permits: int64(t.permits), FloorArea: int64(floorArea),
	}
	if t.confirmedTo == 0 || t.confirmedTo <= day {
		s.Unconfirmed = 1
	}
	if t.heads > 0 {
		s.Inhabited = 1
	}
	return s
}

func (r *row) sums(day int32) Sums { return r.total.sums(r.floorArea, day) }
