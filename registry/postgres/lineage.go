package postgres

import (
	"context"
	"encoding/json"
	"fmt"

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
	// Since is the first day on which anything is known of it; nil if it is void.
	Since *registry.Date
	// Point is where the building is or was; nil for a void or a dwelling's code.
	Point *orb.Point
}

const (
	// maxAncestry is how many codes the graph around one code shows.
	maxAncestry = 200
	// MaxDepth is how many steps away from the code the graph can reach.
	MaxDepth = 50
)

// Lineage reads, as of a moment, what a code came out of and what came out of
// it, at most depth steps away.
// It returns NotFound for a code that was never issued, or not known then.
func (r *Reader) Lineage(ctx context.Context, code registry.Code, at registry.AsOf, depth int) (Ancestry, error) {
	if _, err := r.StandingAt(ctx, code, at.KnownAt); err != nil {
		return Ancestry{}, err
	}
	drawn := `l.valid_from <= @day and ` + knownAt("l", at)
	args := pgx.NamedArgs{"code": code, "depth": min(depth, MaxDepth), "most": maxAncestry + 1, "day": r.day(at).Time(), "knownAt": at.KnownAt}
	rows, err := r.pool.Query(ctx, `
		with recursive up (code, steps) as (
			select @code::bigint, 0
			union
			select l.parent, up.steps + 1 from lineage l join up on l.child = up.code
			where up.steps < @depth and `+drawn+`),
		down (code, steps) as (
			select @code::bigint, 0
			union
			select l.child, down.steps + 1 from lineage l join down on l.building_code = down.code and l.parent = down.code
			where down.steps < @depth and `+drawn+`),
		kin (code, steps) as (
			select code, min(steps) from (select * from up union all select * from down) both_ways
			group by code order by 2, 1 limit @most)
		select c.code, p.after
		from kin join code c using (code)
			cross join lateral (
				select p.after from event_code p join event e using (event_id)
				where p.building_code = c.building_code and p.code = c.code
					and (@knownAt::timestamptz is null or e.recorded_at <= @knownAt)
				order by p.version desc limit 1) p
		order by kin.steps, c.code`, args)
	if err != nil {
		return Ancestry{}, fmt.Errorf("read lineage: %w", err)
	}
	var a Ancestry
	a.Nodes, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (AncestryNode, error) { return scanAncestor(row, r.day(at)) })
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
	args["codes"] = codes
	a.Edges, err = lineageOf(ctx, r.pool, `parent = any (@codes) and child = any (@codes) and valid_from <= @day and `+knownAt("lineage", at), args)
	return a, err
}

// scanAncestor reads a code out of its after-image.
func scanAncestor(row pgx.CollectableRow, day registry.Date) (AncestryNode, error) {
	var n AncestryNode
	var after []byte
	if err := row.Scan(&n.Code, &after); err != nil {
		return n, err
	}
	var known struct {
		registry.Standing
		Timeline []struct {
			From  registry.Date `json:"from"`
			Point *orb.Point    `json:"point"`
		} `json:"timeline"`
	}
	if err := json.Unmarshal(after, &known); err != nil {
		return n, err
	}
	n.Standing, n.StatusOn = known.Standing, known.Standing.On(day)
	if spans := known.Timeline; len(spans) > 0 {
		n.Since, n.Point = &spans[0].From, spans[len(spans)-1].Point
	}
	return n, nil
}
