package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Watched reads what is stated about houses, on one actor's behalf, and writes
// down that the actor looked: one row of the access log a request, in the same
// transaction, so that nothing is seen unrecorded. It needs a database that
// takes writes.
type Watched struct {
	r  *Reader
	by registry.Actor
}

// Watched reads on the actor's behalf.
func (s *Store) Watched(by registry.Actor) *Watched { return &Watched{s.Reader, by} }

// seen is what a read showed, for the access log.
type seen struct {
	codes []registry.Code
	cells []geo.Cell
}

// read runs one read under the actor's scope in the cells it touches (nil for
// all of the actor's own) and logs what it showed.
func (w *Watched) read(ctx context.Context, act string, touched []geo.Cell, do func(pgx.Tx, scope) (seen, error)) error {
	return pgx.BeginTxFunc(ctx, w.r.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		s, err := scopeIn(ctx, tx, w.by, w.r.now(), touched)
		if err != nil {
			return err
		}
		what, err := do(tx, s)
		if err != nil {
			return err
		}
		return w.r.logAccess(ctx, tx, w.by, act, what.codes, what.cells, nil)
	})
}

// HouseHeadcounts is what is stated about a building and the dwellings that
// count in it.
type HouseHeadcounts struct {
	Code  registry.Code
	Total registry.TotalSpan
	// Statements are about the building itself first, then about its dwellings
	// in order of label and code, each by day, latest first.
	Statements []StatedHeadcount
}

// StatedHeadcount is a statement with the dwelling that it is about.
type StatedHeadcount struct {
	Code  registry.Code
	Label string // of the room, "" for the building itself
	registry.HeadcountSpan
}

// actReadHeadcounts is how the access log calls a look at a house's headcounts.
const actReadHeadcounts = "headcounts.read"

// Headcounts reads what is stated about a building, as of a moment: with a day
// what holds on it, else everything that stands. Clerks read every house,
// officers and administrators those in their cells now, landlords their own.
//
// It returns NotFound for a code that was never issued to a building, and
// Forbidden "not_your_house" for a house the actor may not see into, whether or
// not anything is stated about it.
func (w *Watched) Headcounts(ctx context.Context, building registry.Code, at registry.AsOf) (HouseHeadcounts, error) {
	out := HouseHeadcounts{Code: building}
	cell, err := w.r.cellOf(ctx, building)
	if err != nil {
		return out, err
	}
	err = w.read(ctx, actReadHeadcounts, []geo.Cell{cell}, func(tx pgx.Tx, s scope) (seen, error) {
		if !s.mayCount(building, cell) {
			return seen{}, notYourHouse(building)
		}
		totals, err := totalsOf(ctx, tx, []registry.Code{building}, at)
		if err != nil {
			return seen{}, err
		}
		if t := totals[building]; t != nil {
			out.Total = t.On(w.r.day(at))
		}
		args := pgx.NamedArgs{"building": building}
		out.Statements, err = w.r.statements(ctx, tx, `h.in_building = @building`, args, at)
		return seen{[]registry.Code{building}, []geo.Cell{cell}}, err
	})
	return out, err
}

// DwellingHeadcounts reads what is stated about one dwelling. It fails as
// Headcounts does, for the building in which the dwelling counts.
func (w *Watched) DwellingHeadcounts(ctx context.Context, dwelling registry.Code, at registry.AsOf) ([]StatedHeadcount, error) {
	d, err := w.r.Dwelling(ctx, dwelling)
	if err != nil {
		return nil, err
	}
	in := d.CountsIn(w.r.Today())
	if in == 0 {
		in = d.Home
	}
	cell, err := w.r.cellOf(ctx, in)
	if err != nil {
		return nil, err
	}
	var out []StatedHeadcount
	err = w.read(ctx, actReadHeadcounts, []geo.Cell{cell}, func(tx pgx.Tx, s scope) (seen, error) {
		if !s.mayCount(in, cell) {
			return seen{}, notYourHouse(dwelling)
		}
		args := pgx.NamedArgs{"home": d.Home, "code": dwelling}
		out, err = w.r.statements(ctx, tx, `h.building_code = @home and h.code = @code`, args, at)
		return seen{[]registry.Code{dwelling, in}, []geo.Cell{cell}}, err
	})
	return out, err
}

func notYourHouse(code registry.Code) error {
	return &registry.Error{Kind: registry.Forbidden, Slug: "not_your_house", Codes: []registry.Code{code},
		Detail: "what is stated about " + code.String() + " is for its own officer, administrator and landlord"}
}

// mayCount says whether the scope opens what is stated about a house.
func (s scope) mayCount(building registry.Code, cell geo.Cell) bool {
	return s.actor.May(registry.ReadHeadcounts) || slices.Contains(s.worked, cell) || slices.Contains(s.administered, cell) ||
		slices.Contains(s.houses, building)
}

// cellOf is where a building is today, was last or will be first; 0 for a void
// one. It returns NotFound for a code that was never issued to a building.
func (r *Reader) cellOf(ctx context.Context, building registry.Code) (geo.Cell, error) {
	var cell int64
	err := r.pool.QueryRow(ctx, `
		select coalesce(`+presentCell("b.building_code", "$2::date")+`, 0) from building b where b.building_code = $1`,
		building, r.Today().Time()).Scan(&cell)
	return geo.Cell(cell), wrap("find the cell", notFound(err, "code_unknown", "%s was never issued to a building", building))
}

// statements reads what is stated, as far as the scope shows it.
func (r *Reader) statements(ctx context.Context, tx pgx.Tx, where string, args pgx.NamedArgs, at registry.AsOf) ([]StatedHeadcount, error) {
	args["day"], args["knownAt"] = nil, at.KnownAt
	if at.ValidOn != nil {
		args["day"] = at.ValidOn.Time()
	}
	args["today"] = r.day(at).Time()
	rows, err := tx.Query(ctx, `
		select h.code, coalesce((select v.label from dwelling_version v
				where v.building_code = h.building_code and v.dwelling_code = h.code and v.recorded_to = 'infinity'
				order by lower(v.valid) <= @today::date desc, abs(lower(v.valid) - @today::date) limit 1), ''), `+headcountColumns+`
		from headcount h
		where `+where+` and `+knownAt("h", at)+` and (@day::date is null or h.valid @> @day::date)
		order by h.code <> h.building_code, 2, h.code, lower(h.valid) desc`, args)
	if err != nil {
		return nil, fmt.Errorf("read headcounts: %w", err)
	}
	defer rows.Close()
	out := []StatedHeadcount{}
	for rows.Next() {
		var s StatedHeadcount
		err := rows.Scan(&s.Code, &s.Label, (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.Heads, &s.Permits, &s.Evidence, &s.Declarer,
			(*dateColumn)(&s.StatedOn))
		if err != nil {
			return nil, fmt.Errorf("read headcounts: %w", err)
		}
		out = append(out, s)
	}
	return out, wrap("read headcounts", rows.Err())
}
