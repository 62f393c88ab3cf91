package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// entry gathers the statements that record one event and sends them together: a
// house's life is a matter of milliseconds, and most of them are round trips.
type entry struct {
	event registry.Event
	batch pgx.Batch
	about []any // for each statement what it is about, where its failure is an answer
}

func (r *entry) add(about any, sql string, args ...any) {
	r.batch.Queue(sql, args...)
	r.about = append(r.about, about)
}

// send writes what was gathered. It returns Conflict "label_taken" and
// "external_id_taken".
func (r *entry) send(ctx context.Context, tx pgx.Tx) error {
	if len(r.about) == 0 {
		return nil
	}
	var taken *registry.ExternalID
	answers := tx.SendBatch(ctx, &r.batch)
	for _, about := range r.about {
		tag, err := answers.Exec()
		if err != nil {
			answers.Close()
			return labelTaken(about, err)
		}
		if id, ok := about.(registry.ExternalID); ok && tag.RowsAffected() == 0 {
			taken = &id
		}
	}
	if err := answers.Close(); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	r.batch, r.about = pgx.Batch{}, nil
	if taken != nil {
		return externalIDTaken(ctx, tx, *taken)
	}
	return nil
}

// changed adds what is different between a building as it was and as it is:
// rows that no longer hold are closed, new ones are added, the rest stays
// untouched. The caller has locked the building's row.
func (r *entry) changed(was, is *registry.Building) error {
	c := registry.BuildingChange{Was: was, Is: is}
	r.closeBuilding(c)
	return r.addBuilding(c)
}

// closeBuilding ends the rows that do not hold any more. In an event over
// several codes it runs for all of them before any row is added, so that an
// external id can pass from one to another.
func (r *entry) closeBuilding(c registry.BuildingChange) {
	if c.Was == nil {
		return
	}
	b := c.Is
	r.add(nil, `
		update code set status = $2, status_from = $3, status_before = $4, retired_as = nullif($5, '')
		where code = $1`, b.Code, b.Status, b.Standing.From.Time(), b.Before, b.As)
	r.add(nil, `update building set version = $2, sole = false where building_code = $1 and version = $3`,
		b.Code, b.Version, c.Was.Version)
	for _, s := range missing(c.Was.Timeline, b.Timeline) {
		r.add(nil, `
			update building_version set recorded_to = $3
			where building_code = $1 and recorded_to = 'infinity' and lower(valid) = $2`,
			b.Code, s.From.Time(), r.event.RecordedAt)
	}
	for _, id := range missingIDs(c.Was.ExternalIDs, b.ExternalIDs) {
		r.add(nil, `
			update external_id set recorded_to = $3
			where source = $1 and external_id = $2 and recorded_to = 'infinity'`, id.Source, id.ID, r.event.RecordedAt)
	}
}

// addBuilding adds the rows that begin to hold, and the after-image.
func (r *entry) addBuilding(c registry.BuildingChange) error {
	b, e := c.Is, r.event
	b.RecordedFrom = e.RecordedAt
	slices.SortFunc(b.ExternalIDs, registry.ExternalID.Compare)
	added, ids, sole := b.Timeline, b.ExternalIDs, false
	if c.Was == nil {
		sole = len(b.Timeline) == 1
		r.addCode(b.Code, b.Code, b.Standing)
		r.add(nil, `insert into building (building_code, version, sole) values ($1, $2, $3)`, b.Code, b.Version, sole)
	} else {
		added, ids = missing(b.Timeline, c.Was.Timeline), missingIDs(b.ExternalIDs, c.Was.ExternalIDs)
	}
	for part, s := range added {
		r.add(nil, `
			insert into building_version (building_code, version, part, sole, valid, recorded_from, event_id,
				geom, point, cell, community_id, state, evidence, in_question, legality, floors, height, name, address)
			values ($1, $2, $3, $4, daterange($5, $6), $7, $8, $9, $10, $11, nullif($12::bigint, 0), $13, $14, $15, $16, $17, $18, $19, $20)`,
			b.Code, b.Version, part, sole, s.From.Time(), validTo(s.To), e.RecordedAt, e.ID,
			geometry{s.Shape.Geometry}, geometry{s.Point}, int64(s.Cell), s.Community,
			s.State, s.Evidence, s.InQuestion, s.Legality, s.Floors, s.Height, s.Name, s.Address)
	}
	for _, id := range ids {
		// The unique index decides whose it is, also between two writers at once.
		r.add(id, `
			insert into external_id (source, external_id, building_code, recorded_from, event_id)
			values ($1, $2, $3, $4, $5)
			on conflict do nothing`, id.Source, id.ID, b.Code, e.RecordedAt, e.ID)
	}
	after, err := b.After()
	if err != nil {
		return fmt.Errorf("write after-image: %w", err)
	}
	r.addPart(b.Code, b.Code, b.Version, after)
	return nil
}

func (r *entry) addCode(code, home registry.Code, s registry.Standing) {
	r.add(nil, `
		insert into code (code, kind, building_code, status, status_from, status_before, retired_as)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''))`,
		code, code.Kind(), home, s.Status, s.From.Time(), s.Before, s.As)
}

func (r *entry) addPart(home, code registry.Code, version int, after []byte) {
	r.add(nil, `
		insert into event_code (building_code, event_id, code, version, after) values ($1, $2, $3, $4, $5)`,
		home, r.event.ID, code, version, after)
}

// externalIDTaken names the building that has an external id already.
func externalIDTaken(ctx context.Context, tx pgx.Tx, id registry.ExternalID) error {
	var owner registry.Code
	err := tx.QueryRow(ctx, `
		select building_code from external_id
		where source = $1 and external_id = $2 and recorded_to = 'infinity'`, id.Source, id.ID).Scan(&owner)
	if err != nil {
		return fmt.Errorf("find who has the external id: %w", err)
	}
	return &registry.Error{Kind: registry.Conflict, Slug: "external_id_taken", Codes: []registry.Code{owner},
		Detail: fmt.Sprintf("%s %s belongs to %s", id.Source, id.ID, owner),
		Fields: []registry.FieldError{{Field: "externalIds", Reason: "belongs to another building"}}}
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

// validTo is the open end of a daterange as a parameter.
func validTo(d registry.Date) *time.Time {
	if d == registry.Forever {
		return nil
	}
	t := d.Time()
	return &t
}
