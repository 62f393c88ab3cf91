package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Replay writes events that another registry recorded, as they stand: its
// feed's rows in order, whole events at a time. Fed into an empty registry
// from the beginning it gives the same state and the same history; ids, times
// and versions are the other's. What is there already is passed over, so that
// a replay can be cut off and begun again.
//
// The feed names divisions by their ids and does not carry their boundaries:
// it returns Unavailable "division_missing" until they have been brought over.
func (s *Store) Replay(ctx context.Context, parts []FeedPart) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for i := 0; i < len(parts); {
			n := 1
			for i+n < len(parts) && parts[i+n].Event.ID == parts[i].Event.ID {
				n++
			}
			w := &writing{Store: s, tx: tx, now: parts[i].Event.RecordedAt}
			if err := w.replayEvent(ctx, parts[i].Event, parts[i:i+n]); err != nil {
				return err
			}
			i += n
		}
		return nil
	})
}

func (w *writing) replayEvent(ctx context.Context, e registry.Event, parts []FeedPart) error {
	var there bool
	err := w.tx.QueryRow(ctx, `select exists (select from event where event_id = $1)`, e.ID).Scan(&there)
	if err != nil || there {
		return wrap("look for event", err)
	}
	var detail struct {
		Lineage []registry.Lineage `json:"lineage"`
		Ended   []registry.Lineage `json:"lineageEnded"`
	}
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return fmt.Errorf("read event detail: %w", err)
	}
	out := registry.Outcome{Lineage: detail.Lineage, Ended: detail.Ended}
	for _, p := range parts {
		if p.Part == nil {
			continue
		}
		if err := w.replayPart(ctx, &out, p.Part); err != nil {
			return err
		}
	}
	return w.writeOutcome(ctx, out, e)
}

func (w *writing) replayPart(ctx context.Context, out *registry.Outcome, p *registry.Part) error {
	if p.Code.Kind() == registry.KindDwelling {
		var is registry.Dwelling
		if err := json.Unmarshal(p.After, &is); err != nil {
			return fmt.Errorf("read after-image of %s: %w", p.Code, err)
		}
		was, err := dwellingsByCode(ctx, w.tx, []registry.Code{p.Code})
		if err != nil {
			return err
		}
		change := registry.DwellingChange{Is: &is}
		if len(was) > 0 {
			change.Was = was[0]
		}
		out.Dwellings = append(out.Dwellings, change)
		return nil
	}
	var is registry.Building
	if err := json.Unmarshal(p.After, &is); err != nil {
		return fmt.Errorf("read after-image of %s: %w", p.Code, err)
	}
	if err := w.divisionsThere(ctx, is.Timeline); err != nil {
		return err
	}
	was, err := loadBuildings(ctx, w.tx, []registry.Code{p.Code})
	if err != nil {
		return err
	}
	out.Buildings = append(out.Buildings, registry.BuildingChange{Was: was[p.Code], Is: &is})
	return nil
}

func (w *writing) divisionsThere(ctx context.Context, t registry.Timeline) error {
	for _, s := range t {
		if s.Community == 0 {
			continue
		}
		var there bool
		err := w.tx.QueryRow(ctx, `select exists (select from division where division_id = $1)`, s.Community).Scan(&there)
		if err != nil {
			return fmt.Errorf("look for division: %w", err)
		}
		if !there {
			return registry.Errorf(registry.Unavailable, "division_missing",
				"division %d is not in this registry; bring the divisions over first", s.Community)
		}
	}
	return nil
}
