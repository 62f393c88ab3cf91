package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Now is the instant at which the store would record something.
func (r *Reader) Now() time.Time { return r.now() }

// Ordinals number all accounts that were ever given a role, from 0: small
// numbers that stay with a person, for colours.
func (r *Reader) Ordinals(ctx context.Context, role registry.Role) (map[int64]int, error) {
	var out map[int64]int
	err := pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) (err error) {
		out, err = ordinalsOf(ctx, tx, role)
		return err
	})
	return out, wrap("number people", err)
}

// OwnCells are the cells in which the actor works as officer, for themselves or
// in somebody's place, or which the actor administers, now; ascending.
func (r *Reader) OwnCells(ctx context.Context, a registry.Actor) ([]geo.Cell, error) {
	var own []geo.Cell
	err := r.as(ctx, a, nil, func(_ pgx.Tx, s scope) error {
		own = slices.Concat(s.worked, s.administered)
		return nil
	})
	slices.Sort(own)
	return slices.Compact(own), wrap("find own cells", err)
}
