package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"fangma/registry"
)

// gridSite is a site with two houses in different cells and people for them.
type gridSite struct {
	*site
	operator, ada, ben, dispatcher, public *visitor
	cells                                  []string // of the two houses
	codes                                  []string
}

func newGridSite(t *testing.T) *gridSite {
	t.Helper()
	g := &gridSite{site: newSite(t)}
	g.operator = g.program(t, registry.Operator)
	g.dispatcher = g.program(t, registry.Dispatcher)
	g.public = g.visitor(t)
	clerk := g.program(t, registry.Clerk)
	for _, n := range []int{0, 9} {
		b := register(clerk, n)
		g.cells = append(g.cells, b["cell"].(string))
		g.codes = append(g.codes, b["code"].(string))
	}
	if g.cells[0] == g.cells[1] {
		t.Fatal("the houses are in one cell")
	}
	office := g.operator.send("POST", "/api/v1/offices", map[string]any{"name": "Rathaus", "phone": "+423 100"}).want(201).json()
	for _, p := range []struct{ name, role string }{{"ada", "administrator"}, {"adi", "administrator"}, {"ben", "officer"}, {"cem", "officer"}} {
		g.operator.send("POST", "/api/v1/accounts", map[string]any{"name": p.name, "displayName": strings.ToUpper(p.name), "office": office["id"],
			"roles": []map[string]any{{"role": p.role}}}).want(201)
	}
	g.ada, g.ben = g.as(t, "ada"), g.as(t, "ben")
	return g
}

// as signs in with a new password.
func (s *site) as(t *testing.T, name string) *visitor {
	t.Helper()
	if err := s.store.ResetPassword(t.Context(), registry.Actor{Name: "test"}, name, password); err != nil {
		t.Fatal(err)
	}
	v := s.visitor(t)
	v.send("POST", "/api/v1/session", map[string]any{"name": name, "password": password}).want(200)
	return v
}

func (g *gridSite) assign(v *visitor, status int, body map[string]any) map[string]any {
	v.t.Helper()
	return v.send("POST", "/api/v1/assignments", body).want(status).json()
}

func person(v any) string {
	p, ok := v.(map[string]any)
	if !ok {
		return "-"
	}
	return fmt.Sprint(p["name"], "/", p["office"], "/", p["phone"])
}

func TestWhoAnswersHere(t *testing.T) {
	t.Parallel()
	g := newGridSite(t)
	g.assign(g.operator, 201, map[string]any{"role": "administrator", "person": "ada", "cells": g.cells})
	if got := g.assign(g.operator, 201, map[string]any{"role": "officer", "person": "ben", "cells": g.cells[:1]}); got["changed"] != 1.0 || got["event"] == nil {
		t.Errorf("assigned: %v", got)
	}
	if got := g.assign(g.operator, 200, map[string]any{"role": "officer", "person": "ben", "cells": g.cells[:1]}); got["event"] != nil {
		t.Errorf("assigned again: %v", got)
	}
	const ben, ada, office = "ben/Rathaus/+423 100", "ada/Rathaus/+423 100", "<nil>/Rathaus/+423 100"
	point := "lon=9.5201&lat=47.1401"
	for _, c := range []struct {
		who                    *visitor
		where                  string
		officer, administrator string
	}{
		{g.dispatcher, point, ben, ada}, {g.operator, point, ben, ada}, {g.ada, point, ben, ada}, {g.ben, point, ben, ada},
		{g.public, point, office, office},
		{g.dispatcher, "code=" + g.codes[1], "-", ada}, {g.ada, "code=" + g.codes[1], "-", ada},
		{g.ben, "code=" + g.codes[1], "-", office}, {g.public, "code=" + g.codes[1], "-", office},
		{g.dispatcher, point + "&at=2020-01-01", "-", "-"},
	} {
		got := c.who.get("/api/v1/lookup?" + c.where).want(200)
		v := got.json()
		if person(v["officer"]) != c.officer || person(v["administrator"]) != c.administrator || v["uncovered"] != (c.officer == "-") {
			t.Errorf("%s: %v %v uncovered %v, want %s %s", c.where, person(v["officer"]), person(v["administrator"]), v["uncovered"], c.officer, c.administrator)
		}
		if cached := got.header.Get("Cache-Control"); (cached == "private, no-store") != (c.who != g.public) {
			t.Errorf("%s: Cache-Control %q", c.where, cached)
		}
	}
	if got := g.public.get("/api/v1/cells/" + g.cells[0]).want(200).json(); person(got["officer"]) != office {
		t.Errorf("the cell tells %v", got["officer"])
	}
	if slug, _ := g.public.get("/api/v1/lookup?q=Nowhere").want(404).problem(); slug != "not_found" {
		t.Error(slug)
	}
	g.public.get("/api/v1/lookup?code=123").want(422)
	g.public.get("/api/v1/lookup?code=" + g.codes[0] + "&lon=9&lat=47").want(400)

	// A substitute, and nobody.
	g.ada.send("POST", "/api/v1/absences", map[string]any{"person": "ben", "substitute": "cem", "to": "2029-01-01"}).want(422) // too long
	absence := g.ada.send("POST", "/api/v1/absences", map[string]any{"person": "ben", "substitute": "cem", "to": soon()}).want(201).json()
	if v := g.dispatcher.get("/api/v1/lookup?" + point).json(); person(v["officer"]) != "cem/Rathaus/+423 100" || person(v["standsInFor"]) != ben {
		t.Errorf("the substitute: %v", v)
	}
	if v := g.public.get("/api/v1/lookup?" + point).json(); person(v["officer"]) != office || v["standsInFor"] != nil {
		t.Errorf("the public is told of the substitute: %v", v)
	}
	if list := g.ben.get("/api/v1/absences").want(200).json()["absences"].([]any); len(list) != 1 {
		t.Errorf("ben sees %v", list)
	}
	g.as(t, "adi").do("DELETE", "/api/v1/absences/"+absence["id"].(string), nil).want(403)
	g.ada.do("DELETE", "/api/v1/absences/"+absence["id"].(string), nil).want(204)
	if v := g.dispatcher.get("/api/v1/lookup?" + point).json(); person(v["officer"]) != ben {
		t.Errorf("ben is back: %v", v)
	}
}

func soon() string { return (registry.DateOf(time.Now()) + 5).String() }

func TestAssignmentsOverHTTP(t *testing.T) {
	t.Parallel()
	g := newGridSite(t)
	g.assign(g.operator, 201, map[string]any{"role": "administrator", "person": "ada", "cells": g.cells[:1]})
	plan := g.ada.send("POST", "/api/v1/assignments?dryRun=true", map[string]any{"role": "officer", "person": "ben", "cells": g.cells[:1]}).want(200).json()
	if changes := plan["changes"].([]any); len(changes) != 1 || person(changes[0].(map[string]any)["to"]) != "ben/Rathaus/+423 100" || plan["doubles"] != 0.0 {
		t.Errorf("plan %v", plan)
	}
	slug, _ := g.ada.send("POST", "/api/v1/assignments", map[string]any{"role": "officer", "person": "ben", "cells": g.cells}).want(403).problem()
	if slug != "not_your_cells" {
		t.Error(slug)
	}
	for what, body := range map[string]map[string]any{
		"no cells":      {"role": "officer", "person": "ben"},
		"two ways":      {"role": "officer", "person": "ben", "cells": g.cells, "community": "x"},
		"no person":     {"role": "officer", "cells": g.cells},
		"not a cell":    {"role": "officer", "person": "ben", "cells": []string{"x"}},
		"unknown":       {"role": "officer", "person": "ben", "cells": g.cells, "cell": 1},
		"a wrong from":  {"role": "officer", "person": "ben", "cells": g.cells, "from": "tomorrow"},
		"an empty name": {"role": "officer", "person": "", "cells": g.cells},
	} {
		if got := g.operator.send("POST", "/api/v1/assignments", body); got.status != 400 {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	for what, body := range map[string]map[string]any{
		"a wrong role": {"role": "clerk", "person": "ben", "cells": g.cells},
		"nobody":       {"role": "officer", "person": "zoe", "cells": g.cells},
		"the past":     {"role": "officer", "person": "ben", "cells": g.cells, "from": "2020-01-01"},
		"no community": {"role": "officer", "person": "ben", "community": "Atlantis"},
		"a number":     {"role": "officer", "person": "ben", "cells": g.cells, "reason": "call 13800138000"},
	} {
		if got := g.operator.send("POST", "/api/v1/assignments", body); got.status != 422 {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}

	// A polygon around both houses; a plan of two people as one event.
	box := map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{{9.515, 47.136}, {9.53, 47.136}, {9.53, 47.145}, {9.515, 47.145}, {9.515, 47.136}}}}
	if got := g.assign(g.operator, 201, map[string]any{"role": "officer", "person": "cem", "polygon": box}); got["cells"].(float64) < 10 {
		t.Errorf("the polygon holds %v cells", got["cells"])
	}
	g.assign(g.operator, 201, map[string]any{"role": "officer", "reason": "fair", "plan": []map[string]any{
		{"person": "ben", "cells": g.cells[:1]}, {"person": nil, "cells": g.cells[1:]}}})
	if gaps := g.operator.get("/api/v1/assignments/gaps?role=officer").want(200).json(); gaps["total"] != 1.0 || gaps["gaps"].([]any)[0].(map[string]any)["cell"] != g.cells[1] {
		t.Errorf("gaps %v", gaps)
	}
	if got := g.ada.get("/api/v1/assignments/gaps").want(200).json(); got["total"] != 0.0 {
		t.Errorf("ada's gaps: %v", got)
	}
	territories := g.dispatcher.get("/api/v1/assignments/territories").want(200).json()["territories"].([]any)
	if len(territories) != 2 || person(territories[0].(map[string]any)["person"]) != "ben/Rathaus/+423 100" {
		t.Errorf("territories %v", territories)
	}
	if own := g.ben.get("/api/v1/assignments/territories").want(200).json()["territories"].([]any); len(own) != 1 {
		t.Errorf("ben sees %v", own)
	}
	g.operator.send("POST", "/api/v1/assignments/handover", map[string]any{"role": "officer", "fromPerson": "ben", "toPerson": "cem"}).want(201)
	page := g.operator.get("/api/v1/assignments?limit=1&role=officer").want(200).json()
	if len(page["assignments"].([]any)) != 1 || page["next"] == nil {
		t.Errorf("page %v", page)
	}
	g.operator.get("/api/v1/assignments?limit=1&role=officer&cursor=" + page["next"].(string)).want(200)
}

// What is exported is taken back and changes nothing; a table is all or
// nothing and tells of every wrong line.
func TestImportingAssignments(t *testing.T) {
	t.Parallel()
	g := newGridSite(t)
	table := "网格单元,人员,角色\n" + g.cells[0] + ",ben,网格员\n" + g.cells[1] + ",ada,责任人\n"
	upload := func(v *visitor, query, table string) reply {
		return v.do("POST", "/api/v1/assignments/import"+query, strings.NewReader(table), "Content-Type", "text/csv")
	}
	if got := upload(g.operator, "?dryRun=true", table).want(200).json(); got["changed"] != 2.0 || got["rows"] != 2.0 || len(got["errors"].([]any)) != 0 {
		t.Errorf("dry run %v", got)
	}
	upload(g.operator, "?reason=spring", table).want(201)
	if got := upload(g.operator, "", table).want(200).json(); got["changed"] != 0.0 {
		t.Errorf("again %v", got)
	}
	exported := g.operator.get("/api/v1/assignments?format=csv").want(200)
	if !strings.HasPrefix(string(exported.body), "\uFEFFcell,role,person,") || strings.Count(string(exported.body), "\r\n") != 3 {
		t.Errorf("exported %q", exported.body)
	}
	if got := upload(g.operator, "", string(exported.body)).want(200).json(); got["changed"] != 0.0 {
		t.Errorf("the export taken back %v", got)
	}
	bad := "cell,person,from\n" + g.cells[0] + ",zoe,\nx,ben,\n" + g.cells[1] + ",ben,2020-01-01\n"
	_, fields := upload(g.operator, "", bad).want(422).problem()
	if len(fields) != 1 || fields[0] != "line 3.cell" {
		t.Errorf("wrong fields %v", fields)
	}
	bad = strings.Replace(bad, "\nx,ben,", "", 1)
	got := upload(g.operator, "?dryRun=true", bad).want(200).json()
	if len(got["errors"].([]any)) != 1 {
		t.Errorf("errors %v", got)
	}
	bad = strings.Replace(bad, "zoe", "cem", 1)
	_, fields = upload(g.operator, "", bad).want(422).problem()
	if len(fields) != 1 || fields[0] != "line 3.from" {
		t.Errorf("wrong fields %v", fields)
	}
	if v := g.operator.get("/api/v1/lookup?code=" + g.codes[0]).json(); person(v["officer"]) != "ben/Rathaus/+423 100" {
		t.Errorf("a refused table changed %v", v["officer"])
	}
	upload(g.ada, "", "cell,person\n"+g.cells[0]+",cem\n").want(403)
}

func TestPeopleAndOffices(t *testing.T) {
	t.Parallel()
	g := newGridSite(t)
	slug, _ := g.operator.send("POST", "/api/v1/offices", map[string]any{"name": "Rathaus", "phone": "1"}).want(409).problem()
	if slug != "name_taken" {
		t.Error(slug)
	}
	offices := g.public.get("/api/v1/offices").want(200).json()["offices"].([]any)
	if len(offices) != 1 {
		t.Fatalf("offices %v", offices)
	}
	id := offices[0].(map[string]any)["id"].(string)
	slug, _ = g.operator.send("PATCH", "/api/v1/offices/"+id, map[string]any{"closed": true}).want(409).problem()
	if slug != "office_in_use" {
		t.Error(slug)
	}
	g.operator.send("PATCH", "/api/v1/offices/"+id, map[string]any{"phone": "call me"}).want(422)
	g.operator.send("PATCH", "/api/v1/offices/"+id, map[string]any{"phone": "+423 200"}).want(200)

	ben := g.operator.send("PATCH", "/api/v1/people/ben", map[string]any{"displayName": "本", "office": nil,
		"roles": []map[string]any{{"role": "officer"}, {"role": "clerk", "from": "2090-01-01", "to": nil}}})
	ben.want(422) // too far ahead
	got := g.operator.send("PATCH", "/api/v1/people/ben", map[string]any{"displayName": "本", "office": nil,
		"roles": []map[string]any{{"role": "officer"}, {"role": "clerk", "from": "2027-06-01", "to": "2027-07-01"}}}).want(200).json()
	if got["displayName"] != "本" || got["office"] != nil || len(got["roles"].([]any)) != 2 {
		t.Errorf("ben is %v", got)
	}
	got = g.operator.send("PATCH", "/api/v1/people/ben", map[string]any{"roles": []map[string]any{{"role": "officer"}}}).want(200).json()
	if roles := got["roles"].([]any); len(roles) == 0 || roles[len(roles)-1].(map[string]any)["role"] != "officer" {
		t.Errorf("ben is %v", got)
	}
	slug, _ = g.operator.send("PATCH", "/api/v1/people/p-operator", map[string]any{"roles": []any{}}).want(409).problem()
	if slug != "own_account" {
		t.Error(slug)
	}
	if list := g.ada.get("/api/v1/people").want(200).json()["people"].([]any); len(list) != 2 {
		t.Errorf("ada sees %v", list)
	}
	all := g.operator.get("/api/v1/people?limit=3").want(200).json()
	if len(all["people"].([]any)) != 3 || all["next"] == nil {
		t.Errorf("a page of people: %v", all)
	}
}

// Who did what, and who looked at a landlord's house.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	g := newGridSite(t)
	clerk := g.as(t, "p-clerk")
	g.account(t, "lea", registry.Landlord)
	g.account(t, "leo", registry.Landlord)
	lea, leo := g.as(t, "lea"), g.as(t, "leo")
	g.assign(g.operator, 201, map[string]any{"role": "administrator", "person": "ada", "cells": g.cells[:1]})
	clerk.send("POST", "/api/v1/buildings/"+g.codes[0]+"/holders", map[string]any{"person": "ben"}).want(422)
	clerk.send("POST", "/api/v1/buildings/"+g.codes[0]+"/holders", map[string]any{"person": "lea"}).want(201)
	clerk.send("POST", "/api/v1/buildings/"+g.codes[0]+"/holders", map[string]any{"person": "lea"}).want(409)
	acts := func(v *visitor, query string) (text string) {
		for _, a := range v.get("/api/v1/access" + query).want(200).json()["accesses"].([]any) {
			m := a.(map[string]any)
			text += fmt.Sprint(m["account"], " ", m["act"], " ", len(m["codes"].([]any)), "; ")
		}
		return text
	}
	if got := acts(g.operator, "?limit=2"); got != "p-clerk holding 1; p-operator assign 0; " {
		t.Errorf("the operator reads %q", got)
	}
	if got := acts(g.ada, ""); got != "p-operator assign 0; " {
		t.Errorf("ada reads %q", got)
	}
	if got := acts(lea, "?code="+g.codes[0]); got != "p-clerk holding 1; " {
		t.Errorf("lea reads %q", got)
	}
	if got := acts(leo, "?code="+g.codes[0]); got != "" {
		t.Errorf("leo reads %q", got)
	}
	if got := acts(g.operator, "?account=test"); !strings.Contains(got, "test account_add 0; ") || !strings.Contains(got, "test account_token 0; ") {
		t.Errorf("acts of accounts: %q", got)
	}
	first := g.operator.get("/api/v1/access?limit=1").json()
	if second := g.operator.get("/api/v1/access?limit=1&cursor=" + first["next"].(string)).want(http.StatusOK).json(); second["accesses"].([]any)[0].(map[string]any)["act"] != "assign" {
		t.Errorf("the second page: %v", second)
	}
}
