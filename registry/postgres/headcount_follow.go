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

// presentHouse gives the building in which a dwelling counts on a day, likewise.
func presentHouse(home, dwelling, day string) string {
	return `(select i.in_building from dwelling_building i
		where i.building_code = ` + home + ` and i.dwelling_code = ` + dwelling + ` and i.recorded_to = 'infinity'
		order by lower(i.valid) <= ` + day + ` desc, abs(lower(i.valid) - ` + day + `), i.in_building
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

// FollowToday moves the rows of houses and dwellings whose move was recorded
// before its day, and whose day has come. Whoever runs a server calls it when
// it starts and at the registry's midnight; on the same day again it does
// nothing.
func (s *Store) FollowToday(ctx context.Context) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		today := s.Today().Time()
		tag, err := tx.Exec(ctx, `update followed set day = $1::date where day < $1::date`, today)
		if err != nil || tag.RowsAffected() == 0 {
			return wrap("note the day", err)
		}
		if err := setRights(ctx, tx, registryRights); err != nil {
			return err
		}
		// In order of code, as everybody locks them.
		tag, err = tx.Exec(ctx, `
			select from building where building_code in (
				select v.building_code from building_version v
				where v.recorded_to = 'infinity' and lower(v.valid) <= $1::date and (v.recorded_from at time zone $2::text)::date < lower(v.valid)
				union
				select i.in_building from dwelling_building i
				where i.recorded_to = 'infinity' and lower(i.valid) <= $1::date and (i.recorded_from at time zone $2::text)::date < lower(i.valid))
			order by building_code for update`, today, s.zone.String())
		if err != nil || tag.RowsAffected() == 0 {
			return wrap("move rows with their house", err)
		}
		var b pgx.Batch
		b.Queue(`
			update headcount h set in_building = p.building, cell = coalesce(`+presentCell("p.building", "$1::date")+`, h.cell)
			from (select d.building_code, d.dwelling_code, `+presentHouse("d.building_code", "d.dwelling_code", "$1::date")+` as building
				from (select distinct building_code, dwelling_code from dwelling_building
					where recorded_to = 'infinity' and lower(valid) <= $1::date and (recorded_from at time zone $2::text)::date < lower(valid)) d) p
			where h.building_code = p.building_code and h.code = p.dwelling_code and h.in_building <> p.building`, today, s.zone.String())
		for _, t := range []struct{ table, building string }{{"headcount", "in_building"}, {"visit", "building_code"}, {"proposal", "building_code"}} {
			b.Queue(`
				update `+t.table+` r set cell = p.cell
				from (select v.building_code, `+presentCell("v.building_code", "$1::date")+` as cell
					from (select distinct building_code from building_version
						where recorded_to = 'infinity' and lower(valid) <= $1::date and (recorded_from at time zone $2::text)::date < lower(valid)) v) p
				where r.`+t.building+` = p.building_code and r.cell <> p.cell`, today, s.zone.String())
		}
		return wrap("move rows with their house", tx.SendBatch(ctx, &b).Close())
	})
}
