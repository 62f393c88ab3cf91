package web_test

import (
	"fmt"
	"math"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry"
)

// TestBriefLookupsSayWhatTheRegistrySays holds what memory answers against the
// whole card, which comes from the database, for everybody, over many places and
// over codes in every state.
func TestBriefLookupsSayWhatTheRegistrySays(t *testing.T) {
	t.Parallel()
	g := newGridSite(t)
	community(t, g.site, orb.Bound{Min: orb.Point{9.5, 47.13}, Max: orb.Point{9.5264, 47.2}}) // between the houses
	readers := map[string]*visitor{"public": g.public, "ada": g.ada, "ben": g.ben, "cem": g.as(t, "cem"), "adi": g.as(t, "adi"), "no role": g.program(t)}
	for _, role := range []registry.Role{registry.Clerk, registry.Dispatcher, registry.Planner, registry.Landlord, registry.Integrator, registry.Operator} {
		readers[string(role)] = g.programOf(t, "any-"+string(role), role)
	}
	clerk := readers["clerk"]
	queries := briefQueries(t, clerk, g.codes)

	g.assign(g.operator, 201, map[string]any{"role": "administrator", "person": "ada", "cells": g.cells})
	g.assign(g.operator, 201, map[string]any{"role": "officer", "person": "ben", "cells": g.cells[:1]})
	waitForBrief(t, g, queries)
	compareBriefs(t, "assigned", readers, queries)

	absence := map[string]any{"person": "ben", "to": soon(), "substitute": "cem"}
	g.operator.send("POST", "/api/v1/absences", absence).want(201)
	office := items(g.public.get("/api/v1/offices").json(), "offices")[0]["id"].(string)
	g.operator.send("PATCH", "/api/v1/offices/"+office, map[string]any{"phone": "+423 200"}).want(200)
	g.operator.send("PATCH", "/api/v1/people/ada", map[string]any{"office": nil}).want(200)
	waitForBrief(t, g, queries)
	compareBriefs(t, "a substitute, another telephone, no office", readers, queries)
	if got := g.public.get("/api/v1/lookup/brief?" + queries[0]).json(); person(got["officer"]) != "<nil>/Rathaus/+423 200" || got["standsInFor"] != nil {
		t.Errorf("the public is told %v for %v", got["officer"], got["standsInFor"])
	}

	g.operator.send("PATCH", "/api/v1/accounts/cem", map[string]any{"disabled": true}).want(200)
	delete(readers, "cem")
	waitForBrief(t, g, queries)
	compareBriefs(t, "nobody", readers, queries)
}

// briefQueries asks for places in houses, near them and far away, and for codes
// of all that a code can have become.
func briefQueries(t *testing.T, clerk *visitor, codes []string) []string {
	queries := []string{"lon=9.5201&lat=47.1401", "lat=47.1401&lon=9.5201", "lon=-170&lat=10", "lon=180&lat=90", "lon=9.52&lat=47.14"}
	for n := range 10 { // both ends of a row of houses, some of which lie in two cells, and between them
		if n%9 != 0 {
			register(clerk, n)
		}
		for _, x := range []float64{0.00002, 0.00024, 0.0005} {
			queries = append(queries, fmt.Sprintf("lon=%.5f&lat=%.5f", 9.52+float64(n)*0.0007+x, 47.1401))
		}
	}
	for _, code := range codes {
		queries = append(queries, "code="+code, "code="+escape(code[:4]+" "+code[4:8]+"-"+code[8:]))
	}
	house, dwellings := built(clerk, block(20, 30, 22, 32), "101", "102")
	tall, _ := built(clerk, block(30, 30, 32, 32))
	clerk.send("PATCH", "/api/v1/buildings/"+tall, map[string]any{"floors": 31, "height": 96.4}, "If-Match", `"1"`).want(200)
	gone, _ := built(clerk, block(40, 30, 42, 32))
	clerk.event(gone, 1, map[string]any{"type": "retire", "as": "demolished", "validFrom": "2022-03-01"}).want(http.StatusCreated)
	future := clerk.send("POST", "/api/v1/buildings", map[string]any{"geometry": block(50, 30, 52, 32), "validFrom": soon()}).want(201).json()["code"].(string)
	planned := clerk.send("POST", "/api/v1/buildings", map[string]any{"geometry": block(60, 30, 62, 32), "state": "planned"}).want(201).json()["code"].(string)
	dot := clerk.send("POST", "/api/v1/buildings", map[string]any{"geometry": map[string]any{"type": "Point", "coordinates": [2]float64{9.5301, 47.1411}}}).want(201).json()["code"].(string)
	for _, code := range []string{house, tall, gone, future, planned, dot, dwellings[0], "112345678973", "112340678973"} {
		queries = append(queries, "code="+code)
	}
	return queries
}

// waitForBrief waits until memory says what the public may know.
func waitForBrief(t *testing.T, g *gridSite, queries []string) {
	t.Helper()
	for range 200 {
		if !slices.ContainsFunc(queries, func(q string) bool { return len(briefDifference(g.public, q)) > 0 }) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func compareBriefs(t *testing.T, when string, readers map[string]*visitor, queries []string) {
	t.Helper()
	for name, v := range readers {
		for _, q := range queries {
			if diff := briefDifference(v, q); diff != "" {
				t.Errorf("%s, as %s, %s: %s", when, name, q, diff)
			}
		}
	}
}

// briefDifference says where a brief answer and the card do not agree.
func briefDifference(v *visitor, query string) string {
	short, card := v.get("/api/v1/lookup/brief?"+query), v.get("/api/v1/lookup?"+query)
	if short.status != card.status {
		return fmt.Sprintf("%d and %d", short.status, card.status)
	}
	if a, b := short.header.Get("Cache-Control"), card.header.Get("Cache-Control"); a != b {
		return fmt.Sprintf("kept as %s and %s", a, b)
	}
	if short.status != http.StatusOK {
		return ""
	}
	a, b := short.json(), card.json()
	for _, name := range []string{"distance", "cell", "community", "officer", "administrator", "standsInFor", "uncovered"} {
		if !reflect.DeepEqual(a[name], b[name]) {
			return fmt.Sprintf("%s %v and %v", name, a[name], b[name])
		}
	}
	if a["building"] == nil || b["building"] == nil {
		if a["building"] != b["building"] {
			return fmt.Sprintf("%v and %v", a["building"], b["building"])
		}
		return ""
	}
	x, y := a["building"].(map[string]any), b["building"].(map[string]any)
	for _, name := range []string{"code", "kind", "version", "status", "state", "floors", "height", "cell", "community"} {
		if !reflect.DeepEqual(x[name], y[name]) {
			return fmt.Sprintf("%s %v and %v", name, x[name], y[name])
		}
	}
	return placeDifference(x, y)
}

// placeDifference allows for the centimetre that the map rounds to.
func placeDifference(short, card map[string]any) string {
	const near = 2e-7
	for i, at := range card["point"].([]any) {
		if got := short["point"].([]any)[i].(float64); math.Abs(got-at.(float64)) > near {
			return fmt.Sprintf("point %v and %v", short["point"], card["point"])
		}
	}
	west, south, east, north := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range positions(card["geometry"].(map[string]any)["coordinates"].([]any)) {
		west, south, east, north = min(west, p[0]), min(south, p[1]), max(east, p[0]), max(north, p[1])
	}
	for i, want := range []float64{west, south, east, north} {
		if got := short["bounds"].([]any)[i].(float64); math.Abs(got-want) > near {
			return fmt.Sprintf("bounds %v and %v", short["bounds"], []float64{west, south, east, north})
		}
	}
	return ""
}

// positions are all there are in coordinates of any depth.
func positions(of []any) (out [][2]float64) {
	if x, ok := of[0].(float64); ok {
		return [][2]float64{{x, of[1].(float64)}}
	}
	for _, part := range of {
		out = append(out, positions(part.([]any))...)
	}
	return out
}
