package geo_test

import (
	"errors"
	"fmt"

	"fangma/geo"
	"github.com/paulmach/orb"
)

func ExampleClean() {
	// A house as a surveyor might draw it: clockwise, and not closed.
	house := orb.Polygon{{{9.5209, 47.1410}, {9.5209, 47.1411}, {9.5211, 47.1411}, {9.5211, 47.1410}}}
	footprint, err := geo.Clean(house)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(footprint.Repairs)
	fmt.Printf("%.0f m²\n", geo.Area(footprint.Geometry))
	fmt.Println(geo.RepresentativePoint(footprint.Geometry))
	// Output:
	// [ring_closed ring_reoriented]
	// 169 m²
	// [9.521 47.14105]
}

func ExampleDefect() {
	bowTie := orb.Polygon{{{9.5209, 47.1410}, {9.5211, 47.1412}, {9.5211, 47.1410}, {9.5209, 47.1412}, {9.5209, 47.1410}}}
	_, err := geo.Clean(bowTie)
	var defect *geo.Defect
	if errors.As(err, &defect) {
		fmt.Println(defect.Reason)
		fmt.Println(defect.Detail)
	}
	// Output:
	// self_intersection
	// the outline crosses itself at 9.5210000, 47.1411000
}

func ExampleCellAt() {
	cell, err := geo.CellAt(orb.Point{9.5209, 47.1410}, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	parent, _ := cell.Parent(8)
	fmt.Println(cell, cell.Resolution())
	fmt.Println(parent, parent.Resolution())
	// Output:
	// 8a1f8e7290cffff 10
	// 881f8e7291fffff 8
}

func ExampleCellsOf() {
	// The box of a house on the border between cells: all of them are locked while it is written.
	house := orb.Bound{Min: orb.Point{9.5205, 47.1405}, Max: orb.Point{9.5215, 47.1411}}
	cells, err := geo.CellsOf(house, 10)
	fmt.Println(cells, err)
	// Output:
	// [8a1f8e7290cffff 8a1f8e729397fff 8a1f8e7293b7fff] <nil>
}

func ExamplePrepare() {
	town := geo.Prepare(orb.MultiPolygon{{{{9, 47}, {10, 47}, {10, 48}, {9, 48}, {9, 47}}}})
	fmt.Println(town.Contains(orb.Point{9.5, 47.5}))
	fmt.Println(town.Contains(orb.Point{9, 47.5}), town.Contains(orb.Point{10, 47.5})) // west border in, east border out
	// Output:
	// true
	// true false
}

func ExampleFromGCJ02() {
	p := geo.FromGCJ02(orb.Point{114.0629, 22.5429})
	fmt.Printf("%.6f %.6f\n", p[0], p[1])
	// Output:
	// 114.057786 22.545617
}

func ExampleDistance() {
	fmt.Printf("%.1f m\n", geo.Distance(orb.Point{9.5209, 47.1410}, orb.Point{9.5222, 47.1410}))
	// Output:
	// 98.6 m
}
