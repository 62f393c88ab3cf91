package web_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/web"
)

// district is a town divided among officers, at a moment that stands still: so
// two answers differ only if what they are made of does.
type district struct {
	*site
	clerk, operator, dispatcher *visitor
	officers                    []*beat
	spare                       *beat // whose cell goes from hand to hand
	hands                       []string
	heads                       map[string]int // by house
	round                       int
}

// beat is an officer and what is theirs.
type beat struct {
	*visitor
	name      string
	cells     []string
	houses    []string
	dwellings []string
	points    map[string][2]float64 // of the houses
	visit     string                // one of the officer's own
	proposal  string
}

func newDistrict(t *testing.T) *district {
	t.Helper()
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	var looks atomic.Int64 // the server's own clock goes on, or the limits would be reached
	ticking := func() time.Time { return now.Add(time.Duration(looks.Add(1)) * 5 * time.Millisecond) }
	d := &district{heads: map[string]int{},
		site: openClockedSite(t, dbtest.New(t), postgres.Options{Clock: clock}, func(c *web.Config) { c.Clock = ticking })}
	d.clerk, d.operator, d.dispatcher = d.program(t, registry.Clerk), d.program(t, registry.Operator), d.program(t, registry.Dispatcher)
	office := d.operator.send(http.MethodPost, "/api/v1/offices", map[string]any{"name": "Rathaus", "phone": "+423 100"}).want(http.StatusCreated).json()
	boss := registry.Actor{Name: "test", Roles: []registry.Role{registry.Operator}}
	byCell := map[string]*beat{}
	for n := range 30 {
		b := d.clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(n), "validFrom": "2020-01-01"}).want(http.StatusCreated).json()
		code, cell, point := b["code"].(string), b["cell"].(string), b["point"].([]any)
		o := byCell[cell]
		if o == nil && (len(d.officers) == 0 || len(d.officers[len(d.officers)-1].cells) == 2) {
			name := fmt.Sprint("officer", len(d.officers))
			o = &beat{visitor: d.programOf(t, name, registry.Officer), name: name, points: map[string][2]float64{}}
			d.operator.send(http.MethodPatch, "/api/v1/people/"+name, map[string]any{"office": office["id"]}).want(http.StatusOK)
			d.officers = append(d.officers, o)
		}
		if o == nil {
			o = d.officers[len(d.officers)-1]
		}
		if byCell[cell] == nil {
			byCell[cell] = o
			o.cells = append(o.cells, cell)
			_, err := d.store.Assign(t.Context(), postgres.Write{Actor: boss}, []registry.Handing{{Role: registry.Officer, Person: o.name, Cells: parseCells(t, cell)}}, registry.Why{})
			if err != nil {
				t.Fatal(err)
			}
		}
		o.houses = append(o.houses, code)
		o.points[code] = [2]float64{point[0].(float64), point[1].(float64)}
		if n%5 == 0 {
			made := d.clerk.send(http.MethodPost, "/api/v1/buildings/"+code+"/dwellings", map[string]any{"validFrom": "2020-01-01", "pattern": map[string]any{"floors": "1-1", "rooms": "01-02"}}).want(http.StatusCreated)
			for _, w := range items(made.json(), "dwellings") {
				o.dwellings = append(o.dwellings, w["code"].(string))
			}
		}
	}
	far := d.clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(60), "validFrom": "2020-01-01"}).want(http.StatusCreated).json()
	code, point := far["code"].(string), far["point"].([]any)
	d.spare = &beat{cells: []string{far["cell"].(string)}, houses: []string{code}, proposal: "none",
		points: map[string][2]float64{code: {point[0].(float64), point[1].(float64)}}}
	for _, name := range []string{"tom", "una"} {
		d.account(t, name, registry.Officer)
		d.operator.send(http.MethodPatch, "/api/v1/people/"+name, map[string]any{"office": office["id"]}).want(http.StatusOK)
		d.hands = append(d.hands, name)
	}
	d.handOver()
	if len(d.officers) < 5 {
		t.Fatalf("%d officers are too few", len(d.officers))
	}
	for _, o := range d.officers {
		d.stir(o)
	}
	d.settle()
	return d
}

// stir changes all that is protected in an officer's cells.
func (d *district) stir(o *beat) {
	d.round++
	var statements []map[string]any
	for i, code := range o.houses {
		d.heads[code] = (d.round*13 + i*7) % 11 * (i % 3) // some are empty, some houses few
		statements = append(statements, map[string]any{"code": code, "heads": d.heads[code], "permits": d.heads[code] / 2, "evidence": "observed", "from": "2026-05-02"})
		o.send(http.MethodPost, "/api/v1/visits", map[string]any{"code": code, "result": []string{"no_change", "gone", "no_access"}[(i+d.round)%3],
			"note": fmt.Sprint("round ", d.round)}).want(http.StatusCreated)
	}
	o.visit = o.send(http.MethodPost, "/api/v1/visits", map[string]any{"code": o.houses[0], "result": "no_change"}).want(http.StatusCreated).json()["visit"].(map[string]any)["id"].(string)
	if d.round%2 == 0 {
		o.do(http.MethodDelete, "/api/v1/visits/"+o.visit, nil).want(http.StatusOK)
	}
	refused := o.send(http.MethodPost, "/api/v1/proposals", map[string]any{"kind": "demolition", "code": o.houses[0]}).want(http.StatusCreated).json()["id"].(string)
	d.clerk.send(http.MethodPost, "/api/v1/proposals/"+refused+"/decision", map[string]any{"decision": "refused", "reason": "it stands"}).want(http.StatusOK)
	o.proposal = o.send(http.MethodPost, "/api/v1/proposals", map[string]any{"kind": "correction", "code": o.houses[len(o.houses)-1], "note": fmt.Sprint("round ", d.round)}).
		want(http.StatusCreated).json()["id"].(string)
	own := map[string]int{} // dwellings win over their house
	for i, code := range o.dwellings {
		own[code] = (d.round + i) % 5
		statements = append(statements, map[string]any{"code": code, "heads": own[code], "evidence": "declared", "from": "2026-05-03"})
	}
	o.send(http.MethodPost, "/api/v1/headcounts", map[string]any{"statements": statements}).want(http.StatusCreated)
}

// handOver gives the spare cell to another officer of the same office, whose
// telephone is all that others are told.
func (d *district) handOver() {
	d.hands[0], d.hands[1] = d.hands[1], d.hands[0]
	d.operator.send(http.MethodPost, "/api/v1/assignments", map[string]any{"role": "officer", "person": d.hands[0], "cells": d.spare.cells}).want(http.StatusCreated)
}

// settle waits until the map shows all that has been recorded.
func (d *district) settle() {
	d.clerk.t.Helper()
	sum := func() (n float64) {
		for _, o := range d.officers {
			for _, code := range o.houses {
				n += d.clerk.get("/api/v1/buildings/" + code + "/headcounts").want(http.StatusOK).json()["total"].(map[string]any)["heads"].(float64)
			}
		}
		return n
	}
	want := sum()
	for range 300 {
		if got := d.clerk.get("/api/v1/density?res=10").want(http.StatusOK).json()["total"].(map[string]any)["population"]; got == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	d.clerk.t.Fatalf("the map never showed %v people", want)
}

// asked are all requests by which somebody could learn something, as one
// officer would send them.
func (d *district) asked() []string {
	out := []string{
		"/api/v1/officers/me/grid", "/api/v1/proposals", "/api/v1/proposals?state=open", "/api/v1/proposals?limit=1", "/api/v1/session",
		"/api/v1/map", "/api/v1/buildings?limit=500", "/api/v1/assignments", "/api/v1/assignments?format=csv", "/api/v1/assignments/territories",
		"/api/v1/assignments/gaps", "/api/v1/absences", "/api/v1/people", "/api/v1/access", "/api/v1/events", "/api/v1/accounts", "/api/v1/zones",
		"/api/v1/zones/report", "/api/v1/zones/overlaps", "/api/v1/zones/trend", "/api/v1/exports/buildings", "/api/v1/divisions", "/api/v1/offices",
		"/tiles/density.json", "/tiles/cells.json", "/readyz",
	}
	for _, res := range []string{"6", "7", "8", "9", "10"} {
		for _, more := range []string{"", "&measure=population&limit=5", "&measure=unconfirmed", "&format=csv", "&validOn=2026-05-10", "&validOn=2026-05-10&format=csv"} {
			out = append(out, "/api/v1/density?res="+res+more)
		}
	}
	for _, o := range append(slices.Clone(d.officers), d.spare) {
		for _, cell := range o.cells {
			out = append(out, "/api/v1/cells/"+cell, "/api/v1/buildings?cell="+cell, "/api/v1/assignments?cell="+cell)
		}
		for _, code := range o.houses {
			at := fmt.Sprintf("lon=%f&lat=%f", o.points[code][0], o.points[code][1])
			house := "/api/v1/buildings/" + code
			out = append(out, house, house+"/history", house+"/lineage", house+"/dwellings", house+"/headcounts", house+"/headcounts?validOn=2026-05-02",
				house+"/holders", "/api/v1/codes/"+code, "/h/"+code, "/api/v1/lookup?"+at, "/api/v1/lookup?code="+code,
				"/api/v1/lookup/brief?"+at, "/api/v1/lookup/brief?code="+code, "/api/v1/access?code="+code)
		}
		for _, code := range o.dwellings {
			out = append(out, "/api/v1/dwellings/"+code, "/api/v1/dwellings/"+code+"/headcounts")
		}
		out = append(out, "/api/v1/proposals/"+o.proposal)
		for _, p := range o.points {
			for _, zoom := range []maptile.Zoom{6, 10, 12, 13, 14, 15, 16} {
				tile := maptile.At(orb.Point{p[0], p[1]}, zoom)
				for _, layer := range []string{"density", "cells", "buildings", "zones"} {
					out = append(out, fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, zoom, tile.X, tile.Y))
				}
				out = append(out, fmt.Sprintf("/tiles/density/%d/%d/%d.mvt?validOn=2026-05-10", zoom, tile.X, tile.Y))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// tried are changes that fail, or would: what their answers tell of others'.
func (d *district) tried(me *beat) map[string][2]string {
	out := map[string][2]string{}
	for _, o := range d.officers {
		if o == me {
			continue
		}
		out["DELETE /api/v1/visits/"+o.visit] = [2]string{}
		out["DELETE /api/v1/proposals/"+o.proposal] = [2]string{}
		for i, code := range o.houses {
			body := fmt.Sprintf(`{"code":%q,"result":"no_change"}`, code)
			out[fmt.Sprint("POST /api/v1/visits ", o.name, i)] = [2]string{"/api/v1/visits", body}
			body = fmt.Sprintf(`{"kind":"demolition","code":%q}`, code)
			out[fmt.Sprint("POST /api/v1/proposals ", o.name, i)] = [2]string{"/api/v1/proposals", body}
			body = fmt.Sprintf(`{"statements":[{"code":%q,"heads":2,"evidence":"observed"}]}`, code)
			out[fmt.Sprint("POST /api/v1/headcounts ", o.name, i)] = [2]string{"/api/v1/headcounts", body}
			body = fmt.Sprintf(`{"code":%q,"from":"2026-05-02","reason":"x"}`, code)
			out[fmt.Sprint("POST /api/v1/headcounts/withdrawals ", o.name, i)] = [2]string{"/api/v1/headcounts/withdrawals", body}
		}
	}
	return out
}

// seen is everything an officer is answered, byte for byte.
func (d *district) seen(me *beat, asked []string, tried map[string][2]string) map[string]string {
	me.t.Helper()
	out := map[string]string{}
	jobs := make(chan func())
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for job := range jobs {
				job()
			}
		})
	}
	ask := func(name, method, path, body string) {
		jobs <- func() {
			answer := me.raw(method, path, body)
			mu.Lock()
			defer mu.Unlock()
			out[name] = answer
		}
	}
	for _, path := range asked {
		ask(path, http.MethodGet, path, "")
	}
	for name, request := range tried {
		method, path, _ := strings.Cut(name, " ")
		if request[0] != "" {
			path = request[0]
		}
		ask(name, method, path, request[1])
	}
	close(jobs)
	workers.Wait()
	return out
}

// raw is an answer with its status, its headers and its body, without the
// name that every request gets.
func (v *visitor) raw(method, path, body string) string {
	req, err := http.NewRequest(method, v.site.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	maps.Copy(req.Header, v.header)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", "identity")
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Error(err)
		return ""
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Error(err)
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500 {
		v.t.Errorf("%s: %d, which proves nothing", path, res.StatusCode)
	}
	id := res.Header.Get("X-Request-Id")
	res.Header.Del("X-Request-Id")
	res.Header.Del("Date")
	var head bytes.Buffer
	_ = res.Header.Write(&head) // a buffer takes everything
	return fmt.Sprintf("%d\n%s\n%s", res.StatusCode, &head, strings.ReplaceAll(string(content), id, "ID"))
}

// differences names what two sights of the world do not have in common.
func differences(a, b map[string]string) (out []string) {
	for name, was := range a {
		if b[name] != was {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// TestOfficersLearnNothingOfOthersCells changes headcounts, visits and
// proposals in one officer's cells and who works a cell of nobody's, and
// compares all that every other officer can fetch, before and after. As a control, the officer whose cells
// they are must see a difference in all the places made for that.
func TestOfficersLearnNothingOfOthersCells(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	asked := d.asked()
	tried := make([]map[string][2]string, len(d.officers))
	before := make([]map[string]string, len(d.officers))
	for i, o := range d.officers {
		tried[i] = d.tried(o)
		before[i] = d.seen(o, asked, tried[i])
	}
	pairs := 0
	for i, b := range d.officers {
		b.t = t
		proposal := b.proposal
		d.stir(b)
		b.proposal = proposal // what was asked for before is asked for again
		d.handOver()
		d.settle()
		for j, a := range d.officers {
			after := d.seen(a, asked, tried[j])
			changed := differences(before[j], after)
			before[j] = after
			if j == i {
				d.control(t, b, changed)
				continue
			}
			pairs++
			for _, name := range changed {
				t.Errorf("%s sees in %s that something changed in the cells of %s", a.name, name, b.name)
			}
		}
	}
	t.Logf("%d pairs of officers, %d requests each", pairs, len(asked)+len(tried[0]))
}

// control: whose cells they are sees what changed there.
func (d *district) control(t *testing.T, o *beat, changed []string) {
	t.Helper()
	for _, want := range []string{"/api/v1/officers/me/grid", "/api/v1/proposals", "/api/v1/density?res=10", "/api/v1/buildings/" + o.houses[1] + "/headcounts"} {
		if !slices.Contains(changed, want) {
			t.Errorf("%s sees no change of %s, so nothing is proved", o.name, want)
		}
	}
	if !slices.ContainsFunc(changed, func(s string) bool { return strings.HasPrefix(s, "/tiles/density/") }) {
		t.Errorf("%s sees no change of a tile, so nothing is proved", o.name)
	}
}

// TestAHouseElsewhereSaysTheSame: the answer about a house outside one's cells
// is the same whether anything is stated about it or not.
func TestAHouseElsewhereSaysTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	full, empty := register(clerk, 0)["code"].(string), register(clerk, 1)["code"].(string)
	clerk.send(http.MethodPost, "/api/v1/headcounts", map[string]any{"statements": []map[string]any{
		{"code": full, "heads": 12, "evidence": "observed"}}}).want(http.StatusCreated)
	for _, role := range []registry.Role{registry.Officer, registry.Administrator, registry.Landlord} {
		v := s.program(t, role)
		for _, path := range []string{"", "/headcounts", "/headcounts?validOn=2026-01-01", "/history", "/holders"} {
			of := func(code string) string {
				answer := v.raw(http.MethodGet, "/api/v1/buildings/"+code+path, "")
				if path == "" || path == "/history" { // public, and about the house itself
					answer = answer[:3]
				}
				return strings.ReplaceAll(strings.ReplaceAll(answer, code, "CODE"), "Content-Length", "Length")
			}
			if a, b := of(full), of(empty); a != b {
				t.Errorf("as %s, %s tells which house has people:\n%s\n%s", role, path, a, b)
			}
		}
	}
}

// TestTheStreamTellsOfficersNothingOfOthers: of changes that are no public
// facts an officer's open map hears nothing, a dispatcher's does.
func TestTheStreamTellsOfficersNothingOfOthers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	house := register(clerk, 0)
	code := house["code"].(string)
	officer, dispatcher := s.officer(t, "mei"), s.program(t, registry.Dispatcher)
	s.waitForCount(t, 1)
	hers, theirs := officer.listen(""), dispatcher.listen("")
	clerk.send(http.MethodPost, "/api/v1/headcounts", map[string]any{"statements": []map[string]any{
		{"code": code, "heads": 12, "evidence": "observed"}}}).want(http.StatusCreated)
	if got := theirs.next("change", "").data; !strings.Contains(got, "density") {
		t.Errorf("the dispatcher hears %s", got)
	}
	register(clerk, 5) // a public fact, after which the officer hears again
	if got := hers.next("change", "").data; !strings.Contains(got, `"buildings"`) {
		t.Errorf("the officer hears first of %s", got)
	}
}
