package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// houses gathers the rows of new buildings for COPY. It writes what addBuilding writes for one, many at a time.
type houses struct {
	codes, buildings, versions, ids, parts copyRows
}

func newHouses() *houses {
	return &houses{
		codes:     newCopyRows("code", "code", "kind", "building_code", "status", "status_from", "status_before", "retired_as"),
		buildings: newCopyRows("building", "building_code", "version", "sole"),
		versions: newCopyRows("building_version", "building_code", "version", "part", "sole", "valid", "recorded_from", "event_id",
			"geom", "point", "cell", "community_id", "state", "evidence", "in_question", "legality", "floors", "height", "name", "address"),
		ids:   newCopyRows("external_id", "source", "external_id", "building_code", "recorded_from", "event_id"),
		parts: newCopyRows("event_code", "building_code", "event_id", "code", "version", "after"),
	}
}

// tables lists them in the order that the foreign keys ask for.
func (h *houses) tables() [5]*copyRows {
	return [...]*copyRows{&h.codes, &h.buildings, &h.versions, &h.ids, &h.parts}
}

// size is how many bytes wait.
func (h *houses) size() (n int) {
	for _, t := range h.tables() {
		n += len(t.buf)
	}
	return n
}

// copy writes what was gathered, and empties h.
func (h *houses) copy(ctx context.Context, tx pgx.Tx) error {
	for _, t := range h.tables() {
		if err := t.send(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (h *houses) add(b *registry.Building, e registry.Event) {
	sole := len(b.Timeline) == 1
	c := &h.codes
	c.row()
	c.int8(int64(b.Code))
	c.int2(int(b.Code.Kind()))
	c.int8(int64(b.Code))
	c.text(string(b.Status))
	c.date(b.Standing.From)
	c.text(string(b.Before))
	if b.As != "" {
		c.text(string(b.As))
	} else {
		c.null()
	}
	c = &h.buildings
	c.row()
	c.int8(int64(b.Code))
	c.int4(b.Version)
	c.bool(sole)
	for part := range b.Timeline {
		h.addSpan(b, part, sole, e)
	}
	for _, id := range b.ExternalIDs {
		c = &h.ids
		c.row()
		c.text(id.Source)
		c.text(id.ID)
		c.int8(int64(b.Code))
		c.instant(e.RecordedAt)
		c.uuid(e.ID)
	}
	c = &h.parts
	c.row()
	c.int8(int64(b.Code))
	c.uuid(e.ID)
	c.int8(int64(b.Code))
	c.int4(b.Version)
	c.after(b)
}

func (h *houses) addSpan(b *registry.Building, part int, sole bool, e registry.Event) {
	s, c := &b.Timeline[part], &h.versions
	c.row()
	c.int8(int64(b.Code))
	c.int4(b.Version)
	c.int2(part)
	c.bool(sole)
	c.period(s.Period)
	c.instant(e.RecordedAt)
	c.uuid(e.ID)
	c.geometry(s.Shape.Geometry)
	c.geometry(s.Point)
	c.int8(int64(s.Cell))
	if s.Community != 0 {
		c.int8(s.Community)
	} else {
		c.null()
	}
	c.text(string(s.State))
	c.text(string(s.Evidence))
	c.bool(s.InQuestion)
	c.text(string(s.Legality))
	if s.Floors != nil {
		c.int2(*s.Floors)
	} else {
		c.null()
	}
	if s.Height != nil {
		c.float8(*s.Height)
	} else {
		c.null()
	}
	c.text(s.Name)
	c.text(s.Address)
}
