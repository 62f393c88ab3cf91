package postgres

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// place tells the decisions where and when they are made. Communities are
// looked up inside the transaction, so that a redraw cannot slip in between:
// it takes the registry's lock alone.
func (w *writing) place(ctx context.Context) (registry.Place, error) {
	communities, err := w.boundaries.load(ctx, w.tx, w.Today())
	if err != nil {
		return registry.Place{}, err
	}
	return registry.Place{Resolution: w.resolution, Today: w.Today(), Community: communities.At,
		Mint: func(k registry.Kind) (registry.Code, error) { return w.mint.mint(ctx, k) }}, nil
}

// communities are the level-5 divisions with a boundary that hold on a day, in
// order of code.
type communities []community

type community struct {
	id    int64
	box   orb.Bound // the shape's, at hand: most points are outside most of them
	shape *geo.Prepared
}

func newCommunity(id int64, shape *geo.Prepared) community {
	return community{id, shape.Bound(), shape}
}

// At gives the division that holds the point: the lowest code if several do,
// 0 if none does.
func (c communities) At(p orb.Point) int64 {
	for i := range c {
		if d := &c[i]; p[0] >= d.box.Min[0] && p[0] <= d.box.Max[0] && p[1] >= d.box.Min[1] && p[1] <= d.box.Max[1] && d.shape.Contains(p) {
			return d.id
		}
	}
	return 0
}

// boundaries keeps prepared boundaries by division and version; a version's
// boundary never changes.
type boundaries struct {
	mu       sync.Mutex
	prepared map[boundaryKey]*geo.Prepared
}

type boundaryKey struct {
	division int64
	version  int
}

// load gives the communities presently known to hold on a day, reading only
// the boundaries that are not at hand.
func (b *boundaries) load(ctx context.Context, q querier, day registry.Date) (communities, error) {
	rows, err := q.Query(ctx, `
		select v.division_id, v.version
		from division_version v join division d using (division_id)
		where d.level = 5 and v.recorded_to = 'infinity' and v.valid @> $1::date and v.boundary is not null
		order by d.code, d.source, d.division_id`, day.Time())
	if err != nil {
		return nil, fmt.Errorf("read communities: %w", err)
	}
	keys, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (k boundaryKey, err error) {
		return k, r.Scan(&k.division, &k.version)
	})
	if err != nil {
		return nil, fmt.Errorf("read communities: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(communities, len(keys))
	for i, k := range keys {
		shape := b.prepared[k]
		if shape == nil {
			if shape, err = readBoundary(ctx, q, k); err != nil {
				return nil, err
			}
			if b.prepared == nil {
				b.prepared = map[boundaryKey]*geo.Prepared{}
			}
			b.prepared[k] = shape
		}
		out[i] = newCommunity(k.division, shape)
	}
	return out, nil
}

func readBoundary(ctx context.Context, q querier, k boundaryKey) (*geo.Prepared, error) {
	var g geometry
	err := q.QueryRow(ctx, `
		select boundary from division_version where division_id = $1 and version = $2`, k.division, k.version).Scan(&g)
	if err != nil {
		return nil, fmt.Errorf("read boundary: %w", err)
	}
	area, ok := g.Geometry.(orb.MultiPolygon)
	if !ok {
		return nil, fmt.Errorf("boundary of division %d is a %T", k.division, g.Geometry)
	}
	return geo.Prepare(area), nil
}

// nameCommunities adds the communities' codes and names to records.
func nameCommunities(ctx context.Context, q querier, records []*registry.Record) error {
	var ids []int64
	for _, r := range records {
		if r.Community != 0 {
			ids = append(ids, r.Community)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, `
		select distinct on (d.division_id) d.division_id, d.code, v.name
		from division d join division_version v using (division_id)
		where d.division_id = any ($1) and v.recorded_to = 'infinity'
		order by d.division_id, upper(v.valid) desc`, ids)
	if err != nil {
		return fmt.Errorf("name communities: %w", err)
	}
	names := map[int64][2]string{}
	var id int64
	var code, name string
	_, err = pgx.ForEachRow(rows, []any{&id, &code, &name}, func() error {
		names[id] = [2]string{code, name}
		return nil
	})
	if err != nil {
		return fmt.Errorf("name communities: %w", err)
	}
	for _, r := range records {
		n := names[r.Community]
		r.CommunityCode, r.CommunityName = n[0], n[1]
	}
	return nil
}
