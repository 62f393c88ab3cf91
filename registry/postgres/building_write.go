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
		e, err := w.event(registry.ClassRegistry, registry.EventRegister, r.Why.Overriding(r.Override), b.Timeline.Since())
		if err != nil {
			return registry.Receipt{}, err
		}
		e.Parts = 1
		if err := w.insertEvent(ctx, e); err != nil {
			return registry.Receipt{}, err
		}
		if err := w.keepNew(ctx, b, e); err != nil {
			return registry.Receipt{}, err
		}
		return w.receipt(ctx, e, &b)
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
		from := place.Today
		if c.from != nil {
			from = *c.from
		}
		e, err := w.event(registry.ClassRegistry, kind, c.why.Overriding(c.override), from)
		if err != nil {
			return registry.Receipt{}, err
		}
		e.Parts = 1
		if err := w.insertEvent(ctx, e); err != nil {
			return registry.Receipt{}, err
		}
		if err := w.keepChanged(ctx, was, &b, e); err != nil {
			return registry.Receipt{}, err
		}
		return w.receipt(ctx, e, &b)
	})
}

// receipt is what the writer gets back, read as of today.
func (w *writing) receipt(ctx context.Context, e registry.Event, b *registry.Building) (registry.Receipt, error) {
	r := registry.Receipt{Event: e, Building: b.On(w.Today())}
	err := nameCommunities(ctx, w.tx, []*registry.Record{&r.Building})
	return r, err
}

// sortedIDs puts external ids into the order in which they are read back, so
// that equal buildings have equal after-images.
func sortedIDs(b registry.Building) registry.Building {
	b.ExternalIDs = slices.SortedFunc(slices.Values(b.ExternalIDs), registry.ExternalID.Compare)
	return b
}
