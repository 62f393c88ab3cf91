package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Gap is a cell with live houses in which nobody works in a role.
type Gap struct {
	Cell      geo.Cell
	Buildings int
	Missing   []registry.Role
	// Absent says that an officer is assigned and away without a substitute.
	Absent bool
	// Community is where most of the houses are; zero for none.
	Community registry.Division
}

// GapFilter says which gaps a list holds. Zero fields do not filter.
type GapFilter struct {
	At     time.Time // zero is now
	Role   registry.Role
	Cursor string
	Limit  int // all if 0
}

// Gaps lists the cells with houses standing at an instant in which nobody
// works as officer, or as administrator, then: nobody is assigned, or who is
// does not hold the role any more, is shut out, or is away without a
// substitute. In order of cell, with how many there are and the cursor of the
// next page. An administrator is told of the cells they are responsible for.
//
// It returns Malformed for a cursor that was not given out.
func (r *Reader) Gaps(ctx context.Context, a registry.Actor, f GapFilter) (page []Gap, total int, next string, err error) {
	if f.At.IsZero() {
		f.At = r.now()
	}
	var after geo.Cell
	if f.Cursor != "" {
		if after, err = geo.ParseCell(f.Cursor); err != nil {
			return nil, 0, "", registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this list gave out")
		}
	}
	var all []Gap
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		err := r.eachView(ctx, tx, a, func(v view) error {
			if v.accounts != nil {
				return nil
			}
			part, err := r.gapsIn(ctx, tx, f, v.cells)
			all = append(all, part...)
			return err
		})
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b Gap) int { return cmp.Compare(a.Cell, b.Cell) })
		total = len(all)
		from, _ := slices.BinarySearchFunc(all, after+1, func(g Gap, c geo.Cell) int { return cmp.Compare(g.Cell, c) })
		page = all[from:]
		if f.Limit > 0 && len(page) > f.Limit {
			page = page[:f.Limit]
			next = page[f.Limit-1].Cell.String()
		}
		return r.placeGaps(ctx, tx, r.dayOf(f.At), page)
	})
	return page, total, next, wrap("find gaps", err)
}

// gapsIn finds the gaps among some cells, or all.
func (r *Reader) gapsIn(ctx context.Context, tx pgx.Tx, f GapFilter, cells []geo.Cell) ([]Gap, error) {
	where := ``
	args := []any{r.dayOf(f.At).Time()}
	if cells != nil {
		where, args = ` and v.cell = any ($2)`, append(args, cellsParam(cells))
	}
	rows, err := tx.Query(ctx, `
		select v.cell, count(*) from building_version v
		where v.recorded_to = 'infinity' and v.valid @> $1::date and v.state not in ('demolished', 'not_realised')`+where+`
		group by v.cell order by v.cell`, args...)
	if err != nil {
		return nil, fmt.Errorf("count houses by cell: %w", err)
	}
	settled, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g Gap, err error) {
		return g, row.Scan((*cellColumn)(&g.Cell), &g.Buildings)
	})
	if err != nil {
		return nil, fmt.Errorf("count houses by cell: %w", err)
	}
	posts, err := readPosts(ctx, tx, cells, f.At)
	if err != nil {
		return nil, err
	}
	people, err := readStaff(ctx, tx, f.At, accountsOf(posts))
	if err != nil {
		return nil, err
	}
	held := make(map[post]*registry.Post, len(posts))
	for _, p := range posts {
		held[p.post] = people.post(p, false)
	}
	var gaps []Gap
	for _, g := range settled {
		answer := registry.Answering(held[post{g.Cell, registry.Officer}], held[post{g.Cell, registry.Administrator}])
		g.Missing, g.Absent = answer.Missing(), answer.Absent && answer.Uncovered
		if f.Role != "" {
			g.Missing = slices.DeleteFunc(g.Missing, func(role registry.Role) bool { return role != f.Role })
		}
		if len(g.Missing) > 0 {
			gaps = append(gaps, g)
		}
	}
	return gaps, nil
}

// placeGaps says in which community each is.
func (r *Reader) placeGaps(ctx context.Context, tx pgx.Tx, day registry.Date, gaps []Gap) error {
	cells := make([]geo.Cell, len(gaps))
	for i, g := range gaps {
		cells[i] = g.Cell
	}
	counts, err := communityCounts(ctx, tx, day, cells)
	if err != nil {
		return err
	}
	var records []*registry.Record
	for i := range gaps {
		records = append(records, &registry.Record{Span: registry.Span{Facts: registry.Facts{Community: registry.Most(counts[gaps[i].Cell])}}})
	}
	if err := nameCommunities(ctx, tx, records); err != nil {
		return err
	}
	for i, rec := range records {
		gaps[i].Community = registry.Division{ID: rec.Community, Code: rec.CommunityCode, Name: rec.CommunityName}
	}
	return nil
}

// communityCounts is how many standing houses of which community are in each
// cell on a day; community 0 is none.
func communityCounts(ctx context.Context, q querier, day registry.Date, cells []geo.Cell) (map[geo.Cell]map[int64]int, error) {
	rows, err := q.Query(ctx, `
		select v.cell, coalesce(v.community_id, 0), count(*)
		from building_version v
		where v.cell = any ($1) and v.recorded_to = 'infinity' and v.valid @> $2::date and v.state not in ('demolished', 'not_realised')
		group by 1, 2`, cellsParam(cells), day.Time())
	if err != nil {
		return nil, fmt.Errorf("count houses by community: %w", err)
	}
	out := map[geo.Cell]map[int64]int{}
	var c geo.Cell
	var community int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{(*cellColumn)(&c), &community, &n}, func() error {
		if out[c] == nil {
			out[c] = map[int64]int{}
		}
		out[c][community] = n
		return nil
	})
	return out, wrap("count houses by community", err)
}
