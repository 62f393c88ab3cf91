package postgres

import (
	"context"

	"fangma/registry"
)

// RegisterDwellings gives new dwellings of one building their codes, all in
// one event or none.
//
// It returns Invalid with every wrong field of every dwelling, NotFound,
// Conflict "retired" or "void" for the building, and Conflict "label_taken".
func (s *Store) RegisterDwellings(ctx context.Context, w Write, building registry.Code, rs []registry.DwellingRegistration) (registry.Receipt, error) {
	codes := []registry.Code{building}
	for _, r := range rs {
		if r.Buildings != nil {
			codes = append(codes, *r.Buildings...)
		}
	}
	var why registry.Why
	var from *registry.Date
	if len(rs) > 0 {
		why, from = rs[0].Why, rs[0].ValidFrom
	}
	return s.changeSeveral(ctx, w, codes, several{kind: registry.EventDwelling, why: why, from: from},
		func(b []*registry.Building, _ []*registry.Dwelling, at registry.Place) (registry.Outcome, error) {
			return registry.RegisterDwellings(rs, b, at)
		})
}

// CorrectDwelling changes what is known of a dwelling, over its life or from a
// day on.
//
// It returns Invalid with every wrong field, NotFound, Stale, and Conflict
// "retired", "void" or "label_taken".
func (s *Store) CorrectDwelling(ctx context.Context, w Write, code registry.Code, c registry.DwellingCorrection) (registry.Receipt, error) {
	var into []registry.Code
	if c.Buildings != nil {
		into = *c.Buildings
	}
	return s.changeDwelling(ctx, w, code, into, several{kind: registry.EventDwellingCorrect, why: c.Why, from: c.ValidFrom},
		func(d registry.Dwelling, at registry.Place) (registry.Dwelling, error) { return d.Correct(c, at) })
}

// EndDwelling ends a dwelling. It fails as CorrectDwelling does.
func (s *Store) EndDwelling(ctx context.Context, w Write, code registry.Code, e registry.DwellingEnd) (registry.Receipt, error) {
	return s.changeDwelling(ctx, w, code, nil, several{kind: registry.EventDwellingEnd, why: e.Why, from: e.ValidFrom},
		func(d registry.Dwelling, at registry.Place) (registry.Dwelling, error) { return d.End(e, at) })
}

// VoidDwelling declares that a dwelling was registered in error. It fails as
// CorrectDwelling does.
func (s *Store) VoidDwelling(ctx context.Context, w Write, code registry.Code, why registry.Why) (registry.Receipt, error) {
	return s.changeDwelling(ctx, w, code, nil, several{kind: registry.EventDwellingVoid, why: why},
		func(d registry.Dwelling, _ registry.Place) (registry.Dwelling, error) { return d.Void(why) })
}

func (s *Store) changeDwelling(ctx context.Context, w Write, code registry.Code, into []registry.Code, e several,
	decide func(registry.Dwelling, registry.Place) (registry.Dwelling, error)) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		was, err := w.lockDwelling(ctx, code, into)
		if err != nil {
			return registry.Receipt{}, err
		}
		place, err := w.place(ctx)
		if err != nil {
			return registry.Receipt{}, err
		}
		d, err := decide(*was, place)
		if err != nil {
			return registry.Receipt{}, err
		}
		return w.keepOutcome(ctx, registry.Outcome{Dwellings: []registry.DwellingChange{{Was: was, Is: &d}}}, e)
	})
}

// Dwellings reads the dwellings that were ever in a building, or one by its
// code, with their whole timelines.
func (r *Reader) Dwellings(ctx context.Context, building registry.Code) ([]*registry.Dwelling, error) {
	return dwellingsIn(ctx, r.pool, []registry.Code{building})
}

// Dwelling reads one dwelling.
// It returns NotFound for a code that was never issued to a dwelling.
func (r *Reader) Dwelling(ctx context.Context, code registry.Code) (*registry.Dwelling, error) {
	all, err := dwellingsByCode(ctx, r.pool, []registry.Code{code})
	if err == nil && len(all) == 0 {
		err = registry.Errorf(registry.NotFound, "code_unknown", "%s was never issued to a dwelling", code)
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}
