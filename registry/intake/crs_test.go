package intake

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestParseCRS(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "EPSG:2056": "EPSG:2056", "epsg:4326": "EPSG:4326", "2056": "EPSG:2056", " gcj02 ": "gcj02", "GCJ-02": "gcj02", "BD09": "bd09",
		"WGS84": "EPSG:4326", "urn:ogc:def:crs:EPSG::2056": "EPSG:2056", "urn:ogc:def:crs:EPSG:9.9:2056": "EPSG:2056",
		"urn:ogc:def:crs:OGC:1.3:CRS84": "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/25832": "EPSG:25832", "EPSG:900913": "EPSG:3857",
	} {
		c, err := ParseCRS(in)
		if err != nil || c.String() != want {
			t.Errorf("ParseCRS(%q) = %q, %v, want %q", in, c, err, want)
		}
	}
	for _, in := range []string{"EPSG:", "EPSG:x", "EPSG:-5", "EPSG:12", "mars", "ESRI:2056", "EPSG:99999999", "EPSG:2056; drop table"} {
		if c, err := ParseCRS(in); err == nil {
			t.Errorf("ParseCRS(%q) = %q", in, c)
		}
	}
}

func TestCRSFromWKT(t *testing.T) {
	for in, want := range map[string]string{
		"": "",
		`GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]`:      "EPSG:4326",
		"\ufeff" + `GEOGCS["WGS 84",DATUM["x",AUTHORITY["EPSG","6326"]],AUTHORITY["EPSG","4326"]]`:     "EPSG:4326",
		`PROJCS["CH1903+ / LV95",GEOGCS["CH1903+",AUTHORITY["EPSG","4150"]],AUTHORITY["EPSG","2056"]]`: "EPSG:2056",
		"PROJCRS[\"x\",BASEGEOGCRS[\"y\",ID[\"EPSG\",4150]],\n  ID[\"EPSG\",2056]]":                    "EPSG:2056",
		`PROJCS["CH1903+_LV95",GEOGCS["GCS_CH1903+",AUTHORITY["EPSG","4150"]]]`:                        `PROJCS["CH1903+_LV95",GEOGCS["GCS_CH1903+",AUTHORITY["EPSG","4150"]]]`,
	} {
		c, err := crsFromWKT(in)
		if err != nil || c.String() != want {
			t.Errorf("crsFromWKT(%q) = %q, %v, want %q", in, c, err, want)
		}
	}
	if c, err := crsFromWKT("hello"); err == nil {
		t.Errorf("crsFromWKT = %q", c)
	}
}

// inMercator is a house of 20 m at x, y.
func inMercator(id string, x, y float64) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"properties":{},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`,
		id, x, y, x+20, y, x+20, y+20, x, y)
}

func TestTransformation(t *testing.T) {
	features := inMercator("a", 1059800, 5965000) + ",\n" + inMercator("east", 3e7, 0) + ",\n" + house("degrees", "{}", 9.52, 47.14) + ",\n" + inMercator("b", 1059900, 5965000)
	collection := func(crs string) string {
		return `{"type":"FeatureCollection",` + crs + `"features":[` + features + "]}"
	}
	wantRejects := []string{"2 east geometry outside_crs", "3 degrees geometry outside_crs"}
	check := func(name, text string, opt Options) {
		t.Helper()
		opt.Transformer = mercator{}
		values, rejects := buildings(t, write(t, "f", text), opt)
		expect(t, name, briefs(values), []string{"1 a Polygon", "4 b Polygon"})
		expect(t, name, reasons(rejects), wantRejects)
		if len(values) > 0 {
			if p := values[0].Footprint.Geometry.Bound().Center(); p[0] < 9.51 || p[0] > 9.53 || p[1] < 47 || p[1] > 48 {
				t.Errorf("%s: it went to %v", name, p)
			}
		}
	}
	crs, err := ParseCRS("EPSG:3857")
	if err != nil {
		t.Fatal(err)
	}
	check("the person's word", collection(""), Options{CRS: crs})
	check("the file's word", collection(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},`), Options{})
	check("the file's word, old form", collection(`"crs":{"type":"EPSG","properties":{"code":3857}},`), Options{})
	check("the person's before the file's", collection(`"crs":{"type":"name","properties":{"name":"EPSG:2056"}},`), Options{CRS: crs})

	for name, text := range map[string]string{
		"nothing to transform with": collection(`"crs":{"type":"name","properties":{"name":"EPSG:3857"}},`),
		"unknown name":              collection(`"crs":{"type":"name","properties":{"name":"mars"}},`),
		"named too late":            `{"features":[` + features + `],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}`,
	} {
		if _, _, err := all(Buildings(context.Background(), write(t, "f", text), Options{})); err == nil || !strings.Contains(err.Error(), "EPSG") {
			t.Errorf("%s: %v", name, err)
		}
	}
	values, _ := buildings(t, write(t, "f", `{"crs":null,"type":"FeatureCollection","features":[`+house("a", "{}", 9, 47)+"]}"), Options{})
	expect(t, "null crs", briefs(values), []string{"1 a Polygon"})
}

func TestChineseDatums(t *testing.T) {
	for name, shift := range map[string]float64{"gcj02": 0.0049, "bd09": 0.0115} {
		crs, err := ParseCRS(name)
		if err != nil {
			t.Fatal(err)
		}
		values, _ := buildings(t, write(t, "f.csv", "id,lon,lat\n1,114.06,22.54\n"), Options{CRS: crs})
		p := values[0].Footprint.Geometry.(orb.Point)
		if d := 114.06 - p[0]; d < shift-0.001 || d > shift+0.001 {
			t.Errorf("%s shifts by %v degrees east, want about %v", name, d, shift)
		}
	}
}

func TestUsage(t *testing.T) {
	u, err := usageOf("EPSG:2056")
	if err != nil || !u.known || u.degrees || !u.holds(orb.Point{9.52, 47.14}) || u.holds(orb.Point{-1, 52}) {
		t.Errorf("Swiss system: %+v %v", u, err)
	}
	u, err = usageOf("EPSG:4490")
	if err != nil || !u.degrees || !u.holds(orb.Point{114, 22}) || u.holds(orb.Point{-74, 40}) {
		t.Errorf("Chinese degrees: %+v %v", u, err)
	}
	u, err = usageOf("EPSG:3832") // the Pacific, across the antimeridian
	if err != nil || !u.holds(orb.Point{-150, 0}) || !u.holds(orb.Point{170, 0}) || u.holds(orb.Point{9, 47}) {
		t.Errorf("Pacific: %+v %v", u, err)
	}
	if u, err = usageOf("EPSG:999998"); err != nil || u.known || !u.holds(orb.Point{1, 2}) {
		t.Errorf("a code that is not in the table: %+v %v", u, err)
	}
}
