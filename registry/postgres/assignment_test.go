package postgres_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// office is a registry with people who assign cells and to whom they are
// assigned, and a clock that stands still until it is moved.
type office struct {
	*postgres.Store
	t        *testing.T
	db       dbtest.Database
	now      time.Time
	operator registry.Actor
	people   map[string]registry.Actor
	cells    []geo.Cell // in order
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: dbtest.New(t), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), people: map[string]registry.Actor{}}
	o.Store = o.db.Open(t, postgres.Options{MaxConns: 8, Clock: func() time.Time { return o.now }})
	o.operator = o.person("ola", registry.Operator)
	o.person("ada", registry.Administrator)
	o.person("adi", registry.Administrator)
	for _, name := range []string{"ben", "cem", "dan"} {
		o.person(name, registry.Officer)
	}
	o.cells = cellsAround(t, orb.Point{9.52, 47.14}, 400)
	return o
}

func cellsAround(t *testing.T, p orb.Point, n int) []geo.Cell {
	t.Helper()
	start, err := geo.CellAt(p, dbtest.GridResolution)
	if err != nil {
		t.Fatal(err)
	}
	seen, all := map[geo.Cell]bool{start: true}, []geo.Cell{start}
	for i := 0; len(all) < n; i++ {
		for _, c := range all[i].Neighbours() {
			if !seen[c] && len(all) < n {
				seen[c] = true
				all = append(all, c)
			}
		}
	}
	slices.Sort(all)
	return all
}

func (o *office) person(name string, roles ...registry.Role) registry.Actor {
	o.t.Helper()
	a, err := o.AddAccount(o.t.Context(), registry.Actor{Name: "test"}, name, name, "a long password", roles)
	if err != nil {
		o.t.Fatal(err)
	}
	o.people[name] = a.Actor()
	return a.Actor()
}

func (o *office) assign(by registry.Actor, role registry.Role, person string, from time.Time, cells ...geo.Cell) (registry.Receipt, error) {
	o.t.Helper()
	return o.Assign(o.t.Context(), postgres.Write{Actor: by},
		[]registry.Handing{{Role: role, Person: person, Cells: cells, Term: registry.Term{From: from}}}, registry.Why{})
}

// assigned is assign that must work, and gives how many cells changed.
func (o *office) assigned(by registry.Actor, role registry.Role, person string, from time.Time, cells ...geo.Cell) int {
	o.t.Helper()
	r, err := o.assign(by, role, person, from, cells...)
	if err != nil {
		o.t.Fatal(err)
	}
	return r.Assigned.Changed
}

// answer is who answers at an instant, as an operator is told: officer, whom
// they stand in for, administrator.
func (o *office) answer(cell geo.Cell, at time.Time) string {
	o.t.Helper()
	return o.answerTo(o.operator, cell, at)
}

func (o *office) answerTo(a registry.Actor, cell geo.Cell, at time.Time) string {
	o.t.Helper()
	all, err := o.Answers(o.t.Context(), a, []geo.Cell{cell}, at)
	if err != nil {
		o.t.Fatal(err)
	}
	name := func(p *registry.Person) string {
		if p == nil {
			return "-"
		}
		return p.Name
	}
	got := all[cell]
	text := name(got.Officer) + " " + name(got.Administrator)
	if got.StandsInFor != nil {
		text += " for " + got.StandsInFor.Name
	}
	if got.Uncovered {
		text += " uncovered"
	}
	return text
}

func (o *office) wantAnswer(cell geo.Cell, at time.Time, want string) {
	o.t.Helper()
	if got := o.answer(cell, at); got != want {
		o.t.Errorf("at %s %q answers, want %q", at.Format(time.DateTime), got, want)
	}
}

// house puts a building into the middle of a cell.
func (o *office) house(cell geo.Cell) registry.Record {
	o.t.Helper()
	p := cell.Center()
	outline := orb.Polygon{{p, {p[0] + 0.0001, p[1]}, {p[0] + 0.0001, p[1] + 0.0001}, {p[0], p[1] + 0.0001}, p}}
	day := registry.DateOf(o.now) - 10
	return register(o.t, o.Store, registry.Registration{Input: registry.Input{Shape: &registry.Shape{Geometry: outline}}, ValidFrom: &day})
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func TestAssigning(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.cells[0]
	o.wantAnswer(c, o.now, "- - uncovered")
	if n := o.assigned(o.operator, registry.Administrator, "ada", time.Time{}, o.cells...); n != len(o.cells) {
		t.Errorf("%d cells changed", n)
	}
	o.assigned(o.operator, registry.Officer, "ben", time.Time{}, o.cells[:10]...)
	o.wantAnswer(c, o.now, "ben ada")
	o.wantAnswer(o.cells[10], o.now, "- ada uncovered")
	o.wantAnswer(c, o.now.Add(-time.Microsecond), "- - uncovered")

	// The same again changes nothing and is no event.
	r, err := o.assign(o.operator, registry.Officer, "ben", o.now, o.cells[:10]...)
	if err != nil || r.Assigned.Changed != 0 || r.Event.Type != "" {
		t.Errorf("again: %+v, %v", r.Assigned, err)
	}

	// A handover to come, put off, and taken back.
	later := o.now.Add(3 * day)
	o.assigned(o.operator, registry.Officer, "cem", later, c)
	o.wantAnswer(c, later.Add(-time.Microsecond), "ben ada")
	o.wantAnswer(c, later, "cem ada")
	o.assigned(o.operator, registry.Officer, "dan", later.Add(-day), c)
	o.wantAnswer(c, later, "dan ada")
	o.wantAnswer(c, later.Add(-hour), "dan ada")
	o.assigned(o.operator, registry.Officer, "ben", later.Add(-day), c)
	o.wantAnswer(c, later.Add(365*day), "ben ada")

	// For a term in the middle: after it ben goes on.
	to := later.Add(day)
	_, err = o.Assign(t.Context(), postgres.Write{Actor: o.operator}, []registry.Handing{{Role: registry.Officer, Person: "cem",
		Cells: []geo.Cell{c}, Term: registry.Term{From: later, To: &to}}}, registry.Why{})
	if err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(c, later, "cem ada")
	o.wantAnswer(c, to, "ben ada")

	// Taken away.
	o.assigned(o.operator, registry.Officer, "", to.Add(day), c)
	o.wantAnswer(c, to.Add(day), "- ada uncovered")

	// What was stays: nothing before now is different.
	o.now = to.Add(2 * day)
	o.wantAnswer(c, later, "cem ada")
	o.wantAnswer(c, later.Add(-hour), "ben ada")
	_, err = o.assign(o.operator, registry.Officer, "cem", o.now.Add(-hour), c)
	wantError(t, err, registry.Invalid, "invalid_fields")
	if _, err = o.assign(o.operator, registry.Officer, "cem", o.now.Add(-time.Second), c); err != nil {
		t.Errorf("a moment ago is now: %v", err)
	}
	noDoubles(t, o.db)
}

func TestAssigningIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.cells[0]
	coarse, err := c.Parent(9)
	if err != nil {
		t.Fatal(err)
	}
	end := o.now.Add(-day)
	for what, h := range map[string]registry.Handing{
		"no such account":       {Role: registry.Officer, Person: "nobody", Cells: []geo.Cell{c}},
		"not an officer":        {Role: registry.Officer, Person: "ada", Cells: []geo.Cell{c}},
		"another role":          {Role: registry.Clerk, Person: "ben", Cells: []geo.Cell{c}},
		"no cells":              {Role: registry.Officer, Person: "ben"},
		"a cell too coarse":     {Role: registry.Officer, Person: "ben", Cells: []geo.Cell{coarse}},
		"no cell at all":        {Role: registry.Officer, Person: "ben", Cells: []geo.Cell{7}},
		"ends before it begins": {Role: registry.Officer, Person: "ben", Cells: []geo.Cell{c}, Term: registry.Term{To: &end}},
		"too far ahead":         {Role: registry.Officer, Person: "ben", Cells: []geo.Cell{c}, Term: registry.Term{From: o.now.AddDate(30, 0, 0)}},
	} {
		_, err := o.Assign(t.Context(), postgres.Write{Actor: o.operator}, []registry.Handing{h}, registry.Why{})
		if e, ok := err.(*registry.Error); !ok || e.Kind != registry.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = o.Assign(t.Context(), postgres.Write{Actor: o.operator}, []registry.Handing{
		{Role: registry.Officer, Person: "ben", Cells: o.cells[:3], Line: 2}, {Role: registry.Officer, Person: "cem", Cells: o.cells[2:4], Line: 3}}, registry.Why{})
	if e := wantError(t, err, registry.Invalid, "invalid_fields"); e.Fields[0].Field != "line 3.cells" {
		t.Errorf("doubles: %v", e.Fields)
	}
	if err := o.SetDisabled(t.Context(), o.operator, "ben", true); err != nil {
		t.Fatal(err)
	}
	_, err = o.assign(o.operator, registry.Officer, "ben", o.now, c)
	wantError(t, err, registry.Invalid, "invalid_fields")
}

// An administrator assigns officers in their own cells, and nothing else.
func TestAnAdministratorAssignsInTheirOwnCells(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ada, adi := o.people["ada"], o.people["adi"]
	mine, theirs := o.cells[:300], o.cells[300:]
	o.assigned(o.operator, registry.Administrator, "ada", o.now, mine...)
	o.assigned(o.operator, registry.Administrator, "adi", o.now, theirs...)
	if n := o.assigned(ada, registry.Officer, "ben", o.now, mine...); n != 300 { // more than one scope carries
		t.Errorf("%d cells changed", n)
	}
	_, err := o.assign(ada, registry.Officer, "ben", o.now, mine[0], theirs[0])
	wantError(t, err, registry.Forbidden, "not_your_cells")
	_, err = o.assign(ada, registry.Administrator, "ada", o.now, mine[0])
	wantError(t, err, registry.Forbidden, "forbidden")
	_, err = o.assign(o.people["ben"], registry.Officer, "ben", o.now, mine[0])
	wantError(t, err, registry.Forbidden, "not_your_cells")
	o.assigned(adi, registry.Officer, "ben", o.now, theirs...)

	// A handover of ben's goes as far as ada's cells.
	r, err := o.Handover(t.Context(), postgres.Write{Actor: ada}, registry.Handover{Role: registry.Officer, From: "ben", To: "cem"}, registry.Why{})
	if err != nil || r.Assigned.Changed != 300 {
		t.Errorf("handover: %+v, %v", r.Assigned, err)
	}
	o.wantAnswer(mine[0], o.now, "cem ada")
	o.wantAnswer(theirs[0], o.now, "ben adi")

	// What each may know.
	for name, want := range map[string]int{"ada": 600, "ben": 200, "cem": 600, "dan": 0} {
		list, _, err := o.Assignments(t.Context(), o.people[name], postgres.AssignmentFilter{})
		if err != nil || len(list) != want {
			t.Errorf("%s sees %d assignments, want %d; %v", name, len(list), want, err)
		}
	}
	if got := o.answerTo(registry.Actor{}, mine[0], o.now); got != " " {
		t.Errorf("the public is told %q", got)
	}
	if got := o.answerTo(ada, mine[0], o.now); got != "cem ada" {
		t.Errorf("ada is told %q", got)
	}
	if got := o.answerTo(ada, theirs[0], o.now); got != " " {
		t.Errorf("ada is told %q of another's cell", got)
	}
	if got := o.answerTo(o.people["ben"], theirs[0], o.now); got != "ben adi" {
		t.Errorf("ben is told %q of his own cell", got)
	}
	noDoubles(t, o.db)
}

func TestHandoverKeepsTheEndOfATerm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.cells[0], o.cells[1]
	end := o.now.Add(10 * day)
	_, err := o.Assign(t.Context(), postgres.Write{Actor: o.operator}, []registry.Handing{
		{Role: registry.Officer, Person: "ben", Cells: []geo.Cell{a}, Term: registry.Term{To: &end}},
		{Role: registry.Officer, Person: "ben", Cells: []geo.Cell{b}, Term: registry.Term{From: o.now.Add(5 * day)}},
	}, registry.Why{Reason: "spring"})
	if err != nil {
		t.Fatal(err)
	}
	at := o.now.Add(2 * day)
	r, err := o.Handover(t.Context(), postgres.Write{Actor: o.operator}, registry.Handover{Role: registry.Officer, From: "ben", To: "dan", At: at}, registry.Why{})
	if err != nil || r.Assigned.Changed != 2 {
		t.Fatalf("%+v, %v", r.Assigned, err)
	}
	o.wantAnswer(a, at.Add(-hour), "ben -")
	o.wantAnswer(a, at, "dan -")
	o.wantAnswer(a, end, "- - uncovered")
	o.wantAnswer(b, o.now.Add(6*day), "dan -")
	_, err = o.Handover(t.Context(), postgres.Write{Actor: o.operator}, registry.Handover{Role: registry.Officer, From: "dan", At: at}, registry.Why{})
	if err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(b, o.now.Add(6*day), "- - uncovered")
	noDoubles(t, o.db)
}

func TestAbsences(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.assigned(o.operator, registry.Administrator, "ada", o.now, o.cells...)
	o.assigned(o.operator, registry.Officer, "ben", o.now, o.cells[:5]...)
	c := o.cells[0]
	away := func(by registry.Actor, person, substitute string, from, to time.Time) (registry.Receipt, error) {
		return o.AddAbsence(t.Context(), postgres.Write{Actor: by}, registry.AbsenceWish{Person: person, Substitute: substitute,
			Term: registry.Term{From: from, To: &to}}, registry.Why{})
	}
	r, err := away(o.people["ada"], "ben", "cem", o.now.Add(day), o.now.Add(3*day))
	if err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(c, o.now, "ben ada")
	o.wantAnswer(c, o.now.Add(day), "cem ada for ben")
	o.wantAnswer(c, o.now.Add(3*day), "ben ada")
	_, err = away(o.operator, "ben", "", o.now.Add(2*day), o.now.Add(4*day))
	wantError(t, err, registry.Conflict, "absent_already")
	_, err = away(o.people["adi"], "ben", "", o.now.Add(8*day), o.now.Add(9*day))
	wantError(t, err, registry.Forbidden, "not_your_officer")
	_, err = away(o.operator, "ben", "ben", o.now.Add(8*day), o.now.Add(9*day))
	wantError(t, err, registry.Invalid, "invalid_fields")

	// Somebody who is away themselves stands in for nobody.
	if _, err := away(o.operator, "cem", "", o.now.Add(2*day), o.now.Add(3*day)); err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(c, o.now.Add(2*day), "- ada uncovered")

	// Taken back before, and ended after it began.
	if _, err := o.EndAbsence(t.Context(), postgres.Write{Actor: o.operator}, r.Event.ID, registry.Why{}); err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(c, o.now.Add(day), "ben ada")
	r, err = away(o.operator, "ben", "", o.now, o.now.Add(3*day))
	if err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(day)
	o.wantAnswer(c, o.now, "- ada uncovered")
	if _, err := o.EndAbsence(t.Context(), postgres.Write{Actor: o.people["ada"]}, r.Event.ID, registry.Why{}); err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(c, o.now.Add(-hour), "- ada uncovered")
	o.wantAnswer(c, o.now, "ben ada")
	for name, want := range map[string]int{"ada": 0, "cem": 1, "ben": 0, "ola": 1} {
		if list, err := o.Absences(t.Context(), o.people[name]); err != nil || len(list) != want {
			t.Errorf("%s sees %d absences, want %d; %v", name, len(list), want, err)
		}
	}
}

// When an officer leaves, their cells fall back to the administrator and are
// gaps, whatever the assignments say.
func TestGaps(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	houses := []geo.Cell{o.cells[3], o.cells[40], o.cells[41]}
	for _, c := range houses {
		o.house(c)
	}
	gaps := func(by registry.Actor, at time.Time, role registry.Role) (text []string) {
		list, total, _, err := o.Gaps(t.Context(), by, postgres.GapFilter{At: at, Role: role})
		if err != nil || total != len(list) {
			t.Fatal(total, err)
		}
		for _, g := range list {
			text = append(text, fmt.Sprint(slices.Index(houses, g.Cell), g.Missing, g.Buildings))
		}
		return text
	}
	want := func(got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("gaps %v, want %v", got, want)
		}
	}
	want(gaps(o.operator, o.now, ""), "0 [officer administrator] 1", "1 [officer administrator] 1", "2 [officer administrator] 1")
	o.assigned(o.operator, registry.Administrator, "ada", o.now, o.cells[:41]...)
	o.assigned(o.operator, registry.Officer, "ben", o.now.Add(day), o.cells...)
	want(gaps(o.operator, o.now, registry.Administrator), "2 [administrator] 1")
	want(gaps(o.operator, o.now.Add(day), ""), "2 [administrator] 1")
	want(gaps(o.people["ada"], o.now, ""), "0 [officer] 1", "1 [officer] 1")
	want(gaps(o.people["ada"], o.now.Add(day), ""))
	o.now = o.now.Add(2 * day)
	if err := o.SetRole(t.Context(), o.operator, "ben", registry.Officer, false); err != nil {
		t.Fatal(err)
	}
	o.wantAnswer(houses[0], o.now, "- ada uncovered")
	o.wantAnswer(houses[0], o.now.Add(-hour), "ben ada")
	want(gaps(o.operator, o.now, registry.Officer), "0 [officer] 1", "1 [officer] 1", "2 [officer] 1")
	page, total, next, err := o.Gaps(t.Context(), o.operator, postgres.GapFilter{Limit: 2})
	if err != nil || len(page) != 2 || total != 3 {
		t.Fatal(page, total, err)
	}
	page, _, next, err = o.Gaps(t.Context(), o.operator, postgres.GapFilter{Limit: 2, Cursor: next})
	if err != nil || len(page) != 1 || next != "" || page[0].Cell != houses[2] {
		t.Fatal(page, next, err)
	}
}

func TestPlanSaysWhatAssigningDoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.house(o.cells[0])
	o.house(o.cells[1])
	o.assigned(o.operator, registry.Officer, "ben", o.now, o.cells[:4]...)
	wishes := []registry.Handing{{Role: registry.Officer, Person: "cem", Cells: o.cells[1:6]}}
	p, err := o.PlanAssign(t.Context(), o.operator, wishes)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Changes) != 5 || p.Changes[0].From.Name != "ben" || p.Changes[0].To.Name != "cem" || p.Changes[0].Houses != 1 || p.Changes[4].From != nil {
		t.Errorf("changes: %+v", p.Changes)
	}
	text := ""
	for _, l := range p.Loads {
		text += fmt.Sprint(l.Person.Name, " ", l.Before.Cells, "/", l.Before.Houses, " ", l.After.Cells, "/", l.After.Houses, "; ")
	}
	if text != "ben 4/2 1/1; cem 0/0 5/1; " || p.Gaps != 0 || p.Doubles != 0 {
		t.Errorf("loads %s gaps %d doubles %d", text, p.Gaps, p.Doubles)
	}
	o.wantAnswer(o.cells[1], o.now, "ben -") // and nothing was done
	p, err = o.PlanAssign(t.Context(), o.operator, []registry.Handing{{Role: registry.Officer, Cells: o.cells[:4]}})
	if err != nil || p.Gaps != 2 {
		t.Errorf("taking away leaves %d gaps, want 2; %v", p.Gaps, err)
	}
}
