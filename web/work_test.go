package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// owner runs SQL as the owner of the tables.
func (s *site) owner(t testing.TB, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// assign gives cells to an account from an hour ago on.
func (s *site) assign(t testing.TB, name string, role registry.Role, cells ...string) {
	t.Helper()
	for _, text := range cells {
		cell, err := geo.ParseCell(text)
		if err != nil {
			t.Fatal(err)
		}
		s.owner(t, `
			with e as (
				insert into event (event_id, class, type, actor_name, reason, document, valid_from, recorded_at, parts, detail)
				values (gen_random_uuid(), 'grid', 'assign', 'test', '', '', current_date, now(), 0, '{}') returning event_id)
			insert into assignment (cell, role, account_id, held_from, event_id)
			select $1, $2, (select account_id from account where name = $3), now() - interval '1 hour', event_id from e`,
			int64(cell), role, name)
	}
}

// officer is a program of a new officer who has the cells.
func (s *site) officer(t testing.TB, name string, cells ...string) *visitor {
	t.Helper()
	v := s.programOf(t, name, registry.Officer)
	s.assign(t, name, registry.Officer, cells...)
	return v
}

func TestAnOfficersDay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	hers, other := register(clerk, 0), register(clerk, 20)
	code, cell := hers["code"].(string), hers["cell"].(string)
	mei := s.officer(t, "mei", cell)

	grid := mei.get("/api/v1/officers/me/grid").want(http.StatusOK)
	if c := grid.header.Get("Cache-Control"); !strings.Contains(c, "private") {
		t.Errorf("kept by others: %s", c)
	}
	mei.get("/api/v1/officers/me/grid", "If-None-Match", grid.header.Get("ETag")).want(http.StatusNotModified)
	day := grid.json()
	houses := day["houses"].([]any)
	if len(houses) != 1 || houses[0].(map[string]any)["code"] != code || len(day["cells"].([]any)) != 1 || day["bbox"] == nil {
		t.Fatalf("%s", grid.body)
	}

	visit := mei.send(http.MethodPost, "/api/v1/visits", map[string]any{"code": code, "result": "no_change"}, "Idempotency-Key", "v1").want(http.StatusCreated)
	again := mei.send(http.MethodPost, "/api/v1/visits", map[string]any{"code": code, "result": "no_change"}, "Idempotency-Key", "v1").want(http.StatusCreated)
	id := visit.json()["visit"].(map[string]any)["id"].(string)
	if again.json()["visit"].(map[string]any)["id"] != id {
		t.Errorf("%s\n%s", visit.body, again.body)
	}
	if house := visit.json()["house"].(map[string]any); house["confirmedTo"] == nil || house["lastVisit"].(map[string]any)["id"] != id {
		t.Errorf("%s", visit.body)
	}
	after := mei.get("/api/v1/officers/me/grid", "If-None-Match", grid.header.Get("ETag")).want(http.StatusOK)
	if after.json()["today"].(map[string]any)["confirmed"].(float64) != 1 {
		t.Errorf("%s", after.body)
	}
	mei.do(http.MethodDelete, "/api/v1/visits/"+id, nil).want(http.StatusOK)
	mei.do(http.MethodDelete, "/api/v1/visits/"+id, nil).want(http.StatusNotFound)
	mei.do(http.MethodDelete, "/api/v1/visits/none", nil).want(http.StatusNotFound)
	mei.send(http.MethodPost, "/api/v1/visits", map[string]any{"code": other["code"], "result": "no_change"}).want(http.StatusForbidden)
	bad := mei.send(http.MethodPost, "/api/v1/visits", map[string]any{"code": code, "result": "no_change", "note": "Herr Wang 138-0013-8000"}).want(http.StatusUnprocessableEntity)
	if _, fields := bad.problem(); len(fields) != 1 || fields[0] != "note" || strings.Contains(string(bad.body), "8000") {
		t.Errorf("%s", bad.body)
	}
}

func TestTheClerksInbox(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	hers := register(clerk, 0)
	code, cell := hers["code"].(string), hers["cell"].(string)
	mei, lan := s.officer(t, "mei", cell), s.officer(t, "lan")
	propose := func(body map[string]any) string {
		return mei.send(http.MethodPost, "/api/v1/proposals", body).want(http.StatusCreated).json()["id"].(string)
	}
	decide := func(id string, body map[string]any, header ...string) reply {
		return clerk.send(http.MethodPost, "/api/v1/proposals/"+id+"/decision", body, header...)
	}
	lan.send(http.MethodPost, "/api/v1/proposals", map[string]any{"kind": "demolition", "code": code}).want(http.StatusForbidden)

	kiosk := propose(map[string]any{"kind": "new_building", "geometry": hut(9.5193, 47.1397), "note": "a kiosk"})
	lan.get("/api/v1/proposals/" + kiosk).want(http.StatusNotFound)
	inbox := clerk.get("/api/v1/proposals?state=open").want(http.StatusOK).json()["proposals"].([]any)
	if len(inbox) != 1 || inbox[0].(map[string]any)["by"].(map[string]any)["name"] != "mei" {
		t.Fatalf("%v", inbox)
	}
	bad := decide(kiosk, map[string]any{"decision": "accepted", "event": map[string]any{"floors": 900}}).want(http.StatusUnprocessableEntity)
	if _, fields := bad.problem(); len(fields) != 1 || fields[0] != "event.floors" {
		t.Errorf("%s", bad.body)
	}
	made := decide(kiosk, map[string]any{"decision": "accepted", "event": map[string]any{"floors": 1, "name": "Kiosk"}}).want(http.StatusOK).json()
	if made["building"].(map[string]any)["name"] != "Kiosk" || made["proposal"].(map[string]any)["result"] != made["building"].(map[string]any)["code"] {
		t.Errorf("%v", made)
	}

	end := propose(map[string]any{"kind": "demolition", "code": code})
	decide(end, map[string]any{"decision": "accepted"}).want(http.StatusPreconditionRequired)
	decide(end, map[string]any{"decision": "accepted"}, "If-Match", `"7"`).want(http.StatusPreconditionFailed)
	decide(end, map[string]any{"decision": "refused"}).want(http.StatusUnprocessableEntity)
	decide(end, map[string]any{"decision": "refused", "reason": "it stands", "event": map[string]any{}}).want(http.StatusBadRequest)
	gone := decide(end, map[string]any{"decision": "accepted"}, "If-Match", `"1"`).want(http.StatusOK).json()
	if gone["building"].(map[string]any)["status"] != "retired" {
		t.Errorf("%v", gone)
	}
	decide(end, map[string]any{"decision": "refused", "reason": "too late"}).want(http.StatusConflict)

	kioskCode := made["building"].(map[string]any)["code"].(string)
	wish := propose(map[string]any{"kind": "correction", "code": kioskCode, "note": "two floors"})
	decide(wish, map[string]any{"decision": "accepted", "event": map[string]any{"type": "correct", "floors": 2}}, "If-Match", `"1"`).want(http.StatusOK)
	mine := mei.get("/api/v1/proposals").want(http.StatusOK).json()["proposals"].([]any)
	if len(mine) != 3 || mine[2].(map[string]any)["state"] != "accepted" {
		t.Errorf("%v", mine)
	}
	idle := propose(map[string]any{"kind": "correction", "code": kioskCode, "note": "three floors"})
	mei.do(http.MethodDelete, "/api/v1/proposals/"+idle, nil).want(http.StatusOK)
	mei.do(http.MethodDelete, "/api/v1/proposals/"+idle, nil).want(http.StatusConflict)
}

// hut is a footprint of about 20 by 20 m.
func hut(x, y float64) map[string]any {
	return map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{
		{x, y}, {x + 0.00026, y}, {x + 0.00026, y + 0.00018}, {x, y + 0.00018}, {x, y}}}}
}

func parseCells(t testing.TB, texts ...string) []geo.Cell {
	t.Helper()
	out := make([]geo.Cell, len(texts))
	for i, text := range texts {
		var err error
		if out[i], err = geo.ParseCell(text); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
