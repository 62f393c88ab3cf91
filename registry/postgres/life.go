package postgres

import (
	"context"

	"fangma/registry"
)

// Split divides a building into new ones and retires it.
//
// It returns Invalid with every wrong field, NotFound, Stale, and Conflict
// "retired", "void", "overlap" or "label_taken".
func (s *Store) Split(ctx context.Context, w Write, code registry.Code, r registry.Split) (registry.Receipt, error) {
	e := several{kind: registry.EventSplit, why: r.Why, from: r.ValidFrom, override: r.Override}
	return s.changeSeveral(ctx, w, []registry.Code{code}, e,
		func(b []*registry.Building, d []*registry.Dwelling, at registry.Place) (registry.Outcome, error) {
			return b[0].Split(r, d, at)
		})
}

// CarveOut makes a small part of a building one of its own. It fails as Split
// does.
func (s *Store) CarveOut(ctx context.Context, w Write, code registry.Code, r registry.CarveOut) (registry.Receipt, error) {
	e := several{kind: registry.EventCarveOut, why: r.Why, from: r.ValidFrom, override: r.Override}
	return s.changeSeveral(ctx, w, []registry.Code{code}, e,
		func(b []*registry.Building, d []*registry.Dwelling, at registry.Place) (registry.Outcome, error) {
			return b[0].CarveOut(r, d, at)
		})
}

// Merge makes one building out of several that touch, and retires them. It
// fails as Split does.
func (s *Store) Merge(ctx context.Context, w Write, r registry.Merge) (registry.Receipt, error) {
	e := several{kind: registry.EventMerge, why: r.Why, from: r.ValidFrom, override: r.Override}
	return s.changeSeveral(ctx, w, r.Parents, e,
		func(b []*registry.Building, d []*registry.Dwelling, at registry.Place) (registry.Outcome, error) {
			return registry.MergeBuildings(r, b, d, at)
		})
}

// Absorb lets a large building take small ones in. It fails as Split does.
func (s *Store) Absorb(ctx context.Context, w Write, r registry.Absorption) (registry.Receipt, error) {
	e := several{kind: registry.EventAbsorb, why: r.Why, from: r.ValidFrom}
	return s.changeSeveral(ctx, w, append([]registry.Code{r.Into}, r.From...), e,
		func(b []*registry.Building, d []*registry.Dwelling, at registry.Place) (registry.Outcome, error) {
			return registry.AbsorbBuildings(r, b, d, at)
		})
}

// Retire ends a building and its code, and settles its dwellings.
//
// It returns Invalid with every wrong field, also when a live dwelling has no
// disposition, NotFound, Stale, and Conflict "retired", "void",
// "not_in_force" or "label_taken".
func (s *Store) Retire(ctx context.Context, w Write, code registry.Code, r registry.Retirement) (registry.Receipt, error) {
	e := several{kind: registry.EventRetire, why: r.Why, from: r.ValidFrom}
	return s.changeSeveral(ctx, w, append([]registry.Code{code}, r.Destinations()...), e,
		func(b []*registry.Building, d []*registry.Dwelling, at registry.Place) (registry.Outcome, error) {
			return b[0].Retire(r, b[1:], d, at)
		})
}

// Void declares that a code was registered in error.
//
// It returns Invalid without a reason, NotFound, Stale, and Conflict "void" or
// "has_dwellings".
func (s *Store) Void(ctx context.Context, w Write, code registry.Code, why registry.Why) (registry.Receipt, error) {
	return s.changeSeveral(ctx, w, []registry.Code{code}, several{kind: registry.EventVoid, why: why},
		func(b []*registry.Building, d []*registry.Dwelling, _ registry.Place) (registry.Outcome, error) {
			return b[0].Void(why, d)
		})
}

// Revive takes back a demolition that was recorded by mistake.
//
// It returns Invalid without a reason, NotFound, Stale, Conflict "not_ended",
// and Conflict "overlap" when something else stands at the place by now.
func (s *Store) Revive(ctx context.Context, w Write, code registry.Code, r registry.Revival) (registry.Receipt, error) {
	e := several{kind: registry.EventRevive, why: r.Why, override: r.Override}
	return s.changeSeveral(ctx, w, []registry.Code{code}, e,
		func(b []*registry.Building, d []*registry.Dwelling, _ registry.Place) (registry.Outcome, error) {
			return b[0].Revive(r, d)
		})
}
