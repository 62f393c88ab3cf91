package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// scope is on whose behalf a transaction reads and writes protected rows:
// headcounts, visits, proposals, assignments and the access log. The policies
// of row-level security compare columns with it and hold no question of their
// own. Without a scope nothing protected is seen.
type scope struct {
	actor registry.Actor
	// accounts are the actor's own and those for whom the actor stands in now.
	accounts []int64
	// worked are the cells, among those a request touches, where the actor is
	// the officer now or stands in for one; administered those where the actor
	// is the administrator.
	worked, administered []geo.Cell
	// houses are a landlord's own.
	houses []registry.Code
	// asked are cells of which anybody may ask which office answers: it opens
	// their assignments and nothing else. Whoever sets it must keep the names.
	asked []geo.Cell
}

// statements are the settings, to be sent in front of something else. It is
// the only place that writes them: SET takes no parameters, so everything is
// written as numbers or taken from a closed list. SET LOCAL ends with the
// transaction and reaches the workers of a cluster.
func (s scope) statements() string {
	accounts := s.accounts
	if !slices.Contains(accounts, s.actor.Account) && s.actor.Account != 0 {
		accounts = append(slices.Clone(accounts), s.actor.Account)
	}
	cells := slices.Compact(slices.Sorted(slices.Values(slices.Concat(s.worked, s.administered))))
	var b strings.Builder
	for _, setting := range []struct{ name, value string }{
		{"account", strconv.FormatInt(s.actor.Account, 10)},
		{"accounts", commas(accounts)},
		{"rights", s.rights()},
		{"cells", commas(cells)},
		{"worked", commas(s.worked)},
		{"administered", commas(s.administered)},
		{"houses", commas(s.houses)},
		{"asked", commas(s.asked)},
	} {
		fmt.Fprintf(&b, "set local fangma.%s = '%s';\n", setting.name, setting.value)
	}
	return b.String()
}

// rights are those of a closed list; anything else never gets into a setting.
func (s scope) rights() string {
	var out []string
	for _, r := range s.actor.Rights() {
		switch r {
		case registry.ReadAssignments, registry.Assign, registry.ReadHeadcounts, registry.Count,
			registry.Visits, registry.Proposals, registry.ReadAccess:
			out = append(out, string(r))
		}
	}
	return strings.Join(out, ",")
}

func commas[T ~int64 | ~uint64](values []T) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(int64(v), 10))
	}
	return b.String()
}

// enter tells the transaction its scope, in place of an earlier one.
func (s scope) enter(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, s.statements())
	return wrap("enter scope", err)
}

// scopeIn finds what the actor is, at an instant, in the cells that a request
// touches, or in all of the actor's cells if touched is nil, and enters that
// scope. A request that touches many cells goes through them scopeCells at a
// time, since the policies compare each row with the list.
func scopeIn(ctx context.Context, tx pgx.Tx, a registry.Actor, at time.Time, touched []geo.Cell) (scope, error) {
	s := scope{actor: a}
	if a.Account == 0 || !a.Has(registry.Officer, registry.Administrator, registry.Landlord) {
		return s, s.enter(ctx, tx)
	}
	if err := s.findAccounts(ctx, tx, at); err != nil {
		return s, err
	}
	if err := s.enter(ctx, tx); err != nil {
		return s, err
	}
	if err := s.findCells(ctx, tx, at, touched); err != nil {
		return s, err
	}
	if a.Has(registry.Landlord) {
		if err := s.findHouses(ctx, tx, at); err != nil {
			return s, err
		}
	}
	return s, s.enter(ctx, tx)
}

// scopeCells is how many cells one scope carries where a request goes through
// many.
const scopeCells = 250

func (s *scope) findAccounts(ctx context.Context, tx pgx.Tx, at time.Time) error {
	rows, err := tx.Query(ctx, `
		select $1::bigint
		union
		select account_id from absence
		where substitute_id = $1 and not withdrawn and absent_from <= $2 and $2 < absent_to`, s.actor.Account, at)
	if err != nil {
		return fmt.Errorf("find whom one stands in for: %w", err)
	}
	s.accounts, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	return wrap("find whom one stands in for", err)
}

func (s *scope) findCells(ctx context.Context, tx pgx.Tx, at time.Time, touched []geo.Cell) error {
	rows, err := tx.Query(ctx, `
		select cell, role, account_id from assignment
		where account_id = any ($1) and not withdrawn and held_from <= $2 and $2 < held_to
			and ($3::bigint[] is null or cell = any ($3))
		order by cell`, s.accounts, at, cellsParam(touched))
	if err != nil {
		return fmt.Errorf("find own cells: %w", err)
	}
	var cell, account int64
	var role registry.Role
	_, err = pgx.ForEachRow(rows, []any{&cell, &role, &account}, func() error {
		switch {
		case role == registry.Officer && s.actor.Has(registry.Officer):
			s.worked = append(s.worked, geo.Cell(cell))
		case role == registry.Administrator && s.actor.Has(registry.Administrator) && account == s.actor.Account:
			s.administered = append(s.administered, geo.Cell(cell))
		}
		return nil
	})
	return wrap("find own cells", err)
}

func (s *scope) findHouses(ctx context.Context, tx pgx.Tx, at time.Time) error {
	rows, err := tx.Query(ctx, `
		select building_code from holding
		where account_id = $1 and held_from <= $2 and $2 < held_to
		order by building_code`, s.actor.Account, at)
	if err != nil {
		return fmt.Errorf("find own houses: %w", err)
	}
	s.houses, err = pgx.CollectRows(rows, pgx.RowTo[registry.Code])
	return wrap("find own houses", err)
}

// as runs reads in one read-only transaction under the actor's scope in the
// cells that the request touches; nil for all of the actor's own.
func (r *Reader) as(ctx context.Context, a registry.Actor, touched []geo.Cell, do func(pgx.Tx, scope) error) error {
	return pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		s, err := scopeIn(ctx, tx, a, r.now(), touched)
		if err != nil {
			return err
		}
		return do(tx, s)
	})
}

// cellsParam is cells as a parameter of type bigint[]; nil stays null.
func cellsParam(cells []geo.Cell) []int64 {
	if cells == nil {
		return nil
	}
	out := make([]int64, len(cells))
	for i, c := range cells {
		out[i] = int64(c)
	}
	return out
}
