package postgres

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"fangma/registry"
)

// closeDwelling ends the rows of a dwelling that do not hold any more. It runs
// for all dwellings of an event before any row is added, so that a label can
// pass from one to another.
func (r *entry) closeDwelling(c registry.DwellingChange) {
	if c.Was == nil {
		return
	}
	d := c.Is
	for _, s := range c.Was.Timeline {
		if d.Timeline.Has(s) {
			continue
		}
		r.add(nil, `
			update dwelling_version set recorded_to = $4
			where building_code = $1 and dwelling_code = $2 and recorded_to = 'infinity' and lower(valid) = $3`,
			d.Home, d.Code, s.From.Time(), r.event.RecordedAt)
		r.add(nil, `
			update dwelling_building set recorded_to = $4
			where building_code = $1 and dwelling_code = $2 and recorded_to = 'infinity' and lower(valid) = $3`,
			d.Home, d.Code, s.From.Time(), r.event.RecordedAt)
	}
	r.add(nil, `
		update code set status = $2, status_from = $3, status_before = $4, retired_as = nullif($5, '')
		where code = $1`, d.Code, d.Status, d.Standing.From.Time(), d.Before, d.As)
	r.add(nil, `update dwelling set version = $3 where building_code = $1 and dwelling_code = $2`, d.Home, d.Code, d.Version)
}

// addDwelling adds what is new of a dwelling, and its after-image.
func (r *entry) addDwelling(c registry.DwellingChange) error {
	d, e := c.Is, r.event
	d.RecordedFrom = e.RecordedAt
	var had registry.DwellingTimeline
	if c.Was == nil {
		r.addCode(d.Code, d.Home, d.Standing)
		r.add(nil, `insert into dwelling (building_code, dwelling_code, version) values ($1, $2, $3)`, d.Home, d.Code, d.Version)
	} else {
		had = c.Was.Timeline
	}
	part := 0
	for _, s := range d.Timeline {
		if had.Has(s) {
			continue
		}
		r.add(nil, `
			insert into dwelling_version (building_code, dwelling_code, version, part, valid, recorded_from, event_id, label, floor, use, area)
			values ($1, $2, $3, $4, daterange($5, $6), $7, $8, $9, $10, $11, $12)`,
			d.Home, d.Code, d.Version, part, s.From.Time(), validTo(s.To), e.RecordedAt, e.ID, s.Label, s.Floor, s.Use, s.Area)
		part++
		r.add(s, `
			insert into dwelling_building (building_code, dwelling_code, in_building, valid, recorded_from, label)
			select $1, $2, b, daterange($4, $5), $6, $7 from unnest($3::bigint[]) b`,
			d.Home, d.Code, s.Buildings, s.From.Time(), validTo(s.To), e.RecordedAt, s.Label)
	}
	after, err := d.After()
	if err != nil {
		return fmt.Errorf("write after-image: %w", err)
	}
	r.addPart(d.Home, d.Code, d.Version, after)
	return nil
}

const exclusionViolation = "23P01"

// labelTaken turns the exclusion constraint's word about a dwelling's place
// into an answer: of the statements sent only these can meet another
// dwelling's rows.
func labelTaken(about any, err error) error {
	var e *pgconn.PgError
	s, ok := about.(registry.DwellingSpan)
	if !ok || !errors.As(err, &e) || e.Code != exclusionViolation {
		return fmt.Errorf("write event: %w", err)
	}
	return &registry.Error{Kind: registry.Conflict, Slug: "label_taken",
		Detail: fmt.Sprintf("another dwelling of the building has the room label %q", s.Label),
		Fields: []registry.FieldError{{Field: "label", Reason: fmt.Sprintf("%q is taken in this building", s.Label)}}}
}
