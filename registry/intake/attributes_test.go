package intake

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

// A column that stood for two fields would be read by chance.
func TestColumnsAreUnique(t *testing.T) {
	for name, set := range map[string]map[field][]string{"buildings": buildingColumns(), "divisions": divisionColumns(), "zones": zoneColumns()} {
		seen := map[string]field{}
		for _, columns := range []map[field][]string{set, placeColumns()} {
			for f, list := range columns {
				for _, c := range list {
					if other, ok := seen[c]; ok {
						t.Errorf("%s: column %q stands for fields %d and %d", name, c, other, f)
					}
					seen[c] = f
					if c != strings.ToLower(c) {
						t.Errorf("%s: column %q is not lower case", name, c)
					}
				}
			}
		}
	}
}

func TestAttributes(t *testing.T) {
	tests := []struct{ name, properties, want string }{
		{"OpenStreetMap", `{"name":"Rathaus","addr:street":"Städtle","addr:housenumber":"6","building:levels":"3","height":"9.5 m","building":"civic"}`,
			"name=Rathaus address=Städtle 6 use=civic floors=3 height=9.5"},
		{"whole address first", `{"addr:full":"Städtle 6, Vaduz","addr:street":"x","addr:housenumber":"1"}`, "address=Städtle 6, Vaduz"},
		{"street only", `{"street":"Städtle"}`, "address=Städtle"},
		{"number only", `{"housenumber":"6"}`, ""},
		{"Chinese", `{"名称":"南山大厦","道路名称":"桃园路","门牌号":"12","层数":"31层","建筑高度":"99.5米","状态":"在建"}`,
			"name=南山大厦 address=桃园路12号 state=under_construction floors=31 height=99.5"},
		{"Chinese with its own sign", `{"路名":"桃园路","门牌":"12号"}`, "address=桃园路12号"},
		{"INSPIRE", `{"conditionOfConstruction":"http://inspire.ec.europa.eu/codelist/ConditionOfConstructionValue/functional","numberOfFloorsAboveGround":4,"currentUse":"residential"}`,
			"use=residential state=in_use floors=4"},
		{"numbers", `{"floors":3.0,"height":12}`, "floors=3 height=12"},
		{"decimal comma", `{"height":"12,5"}`, "height=12.5"},
		{"feet", `{"height":"100 ft"}`, "height=30.48"},
		{"feet and inches", `{"height":"5'11\""}`, "height=1.8"},
		{"half a floor", `{"levels":"2.5"}`, "floors=2"},
		{"unknown as nought", `{"levels":0,"height":"-9999"}`, ""},
		{"nothing", `{"levels":"","height":null,"name":"  "}`, ""},
		{"not numbers", `{"levels":"2-3","height":"tall"}`, "-floors:not_a_number -height:not_a_number"},
		{"too many", `{"levels":301,"height":1501}`, "-floors:out_of_bounds -height:out_of_bounds"},
		{"infinite", `{"levels":"Inf","height":"NaN"}`, "-floors:not_a_number -height:not_a_number"},
		{"unknown state", `{"state":"flying"}`, "-state:unknown_value"},
		{"own state", `{"state":"demolished"}`, "state=demolished"},
		{"mobile number in a name", `{"name":"王 138 0013 8000","address":"桃园路1号"}`, "address=桃园路1号 -name:personal_data"},
		{"identity number in an address", `{"address":"11010519491231002X"}`, "-address:personal_data"},
		{"mobile number over two columns", `{"street":"1380013","housenumber":"8000"}`, "-address:personal_data"},
		{"long name", `{"name":"` + strings.Repeat("长", 201) + `"}`, "-name:too_long"},
		{"longest name", `{"name":"` + strings.Repeat("x", 200) + `"}`, "name=" + strings.Repeat("x", 200)},
		{"line end in a name", `{"name":"a\r\nb\tc"}`, "name=a b c"},
		{"characters that databases refuse", `{"name":"a\u0000b","use":"\ud800"}`, "name=a b use=\ufffd"},
		{"inner object", `{"address":{"street":"x"},"inspireId":{"localId":"77"}}`, ""},
		{"array", `{"name":["a","b"]}`, ""},
		{"escapes", `{"na\u006de":"Gr\u00fcn\/\"x\""}`, `name=Grün/"x"`},
		{"case and spaces", `{" NAME ":"A"}`, "name=A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, rejects := buildings(t, write(t, "f", house("i", tt.properties, 9, 47)), Options{})
			if len(values) != 1 {
				t.Fatalf("rejected: %v", rejects)
			}
			expect(t, "building", []string{strings.TrimSpace("1 i Polygon " + tt.want)}, []string{brief(values[0])})
		})
	}
}

// Whatever column a number is in, no message says it again.
func TestMessagesDoNotRepeatPersonalDigits(t *testing.T) {
	const digits = "13800138000"
	p := `{"name":"` + digits + `","address":"` + digits + `","levels":"` + digits + `","height":"` + digits + ` x","state":"` + digits + `","use":"` + digits + `"}`
	values, _ := buildings(t, write(t, "f", house("i", p, 9, 47)), Options{})
	for _, n := range values[0].Notes {
		if strings.Contains(n.Detail, digits) {
			t.Errorf("%s: %s", n.Field, n.Detail)
		}
	}
	if got := brief(values[0]); strings.Contains(got, digits) {
		t.Error(got)
	}
	_, rejects := buildings(t, write(t, "f.csv", "id,lon,lat\n1,"+digits+"x,2\n"), Options{})
	if len(rejects) != 1 || strings.Contains(rejects[0].Detail, digits) {
		t.Errorf("%v", rejects)
	}
}

func TestMap(t *testing.T) {
	row := house("outer", `{"BEZ":"Rathaus","name":"wrong","NR":77,"Etagen":3}`, 9, 47)
	custom := map[string]string{"BEZ": "name", "nr": "id", "Etagen": "floors"}
	values, _ := buildings(t, write(t, "f", row), Options{Map: custom})
	expect(t, "mapped", briefs(values), []string{"1 77 Polygon name=Rathaus floors=3"})

	row = house("outer", `{"name":"must not show"}`, 9, 47)
	values, _ = buildings(t, write(t, "f", row), Options{Map: custom})
	expect(t, "a named field is filled from nowhere else", briefs(values), []string{"1 outer Polygon"})

	for _, to := range []string{"nme", "parent", ""} {
		_, _, err := all(Buildings(context.Background(), write(t, "f", row), Options{Map: map[string]string{"x": to}}))
		if err == nil || !strings.Contains(err.Error(), "address") {
			t.Errorf("--map x=%s: %v, want an error that lists the fields", to, err)
		}
	}
}

func TestExplode(t *testing.T) {
	multi := `{"type":"Feature","id":"m","properties":{"name":"M"},"geometry":{"type":"MultiPolygon","coordinates":[[` +
		box(9.52, 47.14) + `],[` + box(9.53, 47.14) + `],[[[9,47],[9.1,47],[9,47.1],[9,47]]]]}}`
	good := strings.Replace(multi, `,[[[9,47],[9.1,47],[9,47.1],[9,47]]]`, "", 1)
	path := write(t, "f", multi+"\n"+good+"\n"+house("p", "{}", 9, 47))
	values, rejects := buildings(t, path, Options{Explode: true})
	expect(t, "buildings", briefs(values), []string{"1 m#1 Polygon name=M", "1 m#2 Polygon name=M", "2 m#1 Polygon name=M", "2 m#2 Polygon name=M", "3 p Polygon"})
	expect(t, "rejects", reasons(rejects), []string{"1 m#3 geometry area_too_large"})

	values, rejects = buildings(t, path, Options{})
	expect(t, "whole", briefs(values), []string{"2 m MultiPolygon name=M", "3 p Polygon"})
	expect(t, "whole, rejected", reasons(rejects), []string{"1 m geometry area_too_large"})
}

func TestStateNamesAreStates(t *testing.T) {
	for _, s := range registry.States() {
		if got, ok := stateNames(string(s)); !ok || got != s {
			t.Errorf("stateNames(%q) = %q", s, got)
		}
	}
	if got, ok := stateNames("已拆除"); !ok || !slices.Contains(registry.States(), got) {
		t.Errorf("stateNames = %q %v", got, ok)
	}
}
