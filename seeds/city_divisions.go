package seeds

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"github.com/paulmach/orb"
)

// The box is divided into 5 by 2 districts of 7 by 10 communities each: 700, which tile it.
const (
	communityColumns, communityRows = 35, 20
	districtColumns, districtRows   = 5, 2
	communityOfficers               = 20
)

// CityDivision is a division of the city.
type CityDivision struct {
	Code, Name, Parent string
	Level              int
	Officers           int // who work in it; of communities only
	Boundary           orb.Polygon
}

// Divisions gives the city, its districts and its communities, those above first.
func (c City) Divisions() iter.Seq[CityDivision] {
	return func(yield func(CityDivision) bool) {
		for n := range c.parts() {
			if !(cityPart{seed: c.Seed, number: n}).divisions(yield) {
				return
			}
		}
	}
}

func (p cityPart) divisions(yield func(CityDivision) bool) bool {
	city := CityDivision{Code: fmt.Sprintf("S%02d", p.number), Name: fmt.Sprintf("深圳 %d", p.number+1), Level: 2}
	city.Boundary = p.outline(0, 0, communityColumns, communityRows)
	if !yield(city) {
		return false
	}
	const w, h = communityColumns / districtColumns, communityRows / districtRows
	for d := range districtColumns * districtRows {
		x, y := d%districtColumns*w, d/districtColumns*h
		district := CityDivision{
			Code: fmt.Sprintf("%s%02d", city.Code, d), Name: fmt.Sprintf("第%d区", d+1), Parent: city.Code, Level: 3,
			Boundary: p.outline(x, y, x+w, y+h),
		}
		if !yield(district) {
			return false
		}
		for k := range w * h {
			i, j := x+k%w, y+k/w
			community := CityDivision{
				Code: fmt.Sprintf("%s%03d", district.Code, k), Name: fmt.Sprintf("%d区%d号社区", d+1, k+1), Parent: district.Code,
				Level: 5, Officers: communityOfficers, Boundary: p.outline(i, j, i+1, j+1),
			}
			if !yield(community) {
				return false
			}
		}
	}
	return true
}

// outline goes round the communities of some columns and rows, corner by corner, so that neighbours share every edge.
func (p cityPart) outline(x0, y0, x1, y1 int) orb.Polygon {
	var r orb.Ring
	for x := x0; x < x1; x++ {
		r = append(r, p.corner(x, y0))
	}
	for y := y0; y < y1; y++ {
		r = append(r, p.corner(x1, y))
	}
	for x := x1; x > x0; x-- {
		r = append(r, p.corner(x, y1))
	}
	for y := y1; y > y0; y-- {
		r = append(r, p.corner(x0, y))
	}
	return orb.Polygon{append(r, r[0])}
}

// corner is one where communities meet; those inside the box are moved, so that borders are crooked.
func (p cityPart) corner(x, y int) orb.Point {
	dx, dy := 0.0, 0.0
	if x > 0 && x < communityColumns && y > 0 && y < communityRows {
		rnd := p.random(int32(x)+1<<22, int32(y))
		dx, dy = 0.5*(rnd.Float64()-0.5), 0.5*(rnd.Float64()-0.5)
	}
	return p.at(((float64(x)+dx)/communityColumns-0.5)*cityWide*metresEast, ((float64(y)+dy)/communityRows-0.5)*cityHigh*metresNorth)
}

// WriteDivisions writes the divisions as GeoJSON.
func (c City) WriteDivisions(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString(`{"type":"FeatureCollection","features":[`)
	between := "\n"
	for d := range c.Divisions() {
		fmt.Fprintf(out, `%s{"type":"Feature","properties":{"code":%q,"name":%q,"parent":%q,"level":%d,"officers":%d},"geometry":%s}`,
			between, d.Code, d.Name, d.Parent, d.Level, d.Officers, appendPolygon(nil, d.Boundary))
		between = ",\n"
	}
	out.WriteString("\n]}\n")
	if err := out.Flush(); err != nil { // which tells of every write before it
		return fmt.Errorf("write the divisions: %w", err)
	}
	return nil
}
