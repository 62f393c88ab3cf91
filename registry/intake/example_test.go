package intake_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"fangma/geo"
	"fangma/registry/intake"
)

func ExampleBuildings() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "houses.csv")
	table := "编号,名称,层数,WKT\n" +
		"01,Rathaus,3,\"POLYGON ((9.5209 47.1410, 9.5212 47.1410, 9.5212 47.1412, 9.5209 47.1412))\"\n" +
		"02,Bow-tie,1,\"POLYGON ((9.5209 47.1410, 9.5211 47.1412, 9.5211 47.1410, 9.5209 47.1412, 9.5209 47.1410))\"\n"
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	for item, err := range intake.Buildings(context.Background(), path, intake.Options{}) {
		switch {
		case err != nil:
			fmt.Println("the file cannot be read:", err)
		case item.Reject != nil:
			r := item.Reject
			fmt.Printf("row %d, id %s, %s: %s (%s)\n", r.Row, r.ID, r.Field, r.Reason, r.Detail)
		default:
			b := item.Value
			fmt.Printf("row %d, id %s: %s, %d floors, %.0f m², %v\n", b.Row, b.ID, b.Name, *b.Floors, geo.Area(b.Footprint.Geometry), b.Footprint.Repairs)
		}
	}
	// Output:
	// row 2, id 01: Rathaus, 3 floors, 506 m², [ring_closed]
	// row 3, id 02, geometry: self_intersection (the outline crosses itself at 9.5210000, 47.1411000)
}
