package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

func TestExports(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	integrator := s.program(t, registry.Integrator)
	b := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(0), "validFrom": "2000-01-01", "name": `=HYPERLINK("http://x")`,
		"address": `Städtle 6, "Hof"`, "floors": 3, "externalIds": []any{map[string]any{"source": "egid", "id": "007"}}}).want(http.StatusCreated).json()
	code := b["code"].(string)
	gone, _ := built(clerk, block(20, 20, 21, 21))
	clerk.event(gone, 1, map[string]any{"type": "void", "reason": "a hedge"}).want(http.StatusCreated)
	const path = "/api/v1/exports/buildings"

	got := integrator.get(path+"?validOn=2010-01-01", "Accept-Encoding", "gzip").want(http.StatusOK)
	if got.header.Get("Content-Encoding") != "gzip" || !strings.Contains(got.header.Get("Content-Disposition"), `"buildings-2010-01-01.csv"`) {
		t.Errorf("headers %v", got.header)
	}
	z, err := gzip.NewReader(bytes.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	table, err := io.ReadAll(z)
	if err != nil || !bytes.HasPrefix(table, []byte("\uFEFFcode,status,")) {
		t.Fatalf("%v %.40q", err, table)
	}
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v %v", rows, err)
	}
	for column, want := range map[string]string{"name": `'=HYPERLINK("http://x")`, "address": `Städtle 6, "Hof"`, "floors": "3", "external_ids": "egid=007",
		"status": "active", "valid_from": "2000-01-01", "valid_to": "", "height": ""} {
		if have := rows[1][slices.Index(rows[0], column)]; have != want {
			t.Errorf("%s is %q, want %q", column, have, want)
		}
	}
	if rows[1][0] != code || !strings.HasPrefix(rows[1][len(rows[1])-1], "POLYGON((9.52") {
		t.Errorf("row %v", rows[1])
	}

	lines := integrator.get(path+"?format=jsonl", "Accept-Encoding", "identity").want(http.StatusOK)
	var one map[string]any
	if err := json.Unmarshal(bytes.TrimSpace(lines.body), &one); err != nil {
		t.Fatal(err)
	}
	single := string(clerk.get("/api/v1/buildings/" + code).body)
	if same := strings.TrimSpace(string(lines.body)); same != single {
		t.Errorf("a line differs from the building:\n%s\n%s", same, single)
	}
	sequence := integrator.get(path+"?format=geojsonseq", "Accept-Encoding", "identity").want(http.StatusOK)
	scan := bufio.NewScanner(bytes.NewReader(sequence.body))
	for scan.Scan() {
		var f map[string]any
		if err := json.Unmarshal(bytes.TrimPrefix(scan.Bytes(), []byte("\x1e")), &f); err != nil || f["type"] != "Feature" || f["id"] != code {
			t.Errorf("feature %v %v", f, err)
		}
	}
	if got := clerk.get(path + "?validOn=1999-12-31&format=jsonl").want(http.StatusOK); len(got.body) != 0 {
		t.Errorf("before the house: %s", got.body)
	}
	for query, field := range map[string]string{"format=xlsx": "format", "validOn=x": "validOn", "knownAt=x": "knownAt", "bbox=1": "bbox"} {
		if _, fields := clerk.get(path + "?" + query).want(http.StatusBadRequest).problem(); !slices.Equal(fields, []string{field}) {
			t.Errorf("%s: %v", query, fields)
		}
	}
	if h := clerk.do(http.MethodHead, path, nil).want(http.StatusOK); len(h.body) != 0 {
		t.Error("HEAD with a body")
	}
}

// TestTheFeedCarriesDwellings and the lineage; the live map ignores dwellings.
func TestTheFeedCarriesDwellings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	code, units := built(clerk, block(0, 0, 2, 2), "1", "2")
	other, _ := built(clerk, block(2, 0, 3, 2))
	clerk.send(http.MethodPost, "/api/v1/merges", map[string]any{"parents": []string{code, other}, "versions": map[string]int{code: 1, other: 1}}).want(http.StatusCreated)
	s.waitForCount(t, 1)
	var types []string
	var dwellings, edges int
	for _, e := range items(clerk.get("/api/v1/events").want(http.StatusOK).json(), "events") {
		types = append(types, e["type"].(string))
		for _, d := range items(e, "dwellings") {
			if d["home"] != code || !slices.Contains(units, d["code"].(string)) || d["after"].(map[string]any)["timeline"] == nil {
				t.Errorf("dwelling %v", d)
			}
			dwellings++
		}
		if list, ok := e["detail"].(map[string]any)["lineage"].([]any); ok {
			edges += len(list)
		}
	}
	if want := []string{"register", "dwelling", "register", "merge"}; !slices.Equal(types, want) || dwellings != 4 || edges != 2 {
		t.Errorf("events %v with %d dwellings and %d edges", types, dwellings, edges)
	}
}
