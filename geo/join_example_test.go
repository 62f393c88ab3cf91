package geo_test

import (
	"errors"
	"fmt"

	"fangma/geo"
	"github.com/paulmach/orb"
)

func ExampleJoin() {
	// Two houses with a gap of 2 cm between them, and a third down the road.
	west := orb.Polygon{{{9.5200000, 47.1410}, {9.5201000, 47.1410}, {9.5201000, 47.1411}, {9.5200000, 47.1411}, {9.5200000, 47.1410}}}
	east := orb.Polygon{{{9.5201003, 47.1410}, {9.5202000, 47.1410}, {9.5202000, 47.1411}, {9.5201003, 47.1411}, {9.5201003, 47.1410}}}
	far := orb.Polygon{{{9.5203000, 47.1410}, {9.5204000, 47.1410}, {9.5204000, 47.1411}, {9.5203000, 47.1411}, {9.5203000, 47.1410}}}
	one, err := geo.Join([]orb.Geometry{west, east}, geo.JoinGap)
	fmt.Println(one, err)

	_, err = geo.Join([]orb.Geometry{west, east, far}, geo.JoinGap)
	var defect *geo.Defect
	if errors.As(err, &defect) {
		fmt.Println(defect.Reason)
		fmt.Println(defect.Detail)
	}
	// Output:
	// [[[9.52 47.141] [9.5202 47.141] [9.5202 47.1411] [9.52 47.1411] [9.52 47.141]]] <nil>
	// apart
	// part 3 is 7.59 m from the others, more than the 0.05 m that can be closed
}

func ExampleCut() {
	house := orb.Polygon{{{9.5200, 47.1410}, {9.5202, 47.1410}, {9.5202, 47.1411}, {9.5200, 47.1411}, {9.5200, 47.1410}}}
	parts, err := geo.Cut(house, orb.LineString{{9.52015, 47.1409}, {9.52015, 47.1412}})
	for _, p := range parts {
		fmt.Printf("%.1f m² %v\n", geo.Area(p), p)
	}
	fmt.Println(err)
	// Output:
	// 126.5 m² [[[9.52 47.141] [9.52015 47.141] [9.52015 47.1411] [9.52 47.1411] [9.52 47.141]]]
	// 42.2 m² [[[9.52015 47.141] [9.5202 47.141] [9.5202 47.1411] [9.52015 47.1411] [9.52015 47.141]]]
	// <nil>
}
