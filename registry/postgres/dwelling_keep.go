package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"fangma/registry"
)

// closeDwelling ends the rows of a dwelling that do not hold any more. It runs
// for all dwellings of an event before any row is added, so that a label can
// pass from one to another.
func (w *writing) closeDwelling(ctx context.Context, c registry.DwellingChange, e registry.Event) error {
	if c.Was == nil {
		return nil
	}
	batch := &pgx.Batch{}
	for _, s := range c.Was.Timeline {
		if c.Is.Timeline.Has(s) {
			continue
		}
		batch.Queue(`
			update dwelling_version set recorded_to = $4
			where building_code = $1 and dwelling_code = $2 and recorded_to = 'infinity' and lower(valid) = $3`,
			c.Is.Home, c.Is.Code, s.From.Time(), e.RecordedAt)
		batch.Queue(`
			update dwelling_building set recorded_to = $4
			where building_code = $1 and dwelling_code = $2 and recorded_to = 'infinity' and lower(valid) = $3`,
			c.Is.Home, c.Is.Code, s.From.Time(), e.RecordedAt)
	}
	batch.Queue(`
		update code set status = $2, status_from = $3, status_before = $4, retired_as = nullif($5, '')
		where code = $1`, c.Is.Code, c.Is.Status, c.Is.Standing.From.Time(), c.Is.Before, c.Is.As)
	batch.Queue(`update dwelling set version = $3 where building_code = $1 and dwelling_code = $2`, c.Is.Home, c.Is.Code, c.Is.Version)
	return wrap("close dwelling", w.tx.SendBatch(ctx, batch).Close())
}

// keepDwelling adds what is new of a dwelling and its after-image.
// It returns Conflict "label_taken" when another live dwelling of the building
// has the room label.
func (w *writing) keepDwelling(ctx context.Context, c registry.DwellingChange, e registry.Event) error {
	d := c.Is
	d.RecordedFrom = e.RecordedAt
	batch := &pgx.Batch{}
	var had registry.DwellingTimeline
	if c.Was == nil {
		batch.Queue(`
			insert into code (code, kind, building_code, status, status_from, status_before, retired_as)
			values ($1, $2, $3, $4, $5, $6, nullif($7, ''))`,
			d.Code, d.Code.Kind(), d.Home, d.Status, d.Standing.From.Time(), d.Before, d.As)
		batch.Queue(`insert into dwelling (building_code, dwelling_code, version) values ($1, $2, $3)`, d.Home, d.Code, d.Version)
	} else {
		had = c.Was.Timeline
	}
	part := 0
	for _, s := range d.Timeline {
		if had.Has(s) {
			continue
		}
		batch.Queue(`
			insert into dwelling_version (building_code, dwelling_code, version, part, valid, recorded_from, event_id, label, floor, use, area)
			values ($1, $2, $3, $4, daterange($5, $6), $7, $8, $9, $10, $11, $12)`,
			d.Home, d.Code, d.Version, part, s.From.Time(), validTo(s.To), e.RecordedAt, e.ID, s.Label, s.Floor, s.Use, s.Area)
		part++
		batch.Queue(`
			insert into dwelling_building (building_code, dwelling_code, in_building, valid, recorded_from, label)
			select $1, $2, b, daterange($4, $5), $6, $7 from unnest($3::bigint[]) b`,
			d.Home, d.Code, s.Buildings, s.From.Time(), validTo(s.To), e.RecordedAt, s.Label)
	}
	after, err := d.After()
	if err != nil {
		return fmt.Errorf("write after-image: %w", err)
	}
	batch.Queue(`
		insert into event_code (building_code, event_id, code, version, after) values ($1, $2, $3, $4, $5)`,
		d.Home, e.ID, d.Code, d.Version, after)
	return labelTaken(d, w.tx.SendBatch(ctx, batch).Close())
}

const exclusionViolation = "23P01"

// labelTaken turns the exclusion constraint's word into an answer. Of the
// statements sent only the rooms' can meet another dwelling's rows.
func labelTaken(d *registry.Dwelling, err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != exclusionViolation || e.TableName != "dwelling_building" {
		return wrap("write dwelling", err)
	}
	label := d.Timeline[len(d.Timeline)-1].Label
	return &registry.Error{Kind: registry.Conflict, Slug: "label_taken",
		Detail: fmt.Sprintf("another dwelling of the building has the room label %q", label),
		Fields: []registry.FieldError{{Field: "label", Reason: fmt.Sprintf("%q is taken in this building", label)}}}
}
