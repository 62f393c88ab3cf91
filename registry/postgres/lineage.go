package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/registry"
)

// Ancestry is the lineage around one code, both ways.
type Ancestry struct {
	Nodes []AncestryNode
	Edges []registry.Lineage
	// Cut says that the graph goes on beyond the most that is shown.
	Cut bool
}

// AncestryNode is a code in the graph.
type AncestryNode struct {
	Code registry.Code
	registry.Standing
	StatusOn registry.Status
	// Point is where the building is or was; nil for a void or a dwelling's code.
	Point *orb.Point
}

// maxAncestry is how many codes the graph around one code shows.
const maxAncestry = 200

// Lineage reads what a code came out of and what came out of it.
// It returns NotFound for a code that was never issued.
func (r *Reader) Lineage(ctx context.Context, code registry.Code) (Ancestry, error) {
	if _, err := r.CodeStatus(ctx, code); err != nil {
		return Ancestry{}, err
	}
	rows, err := r.pool.Query(ctx, `
		with recursive up (code) as (
			select $1::bigint
			union
			select l.parent from lineage l join up on l.child = up.code where l.recorded_to = 'infinity'),
		down (code) as (
			select $1::bigint
			union
			select l.child from lineage l join down on l.building_code = down.code and l.parent = down.code
			where l.recorded_to = 'infinity'),
		kin (code) as ((select code from up union select code from down) limit $2 + 1)
		select c.code, c.status, c.status_from, c.status_before, coalesce(c.retired_as, ''), v.point
		from kin join code c using (code)
			left join lateral (
				select v.point from building_version v
				where v.building_code = c.code and v.recorded_to = 'infinity'
				order by v.valid desc limit 1) v on true
		order by c.code`, code, maxAncestry)
	if err != nil {
		return Ancestry{}, fmt.Errorf("read lineage: %w", err)
	}
	var a Ancestry
	a.Nodes, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (n AncestryNode, err error) {
		var from time.Time
		var point *geometry
		err = row.Scan(&n.Code, &n.Status, &from, &n.Before, &n.As, &point)
		n.Standing.From = registry.DateOf(from)
		n.StatusOn = n.Standing.On(r.Today())
		if point != nil {
			if p, ok := point.Geometry.(orb.Point); ok {
				n.Point = &p
			}
		}
		return n, err
	})
	if err != nil {
		return a, fmt.Errorf("read lineage: %w", err)
	}
	if len(a.Nodes) > maxAncestry {
		a.Nodes, a.Cut = a.Nodes[:maxAncestry], true
	}
	codes := make([]registry.Code, len(a.Nodes))
	for i, n := range a.Nodes {
		codes[i] = n.Code
	}
	a.Edges, err = lineageOf(ctx, r.pool, `parent = any ($1) and child = any ($1) and recorded_to = 'infinity'`, codes)
	return a, err
}
