package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// presentCell gives, of the building in the expression, the cell where it is
// on a day: of one to come or gone by, where it will be first or was last. It
// is null for a void building, of which nothing is known any more.
func presentCell(building, day string) string {
	return `(select v.cell from building_version v
		where v.building_code = ` + building + ` and v.recorded_to = 'infinity'
		order by lower(v.valid) <= ` + day + ` desc, abs(lower(v.valid) - ` + day + `)
		limit 1)`
}

// follow moves the protected rows of houses and dwellings that an outcome
// moves to another cell or building, whatever those rows are valid for: present
// scope goes by the present place.
func (w *writing) follow(ctx context.Context, out registry.Outcome) error {
	today := w.Today()
	var m moves
	for _, c := range out.Buildings {
		m.building(c, today)
	}
	for _, c := range out.Dwellings {
		if c.Was == nil {
			continue
		}
		if is := c.Is.CountsIn(today); is != 0 && is != c.Was.CountsIn(today) {
			m.homes, m.dwellings, m.into = append(m.homes, c.Is.Home), append(m.dwellings, c.Is.Code), append(m.into, is)
		}
	}
	return m.send(ctx, w, today)
}

// moves are buildings that come to be in other cells, and dwellings that come
// to count in other buildings.
type moves struct {
	buildings              []registry.Code
	cells                  []int64
	homes, dwellings, into []registry.Code
}

func (m *moves) building(c registry.BuildingChange, today registry.Date) {
	if c.Was == nil || len(c.Is.Timeline) == 0 || len(c.Was.Timeline) == 0 {
		return
	}
	was, _ := c.Was.Timeline.Nearest(today)
	is, _ := c.Is.Timeline.Nearest(today)
	if was.Cell != is.Cell {
		m.to(c.Is.Code, is.Cell)
	}
}

func (m *moves) to(building registry.Code, cell geo.Cell) {
	m.buildings, m.cells = append(m.buildings, building), append(m.cells, int64(cell))
}

func (m *moves) send(ctx context.Context, w *writing, today registry.Date) error {
	if len(m.buildings) == 0 && len(m.dwellings) == 0 {
		return nil
	}
	return w.asRegistry(ctx, func() error {
		var b pgx.Batch
		if len(m.dwellings) > 0 {
			b.Queue(`
				update headcount h set in_building = p.building, cell = coalesce(`+presentCell("p.building", "$4::date")+`, h.cell)
				from unnest($1::bigint[], $2::bigint[], $3::bigint[]) p (home, code, building)
				where h.building_code = p.home and h.code = p.code`, m.homes, m.dwellings, m.into, today.Time())
		}
		if len(m.buildings) > 0 {
			b.Queue(`
				update headcount h set cell = p.cell from unnest($1::bigint[], $2::bigint[]) p (code, cell)
				where h.in_building = p.code and h.cell <> p.cell`, m.buildings, m.cells)
			b.Queue(`
				update visit v set cell = p.cell from unnest($1::bigint[], $2::bigint[]) p (code, cell)
				where v.building_code = p.code and v.cell <> p.cell`, m.buildings, m.cells)
			b.Queue(`
				update proposal o set cell = p.cell from unnest($1::bigint[], $2::bigint[]) p (code, cell)
				where o.building_code = p.code and o.cell <> p.cell`, m.buildings, m.cells)
		}
		return wrap("move rows with their house", w.tx.SendBatch(ctx, &b).Close())
	})
}
