package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Resolution says where a code leads.
type Resolution struct {
	Code registry.Code
	// Known is false for a code that was never issued.
	Known bool
	registry.Standing
	// StatusOn is the code's own status on the day asked for.
	StatusOn   registry.Status
	Successors []registry.Successor
}

// MaxResolve is how many codes one request may resolve.
const MaxResolve = 10_000

// Resolve tells, in the order asked, where each code leads on a day: itself
// while it lives, else its successors then. Two statements serve any number of
// codes.
//
// It returns TooLarge above MaxResolve codes.
func (r *Reader) Resolve(ctx context.Context, codes []registry.Code, day registry.Date) ([]Resolution, error) {
	if len(codes) > MaxResolve {
		return nil, registry.Errorf(registry.TooLarge, "too_many_codes", "at most %d codes can be resolved at once", MaxResolve)
	}
	family, err := r.family(ctx, codes)
	if err != nil {
		return nil, err
	}
	out := make([]Resolution, len(codes))
	for i, code := range codes {
		s, known := family.Standing[code]
		out[i] = Resolution{Code: code, Known: known, Standing: s}
		if known {
			out[i].StatusOn = s.On(day)
			out[i].Successors = family.Resolve(code, day)
		}
	}
	return out, nil
}

// family reads the ledger and the lineage of codes and all that descends from
// them. Only codes that ended are followed.
func (r *Reader) family(ctx context.Context, codes []registry.Code) (registry.Family, error) {
	f := registry.Family{Standing: make(map[registry.Code]registry.Standing, len(codes)), Children: map[registry.Code][]registry.Lineage{}}
	ask := codes
	for len(ask) > 0 {
		ended, err := r.standings(ctx, ask, f.Standing)
		if err != nil || len(ended) == 0 {
			return f, err
		}
		edges, err := lineageOf(ctx, r.pool, `building_code = any ($1) and recorded_to = 'infinity'`, ended)
		if err != nil {
			return f, err
		}
		ask = nil
		for _, e := range edges {
			f.Children[e.Parent] = append(f.Children[e.Parent], e)
			if _, have := f.Standing[e.Child]; !have {
				ask = append(ask, e.Child)
			}
		}
		slices.Sort(ask)
		ask = slices.Compact(ask)
	}
	return f, nil
}

// standings reads the ledger and gives the codes that are not simply active.
func (r *Reader) standings(ctx context.Context, codes []registry.Code, into map[registry.Code]registry.Standing) ([]registry.Code, error) {
	rows, err := r.pool.Query(ctx, `
		select code, status, status_from, status_before, coalesce(retired_as, '') from code where code = any ($1)`, codes)
	if err != nil {
		return nil, fmt.Errorf("read codes: %w", err)
	}
	var ended []registry.Code
	var code registry.Code
	var s registry.Standing
	var from time.Time
	_, err = pgx.ForEachRow(rows, []any{&code, &s.Status, &from, &s.Before, &s.As}, func() error {
		s.From = registry.DateOf(from)
		into[code] = s
		if s.Status == registry.Retired || s.Status == registry.Voided {
			ended = append(ended, code)
		}
		return nil
	})
	return ended, wrap("read codes", err)
}
