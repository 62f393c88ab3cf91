package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// keepChanged writes what is different between was and b: rows that no longer
// hold are closed, new ones are added, the rest stays untouched.
// The caller has locked the building's row and written the event's header.
func (w *writing) keepChanged(ctx context.Context, was, b *registry.Building, e registry.Event) error {
	c := registry.BuildingChange{Was: was, Is: b}
	if err := w.closeBuilding(ctx, c, e); err != nil {
		return err
	}
	return w.addBuilding(ctx, c, e)
}

// closeBuilding ends the rows that do not hold any more. In an event over
// several codes it runs for all of them before any row is added, so that an
// external id can pass from one to another.
func (w *writing) closeBuilding(ctx context.Context, c registry.BuildingChange, e registry.Event) error {
	if c.Was == nil {
		return nil
	}
	b := c.Is
	batch := &pgx.Batch{}
	batch.Queue(`
		update code set status = $2, status_from = $3, status_before = $4, retired_as = nullif($5, '')
		where code = $1`, b.Code, b.Status, b.Standing.From.Time(), b.Before, b.As)
	batch.Queue(`update building set version = $2, sole = false where building_code = $1 and version = $3`,
		b.Code, b.Version, c.Was.Version)
	for _, s := range missing(c.Was.Timeline, b.Timeline) {
		batch.Queue(`
			update building_version set recorded_to = $3
			where building_code = $1 and recorded_to = 'infinity' and lower(valid) = $2`,
			b.Code, s.From.Time(), e.RecordedAt)
	}
	for _, id := range missingIDs(c.Was.ExternalIDs, b.ExternalIDs) {
		batch.Queue(`
			update external_id set recorded_to = $3
			where source = $1 and external_id = $2 and recorded_to = 'infinity'`, id.Source, id.ID, e.RecordedAt)
	}
	return wrap("close building", w.tx.SendBatch(ctx, batch).Close())
}

// addBuilding adds the rows that begin to hold, and the after-image.
func (w *writing) addBuilding(ctx context.Context, c registry.BuildingChange, e registry.Event) error {
	b := c.Is
	b.RecordedFrom = e.RecordedAt
	slices.SortFunc(b.ExternalIDs, registry.ExternalID.Compare)
	added, ids, sole := b.Timeline, b.ExternalIDs, false
	if c.Was == nil {
		sole = len(b.Timeline) == 1
		batch := &pgx.Batch{}
		batch.Queue(`
			insert into code (code, kind, building_code, status, status_from, status_before, retired_as)
			values ($1, $2, $1, $3, $4, $5, nullif($6, ''))`,
			b.Code, b.Code.Kind(), b.Status, b.Standing.From.Time(), b.Before, b.As)
		batch.Queue(`insert into building (building_code, version, sole) values ($1, $2, $3)`, b.Code, b.Version, sole)
		if err := w.tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("write building: %w", err)
		}
	} else {
		added, ids = missing(b.Timeline, c.Was.Timeline), missingIDs(b.ExternalIDs, c.Was.ExternalIDs)
	}
	if err := w.insertSpans(ctx, b, added, sole, e); err != nil {
		return err
	}
	if err := w.insertExternalIDs(ctx, b, ids, e); err != nil {
		return err
	}
	return w.insertPart(ctx, b, e)
}

func missing(from, in registry.Timeline) (out registry.Timeline) {
	for _, s := range from {
		if !in.Has(s) {
			out = append(out, s)
		}
	}
	return out
}

func missingIDs(from, in []registry.ExternalID) (out []registry.ExternalID) {
	for _, id := range from {
		if !slices.Contains(in, id) {
			out = append(out, id)
		}
	}
	return out
}

func (w *writing) insertSpans(ctx context.Context, b *registry.Building, spans registry.Timeline, sole bool, e registry.Event) error {
	batch := &pgx.Batch{}
	for part, s := range spans {
		batch.Queue(`
			insert into building_version (building_code, version, part, sole, valid, recorded_from, event_id,
				geom, point, cell, community_id, state, evidence, in_question, legality, floors, height, name, address)
			values ($1, $2, $3, $4, daterange($5, $6), $7, $8, $9, $10, $11, nullif($12::bigint, 0), $13, $14, $15, $16, $17, $18, $19, $20)`,
			b.Code, b.Version, part, sole, s.From.Time(), validTo(s.To), e.RecordedAt, e.ID,
			geometry{s.Shape.Geometry}, geometry{s.Point}, int64(s.Cell), s.Community,
			s.State, s.Evidence, s.InQuestion, s.Legality, s.Floors, s.Height, s.Name, s.Address)
	}
	return wrap("write versions", w.tx.SendBatch(ctx, batch).Close())
}

func (w *writing) insertPart(ctx context.Context, b *registry.Building, e registry.Event) error {
	after, err := b.After()
	if err != nil {
		return fmt.Errorf("write after-image: %w", err)
	}
	_, err = w.tx.Exec(ctx, `
		insert into event_code (building_code, event_id, code, version, after) values ($1, $2, $1, $3, $4)`,
		b.Code, e.ID, b.Version, after)
	return wrap("write after-image", err)
}

// insertExternalIDs adds ids; kind Conflict names the building that has one
// already. The unique index decides, also between two writers at once.
func (w *writing) insertExternalIDs(ctx context.Context, b *registry.Building, ids []registry.ExternalID, e registry.Event) error {
	for _, id := range ids {
		tag, err := w.tx.Exec(ctx, `
			insert into external_id (source, external_id, building_code, recorded_from, event_id)
			values ($1, $2, $3, $4, $5)
			on conflict do nothing`, id.Source, id.ID, b.Code, e.RecordedAt, e.ID)
		if err != nil {
			return fmt.Errorf("write external id: %w", err)
		}
		if tag.RowsAffected() == 1 {
			continue
		}
		var owner registry.Code
		err = w.tx.QueryRow(ctx, `
			select building_code from external_id
			where source = $1 and external_id = $2 and recorded_to = 'infinity'`, id.Source, id.ID).Scan(&owner)
		if err != nil {
			return fmt.Errorf("find who has the external id: %w", err)
		}
		return &registry.Error{Kind: registry.Conflict, Slug: "external_id_taken", Codes: []registry.Code{owner},
			Detail: fmt.Sprintf("%s %s belongs to %s", id.Source, id.ID, owner),
			Fields: []registry.FieldError{{Field: "externalIds", Reason: "belongs to another building"}}}
	}
	return nil
}

// validTo is the open end of a daterange as a parameter.
func validTo(d registry.Date) *time.Time {
	if d == registry.Forever {
		return nil
	}
	t := d.Time()
	return &t
}
