package postgres

import (
	"context"
	"slices"

	"fangma/registry"
)

// Register gives a new building its code, in one transaction with its
// geometry, cell, community and event.
//
// It returns Invalid with every wrong field, Conflict "overlap" with the code
// of the building whose place it would take (also when that building was
// registered a moment earlier), Conflict "external_id_taken", and Unavailable
// when no code may be minted.
func (s *Store) Register(ctx context.Context, w Write, r registry.Registration) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		place, err := w.place(ctx)
		if err != nil {
			return registry.Receipt{}, err
		}
		b, err := registry.Register(r, place)
		if err != nil {
			return registry.Receipt{}, err
		}
		if err := w.guard(ctx, nil, b, r.Override); err != nil {
			return registry.Receipt{}, err
		}
		if b.Code, err = s.mint.mint(ctx, registry.KindBuilding); err != nil {
			return registry.Receipt{}, err
		}
		out := registry.Outcome{Buildings: []registry.BuildingChange{{Is: &b}}}
		if len(r.Replaces) > 0 {
			old, err := w.lockBuildings(ctx, r.Replaces)
			if err != nil {
				return registry.Receipt{}, err
			}
			if out.Lineage, err = b.Rebuild(old); err != nil {
				return registry.Receipt{}, err
			}
		}
		since := b.Timeline.Since()
		return w.recordOutcome(ctx, out, several{kind: registry.EventRegister, why: r.Why, from: &since, override: r.Override})
	})
}

// Correct says that what was recorded of a building was wrong.
//
// It returns what Register does, and NotFound, Stale, and Conflict "void".
func (s *Store) Correct(ctx context.Context, w Write, code registry.Code, c registry.Correction) (registry.Receipt, error) {
	return s.change(ctx, w, code, registry.EventCorrect, change{why: c.Why, from: c.ValidFrom, override: c.Override},
		func(b registry.Building, at registry.Place) (registry.Building, error) { return b.Correct(c, at) })
}

// Transition changes a building's physical state from a day on.
//
// It returns Invalid with every wrong field, NotFound, Stale, Conflict
// "retired" or "void", and Conflict "overlap" when a planned building would
// come to stand where another stands.
func (s *Store) Transition(ctx context.Context, w Write, code registry.Code, t registry.Transition) (registry.Receipt, error) {
	return s.change(ctx, w, code, registry.EventTransition, change{why: t.Why, from: t.ValidFrom},
		func(b registry.Building, at registry.Place) (registry.Building, error) { return b.Transition(t, at) })
}

// change is what the events over one building differ in, besides the decision.
type change struct {
	why      registry.Why
	from     *registry.Date
	override *registry.Override
}

// change runs one decision about one existing building.
func (s *Store) change(ctx context.Context, w Write, code registry.Code, kind registry.EventType, c change,
	decide func(registry.Building, registry.Place) (registry.Building, error)) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		w.seen(code)
		was, err := w.lockBuilding(ctx, code)
		if err != nil {
			return registry.Receipt{}, err
		}
		place, err := w.place(ctx)
		if err != nil {
			return registry.Receipt{}, err
		}
		b, err := decide(*was, place)
		if err != nil {
			return registry.Receipt{}, err
		}
		if err := w.guard(ctx, was, b, c.override); err != nil {
			return registry.Receipt{}, err
		}
		out := registry.Outcome{Buildings: []registry.BuildingChange{{Was: was, Is: &b}}}
		return w.recordOutcome(ctx, out, several{kind: kind, why: c.why, from: c.from, override: c.override})
	})
}

// sortedIDs puts external ids into the order in which they are read back, so
// that equal buildings have equal after-images.
func sortedIDs(b registry.Building) registry.Building {
	b.ExternalIDs = slices.SortedFunc(slices.Values(b.ExternalIDs), registry.ExternalID.Compare)
	return b
}
