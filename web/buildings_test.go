package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

func TestABuildingsLife(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)

	made := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{
		"geometry": square(0), "floors": 3, "height": 9.5, "name": "Rathaus", "address": "Städtle 6",
		"externalIds": []map[string]string{{"source": "osm", "id": "w0123"}}, "validFrom": "2013-08-03", "document": "B-1",
	}).want(http.StatusCreated)
	b := made.json()
	code := b["code"].(string)
	path := "/api/v1/buildings/" + code
	if made.header.Get("Location") != path || b["version"] != 1.0 || b["status"] != "active" || b["state"] != "in_use" ||
		b["validFrom"] != "2013-08-03" || b["validTo"] != nil || b["cell"] == nil {
		t.Fatalf("made %s\n%v", made.header, b)
	}
	if area := b["area"].(float64); area < 300 || area > 500 {
		t.Errorf("area %v m²", area)
	}

	got := stranger.get(path).want(http.StatusOK)
	if string(got.body) != string(made.body) {
		t.Errorf("read back differs:\n%s\n%s", made.body, got.body)
	}
	etag := got.header.Get("ETag")
	stranger.get(path, "If-None-Match", etag).want(http.StatusNotModified)

	clerk.send(http.MethodPatch, path, map[string]any{"floors": 4}).want(http.StatusPreconditionRequired)
	patched := clerk.send(http.MethodPatch, path, map[string]any{"floors": 4, "height": nil}, "If-Match", etag).want(http.StatusOK)
	if p := patched.json(); p["floors"] != 4.0 || p["height"] != nil || p["name"] != "Rathaus" || p["version"] != 2.0 {
		t.Fatalf("patched %v", p)
	}
	stale := clerk.send(http.MethodPatch, path, map[string]any{"floors": 5}, "If-Match", etag).want(http.StatusPreconditionFailed)
	if slug, _ := stale.problem(); slug != "stale" {
		t.Errorf("slug %s", slug)
	}

	event := clerk.send(http.MethodPost, path+"/events", map[string]any{"type": "transition", "state": "unusable", "reason": "fire"},
		"If-Match", `"2"`).want(http.StatusCreated).json()
	if event["event"].(map[string]any)["type"] != "transition" || event["building"].(map[string]any)["state"] != "unusable" {
		t.Fatalf("event %v", event)
	}
	clerk.send(http.MethodPost, path+"/events", map[string]any{"type": "retire", "as": "demolished"}, "If-Match", `"3"`).want(http.StatusCreated)
	again := clerk.send(http.MethodPost, path+"/events", map[string]any{"type": "retire", "as": "demolished"}, "If-Match", `"4"`)
	if slug, _ := again.want(http.StatusConflict).problem(); slug != "retired" {
		t.Errorf("slug %s", slug)
	}

	gone := stranger.get(path).want(http.StatusOK).json()
	if gone["status"] != "retired" || gone["retiredAs"] != "demolished" || gone["state"] != "demolished" {
		t.Errorf("retired: %v", gone)
	}
	if was := stranger.get(path + "?validOn=2014-01-01").want(http.StatusOK).json(); was["state"] != "in_use" || was["status"] != "active" {
		t.Errorf("in 2014: %v", was)
	}
	h := stranger.get(path + "/history").want(http.StatusOK).json()
	var types []string
	for _, e := range h["events"].([]any) {
		types = append(types, e.(map[string]any)["type"].(string))
	}
	if want := []string{"retire", "transition", "correct", "register"}; !slices.Equal(types, want) {
		t.Errorf("history %v, want %v", types, want)
	}
	told := func(v *visitor) string {
		e := v.get(path + "/history").want(http.StatusOK).json()["events"].([]any)[1].(map[string]any)
		return fmt.Sprint(e["actor"], e["reason"])
	}
	if public, inside := told(stranger), told(clerk); public != "" || inside != "p-clerkfire" {
		t.Errorf("the public is told %q, a clerk %q", public, inside)
	}
	if c := stranger.get("/api/v1/codes/" + code).want(http.StatusOK).json(); c["status"] != "retired" || c["kind"] != "building" {
		t.Errorf("code %v", c)
	}
}

func TestVoidingLeavesAnAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	path := "/api/v1/buildings/" + register(clerk, 0)["code"].(string)
	clerk.send(http.MethodPost, path+"/events", map[string]any{"type": "void"}, "If-Match", `"1"`).want(http.StatusUnprocessableEntity)
	clerk.send(http.MethodPost, path+"/events", map[string]any{"type": "void", "reason": "a hedge"}, "If-Match", `"1"`).want(http.StatusCreated)
	if b := clerk.get(path).want(http.StatusOK).json(); b["status"] != "void" || b["state"] != nil || b["geometry"] != nil {
		t.Errorf("void: %v", b)
	}
	clerk.get(path + "/history").want(http.StatusOK)
}

func TestTheGuardNamesTheHouseInTheWay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	code := register(clerk, 0)["code"].(string)
	body := map[string]any{"geometry": square(0)}
	again := clerk.send(http.MethodPost, "/api/v1/buildings", body).want(http.StatusConflict)
	if slug, _ := again.problem(); slug != "overlap" || !strings.Contains(string(again.body), code) {
		t.Errorf("refused with %s", again.body)
	}
	body["override"] = map[string]any{"reason": ""}
	if _, fields := clerk.send(http.MethodPost, "/api/v1/buildings", body).want(http.StatusUnprocessableEntity).problem(); !slices.Contains(fields, "override.reason") {
		t.Errorf("fields %v", fields)
	}
	body["override"] = map[string]any{"reason": "two storeys, two owners"}
	clerk.send(http.MethodPost, "/api/v1/buildings", body).want(http.StatusCreated)
}

func TestARetryIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	body := map[string]any{"geometry": square(0)}
	first := clerk.send(http.MethodPost, "/api/v1/buildings", body, "Idempotency-Key", "k-1").want(http.StatusCreated)
	second := clerk.send(http.MethodPost, "/api/v1/buildings", body, "Idempotency-Key", "k-1").want(http.StatusCreated)
	if string(first.body) != string(second.body) || first.header.Get("ETag") != second.header.Get("ETag") {
		t.Errorf("the retry answered otherwise:\n%s\n%s", first.body, second.body)
	}
	other := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(1)}, "Idempotency-Key", "k-1")
	if slug, _ := other.want(http.StatusUnprocessableEntity).problem(); slug != "idempotency_key_reused" {
		t.Errorf("slug %s", slug)
	}
	if list := clerk.get("/api/v1/buildings").json()["buildings"].([]any); len(list) != 1 {
		t.Errorf("%d buildings", len(list))
	}
}

func TestListsComeInPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)
	want := map[string]bool{}
	for n := range 5 {
		want[register(clerk, n)["code"].(string)] = true
	}
	path := "/api/v1/buildings?limit=2&bbox=9.5,47.1,9.6,47.2"
	seen := map[string]bool{}
	for pages := 0; ; pages++ {
		page := stranger.get(path).want(http.StatusOK)
		for _, b := range page.json()["buildings"].([]any) {
			seen[b.(map[string]any)["code"].(string)] = true
		}
		link := page.header.Get("Link")
		if link == "" {
			if page.json()["next"] != nil || pages != 2 {
				t.Errorf("ended after %d pages with next %v", pages, page.json()["next"])
			}
			break
		}
		path = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("saw %v, want %v", seen, want)
	}
	next := stranger.get("/api/v1/buildings?limit=2").json()["next"].(string)
	for name, bad := range map[string]string{
		"of another search": "/api/v1/buildings?limit=2&state=planned&cursor=" + next,
		"changed":           "/api/v1/buildings?limit=2&cursor=" + flip(next),
		"cut":               "/api/v1/buildings?limit=2&cursor=" + next[:4],
		"not ours":          "/api/v1/buildings?cursor=100000000190",
	} {
		if _, fields := stranger.get(bad).want(http.StatusBadRequest).problem(); !slices.Equal(fields, []string{"cursor"}) {
			t.Errorf("a cursor %s: %v", name, fields)
		}
	}
}

// flip changes the last character but one.
func flip(s string) string {
	b := []byte(s)
	i := len(b) - 2
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)
	code := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(0), "name": "市政厅 Rathaus",
		"address": "Städtle 6", "externalIds": []map[string]string{{"source": "egid", "id": "000123"}}}).want(http.StatusCreated).json()["code"].(string)
	register(clerk, 1)
	spoken := code[:4] + " " + code[4:8] + " " + code[8:]
	for _, q := range []string{code, spoken, fullWidth(code), "编码：" + code, "rathaus", "政厅", "städtle", "000123"} {
		list := stranger.get("/api/v1/buildings?q=" + escape(q)).want(http.StatusOK).json()["buildings"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["code"] != code {
			t.Errorf("%q finds %d", q, len(list))
		}
	}
	for _, q := range []string{"100%", "_", "nowhere", `\`} {
		if list := stranger.get("/api/v1/buildings?q=" + escape(q)).want(http.StatusOK).json()["buildings"].([]any); len(list) != 0 {
			t.Errorf("%q finds %d", q, len(list))
		}
	}
	for _, path := range []string{url.PathEscape(fullWidth(code)), url.PathEscape(spoken), url.PathEscape("编码：" + code)} {
		stranger.get("/api/v1/codes/" + path).want(http.StatusOK)
	}
}

func fullWidth(code string) string {
	var b strings.Builder
	for _, r := range code {
		b.WriteRune('０' + r - '0')
	}
	return b.String()
}

func TestACodeWithASlipIsAnsweredWithSuggestions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)
	code := register(clerk, 0)["code"].(string)
	slip := code[:4] + string('0'+(code[4]-'0'+1)%10) + code[5:]
	bad := stranger.get("/api/v1/codes/" + slip).want(http.StatusUnprocessableEntity)
	if got := bad.json()["suggestions"]; fmt.Sprint(got) != fmt.Sprint([]any{code}) {
		t.Errorf("suggestions %v, want %s", got, code)
	}
	unknown := stranger.get("/api/v1/codes/999999999951").want(http.StatusNotFound)
	if slug, _ := unknown.problem(); slug != "code_unknown" {
		t.Errorf("slug %s", slug)
	}
	res := stranger.send(http.MethodPost, "/api/v1/codes/resolve", map[string]any{"codes": []string{code, slip, "999999999951", "abc"}}).want(http.StatusOK)
	list := res.json()["results"].([]any)
	for i, want := range []string{"successors", "problem", "problem", "problem"} {
		if _, ok := list[i].(map[string]any)[want]; !ok {
			t.Errorf("%d: %v", i, list[i])
		}
	}
}
