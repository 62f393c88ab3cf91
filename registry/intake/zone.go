package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// Zone is a candidate for a planner's zone: one feature of a file, or all cells of a table that bear one name.
type Zone struct {
	Row      int
	ID       string // in the source; may be empty
	Name     string // may be empty where a table of cells names none
	Kind     registry.ZoneKind
	Note     string
	Boundary orb.MultiPolygon
	Notes    []Note
}

// maxZoneCells bounds the cells of a table, which are held until it ends.
const maxZoneCells = 500_000

// zoneRow is a row understood: a zone, or a cell of one.
type zoneRow struct {
	Zone
	cell geo.Cell
}

// Zones reads the zones of a file in its order; see Buildings. A table with a column of H3 cells (cell, h, h3) and no
// shapes gives a zone for each name in it, made of its cells, in the order in which the names come; its cells are held
// until the table ends. A zone of a file of shapes needs a name or an id, which then stands for it.
func Zones(ctx context.Context, path string, opt Options) iter.Seq2[Item[Zone], error] {
	return func(yield func(Item[Zone], error) bool) {
		opt.MaxRow = cmp.Or(opt.MaxRow, maxDivisionRow)
		names, err := zoneNames(opt.Map)
		if err != nil {
			yield(Item[Zone]{}, err)
			return
		}
		r, err := open(ctx, path, opt, names, osmDivisions)
		if err != nil {
			yield(Item[Zone]{}, err)
			return
		}
		defer r.close()
		if _, ok := r.(*osmReader); ok {
			yield(Item[Zone]{}, errors.New("zones are read from GeoJSON, Shapefile and CSV, not from OSM PBF"))
			return
		}
		g := gathering{yield: yield, byName: map[string]*cellZone{}}
		run(ctx, r, opt, zoneRows, g.take)
		g.finish()
	}
}

// zoneRows makes sense of one row in WGS84.
func zoneRows(f feature) []Item[zoneRow] {
	reject := func(field, reason, detail string) []Item[zoneRow] {
		return []Item[zoneRow]{{Reject: &Reject{Row: f.row, ID: f.id, Field: field, Reason: reason, Detail: detail}}}
	}
	v := reading{values: &f.values.value}
	f.id = printable(strings.TrimSpace(f.id))
	z := Zone{Row: f.row, ID: f.id}
	z.Name = v.text(fieldName, "name", maxNameLength)
	z.Note = v.text(fieldNote, "note", maxAddressLength)
	if utf8.RuneCountInString(f.id) > maxIDLength {
		return reject("id", lengthReason, fmt.Sprintf("the id is longer than %d characters", maxIDLength))
	}
	if kind := strings.TrimSpace(f.values.value[fieldKind]); kind != "" {
		var ok bool
		if z.Kind, ok = registry.ParseZoneKind(kind); !ok {
			if f.values.rank[fieldKind] <= 1 { // a column that can mean nothing else
				return reject("kind", valueReason, shown(kind)+" is not a kind: optimised, priority, restricted, prohibited or custom")
			}
			v.note("kind", valueReason, shown(kind)+" is not a kind of zone: left out")
		}
	}
	z.Notes = v.notes
	cell := strings.TrimSpace(f.values.value[fieldCell])
	switch {
	case f.geometry == nil && cell == "":
		return reject("geometry", geo.Empty, "neither a shape nor a cell")
	case f.geometry == nil:
		c, err := geo.ParseCell(cell)
		if err != nil {
			return reject("cell", valueReason, shown(cell)+" is not an H3 cell in hexadecimal")
		}
		return []Item[zoneRow]{{Value: zoneRow{z, c}}}
	}
	if z.Name == "" {
		z.Name = z.ID
	}
	if z.Name == "" || registry.LooksPersonal(z.Name) {
		return reject("name", "missing", "a zone needs a name, which nothing personal can stand for")
	}
	boundary, _, err := geo.CleanBoundary(f.geometry)
	var bad *geo.Defect
	if errors.As(err, &bad) {
		return reject("geometry", bad.Reason, bad.Detail)
	}
	if len(boundary) == 0 {
		return reject("geometry", geo.Empty, "the area is empty")
	}
	z.Boundary = boundary
	return []Item[zoneRow]{{Value: zoneRow{Zone: z}}}
}

// gathering puts the cells of a table together and lets everything else through.
type gathering struct {
	yield   func(Item[Zone], error) bool
	byName  map[string]*cellZone
	order   []*cellZone
	cells   int
	stopped bool
}

// cellZone is a zone whose cells are coming in.
type cellZone struct {
	Zone
	cells []geo.Cell
}

func (g *gathering) give(item Item[Zone], err error) bool {
	if !g.stopped && !g.yield(item, err) {
		g.stopped = true
	}
	return !g.stopped && err == nil
}

func (g *gathering) take(item Item[zoneRow], err error) bool {
	switch row := item.Value; {
	case err != nil:
		g.give(Item[Zone]{}, err)
		g.stopped = true // cells of half a table are no zones
		return false
	case item.Reject != nil:
		return g.give(Item[Zone]{Reject: item.Reject}, nil)
	case row.cell == 0:
		return g.give(Item[Zone]{Value: row.Zone}, nil)
	default:
		return g.cell(row)
	}
}

// cell adds a cell to the zone of its name. The first row that names a kind or note says it for all; another kind is a
// reject.
func (g *gathering) cell(row zoneRow) bool {
	if g.cells++; g.cells > maxZoneCells {
		g.give(Item[Zone]{}, fmt.Errorf("row %d: more than %d cells", row.Row, maxZoneCells))
		g.stopped = true
		return false
	}
	z := g.byName[row.Name]
	if z == nil {
		z = &cellZone{Zone: row.Zone}
		g.byName[row.Name], g.order = z, append(g.order, z)
	}
	if row.Kind != "" && z.Kind != "" && row.Kind != z.Kind {
		return g.give(Item[Zone]{Reject: &Reject{Row: row.Row, ID: row.cell.String(), Field: "kind", Reason: valueReason,
			Detail: fmt.Sprintf("row %d says that the zone is %s", z.Row, z.Kind)}}, nil)
	}
	z.Kind, z.Note = cmp.Or(z.Kind, row.Kind), cmp.Or(z.Note, row.Note)
	z.cells = append(z.cells, row.cell)
	return true
}

// finish gives the zones made of cells.
func (g *gathering) finish() {
	for _, z := range g.order {
		if g.stopped {
			return
		}
		var err error
		if z.Boundary, err = geo.AreaOfCells(z.cells); err != nil {
			g.give(Item[Zone]{Reject: &Reject{Row: z.Row, ID: z.Name, Field: "cell", Reason: valueReason, Detail: err.Error()}}, nil)
			continue
		}
		g.give(Item[Zone]{Value: z.Zone}, nil)
	}
}
