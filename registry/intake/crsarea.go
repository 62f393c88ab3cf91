package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed" // for the table below
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// epsgTable lists the coordinate systems of the EPSG Geodetic Parameter Dataset v10.076 (© IOGP,
// epsg.org) with the area each is made for: code, p (metres or feet) or g (degrees), west, south, east,
// north. PROJ transforms any numbers from any system without complaint; only the area shows that
// they cannot be meant.
//
//go:embed epsg.csv.gz
var epsgTable []byte

// usage is what a coordinate system is made for.
type usage struct {
	degrees bool       // it counts in degrees
	known   bool       // the units are known at all
	area    *orb.Bound // longitude and latitude; nil if not known. East is beyond 180 across the antimeridian
}

// usageOf finds out about a definition as the Transformer takes it. An EPSG code that is not in the
// table may still be a good one.
func usageOf(definition string) (usage, error) {
	code, ok := strings.CutPrefix(definition, "EPSG:")
	if !ok { // WKT: its first word tells
		root := strings.ToUpper(definition[:min(4, len(definition))])
		return usage{known: root == "GEOG" || root == "PROJ", degrees: root == "GEOG"}, nil
	}
	table, err := gzip.NewReader(bytes.NewReader(epsgTable))
	if err != nil {
		return usage{}, fmt.Errorf("the table of coordinate systems: %w", err)
	}
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		if cells[0] != code {
			continue
		}
		var n [4]float64
		for i := range n {
			if n[i], err = strconv.ParseFloat(cells[2+i], 64); err != nil {
				return usage{}, fmt.Errorf("the table of coordinate systems: %w", err)
			}
		}
		if n[2] < n[0] {
			n[2] += 360
		}
		area := orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}
		return usage{known: true, degrees: cells[1] == "g", area: &area}, nil
	}
	return usage{}, lines.Err()
}

// holds reports whether a transformed place lies in the area or near it. Maps reach over borders, so
// half the area's size, at least one degree and at most ten, is allowed around it.
func (u usage) holds(p orb.Point) bool {
	if u.area == nil {
		return true
	}
	around := func(axis int) float64 { return min(10, max(1, (u.area.Max[axis]-u.area.Min[axis])/2)) }
	lon := p[0]
	if lon < u.area.Min[0]-around(0) {
		lon += 360
	}
	return lon <= u.area.Max[0]+around(0) &&
		p[1] >= u.area.Min[1]-around(1) && p[1] <= u.area.Max[1]+around(1)
}
