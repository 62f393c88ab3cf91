package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// myGrid reads an officer's day under the officer's scope, in one batch.
func (r *Reader) myGrid(ctx context.Context, tx pgx.Tx, s scope) (registry.MyGrid, error) {
	g := registry.MyGrid{On: r.Today(), Cells: slices.Compact(slices.Sorted(slices.Values(s.worked)))}
	cells := cellsParam(g.Cells)
	if cells == nil {
		cells = []int64{}
	}
	midnight := g.On.Start(r.zone)
	houses := map[registry.Code]*registry.GridHouse{}
	var b pgx.Batch
	b.Queue(myHouses, cells, g.On.Time()).Query(func(rows pgx.Rows) error {
		var err error
		if g.Houses, err = pgx.CollectRows(rows, scanGridHouse); err != nil {
			return err
		}
		for i := range g.Houses {
			houses[g.Houses[i].Code] = &g.Houses[i]
		}
		return nil
	})
	b.Queue(myStatements, cells, g.On.Time()).Query(func(rows pgx.Rows) error {
		var code registry.Code
		_, err := pgx.ForEachRow(rows, []any{&code}, func() error {
			if h := houses[code]; h != nil {
				h.Stated = true
			}
			return nil
		})
		return err
	})
	b.Queue(myVisits, cells).Query(func(rows pgx.Rows) error {
		var code registry.Code
		var account int64
		var v registry.GridVisit
		_, err := pgx.ForEachRow(rows, []any{&code, &v.ID, &v.At, &v.Result, &v.Note, &account}, func() error {
			last := v
			last.At, last.Mine = v.At.UTC(), account == s.actor.Account
			if h := houses[code]; h != nil {
				h.LastVisit = &last
			}
			return nil
		})
		return err
	})
	b.Queue(myConfirmed, cells, midnight, g.On.Time(), s.actor.Account).QueryRow(func(row pgx.Row) error { return row.Scan(&g.Confirmed) })
	b.Queue(myProposals, cells, s.actor.Account, r.now().Add(-registry.DecidedFor)).Query(func(rows pgx.Rows) error {
		var err error
		g.Proposals, err = pgx.CollectRows(rows, scanProposal)
		return err
	})
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return g, fmt.Errorf("read my grid: %w", err)
	}
	for _, p := range g.Proposals {
		if h := houses[p.Building]; h != nil && p.State == registry.ProposalOpen {
			h.Proposed = true
		}
	}
	g.Arrange()
	return g, nil
}

// Every statement names the cells although the policies do: so the indexes are
// used. Houses and totals are public rows without policies.
const (
	myHouses = `
		select v.building_code, v.point, v.cell, v.name, v.address, v.state, v.floors,
			coalesce(t.dwellings, 0), coalesce(t.heads, 0), coalesce(t.permits, 0), t.confirmed_to
		from building_version v
			left join building_total t
				on t.building_code = v.building_code and t.recorded_to = 'infinity' and t.valid @> $2::date
		where v.cell = any ($1) and v.recorded_to = 'infinity' and v.valid @> $2::date
			and v.state not in ('demolished', 'not_realised')
		order by v.building_code`
	myStatements = `
		select distinct in_building from headcount
		where cell = any ($1) and recorded_to = 'infinity' and valid @> $2::date`
	myVisits = `
		select distinct on (building_code) building_code, visit_id, visited_at, result, note, account_id
		from visit
		where cell = any ($1) and withdrawn_at is null
		order by building_code, visited_at desc, visit_id desc`
	myConfirmed = `
		select count(distinct building_code) from visit
		where cell = any ($1) and visited_at >= $2 and visited_on = $3 and account_id = $4
			and withdrawn_at is null and result in ('no_change', 'changed')`
	myProposals = `
		select ` + proposalColumns + `
		from proposal p join account a using (account_id)
		where (p.cell = any ($1) or p.account_id = $2) and (p.state = 'open' or p.decided_at > $3)
		order by p.proposal_id desc
		limit 500`
)

func scanGridHouse(row pgx.CollectableRow) (h registry.GridHouse, err error) {
	var confirmed *time.Time
	err = row.Scan(&h.Code, (*pointColumn)(&h.Point), (*cellColumn)(&h.Cell), &h.Name, &h.Address, &h.State, &h.Floors,
		&h.Dwellings, &h.Heads, &h.Permits, &confirmed)
	if confirmed != nil {
		day := registry.DateOf(*confirmed)
		h.ConfirmedTo = &day
	}
	return h, err
}

// The access log's words for a look at one's own grid, and at one house of it.
const (
	actReadMyGrid  = "my_grid.read"
	actReadMyHouse = "my_house.read"
)

// MyGrid reads an officer's day: houses, headcounts, visits and proposals in
// the cells where the actor is officer now or stands in for one.
func (w *Watched) MyGrid(ctx context.Context) (g registry.MyGrid, err error) {
	err = w.read(ctx, actReadMyGrid, nil, func(tx pgx.Tx, s scope) (seen, error) {
		if g, err = w.r.myGrid(ctx, tx, s); err != nil {
			return seen{}, err
		}
		what := seen{cells: g.Cells, codes: make([]registry.Code, len(g.Houses))}
		for i, h := range g.Houses {
			what.codes[i] = h.Code
		}
		return what, nil
	})
	return g, err
}

// MyHouse reads one house of an officer's day; nil if it is not among them.
func (w *Watched) MyHouse(ctx context.Context, code registry.Code) (mine *registry.GridHouse, err error) {
	err = w.read(ctx, actReadMyHouse, nil, func(tx pgx.Tx, s scope) (seen, error) {
		g, err := w.r.myGrid(ctx, tx, s)
		for i := range g.Houses {
			if h := &g.Houses[i]; h.Code == code {
				mine = h
				return seen{[]registry.Code{code}, []geo.Cell{h.Cell}}, nil
			}
		}
		return seen{}, err
	})
	return mine, err
}
