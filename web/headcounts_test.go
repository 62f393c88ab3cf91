package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

func statement(code any, heads int, evidence string) map[string]any {
	return map[string]any{"code": code, "heads": heads, "evidence": evidence}
}

func statements(all ...map[string]any) map[string]any { return map[string]any{"statements": all} }

func TestHeadcounts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	hers, other := register(clerk, 0), register(clerk, 20)
	code, cell := hers["code"].(string), hers["cell"].(string)
	mei := s.officer(t, "mei", cell)

	stated := mei.send(http.MethodPost, "/api/v1/headcounts", statements(statement(code, 4, "observed")), "Idempotency-Key", "a").want(http.StatusCreated)
	again := mei.send(http.MethodPost, "/api/v1/headcounts", statements(statement(code, 4, "observed")), "Idempotency-Key", "a").want(http.StatusCreated)
	if stated.json()["stated"].(float64) != 1 || string(again.body) != string(stated.body) {
		t.Errorf("%s\n%s", stated.body, again.body)
	}
	mei.send(http.MethodPost, "/api/v1/headcounts", statements(statement(other["code"], 4, "observed"))).want(http.StatusForbidden)
	clerk.send(http.MethodPost, "/api/v1/headcounts", statements(statement(other["code"], 5, "declared"))).want(http.StatusCreated)

	got := mei.get("/api/v1/buildings/" + code + "/headcounts").want(http.StatusOK)
	total := got.json()["total"].(map[string]any)
	first := got.json()["statements"].([]any)[0].(map[string]any)
	if total["heads"].(float64) != 4 || total["confirmedTo"] == nil || first["declarer"] != "officer" || first["to"] != nil || first["permits"] != nil {
		t.Errorf("%s", got.body)
	}
	if c := got.header.Get("Cache-Control"); !strings.Contains(c, "no-store") {
		t.Errorf("kept: %s", c)
	}
	// A house elsewhere answers the same whether or not anything is stated there.
	silent := register(clerk, 40)["code"].(string)
	a := mei.get("/api/v1/buildings/" + other["code"].(string) + "/headcounts").want(http.StatusForbidden)
	b := mei.get("/api/v1/buildings/" + silent + "/headcounts").want(http.StatusForbidden)
	if len(a.body) != len(b.body) || a.header.Get("ETag") != b.header.Get("ETag") {
		t.Errorf("%s\n%s", a.body, b.body)
	}
	for role, want := range map[registry.Role]int{registry.Dispatcher: 403, registry.Planner: 403, registry.Integrator: 403, registry.Operator: 403,
		registry.Administrator: 403, registry.Landlord: 403} {
		s.program(t, role).get("/api/v1/buildings/" + code + "/headcounts").want(want)
	}
	s.visitor(t).get("/api/v1/buildings/" + code + "/headcounts").want(http.StatusUnauthorized)

	day := first["from"].(string)
	mei.send(http.MethodPost, "/api/v1/headcounts/withdrawals", map[string]any{"code": code, "from": day}).want(http.StatusUnprocessableEntity)
	mei.send(http.MethodPost, "/api/v1/headcounts/withdrawals", map[string]any{"code": code, "from": "2001-01-01", "reason": "r"}).want(http.StatusNotFound)
	mei.send(http.MethodPost, "/api/v1/headcounts/withdrawals", map[string]any{"code": code, "from": day, "reason": "the house next door"}).want(http.StatusCreated)
	if left := mei.get("/api/v1/buildings/" + code + "/headcounts").want(http.StatusOK).json()["statements"].([]any); len(left) != 0 {
		t.Errorf("%v", left)
	}
}

func TestHeadcountsOfDwellings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	code := register(clerk, 0)["code"].(string)
	made := clerk.send(http.MethodPost, "/api/v1/buildings/"+code+"/dwellings", map[string]any{"dwellings": []any{map[string]any{"label": "101"}}},
		"If-Match", `"1"`).want(http.StatusCreated).json()
	unit := made["dwellings"].([]any)[0].(map[string]any)["code"].(string)
	two := statement(unit, 2, "declared")
	two["permits"], two["declarer"] = 1, "employer"
	clerk.send(http.MethodPost, "/api/v1/headcounts", statements(two)).want(http.StatusCreated)
	got := clerk.get("/api/v1/dwellings/" + unit + "/headcounts").want(http.StatusOK).json()["statements"].([]any)[0].(map[string]any)
	if got["label"] != "101" || got["permits"].(float64) != 1 || got["declarer"] != "employer" {
		t.Errorf("%v", got)
	}
	if house := clerk.get("/api/v1/buildings/" + code + "/headcounts").want(http.StatusOK).json(); house["total"].(map[string]any)["dwellings"].(float64) != 1 {
		t.Errorf("%v", house)
	}
	if past := clerk.get("/api/v1/buildings/" + code + "/headcounts?knownAt=2020-01-01").want(http.StatusOK).json(); len(past["statements"].([]any)) != 0 {
		t.Errorf("%v", past)
	}
	history := clerk.get("/api/v1/buildings/" + code + "/history").want(http.StatusOK)
	if feed := clerk.get("/api/v1/events").want(http.StatusOK); strings.Contains(string(feed.body), "headcount") || strings.Contains(string(history.body), "headcount") {
		t.Error("headcounts are told in the registry's own events")
	}
}

func TestHeadcountsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	code := register(clerk, 0)["code"].(string)
	for name, c := range map[string]struct {
		body   any
		status int
		fields string
	}{
		"nothing":        {map[string]any{}, 400, "statements"},
		"none":           {map[string]any{"statements": []any{}}, 422, "statements"},
		"no heads":       {statements(map[string]any{"code": code, "evidence": "declared"}), 400, "statements.0.heads"},
		"bad code":       {statements(statement("112345678970", 1, "declared")), 400, "statements.0.code"},
		"unknown member": {statements(map[string]any{"code": code, "heads": 1, "evidence": "declared", "name": "Wang"}), 400, "statements.0.name"},
		"bad values":     {statements(statement(code, -1, "guessed"), statement("200000000185", 1, "declared")), 422, "statements.0.heads statements.0.evidence"},
		"unknown code":   {statements(statement("200000000185", 1, "declared")), 422, "statements.0.code"},
		"a phone number": {map[string]any{"statements": []any{statement(code, 1, "declared")}, "reason": "ask 138 0013 8000"}, 422, "reason"},
	} {
		got := clerk.send(http.MethodPost, "/api/v1/headcounts", c.body).want(c.status)
		if _, fields := got.problem(); strings.Join(fields, " ") != c.fields {
			t.Errorf("%s: %s", name, got.body)
		}
		if strings.Contains(string(got.body), "8000") {
			t.Errorf("%s: the number is repeated", name)
		}
	}
}

func TestTablesOfHeadcounts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	hers, other := register(clerk, 0), register(clerk, 20)
	code, far := hers["code"].(string), other["code"].(string)
	mei := s.officer(t, "mei", hers["cell"].(string))
	post := func(v *visitor, query, table string) reply {
		return v.do(http.MethodPost, "/api/v1/headcounts"+query, strings.NewReader(table), "Content-Type", "text/csv")
	}
	table := "房屋编码,居住人数,依据\n" + code + ",3,申报\n" + far + ",4,走访\n"
	plan := post(clerk, "?dryRun=true", table).want(http.StatusOK).json()
	if plan["stated"].(float64) != 2 || plan["event"] != nil {
		t.Errorf("%v", plan)
	}
	done := post(clerk, "?reason=yearly", table).want(http.StatusCreated).json()
	if done["stated"].(float64) != 2 || done["event"].(map[string]any)["reason"] != "yearly" || done["event"].(map[string]any)["class"] != "people" {
		t.Errorf("%v", done)
	}
	same := post(clerk, "", table).want(http.StatusOK).json()
	if same["same"].(float64) != 2 {
		t.Errorf("%v", same)
	}
	bad := "code,heads\n" + code + ",9\n200000000185,x\n"
	refused := post(clerk, "?evidence=declared", bad).want(http.StatusUnprocessableEntity)
	if slug, fields := refused.problem(); slug != "headcounts_refused" || !slices.Equal(fields, []string{"line 3.heads"}) {
		t.Errorf("%s", refused.body)
	}
	look := post(clerk, "?evidence=declared&dryRun=true", bad).want(http.StatusOK).json()
	if look["wrong"].(float64) != 1 || len(look["errors"].([]any)) != 1 {
		t.Errorf("%v", look)
	}
	post(clerk, "", "code,heads,姓名\n").want(http.StatusUnprocessableEntity)
	post(clerk, "?evidence=declared", "").want(http.StatusUnprocessableEntity)

	post(mei, "?evidence=observed", "code,heads\n"+code+",6\n").want(http.StatusCreated)
	post(mei, "?evidence=observed", "code,heads\n"+code+",7\n"+far+",8\n").want(http.StatusForbidden)
	late := post(mei, "?evidence=observed", fmt.Sprintf("code,heads,from\n%s,7,\n%s,7,1950-01-01\n", code, code)).want(http.StatusUnprocessableEntity)
	if _, fields := late.problem(); !slices.Equal(fields, []string{"line 3.from"}) {
		t.Errorf("%s", late.body)
	}
	if heads := clerk.get("/api/v1/buildings/" + code + "/headcounts").want(http.StatusOK).json()["total"].(map[string]any)["heads"].(float64); heads != 6 {
		t.Errorf("%v heads", heads)
	}
}

func TestEstimateOfHeadcounts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	ask := func(body map[string]any) reply {
		return clerk.send(http.MethodPost, "/api/v1/headcounts/estimate", body)
	}
	unknown := ask(map[string]any{"totals": []any{map[string]any{"division": "4711", "heads": 5}}}).want(http.StatusUnprocessableEntity)
	if slug, _ := unknown.problem(); slug != "division_unknown" {
		t.Errorf("%s", unknown.body)
	}
	bad := ask(map[string]any{"totals": []any{map[string]any{"division": "west", "heads": "5"}}}).want(http.StatusBadRequest)
	if _, fields := bad.problem(); !slices.Equal(fields, []string{"totals.0.division", "totals.0.heads"}) {
		t.Errorf("%s", bad.body)
	}
	ask(map[string]any{}).want(http.StatusBadRequest)
}
