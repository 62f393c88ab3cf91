package web

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

const (
	// maxDensityCells bounds one answer; a town has as many at the grid's
	// resolution only if it is a large one.
	maxDensityCells = 50_000
	// coarsest is the coarsest resolution of an answer.
	coarsest = 3
)

// sumsView is what houses come to. Of what a reader may not see the number is
// null; few says that it is so because too few houses are inhabited.
type sumsView struct {
	Buildings   int64  `json:"buildings"`
	Dwellings   *int64 `json:"dwellings"`
	Population  *int64 `json:"population"`
	Few         bool   `json:"few,omitempty"`
	Permits     *int64 `json:"permits"`
	FloorArea   *int64 `json:"floorArea"` // m²
	Unconfirmed *int64 `json:"unconfirmed"`
}

// viewSums shows of sums what may be seen: houses means their dwellings and
// floors, people who lives in them, unless they are few, and whether somebody
// has looked.
func viewSums(s tiles.Sums, houses, people, few bool) sumsView {
	v := sumsView{Buildings: s.Buildings, Few: few}
	if houses {
		v.Dwellings, v.FloorArea = &s.Dwellings, &s.FloorArea
	}
	if houses && (people || few) {
		v.Unconfirmed = &s.Unconfirmed
	}
	if people {
		v.Population, v.Permits = &s.Heads, &s.Permits
	}
	return v
}

// measure gives one number of the sums; false if it may not be seen.
func (v sumsView) measure(name string) (int64, bool) {
	n := map[string]*int64{"buildings": &v.Buildings, "dwellings": v.Dwellings, "population": v.Population,
		"permits": v.Permits, "floorArea": v.FloorArea, "unconfirmed": v.Unconfirmed}[name]
	if n == nil {
		return 0, false
	}
	return *n, true
}

// measures are what cells can be ordered by.
func measures() []string {
	return []string{"population", "dwellings", "buildings", "floorArea", "unconfirmed", "permits"}
}

type cellSumsView struct {
	Cell   geo.Cell   `json:"cell"`
	Center [2]float64 `json:"center"` // lon, lat
	sumsView
	Area float64 `json:"area"` // km²
}

type densityView struct {
	Res     int            `json:"res"`
	ValidOn registry.Date  `json:"validOn"`
	KnownAt *string        `json:"knownAt"` // null for what is known now
	Visible []string       `json:"visible"`
	Cells   []cellSumsView `json:"cells"`
	Total   sumsView       `json:"total"`
}

// densityQuery is what is asked for.
type densityQuery struct {
	at       registry.AsOf
	res      int
	box      *orb.Bound
	order    string // a measure to order by, largest first; "" for by cell
	limit    int    // 0 for all
	division int64
	format   string
}

func (in *reading) readDensityQuery(r *http.Request) (densityQuery, error) {
	q := queryOf(r)
	grid := in.store.GridResolution()
	d := densityQuery{
		at: q.asOf(in.store.Zone()), res: q.integer("res", min(9, grid), coarsest, grid), box: q.wideBox("bbox"),
		division: q.id("division"), format: q.oneOf("format", "json", "csv"), limit: q.integer("limit", 0, 1, maxDensityCells),
	}
	if q.values.Has("measure") {
		d.order = q.oneOf("measure", measures()...)
	}
	return d, q.err()
}

// getDensity answers GET /api/v1/density: the sums of cells. Everybody may ask;
// what one sees follows one's role.
func (in *reading) getDensity(w http.ResponseWriter, r *http.Request) error {
	ask, err := in.readDensityQuery(r)
	if err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	sees, err := in.sees(r)
	if err != nil {
		return err
	}
	town, day, err := in.densityTown(r, ask.at)
	if err != nil {
		return err
	}
	box := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	if ask.box != nil {
		box = *ask.box
	}
	cells := town.Density(box, ask.res)
	if cells, err = in.cellsOfDivision(r, cells, ask, day); err != nil {
		return err
	}
	if len(cells) > maxDensityCells {
		return &registry.Error{Kind: registry.Invalid, Slug: "too_many_cells",
			Detail: fmt.Sprintf("these are %d cells; one answer has at most %d", len(cells), maxDensityCells),
			Fields: []registry.FieldError{{Field: "res", Reason: "take a coarser resolution or a smaller box"}}}
	}
	v := densityView{Res: ask.res, ValidOn: day, KnownAt: instantOrNull(ask.at), Visible: visible(sees)}
	v.fill(town, cells, sees)
	v.order(ask)
	privately(w)
	if ask.format == "csv" {
		return v.sendCSV(w, r)
	}
	return writeJSON(w, r, v)
}

// densityTown is a town with the sums of its cells at a moment.
func (in *reading) densityTown(r *http.Request, at registry.AsOf) (*tiles.Snapshot, registry.Date, error) {
	if in.past.present(at) {
		town := in.live.town.Load().snapshot
		return town, registry.Date(town.Today()), nil
	}
	m, at := in.past.moment(at)
	town, err := in.past.heat(r.Context(), m, at)
	return town, m.on, err
}

// cellsOfDivision keeps the cells whose middle lies in a division, if one is
// asked for.
func (in *reading) cellsOfDivision(r *http.Request, cells []tiles.CellSums, ask densityQuery, day registry.Date) ([]tiles.CellSums, error) {
	if ask.division == 0 {
		return cells, nil
	}
	at := registry.AsOf{ValidOn: &day, KnownAt: ask.at.KnownAt}
	found, err := in.store.Divisions(r.Context(), postgres.DivisionFilter{AsOf: at, ID: ask.division, Boundaries: true})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || len(found[0].Boundary) == 0 {
		return nil, &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "there is no such division with a boundary on the day",
			Fields: []registry.FieldError{{Field: "division", Reason: "must be the id of a division that has a boundary"}}}
	}
	area := geo.Prepare(found[0].Boundary)
	return slices.DeleteFunc(cells, func(c tiles.CellSums) bool { return !area.Contains(middleOf(c.Cell)) }), nil
}

// middleOf is the middle of a cell's outline.
func middleOf(c geo.Cell) orb.Point { return geo.Round(c.Boundary().Bound().Center()) }

// fill adds the cells and their total. The total of people is that of the cells
// of which they show: taken from it, the others would tell.
func (v *densityView) fill(town *tiles.Snapshot, cells []tiles.CellSums, sees tiles.Sees) {
	var all, shown tiles.Sums
	looked, hidden := int64(0), false
	v.Cells = make([]cellSumsView, 0, len(cells))
	for _, c := range cells {
		numbers, few := town.Shows(sees, c)
		outline := c.Cell.Boundary()
		v.Cells = append(v.Cells, cellSumsView{Cell: c.Cell, Center: geo.Round(outline.Bound().Center()),
			sumsView: viewSums(c.Sums, sees.Houses, numbers, few), Area: math.Round(geo.Area(outline)) / 1e6})
		all.Add(c.Sums)
		if numbers {
			shown.Add(c.Sums)
		}
		if numbers || few {
			looked += c.Unconfirmed
		}
		hidden = hidden || few
	}
	all.Heads, all.Permits, all.Unconfirmed = shown.Heads, shown.Permits, looked
	v.Total = viewSums(all, sees.Houses, sees.All || len(sees.Cells) > 0, hidden)
}

// order puts the cells with most of a measure first, those that do not show it
// last.
func (v *densityView) order(ask densityQuery) {
	if ask.order != "" {
		slices.SortStableFunc(v.Cells, func(a, b cellSumsView) int {
			x, shownX := a.measure(ask.order)
			y, shownY := b.measure(ask.order)
			switch {
			case shownX != shownY && shownX:
				return -1
			case shownX != shownY:
				return 1
			}
			return cmp.Compare(y, x)
		})
	}
	if ask.limit > 0 && len(v.Cells) > ask.limit {
		v.Cells = v.Cells[:ask.limit]
	}
}

// visible names the numbers that a reader may see, somewhere.
func visible(s tiles.Sees) []string {
	out := []string{"buildings"}
	if s.Houses {
		out = append(out, "dwellings", "floorArea")
	}
	if s.All || len(s.Cells) > 0 {
		out = append(out, "unconfirmed", "population", "permits")
	}
	return out
}

// sees is what the reader may see of what is counted by cell.
func (in *reading) sees(r *http.Request) (tiles.Sees, error) {
	a := stateOf(r).actor
	s := tiles.Sees{
		Houses:  a.Has(registry.Clerk, registry.Dispatcher, registry.Officer, registry.Administrator, registry.Planner, registry.Operator),
		All:     a.Has(registry.Clerk, registry.Dispatcher),
		Exact:   a.May(registry.ReadHeadcounts),
		Answers: a.May(registry.ReadAssignments),
	}
	if !a.Has(registry.Officer, registry.Administrator) || s.Exact && s.Answers {
		return s, nil
	}
	var err error
	s.Cells, err = in.store.OwnCells(r.Context(), a)
	return s, err
}

// privately keeps an answer that follows the reader's role from being given to
// anybody else, by a cache between us or by the browser after signing out.
func privately(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization, Cookie")
}

func instantOrNull(at registry.AsOf) *string {
	if at.KnownAt == nil {
		return nil
	}
	text := instantText(*at.KnownAt)
	return &text
}

// wideBox is box without its limit on the sides: sums of cells are few however
// large it is.
func (q *query) wideBox(name string) *orb.Bound {
	before := len(q.wrong)
	b := q.box(name)
	if n := len(q.wrong); b != nil && n == before+1 && q.wrong[n-1].Field == name &&
		b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90 && b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1] {
		q.wrong = q.wrong[:before]
	}
	return b
}

// sendCSV writes the cells as a table for spreadsheets.
func (v *densityView) sendCSV(w http.ResponseWriter, r *http.Request) error {
	name := "density-" + v.ValidOn.String() + ".csv"
	return sendTable(w, r, name, func(out *csv.Writer) error {
		head := append([]string{"cell", "lon", "lat", "area_km2"}, sumColumns()...)
		if err := out.Write(append(head, "valid_on", "known_at")); err != nil {
			return err
		}
		for _, c := range v.Cells {
			row := append([]string{c.Cell.String(), decimalText(c.Center[0]), decimalText(c.Center[1]), decimalText(c.Area)}, c.cells()...)
			if err := out.Write(append(row, v.ValidOn.String(), textOr(v.KnownAt))); err != nil {
				return err
			}
		}
		return nil
	})
}

// sumColumns are the head of what cells writes.
func sumColumns() []string {
	return []string{"buildings", "dwellings", "population", "few", "permits", "floor_area_m2", "unconfirmed"}
}

// cells are the sums as cells of a table, empty for what may not be seen.
func (v sumsView) cells() []string {
	few := ""
	if v.Few {
		few = "< 5 houses"
	}
	return []string{strconv.FormatInt(v.Buildings, 10), countText(v.Dwellings), countText(v.Population), few, countText(v.Permits),
		countText(v.FloorArea), countText(v.Unconfirmed)}
}

func countText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func decimalText(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func textOr(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// sendTable writes a table for spreadsheets: with a byte order mark, without
// which they take UTF-8 for something else. Text that people wrote must have
// gone through export.Plain.
func sendTable(w http.ResponseWriter, r *http.Request, name string, rows func(*csv.Writer) error) error {
	var b bytes.Buffer
	if _, err := io.WriteString(&b, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(&b)
	out.UseCRLF = true // RFC 4180
	if err := rows(out); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	send(w, r, answer{media: "text/csv; charset=utf-8; header=present", body: b.Bytes()})
	return nil
}
