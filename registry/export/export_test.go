package export_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/export"
)

func TestPlainDefusesFormulas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "Rathaus": "Rathaus", "a=b": "a=b", "=1+1": "'=1+1", "+41 1": "'+41 1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠1": "'＠1", "'=1": "'=1", "房": "房",
	} {
		if got := export.Plain(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestCSVSurvivesWhatPeopleWrite: a table read back has the same cells, a point
// has no area, and a house that stands has no end.
func TestCSVSurvivesWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := export.CSV(&out)
	if err != nil {
		t.Fatal(err)
	}
	rec := registry.Record{Code: 112345678973, Version: 2, StatusOn: registry.Active}
	rec.Name, rec.Address = "a\n\"b\",c;d", "@home"
	rec.Shape.Geometry, rec.Point = orb.Point{9.5, 47.1}, orb.Point{9.5, 47.1}
	rec.Span.To = registry.Forever
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	table, ok := strings.CutPrefix(out.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || !ok || len(rows) != 2 || len(rows[1]) != len(export.Columns()) {
		t.Fatalf("%v %q", err, out.String())
	}
	cell := map[string]string{}
	for i, name := range rows[0] {
		cell[name] = rows[1][i]
	}
	for name, want := range map[string]string{"code": "112345678973", "name": rec.Name, "address": "'@home", "area": "", "floors": "",
		"valid_to": "", "lon": "9.5", "geometry": "POINT(9.5 47.1)"} {
		if cell[name] != want {
			t.Errorf("%s is %q, want %q", name, cell[name], want)
		}
	}
}
