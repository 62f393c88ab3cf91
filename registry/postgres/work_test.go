package postgres_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// work is a registry with two officers, mei and lan, each with the cell of
// one house.
type work struct {
	*postgres.Store
	db       dbtest.Database
	clock    *testClock
	mei, lan registry.Actor
	hers     registry.Code // mei's house
	other    registry.Code // lan's
}

// testClock stands still until it is moved.
type testClock struct{ at time.Time }

func (c *testClock) now() time.Time { return c.at }

func newWork(t *testing.T) *work {
	t.Helper()
	clock := &testClock{time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)}
	w := &work{db: dbtest.New(t), clock: clock}
	w.Store = w.db.Open(t, postgres.Options{Clock: clock.now})
	w.mei = w.account(t, "mei", registry.Officer)
	w.lan = w.account(t, "lan", registry.Officer)
	w.hers = w.house(t, 9.5200, 47.1400)
	w.other = w.house(t, 9.5300, 47.1500)
	w.assign(t, w.mei, w.cell(t, w.hers))
	w.assign(t, w.lan, w.cell(t, w.other))
	clock.at = clock.at.Add(time.Hour)
	return w
}

func (w *work) account(t *testing.T, name string, roles ...registry.Role) registry.Actor {
	t.Helper()
	a, err := w.AddAccount(t.Context(), clerk, name, "", "correct-horse-battery", roles)
	if err != nil {
		t.Fatal(err)
	}
	return a.Actor()
}

// house registers a house of 20 by 20 m.
func (w *work) house(t *testing.T, x, y float64) registry.Code {
	t.Helper()
	r, err := w.Register(t.Context(), postgres.Write{Actor: clerk}, registry.Registration{Input: registry.Input{Shape: hut(x, y)}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Building.Code
}

func hut(x, y float64) *registry.Shape {
	return &registry.Shape{Geometry: orb.Polygon{{{x, y}, {x + 0.00026, y}, {x + 0.00026, y + 0.00018}, {x, y + 0.00018}, {x, y}}}}
}

func (w *work) cell(t *testing.T, code registry.Code) geo.Cell {
	t.Helper()
	b, err := w.Building(t.Context(), code, registry.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	return b.Cell
}

// assign gives a cell to an officer from now on, as the owner of the tables.
func (w *work) assign(t *testing.T, a registry.Actor, cell geo.Cell) {
	t.Helper()
	w.exec(t, `
		with e as (
			insert into event (event_id, class, type, actor_name, reason, document, valid_from, recorded_at, parts, detail)
			values ($1, 'grid', 'assign', 'test', '', '', $4::timestamptz::date, $4, 0, '{}') returning event_id)
		insert into assignment (cell, role, account_id, held_from, event_id)
		select $2, 'officer', $3, $4, event_id from e`, uuid.New(), int64(cell), a.Account, w.clock.at)
}

func (w *work) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// count asks as the owner, who sees everything.
func (w *work) count(t *testing.T, what string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `select count(*) from `+what).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *work) visit(t *testing.T, a registry.Actor, code registry.Code, r registry.VisitReport) registry.Visit {
	t.Helper()
	receipt, err := w.Visit(t.Context(), postgres.Write{Actor: a}, code, r)
	if err != nil {
		t.Fatal(err)
	}
	return *receipt.Visit
}

func (w *work) grid(t *testing.T, a registry.Actor) registry.MyGrid {
	t.Helper()
	g, err := w.Watched(a).MyGrid(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// only is the one house of a grid.
func only(t *testing.T, g registry.MyGrid) registry.GridHouse {
	t.Helper()
	if len(g.Houses) != 1 {
		t.Fatalf("%d houses, want one", len(g.Houses))
	}
	return g.Houses[0]
}

// refused says with which slug something was refused, "" if it was not.
func refused(t *testing.T, err error) string {
	t.Helper()
	var known *registry.Error
	if err != nil && !errors.As(err, &known) {
		t.Fatal(err)
	}
	if known == nil {
		return ""
	}
	return known.Slug
}

func TestAVisitConfirmsAHouse(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	before := only(t, w.grid(t, w.mei))
	if before.Code != w.hers || before.ConfirmedTo != nil || !slices.Equal(before.Needs, []registry.Need{registry.NeedConfirm, registry.NeedHeadcount}) {
		t.Fatalf("before: %+v", before)
	}
	w.visit(t, w.mei, w.hers, registry.VisitReport{Result: registry.VisitNoAccess})
	if h := only(t, w.grid(t, w.mei)); h.ConfirmedTo != nil || h.LastVisit == nil || !slices.Contains(h.Needs, registry.NeedConfirm) {
		t.Errorf("nobody was let in, and yet: %+v", h)
	}
	w.clock.at = w.clock.at.Add(time.Minute)
	v := w.visit(t, w.mei, w.hers, registry.VisitReport{Result: registry.VisitNoChange, Note: " new door "})
	g := w.grid(t, w.mei)
	h := only(t, g)
	want := registry.Confirmation(w.Today())
	if h.ConfirmedTo == nil || *h.ConfirmedTo != want || slices.Contains(h.Needs, registry.NeedConfirm) || g.Confirmed != 1 {
		t.Errorf("after: %+v, %d confirmed", h, g.Confirmed)
	}
	if h.LastVisit.ID != v.ID || h.LastVisit.Note != "new door" || !h.LastVisit.Mine {
		t.Errorf("last visit %+v", h.LastVisit)
	}
	total, err := w.Total(t.Context(), w.hers, registry.AsOf{})
	if err != nil || total.On(w.Today()).ConfirmedTo == nil {
		t.Errorf("total %+v, %v", total, err)
	}
	if h := only(t, w.grid(t, w.lan)); h.LastVisit != nil || h.ConfirmedTo != nil {
		t.Errorf("lan's house was confirmed as well: %+v", h)
	}
	// A year later it needs a look again.
	w.clock.at = w.clock.at.AddDate(1, 0, 0)
	if g := w.grid(t, w.mei); !slices.Contains(only(t, g).Needs, registry.NeedConfirm) || g.Confirmed != 0 || g.Open() != 1 {
		t.Errorf("a year later: %+v", g)
	}
}

func TestVisitsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	ok := registry.VisitReport{Result: registry.VisitNoChange}
	soon, long := w.clock.at.Add(time.Hour), w.clock.at.AddDate(0, -2, 0)
	gone := w.house(t, 9.5196, 47.1397)
	for _, c := range []struct {
		name   string
		who    registry.Actor
		code   registry.Code
		report registry.VisitReport
		slug   string
	}{
		{"in another's cell", w.mei, w.other, ok, "not_your_cell"},
		{"by a clerk", clerk, w.hers, ok, "not_your_cell"},
		{"of no house", w.mei, 112345678973, ok, "code_unknown"},
		{"a phone in the note", w.mei, w.hers, registry.VisitReport{Result: "no_change", Note: "call 138 0013 8000"}, "invalid_fields"},
		{"an identity number in the note", w.mei, w.hers, registry.VisitReport{Result: "no_change", Note: "11010519491231002X"}, "invalid_fields"},
		{"no such result", w.mei, w.hers, registry.VisitReport{Result: "fine"}, "invalid_fields"},
		{"to come", w.mei, w.hers, registry.VisitReport{Result: "no_change", At: &soon}, "invalid_fields"},
		{"long ago", w.mei, w.hers, registry.VisitReport{Result: "no_change", At: &long}, "invalid_fields"},
	} {
		_, err := w.Visit(t.Context(), postgres.Write{Actor: c.who}, c.code, c.report)
		if got := refused(t, err); got != c.slug {
			t.Errorf("%s: %q, want %q", c.name, got, c.slug)
		}
	}
	if w.cell(t, gone) == w.cell(t, w.hers) {
		if _, err := w.Retire(t.Context(), postgres.Write{Actor: clerk}, gone, registry.Retirement{As: registry.AsDemolished}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Visit(t.Context(), postgres.Write{Actor: w.mei}, gone, ok); refused(t, err) != "retired" {
			t.Errorf("a demolished house: %v", err)
		}
	} else {
		t.Error("the third house is in another cell; move it")
	}
	if n := w.count(t, "visit"); n != 0 {
		t.Errorf("%d visits were recorded", n)
	}
}

func TestTakingAVisitBack(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	v := w.visit(t, w.mei, w.hers, registry.VisitReport{Result: registry.VisitNoChange})
	back := func(who registry.Actor, id uuid.UUID) string {
		_, err := w.WithdrawVisit(t.Context(), postgres.Write{Actor: who}, id)
		return refused(t, err)
	}
	if got := back(w.lan, v.ID); got != "visit_unknown" {
		t.Errorf("another's: %q", got)
	}
	if got := back(w.mei, v.ID); got != "" {
		t.Fatal(got)
	}
	if h := only(t, w.grid(t, w.mei)); h.LastVisit != nil || h.ConfirmedTo != nil {
		t.Errorf("still there: %+v", h)
	}
	if got := back(w.mei, v.ID); got != "visit_unknown" {
		t.Errorf("twice: %q", got)
	}
	v = w.visit(t, w.mei, w.hers, registry.VisitReport{Result: registry.VisitNoChange})
	w.clock.at = w.clock.at.AddDate(0, 0, 1)
	if got := back(w.mei, v.ID); got != "too_late" {
		t.Errorf("the next day: %q", got)
	}
	if h := only(t, w.grid(t, w.mei)); h.ConfirmedTo == nil {
		t.Errorf("the visit of yesterday is gone: %+v", h)
	}
}

func TestARepeatedVisitIsOne(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	write := postgres.Write{Actor: w.mei, IdempotencyKey: "once", RequestHash: []byte{1}}
	var first uuid.UUID
	for i := range 3 {
		r, err := w.Visit(t.Context(), write, w.hers, registry.VisitReport{Result: registry.VisitChanged})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = r.Visit.ID
		}
		if r.Visit.ID != first || r.Replayed != (i > 0) {
			t.Errorf("%d: %+v", i, r.Visit)
		}
	}
	if n := w.count(t, "visit"); n != 1 {
		t.Errorf("%d visits", n)
	}
}

// TestWorkFollowsItsHouse: visits and proposals about a house that a
// correction moves belong to whoever answers for it now.
func TestWorkFollowsItsHouse(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	w.visit(t, w.mei, w.hers, registry.VisitReport{Result: registry.VisitNoChange, Note: "green"})
	w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeDemolition, Building: w.hers})
	move := registry.Correction{Input: registry.Input{Shape: hut(9.5296, 47.1500)}, Why: registry.Why{Reason: "surveyed"}}
	if _, err := w.Correct(t.Context(), postgres.Write{Actor: clerk}, w.hers, move); err != nil {
		t.Fatal(err)
	}
	if w.cell(t, w.hers) != w.cell(t, w.other) {
		t.Fatal("not in lan's cell; move it")
	}
	if g := w.grid(t, w.mei); len(g.Houses) != 0 || len(g.Proposals) != 1 {
		t.Errorf("mei keeps %d houses and %d proposals of her own", len(g.Houses), len(g.Proposals))
	}
	g := w.grid(t, w.lan)
	if len(g.Houses) != 2 || len(g.Proposals) != 1 {
		t.Fatalf("lan sees %d houses, %d proposals", len(g.Houses), len(g.Proposals))
	}
	for _, h := range g.Houses {
		if h.Code == w.hers && (h.LastVisit == nil || h.LastVisit.Note != "green" || h.LastVisit.Mine || !h.Proposed) {
			t.Errorf("%+v", h)
		}
	}
}

// TestASubstituteWorks: who stands in for an absent officer has those cells too.
func TestASubstituteWorks(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	w.exec(t, `
		insert into absence (absence_id, account_id, substitute_id, absent_from, absent_to, event_id)
		select gen_random_uuid(), $1, $2, $3, $4, event_id from event limit 1`,
		w.lan.Account, w.mei.Account, w.clock.at, w.clock.at.AddDate(0, 0, 3))
	if g := w.grid(t, w.mei); len(g.Houses) != 2 {
		t.Fatalf("%d houses", len(g.Houses))
	}
	w.visit(t, w.mei, w.other, registry.VisitReport{Result: registry.VisitNoChange})
	w.clock.at = w.clock.at.AddDate(0, 0, 4)
	if g := w.grid(t, w.mei); len(g.Houses) != 1 {
		t.Errorf("%d houses after lan is back", len(g.Houses))
	}
	_, err := w.Visit(t.Context(), postgres.Write{Actor: w.mei}, w.other, registry.VisitReport{Result: registry.VisitNoChange})
	if refused(t, err) != "not_your_cell" {
		t.Errorf("after lan is back: %v", err)
	}
}

func (w *work) propose(t *testing.T, a registry.Actor, in registry.ProposalInput) registry.Proposal {
	t.Helper()
	r, err := w.Propose(t.Context(), postgres.Write{Actor: a}, in)
	if err != nil {
		t.Fatal(err)
	}
	return *r.Proposal
}

// aClerk has an account, which a decision is signed with.
func (w *work) aClerk(t *testing.T) registry.Actor { return w.account(t, "hua", registry.Clerk) }

func TestProposing(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	hua := w.aClerk(t)
	point := registry.Shape{Geometry: orb.Point{9.5193, 47.1400}}
	far := registry.Shape{Geometry: orb.Point{9.6, 47.2}}
	for _, c := range []struct {
		name string
		in   registry.ProposalInput
		slug string
	}{
		{"outside", registry.ProposalInput{Kind: registry.ProposeNewBuilding, Shape: &far}, "not_your_cell"},
		{"another's house", registry.ProposalInput{Kind: registry.ProposeDemolition, Building: w.other}, "not_your_cell"},
		{"without a place", registry.ProposalInput{Kind: registry.ProposeNewBuilding}, "invalid_fields"},
		{"with a code", registry.ProposalInput{Kind: registry.ProposeNewBuilding, Building: w.hers, Shape: &point}, "invalid_fields"},
		{"without a house", registry.ProposalInput{Kind: registry.ProposeDemolition}, "invalid_fields"},
		{"of nothing", registry.ProposalInput{Kind: registry.ProposeCorrection, Building: w.hers}, "invalid_fields"},
		{"with a phone", registry.ProposalInput{Kind: registry.ProposeNewBuilding, Shape: &point, Note: "13800138000"}, "invalid_fields"},
		{"of no kind", registry.ProposalInput{Kind: "wish", Shape: &point}, "invalid_fields"},
	} {
		_, err := w.Propose(t.Context(), postgres.Write{Actor: w.mei}, c.in)
		if got := refused(t, err); got != c.slug {
			t.Errorf("%s: %q, want %q", c.name, got, c.slug)
		}
	}
	made := w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeNewBuilding, Shape: &point, Note: "a kiosk"})
	about := w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeCorrection, Building: w.hers, Note: "three floors"})
	for _, c := range []struct {
		who  registry.Actor
		want int
	}{{w.mei, 2}, {w.lan, 0}, {hua, 2}} {
		list, next, err := w.Proposals(t.Context(), c.who, postgres.ProposalFilter{State: registry.ProposalOpen, Limit: 10})
		if err != nil || len(list) != c.want || next != "" {
			t.Errorf("%s sees %d, %q, %v", c.who.Name, len(list), next, err)
		}
		if _, err := w.Proposal(t.Context(), c.who, made.ID); (err == nil) != (c.want > 0) {
			t.Errorf("%s reads it: %v", c.who.Name, err)
		}
	}
	first, next, err := w.Proposals(t.Context(), hua, postgres.ProposalFilter{Limit: 1})
	if err != nil || len(first) != 1 || first[0].ID != made.ID || next == "" {
		t.Fatalf("first page %+v %q %v", first, next, err)
	}
	second, next, err := w.Proposals(t.Context(), hua, postgres.ProposalFilter{Limit: 1, Cursor: next})
	if err != nil || len(second) != 1 || second[0].ID != about.ID || second[0].Version != 1 || next != "" {
		t.Fatalf("second page %+v %q %v", second, next, err)
	}
	if h := only(t, w.grid(t, w.mei)); !h.Proposed || !slices.Contains(h.Needs, registry.NeedProposalOpen) {
		t.Errorf("%+v", h)
	}
	if _, err := w.WithdrawProposal(t.Context(), postgres.Write{Actor: w.lan}, about.ID); refused(t, err) != "proposal_unknown" {
		t.Errorf("lan takes back mei's: %v", err)
	}
	if _, err := w.WithdrawProposal(t.Context(), postgres.Write{Actor: w.mei}, about.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WithdrawProposal(t.Context(), postgres.Write{Actor: w.mei}, about.ID); refused(t, err) != "decided" {
		t.Errorf("taken back twice: %v", err)
	}
}

// TestDecidingProposals: what is accepted is recorded in the same transaction
// or not at all.
func TestDecidingProposals(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	hua := w.aClerk(t)
	sketch := hut(9.5193, 47.1400)
	fresh := w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeNewBuilding, Shape: sketch})
	twin := w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeNewBuilding, Shape: sketch})
	end := w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeDemolition, Building: w.hers})
	record := func(write postgres.Write) (registry.Receipt, error) {
		return w.Register(t.Context(), write, registry.Registration{Input: registry.Input{Shape: sketch}})
	}
	yes, no := registry.Decision{Accepted: true}, registry.Decision{Reason: "a tent"}
	decide := func(id uuid.UUID, d registry.Decision, f func(postgres.Write) (registry.Receipt, error)) (registry.Receipt, error) {
		return w.DecideProposal(t.Context(), postgres.Write{Actor: hua}, id, d, f)
	}
	if _, err := decide(fresh.ID, registry.Decision{}, nil); refused(t, err) != "invalid_fields" {
		t.Errorf("refused without a reason: %v", err)
	}
	got, err := decide(fresh.ID, yes, record)
	if err != nil {
		t.Fatal(err)
	}
	if p := got.Proposal; p.State != registry.ProposalAccepted || p.Result == 0 || p.Result != got.Building.Code {
		t.Errorf("%+v", p)
	}
	buildings := w.count(t, "building")
	if _, err := decide(twin.ID, yes, record); refused(t, err) != "overlap" {
		t.Errorf("a second house at the same place: %v", err)
	}
	if p, err := w.Proposal(t.Context(), hua, twin.ID); err != nil || p.State != registry.ProposalOpen || w.count(t, "building") != buildings {
		t.Errorf("after a decision that failed: %+v %v", p, err)
	}
	if _, err := decide(twin.ID, no, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := decide(twin.ID, yes, record); refused(t, err) != "decided" {
		t.Errorf("decided twice: %v", err)
	}
	one := 1
	_, err = decide(end.ID, yes, func(write postgres.Write) (registry.Receipt, error) {
		write.IfMatch = &one
		return w.Retire(t.Context(), write, w.hers, registry.Retirement{As: registry.AsDemolished})
	})
	if err != nil {
		t.Fatal(err)
	}
	g := w.grid(t, w.mei)
	if h := only(t, g); h.Code != got.Building.Code || len(g.Proposals) != 3 || g.Proposals[0].State != registry.ProposalAccepted || g.Proposals[1].Reason != "a tent" {
		t.Errorf("%+v", g)
	}
}

// TestAProposalIsDecidedOnce: of many clerks who accept one proposal at once,
// one registers the house.
func TestAProposalIsDecidedOnce(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	hua := w.aClerk(t)
	sketch := hut(9.5193, 47.1400)
	p := w.propose(t, w.mei, registry.ProposalInput{Kind: registry.ProposeNewBuilding, Shape: sketch})
	answers := make([]string, 6)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			_, err := w.DecideProposal(t.Context(), postgres.Write{Actor: hua}, p.ID, registry.Decision{Accepted: true},
				func(write postgres.Write) (registry.Receipt, error) {
					return w.Register(t.Context(), write, registry.Registration{Input: registry.Input{Shape: sketch}})
				})
			answers[i] = refused(t, err)
		})
	}
	all.Wait()
	slices.Sort(answers)
	if answers[0] != "" || slices.ContainsFunc(answers[1:], func(s string) bool { return s != "decided" }) {
		t.Errorf("%q", answers)
	}
}
