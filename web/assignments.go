package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/export"
	"fangma/registry/postgres"
)

type assignmentView struct {
	Cell   geo.Cell      `json:"cell"`
	Role   registry.Role `json:"role"`
	Person *personView   `json:"person"`
	From   time.Time     `json:"from"`
	To     *time.Time    `json:"to"`
}

// assignmentPage is what holds at an instant.
type assignmentPage struct {
	At          time.Time        `json:"at"`
	Assignments []assignmentView `json:"assignments"`
	Next        *string          `json:"next"`
}

// listAssignments answers GET /api/v1/assignments, as pages or as a table of
// everything.
func (in *reading) listAssignments(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.AssignmentFilter{
		At: q.at(in.store.Zone(), in.store.Now()), Role: q.gridRole(""), Person: q.search("person"), Bound: q.box("bbox"),
		Cell: q.cell("cell", in.store.GridResolution()), Limit: q.limit(), Cursor: q.cursor(),
	}
	format := q.oneOf("format", "json", "csv")
	if err := q.err(); err != nil {
		return err
	}
	private(w)
	if format == "csv" {
		f.Cursor, f.Limit = "", 0
	}
	list, next, err := in.store.Assignments(r.Context(), stateOf(r).actor, f)
	if err != nil {
		return err
	}
	if format == "csv" {
		var table strings.Builder
		rows := make([]export.Assignment, len(list))
		for i, a := range list {
			rows[i] = export.Assignment{Cell: a.Cell, Role: a.Role, Person: a.Person, Term: a.Term}
		}
		if err := export.Assignments(&table, rows); err != nil {
			return err
		}
		w.Header().Set("Content-Disposition", `attachment; filename="assignments-`+registry.DateOf(f.At.In(in.store.Zone())).String()+`.csv"`)
		send(w, r, answer{media: "text/csv; charset=utf-8; header=present", body: []byte(table.String())})
		return nil
	}
	out := assignmentPage{At: f.At, Assignments: make([]assignmentView, 0, len(list)), Next: nextPage(w, r, next)}
	for _, a := range list {
		out.Assignments = append(out.Assignments, assignmentView{a.Cell, a.Role, viewPerson(&a.Person), a.From, a.To})
	}
	return writeJSON(w, r, out)
}

type gapView struct {
	Cell      geo.Cell        `json:"cell"`
	Center    orb.Point       `json:"center"`
	Buildings int             `json:"buildings"`
	Missing   []registry.Role `json:"missing"`
	Absent    bool            `json:"absent"`
	Community *string         `json:"community"`
}

type gapPage struct {
	At    time.Time `json:"at"`
	Gaps  []gapView `json:"gaps"`
	Total int       `json:"total"`
	Next  *string   `json:"next"`
}

// listGaps answers GET /api/v1/assignments/gaps.
func (in *reading) listGaps(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.GapFilter{At: q.at(in.store.Zone(), in.store.Now()), Role: q.gridRole(""), Limit: q.limit(), Cursor: q.cursor()}
	if err := q.err(); err != nil {
		return err
	}
	gaps, total, next, err := in.store.Gaps(r.Context(), stateOf(r).actor, f)
	if err != nil {
		return err
	}
	out := gapPage{At: f.At, Gaps: make([]gapView, 0, len(gaps)), Total: total, Next: nextPage(w, r, next)}
	for _, g := range gaps {
		v := gapView{Cell: g.Cell, Center: geo.Round(g.Cell.Center()), Buildings: g.Buildings, Missing: g.Missing, Absent: g.Absent}
		if g.Community.ID != 0 {
			v.Community = &g.Community.Name
		}
		out.Gaps = append(out.Gaps, v)
	}
	private(w)
	return writeJSON(w, r, out)
}

type territoryView struct {
	Person  *personView `json:"person"`
	Ordinal int         `json:"ordinal"`
	Cells   []geo.Cell  `json:"cells"`
	Load    loadView    `json:"load"`
}

// listTerritories answers GET /api/v1/assignments/territories.
func (in *reading) listTerritories(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	at, role, bound := q.at(in.store.Zone(), in.store.Now()), q.gridRole(registry.Officer), q.box("bbox")
	if err := q.err(); err != nil {
		return err
	}
	list, err := in.store.Territories(r.Context(), stateOf(r).actor, role, at, bound)
	if err != nil {
		return err
	}
	out := make([]territoryView, 0, len(list))
	for _, t := range list {
		out = append(out, territoryView{viewPerson(&t.Person), t.Ordinal, t.Cells, viewLoad(t.Load)})
	}
	private(w)
	return writeJSON(w, r, map[string]any{"at": at, "territories": out})
}
