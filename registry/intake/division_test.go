package intake

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func divisions(t testing.TB, path string, opt Options) ([]string, []Reject) {
	t.Helper()
	values, rejects, err := all(Divisions(context.Background(), path, opt))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range values {
		s := fmt.Sprintf("%d %s %s %d", d.Row, d.Code, d.Name, d.Level)
		if d.ParentCode != "" {
			s += " in " + d.ParentCode
		}
		if d.Boundary != nil {
			s += fmt.Sprintf(" parts=%d", len(d.Boundary))
		}
		out = append(out, s)
	}
	return out, rejects
}

func TestDivisionsOfATable(t *testing.T) {
	got, rejects := divisions(t, write(t, "f.csv", "\ufeffcode,name,parent,level\r\n44,广东省,,province\r\n4403,深圳市,44,city\r\n"+
		"440305,南山区,4403,district\r\n440305007,粤海街道,440305,街道\r\n440305007001,海珠社区,440305007,5\r\n,x,,1\r\n9,,,1\r\n8,y,,planet\r\n7,z,,9\r\n6,w,6,1\r\n5,v,,\r\n"), Options{})
	expect(t, "divisions", got, []string{"2 44 广东省 1", "3 4403 深圳市 2 in 44", "4 440305 南山区 3 in 4403",
		"5 440305007 粤海街道 4 in 440305", "6 440305007001 海珠社区 5 in 440305007"})
	expect(t, "rejects", reasons(rejects), []string{"7  code missing", "8  name missing", "9  level unknown_value",
		"10  level unknown_value", "11  parent unknown_value", "12  level unknown_value"})
}

func TestDivisionsOfGeoJSON(t *testing.T) {
	area := `"geometry":{"type":"Polygon","coordinates":[[[9,47],[10,47],[10,48],[9,48],[9,47]]]}}`
	row := func(p string) string { return `{"type":"Feature","properties":` + p + `,` + area + "\n" }
	got, rejects := divisions(t, write(t, "f", row(`{"adcode":440305,"name":"南山区","level":"district","parent":{"adcode":440300}}`)+
		row(`{"code":"x","name":"X","admin_level":8}`)+row(`{"code":"y","name":"Y","admin_level":10}`)+
		`{"type":"Feature","id":"z","properties":{"code":"z","name":"Z","level":1},"geometry":{"type":"Point","coordinates":[1,2]}}`),
		Options{Levels: map[int]int{8: 5, 1: 1}})
	expect(t, "divisions", got, []string{"1 440305 南山区 3 in 440300 parts=1", "2 x X 5 parts=1"})
	expect(t, "rejects", reasons(rejects), []string{"4 z geometry wrong_geometry_type"})
}

func TestDivisionsOfOSM(t *testing.T) {
	got, rejects := divisions(t, "testdata/town.osm.pbf", Options{Levels: map[int]int{4: 1, 8: 5}})
	expect(t, "divisions", got, []string{"1 osm:r11 West 5 parts=1", "2 osm:r12 Ost 5 parts=1"})
	expect(t, "rejects", reasons(rejects), []string{"3 r13 geometry unclosed", "4 r14 geometry unclosed"})

	_, _, err := all(Divisions(context.Background(), "testdata/town.osm.pbf", Options{}))
	if err == nil || !strings.Contains(err.Error(), "--level") {
		t.Errorf("without levels: %v", err)
	}
}
