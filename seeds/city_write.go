package seeds

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/paulmach/orb"
)

// CityTotals is what a written city holds.
type CityTotals struct{ Buildings, Dwellings, Heads int }

// WriteBuildings writes the city as GeoJSONSeq, one building a line, and holds one at a time.
func (c City) WriteBuildings(w io.Writer) (CityTotals, error) {
	out := bufio.NewWriterSize(w, 1<<18)
	var total CityTotals
	var line []byte
	for b := range c.All() {
		total.Buildings++
		total.Dwellings += b.Dwellings
		total.Heads += b.Heads
		line = b.append(line[:0])
		if _, err := out.Write(line); err != nil {
			return total, fmt.Errorf("write the city: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return total, fmt.Errorf("write the city: %w", err)
	}
	return total, nil
}

func (b *CityBuilding) append(line []byte) []byte {
	line = append(line, `{"type":"Feature","properties":{"id":"`...)
	line = append(line, b.ID...)
	line = append(line, `","state":"`...)
	line = append(line, b.State...)
	line = append(line, `","floors":`...)
	line = strconv.AppendInt(line, int64(b.Floors), 10)
	line = append(line, `,"height":`...)
	line = strconv.AppendFloat(line, b.Height, 'f', -1, 64)
	line = append(line, `,"dwellings":`...)
	line = strconv.AppendInt(line, int64(b.Dwellings), 10)
	line = append(line, `,"heads":`...)
	line = strconv.AppendInt(line, int64(b.Heads), 10)
	line = append(line, `},"geometry":`...)
	line = appendPolygon(line, b.Footprint)
	return append(line, '}', '\n')
}

func appendPolygon(line []byte, p orb.Polygon) []byte {
	line = append(line, `{"type":"Polygon","coordinates":[`...)
	for i, ring := range p {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, '[')
		for k, at := range ring {
			if k > 0 {
				line = append(line, ',')
			}
			line = append(line, '[')
			line = strconv.AppendFloat(line, at[0], 'f', -1, 64)
			line = append(line, ',')
			line = strconv.AppendFloat(line, at[1], 'f', -1, 64)
			line = append(line, ']')
		}
		line = append(line, ']')
	}
	return append(line, ']', '}')
}
