package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"fangma/geo"
	"fangma/registry"
)

// mapColumns are what the map is built from, of the table alias v. They are
// read as PostgreSQL sends them, in its binary form: a city has half a million
// such rows, and a start is mostly their reading.
const mapColumns = `v.building_code, v.version, lower(v.valid) - date '1970-01-01', upper(v.valid) - date '1970-01-01',
	v.geom, v.point, v.cell, coalesce(v.community_id, 0), v.state, v.floors, v.height`

// eachMapRow gathers rows of mapColumns that follow each other and are of one
// building.
func eachMapRow(rows pgx.Rows, f func(*registry.Building) error) error {
	defer rows.Close()
	var b registry.Building
	for rows.Next() {
		m := mapRow{values: rows.RawValues()}
		code, version, span := m.read()
		if m.err != nil {
			return m.err
		}
		if code != b.Code && b.Code != 0 {
			if err := f(&b); err != nil {
				return err
			}
			b = registry.Building{}
		}
		b.Code, b.Version = code, version
		b.Timeline = append(b.Timeline, span)
	}
	if err := rows.Err(); err != nil || b.Code == 0 {
		return err
	}
	return f(&b)
}

// mapRow takes a row apart, column by column; after the first error it reads
// nothing more.
type mapRow struct {
	values [][]byte
	err    error
}

func (m *mapRow) read() (registry.Code, int, registry.Span) {
	var s registry.Span
	code, version := registry.Code(m.int8()), int(m.int4())
	s.From, s.To = m.date(), m.date()
	s.Shape.Geometry = m.shape()
	s.Point = m.point()
	s.Cell, s.Community = geo.Cell(m.int8()), m.int8()
	s.State = registry.State(m.next(-1))
	if v := m.next(2); v != nil {
		floors := int(int16(binary.BigEndian.Uint16(v)))
		s.Floors = &floors
	}
	if v := m.next(8); v != nil {
		height := math.Float64frombits(binary.BigEndian.Uint64(v))
		s.Height = &height
	}
	return code, version, s
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

func (m *mapRow) int4() int32 {
	if v := m.next(4); v != nil {
		return int32(binary.BigEndian.Uint32(v))
	}
	return 0
}

// date reads days since 1970; null is the open end of a period.
func (m *mapRow) date() registry.Date {
	if v := m.next(4); v != nil {
		return registry.Date(int32(binary.BigEndian.Uint32(v)))
	}
	return registry.Forever
}

func (m *mapRow) shape() orb.Geometry {
	v := m.next(-1)
	if m.err != nil {
		return nil
	}
	g, _, err := ewkb.Unmarshal(v)
	if err != nil {
		m.err = fmt.Errorf("read a shape: %w", err)
	}
	return g
}

func (m *mapRow) point() orb.Point {
	p, ok := m.shape().(orb.Point)
	if !ok && m.err == nil {
		m.err = errMapColumn
	}
	return p
}
