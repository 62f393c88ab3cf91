package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// The names of what Verify finds about totals.
const (
	wrongTotal = "a total that is not what its house sums up to"
	strayCount = "a headcount that is kept in another building or cell than it counts in"
)

// verifyTotals sums every house up again from the tables that totals are made
// of, some at a time, and compares; and it looks whether headcounts are where
// their houses are.
func (r *Reader) verifyTotals(ctx context.Context, found func(name, key string)) error {
	return r.asVerifier(ctx, func(tx pgx.Tx) error {
		after := registry.Code(0)
		for {
			rows, err := tx.Query(ctx, `
				select building_code from building where building_code > $1 order by building_code limit $2`, after, totalBatch)
			if err != nil {
				return fmt.Errorf("read buildings: %w", err)
			}
			codes, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
			if err != nil {
				return fmt.Errorf("read buildings: %w", err)
			}
			if len(codes) == 0 {
				break
			}
			after = codes[len(codes)-1]
			if err := compareTotals(ctx, tx, codes, found); err != nil {
				return err
			}
		}
		return r.strayHeadcounts(ctx, tx, found)
	})
}

func compareTotals(ctx context.Context, tx pgx.Tx, codes []registry.Code, found func(name, key string)) error {
	houses, err := loadHouses(ctx, tx, codes)
	if err != nil {
		return err
	}
	for _, code := range codes {
		h := houses[code]
		t := h.total()
		if h.stood == nil && !t.Zero() || h.stood != nil && !t.Equal(h.stood) {
			found(wrongTotal, code.String())
		}
	}
	return nil
}

func (r *Reader) strayHeadcounts(ctx context.Context, tx pgx.Tx, found func(name, key string)) error {
	rows, err := tx.Query(ctx, `
		select h.code from headcount h
		where (h.code <> h.building_code and h.in_building <> coalesce(`+presentHouse("h.building_code", "h.code", "$1::date")+`, h.in_building))
			or h.cell <> coalesce(`+presentCell("h.in_building", "$1::date")+`, h.cell)
		limit 20`, r.Today().Time())
	if err != nil {
		return fmt.Errorf("look for stray headcounts: %w", err)
	}
	stray, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
	for _, code := range stray {
		found(strayCount, code.String())
	}
	return wrap("look for stray headcounts", err)
}

// asVerifier reads in one snapshot, with the right to see every house.
func (r *Reader) asVerifier(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		if err := setRights(ctx, tx, verifierRights); err != nil {
			return err
		}
		return do(tx)
	})
}
