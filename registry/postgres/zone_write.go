package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// DrawZone adds a zone. The receipt has it as its only zone.
//
// It returns Invalid with every wrong field.
func (s *Store) DrawZone(ctx context.Context, w Write, r registry.ZoneRegistration) (registry.Receipt, error) {
	if r.Source == nil {
		drawn := "drawn"
		r.Source = &drawn
	}
	return s.addZones(ctx, w, []registry.ZoneRegistration{r}, r.Why)
}

// addZones adds zones in one event.
func (s *Store) addZones(ctx context.Context, w Write, list []registry.ZoneRegistration, why registry.Why) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		changes := make([]zoneChange, 0, len(list))
		for _, r := range list {
			z, err := registry.NewZone(r, w.Today())
			if err != nil {
				return registry.Receipt{}, err
			}
			changes = append(changes, zoneChange{is: z})
		}
		return w.recordZones(ctx, registry.EventZone, why, changes, nil)
	})
}

// longestSource is how long the source of a zone may be, in characters.
const longestSource = 60

// ZonesOfDivisions asks for a zone for each division, with its boundary of the
// day from which it is to hold.
type ZonesOfDivisions struct {
	registry.Why
	Divisions []int64
	Kind      registry.ZoneKind // custom if empty
	ValidFrom *registry.Date    // today if nil
}

// DrawZonesOfDivisions adds a zone for each division.
//
// It returns Invalid for an unknown division, one without a boundary, and one
// named twice.
func (s *Store) DrawZonesOfDivisions(ctx context.Context, w Write, z ZonesOfDivisions) (registry.Receipt, error) {
	from := s.Today()
	if z.ValidFrom != nil {
		from = *z.ValidFrom
	}
	kind := z.Kind
	if kind == "" {
		kind = registry.CustomZoneKind
	}
	var list []registry.ZoneRegistration
	var wrong []registry.FieldError
	for i, id := range z.Divisions {
		bad := func(reason string) {
			wrong = append(wrong, registry.FieldError{Field: fmt.Sprintf("divisions.%d", i), Reason: reason})
		}
		if slices.Contains(z.Divisions[:i], id) {
			bad("is named twice")
			continue
		}
		found, err := s.Divisions(ctx, DivisionFilter{ID: id, Boundaries: true, AsOf: registry.AsOf{ValidOn: &from}})
		switch {
		case err != nil:
			return registry.Receipt{}, err
		case len(found) == 0:
			bad(fmt.Sprintf("there is no such division on %s", from))
		case len(found[0].Boundary) == 0:
			bad("the division has no boundary")
		default:
			d := found[0]
			source := "division " + d.Code
			if utf8.RuneCountInString(source) > longestSource {
				source = "division " + strconv.FormatInt(d.ID, 10)
			}
			list = append(list, registry.ZoneRegistration{Why: z.Why, ValidFrom: &from,
				ZoneInput: registry.ZoneInput{Name: &d.Name, Kind: &kind, Source: &source, Boundary: d.Boundary}})
		}
	}
	if len(z.Divisions) == 0 {
		wrong = append(wrong, registry.FieldError{Field: "divisions", Reason: "must name at least one"})
	}
	if wrong != nil {
		return registry.Receipt{}, &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields",
			Detail: "some fields are not acceptable", Fields: wrong}
	}
	return s.addZones(ctx, w, list, z.Why)
}

// CorrectZone says that a zone is, or was, other than recorded.
//
// It returns Invalid with every wrong field, NotFound, Stale, and Conflict
// "zone_withdrawn".
func (s *Store) CorrectZone(ctx context.Context, w Write, id registry.ZoneID, c registry.ZoneCorrection) (registry.Receipt, error) {
	return s.changeZone(ctx, w, id, registry.EventZoneChange, c.Why, c.ValidFrom, func(z registry.Zone) (registry.Zone, error) {
		return z.Correct(c)
	})
}

// EndZone ends a zone on a day; on its first day or before, it never was.
// It fails as CorrectZone does.
func (s *Store) EndZone(ctx context.Context, w Write, id registry.ZoneID, e registry.ZoneEnd) (registry.Receipt, error) {
	return s.changeZone(ctx, w, id, registry.EventZoneEnd, e.Why, e.On, func(z registry.Zone) (registry.Zone, error) {
		return z.End(e, s.Today())
	})
}

func (s *Store) changeZone(ctx context.Context, w Write, id registry.ZoneID, kind registry.EventType, why registry.Why,
	from *registry.Date, decide func(registry.Zone) (registry.Zone, error)) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		was, err := w.lockZone(ctx, id)
		if err != nil {
			return registry.Receipt{}, err
		}
		is, err := decide(was)
		if err != nil {
			return registry.Receipt{}, err
		}
		return w.recordZones(ctx, kind, why, []zoneChange{{was: &was, is: is}}, from)
	})
}

// lockZone reads a zone with everything presently known of it and holds its row
// until the transaction ends.
func (w *writing) lockZone(ctx context.Context, id registry.ZoneID) (registry.Zone, error) {
	var version int
	err := w.tx.QueryRow(ctx, `select version from zone where zone_id = $1 for update`, id).Scan(&version)
	if err != nil {
		if known := notFound(err, "zone_unknown", "there is no zone %s", id); known != err {
			return registry.Zone{}, known
		}
		return registry.Zone{}, fmt.Errorf("lock zone: %w", err)
	}
	if w.IfMatch != nil && *w.IfMatch != version {
		return registry.Zone{}, registry.Errorf(registry.Stale, "stale",
			"zone %s is at version %d, not %d: somebody changed it in between", id, version, *w.IfMatch)
	}
	z, err := w.zoneKnownAt(ctx, w.tx, id, nil)
	if err != nil {
		return z, fmt.Errorf("read zone: %w", err)
	}
	z.Version = version
	var last time.Time
	err = w.tx.QueryRow(ctx, `
		select max(greatest(recorded_from, nullif(recorded_to, 'infinity'))) from zone_version where zone_id = $1`, id).Scan(&last)
	if err != nil {
		return z, fmt.Errorf("read zone: %w", err)
	}
	w.after(last)
	return z, nil
}

// zoneChange is a zone as it was, nil for a new one, and as it is.
type zoneChange struct {
	was *registry.Zone
	is  registry.Zone
}

// zoneDetail is what the event of a change of zones says: which, and more for an
// import.
type zoneDetail struct {
	Zones  []string      `json:"zones"`
	Import *ImportResult `json:"import,omitempty"`
}

// recordZones writes the event and the rows that differ, and gives new zones
// their ids.
func (w *writing) recordZones(ctx context.Context, kind registry.EventType, why registry.Why, changes []zoneChange,
	from *registry.Date) (registry.Receipt, error) {
	return w.recordZonesOf(ctx, kind, why, changes, from, nil)
}

func (w *writing) recordZonesOf(ctx context.Context, kind registry.EventType, why registry.Why, changes []zoneChange,
	from *registry.Date, result *ImportResult) (registry.Receipt, error) {
	var receipt registry.Receipt
	day := w.Today()
	if from != nil {
		day = *from
	} else if len(changes) > 0 && len(changes[0].is.Timeline) > 0 {
		day = changes[0].is.Timeline.Since()
	}
	e, err := w.event(registry.ClassGrid, kind, why, day)
	if err != nil {
		return receipt, err
	}
	detail := zoneDetail{Zones: []string{}, Import: result}
	for i := range changes {
		if err := w.nameZone(ctx, &changes[i]); err != nil {
			return receipt, err
		}
		detail.Zones = append(detail.Zones, changes[i].is.ID.String())
	}
	if e.Detail, err = json.Marshal(detail); err != nil {
		return receipt, fmt.Errorf("write event: %w", err)
	}
	rows := entry{event: e}
	rows.header()
	for i := range changes {
		c := &changes[i]
		c.is.RecordedFrom = e.RecordedAt
		rows.zone(c.was, &c.is)
		receipt.Zones = append(receipt.Zones, c.is)
	}
	receipt.Event = e
	return receipt, rows.send(ctx, w.tx)
}

// nameZone gives a new zone its id, and a known one its next version.
func (w *writing) nameZone(ctx context.Context, c *zoneChange) error {
	if c.was == nil {
		err := w.tx.QueryRow(ctx, `insert into zone (version) values ($1) returning zone_id`, c.is.Version).Scan(&c.is.ID)
		return wrap("add zone", err)
	}
	_, err := w.tx.Exec(ctx, `update zone set version = $2 where zone_id = $1`, c.is.ID, c.is.Version)
	return wrap("change zone", err)
}

// zone closes the rows that do not hold any more and adds those that begin to.
func (r *entry) zone(was, is *registry.Zone) {
	if was != nil {
		for _, s := range was.Timeline {
			if is.Timeline.Has(s) {
				continue
			}
			r.add(nil, `
				update zone_version set recorded_to = $3
				where zone_id = $1 and recorded_to = 'infinity' and lower(valid) = $2`, is.ID, s.From.Time(), r.event.RecordedAt)
		}
	}
	part := 0
	for _, s := range is.Timeline {
		if was != nil && was.Timeline.Has(s) {
			continue
		}
		r.add(nil, `
			insert into zone_version (zone_id, version, part, valid, recorded_from, event_id, name, kind, note, source, boundary)
			values ($1, $2, $3, daterange($4, $5), $6, $7, $8, $9, $10, $11, $12)`,
			is.ID, is.Version, part, s.From.Time(), validTo(s.To), r.event.RecordedAt, r.event.ID, s.Name, s.Kind, s.Note, s.Source,
			geometry{s.Boundary})
		part++
	}
}

// zonesOf loads the zones presently known of one source, for an import.
func zonesOf(ctx context.Context, tx pgx.Tx, source string) (map[string][]registry.Zone, error) {
	all, err := allZones(ctx, tx)
	if err != nil {
		return nil, err
	}
	byName := map[string][]registry.Zone{}
	for _, z := range all {
		if last := z.Timeline[len(z.Timeline)-1]; last.Source == source {
			byName[last.Name] = append(byName[last.Name], z)
		}
	}
	return byName, nil
}
