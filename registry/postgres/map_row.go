package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// mapColumns are what the map is built from, of the table alias v. They are
// read as PostgreSQL sends them, in its binary form: a city has half a million
// such rows, and a start is mostly their reading.
const mapColumns = `v.building_code, v.version, v.valid, v.geom, v.point, v.cell, v.community_id, v.state, v.floors, v.height`

// mapRow takes rows apart, column by column; after the first error it reads
// nothing more.
type mapRow struct {
	values [][]byte
	shapes shapeReader
	err    error

	// What floors and heights point to.
	floors  []*int
	heights []*float64
	numbers int

	days []registry.Date // what days of totals point to
}

// reset takes back the memory of all that was read so far.
func (m *mapRow) reset() {
	m.numbers = 0
	m.shapes.reset()
}

func (m *mapRow) read(s *registry.Span) {
	s.Period = m.period()
	s.Shape.Geometry = m.shape()
	s.Point = m.point()
	s.Cell, s.Community = geo.Cell(m.int8()), m.int8()
	s.State = stateOf(m.next(-1))
	if m.numbers == len(m.floors) {
		m.floors, m.heights = append(m.floors, new(int)), append(m.heights, new(float64))
	}
	if v := m.next(2); v != nil {
		s.Floors = m.floors[m.numbers]
		*s.Floors = int(int16(binary.BigEndian.Uint16(v)))
	}
	if v := m.next(8); v != nil {
		s.Height = m.heights[m.numbers]
		*s.Height = math.Float64frombits(binary.BigEndian.Uint64(v))
	}
	m.numbers++
}

// stateOf makes no new text of a state that is known.
func stateOf(b []byte) registry.State {
	for _, s := range registry.States() {
		if string(b) == string(s) {
			return s
		}
	}
	return registry.State(b)
}

var errMapColumn = errors.New("a column is not in the form that was expected")

// next is the next column, nil for null; size is what it must have, -1 for
// any.
func (m *mapRow) next(size int) []byte {
	if m.err != nil || len(m.values) == 0 {
		m.err = errors.Join(m.err, errMapColumn)
		return nil
	}
	v := m.values[0]
	m.values = m.values[1:]
	if v != nil && size >= 0 && len(v) != size {
		m.err = errMapColumn
		return nil
	}
	return v
}

func (m *mapRow) int8() int64 {
	if v := m.next(8); v != nil {
		return int64(binary.BigEndian.Uint64(v))
	}
	return 0
}

func (m *mapRow) int2() int16 {
	if v := m.next(2); v != nil {
		return int16(binary.BigEndian.Uint16(v))
	}
	return 0
}

func (m *mapRow) int4() int32 {
	if v := m.next(4); v != nil {
		return int32(binary.BigEndian.Uint32(v))
	}
	return 0
}

// PostgreSQL counts days from 2000 on.
const days2000 = 10957

// date reads a date; null is Forever.
func (m *mapRow) date() registry.Date {
	if v := m.next(4); v != nil {
		return registry.Date(int32(binary.BigEndian.Uint32(v))) + days2000
	}
	return registry.Forever
}

// period reads a daterange with a beginning, and with an end or without: a byte
// of flags, then each bound after its length.
func (m *mapRow) period() registry.Period {
	const lowerIncluded, upperInfinite = 0x02, 0x10
	v := m.next(-1)
	bound := func(at int) registry.Date {
		return registry.Date(int32(binary.BigEndian.Uint32(v[at+4:]))) + days2000
	}
	switch {
	case len(v) == 9 && v[0] == lowerIncluded|upperInfinite:
		return registry.Period{From: bound(1), To: registry.Forever}
	case len(v) == 17 && v[0] == lowerIncluded:
		return registry.Period{From: bound(1), To: bound(9)}
	}
	m.err = errors.Join(m.err, errMapColumn)
	return registry.Period{}
}

func (m *mapRow) shape() orb.Geometry {
	v := m.next(-1)
	if m.err != nil {
		return nil
	}
	g, err := m.shapes.read(v)
	if err != nil {
		m.err = fmt.Errorf("read a shape: %w", err)
	}
	return g
}

func (m *mapRow) point() orb.Point {
	v := m.next(-1)
	if m.err != nil {
		return orb.Point{}
	}
	p, ok := pointOf(v)
	if !ok {
		m.err = errMapColumn
	}
	return p
}
