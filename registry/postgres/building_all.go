package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"fangma/registry"
)

// Nearly all buildings have one version only, their first: those need neither a
// join nor an order.
const (
	soleBuildings   = `select ` + mapColumns + ` from building_version v where v.sole and v.recorded_to = 'infinity'`
	longerBuildings = `from building_version v join building b on b.building_code = v.building_code
		where not v.sole and v.recorded_to = 'infinity'
		order by v.building_code, v.valid`
)

// EachBuilding calls f with every building as presently known, in no
// particular order, without names, addresses and external ids: what the map is
// built from. Void buildings are left out.
func (r *Reader) EachBuilding(ctx context.Context, f func(*registry.Building) error) error {
	return wrap("read all buildings", r.readOnly(ctx, func(tx pgx.Tx) error {
		if err := eachOf(ctx, tx, soleBuildings, f); err != nil {
			return err
		}
		return eachLonger(ctx, tx, f)
	}))
}

// EachBuildingInShares is EachBuilding for several at a time, each of which
// gets a share of the buildings by a connection of its own. Together they do
// not see one moment: what is committed meanwhile may be seen as it was, as it
// is, both ways or not at all, so whoever calls this then follows the feed from
// before.
func (r *Reader) EachBuildingInShares(ctx context.Context, shares ...func(*registry.Building) error) error {
	var blocks int
	err := r.pool.QueryRow(ctx, `
		select pg_relation_size('building_version') / current_setting('block_size')::bigint`).Scan(&blocks)
	if err != nil {
		return wrap("read all buildings", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, f := range shares {
		group.Go(func() error {
			return r.readOnly(ctx, func(tx pgx.Tx) error {
				sql := soleBuildings + fmt.Sprintf(` and v.ctid >= '(%d,0)'`, blocks*i/len(shares))
				if i < len(shares)-1 {
					return eachOf(ctx, tx, sql+fmt.Sprintf(` and v.ctid < '(%d,0)'`, blocks*(i+1)/len(shares)), f)
				}
				if err := eachOf(ctx, tx, sql, f); err != nil {
					return err
				}
				return eachLonger(ctx, tx, f)
			})
		})
	}
	return wrap("read all buildings", group.Wait())
}

// readOnly runs f on one state of the database.
func (r *Reader) readOnly(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}, f)
}

func eachLonger(ctx context.Context, tx pgx.Tx, f func(*registry.Building) error) error {
	return eachOf(ctx, tx, `select `+strings.Replace(mapColumns, "v.version", "b.version", 1)+` `+longerBuildings, f)
}

func eachOf(ctx context.Context, tx pgx.Tx, sql string, f func(*registry.Building) error) error {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return err
	}
	return eachMapRow(rows, f)
}
