package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/registry"
)

// ZoneFilter says which zones a list holds. Zero fields do not filter.
type ZoneFilter struct {
	registry.AsOf
	IDs   []registry.ZoneID
	Kinds []registry.ZoneKind
	Query string // words of the name
	Bound *orb.Bound
}

// zoneColumns are read by zoneRow. The version is that of the zone, of which not
// every row is made anew; at an instant it is the row's own.
func zoneColumns(known *time.Time) string {
	version := `(select z.version from zone z where z.zone_id = v.zone_id)`
	if known != nil {
		version = `v.version`
	}
	return `v.zone_id, ` + version + `, v.recorded_from, lower(v.valid), upper(v.valid), v.name, v.kind, v.note, v.source, v.boundary`
}

type zoneRow struct {
	registry.ZoneOn
	boundary geometry
}

func (z *zoneRow) targets() []any {
	return []any{&z.ID, &z.Version, &z.RecordedFrom, (*dateColumn)(&z.From), (*dateColumn)(&z.To), &z.Name, &z.Kind, &z.Note,
		&z.Source, &z.boundary}
}

// read is what the row says, once it is scanned.
func (z *zoneRow) read() (registry.ZoneOn, error) {
	boundary, ok := z.boundary.Geometry.(orb.MultiPolygon)
	if !ok {
		return z.ZoneOn, fmt.Errorf("boundary of zone %d is a %T", z.ID, z.boundary.Geometry)
	}
	z.Boundary, z.RecordedFrom = boundary, z.RecordedFrom.UTC()
	return z.ZoneOn, nil
}

func scanZone(row pgx.CollectableRow) (registry.ZoneOn, error) {
	var z zoneRow
	if err := row.Scan(z.targets()...); err != nil {
		return z.ZoneOn, err
	}
	return z.read()
}

// Zones lists the zones that hold at a moment, in order of id.
func (r *Reader) Zones(ctx context.Context, f ZoneFilter) ([]registry.ZoneOn, error) {
	args := pgx.NamedArgs{"ids": f.IDs, "kinds": f.Kinds, "words": "%" + likeEscaper().Replace(f.Query) + "%"}
	where := r.asOf(f.AsOf, args)
	if f.Bound != nil {
		where += ` and v.boundary && st_makeenvelope(@west, @south, @east, @north, 4326)`
		args["west"], args["south"] = f.Bound.Min[0], f.Bound.Min[1]
		args["east"], args["north"] = f.Bound.Max[0], f.Bound.Max[1]
	}
	rows, err := r.pool.Query(ctx, `
		select `+zoneColumns(f.KnownAt)+`
		from zone_version v
		where `+where+`
			and (@ids::bigint[] is null or v.zone_id = any (@ids))
			and (@kinds::text[] is null or v.kind = any (@kinds))
			and (@words = '%%' or v.name ilike @words)
		order by v.zone_id`, args)
	if err != nil {
		return nil, fmt.Errorf("list zones: %w", err)
	}
	zones, err := pgx.CollectRows(rows, scanZone)
	return zones, wrap("list zones", err)
}

// ZoneAt reads one zone as of a moment, or of the day closest to it: one that has
// ended is described by its last facts.
// It returns NotFound for one that never was, was taken back, or was not known
// at the instant asked for.
func (r *Reader) ZoneAt(ctx context.Context, id registry.ZoneID, at registry.AsOf) (registry.ZoneOn, error) {
	z, err := r.zoneKnownAt(ctx, r.pool, id, at.KnownAt)
	if err != nil {
		return registry.ZoneOn{}, wrap("read zone", err)
	}
	if len(z.Timeline) == 0 {
		return registry.ZoneOn{}, zoneUnknown(id)
	}
	return z.On(r.day(at)), nil
}

func zoneUnknown(id registry.ZoneID) error {
	return registry.Errorf(registry.NotFound, "zone_unknown", "there is no zone %s, or it was taken back or not known then", id)
}

// zoneKnownAt reads everything known of a zone over valid time, now or at an
// instant: its timeline is empty if that is nothing.
func (r *Reader) zoneKnownAt(ctx context.Context, q querier, id registry.ZoneID, known *time.Time) (registry.Zone, error) {
	args := pgx.NamedArgs{"id": id}
	if known != nil {
		args["knownAt"] = *known
	}
	rows, err := q.Query(ctx, `
		select `+zoneColumns(known)+`
		from zone_version v
		where v.zone_id = @id and `+knownAt("v", registry.AsOf{KnownAt: known})+`
		order by lower(v.valid)`, args)
	if err != nil {
		return registry.Zone{}, err
	}
	spans, err := pgx.CollectRows(rows, scanZone)
	zones := gatherZones(spans)
	if len(zones) == 0 {
		return registry.Zone{ID: id}, err
	}
	return zones[0], err
}

// gatherZones puts the spans of each zone together. They come in order of zone
// and day.
func gatherZones(spans []registry.ZoneOn) []registry.Zone {
	var out []registry.Zone
	for _, s := range spans {
		if n := len(out); n == 0 || out[n-1].ID != s.ID {
			out = append(out, registry.Zone{ID: s.ID})
		}
		z := &out[len(out)-1]
		z.Version = max(z.Version, s.Version)
		if s.RecordedFrom.After(z.RecordedFrom) {
			z.RecordedFrom = s.RecordedFrom
		}
		z.Timeline = append(z.Timeline, s.ZoneSpan)
	}
	return out
}

// AllZones reads every zone as presently known over all days, in order of id:
// what the map draws, today and later.
func (r *Reader) AllZones(ctx context.Context) ([]registry.Zone, error) {
	return allZones(ctx, r.pool)
}

func allZones(ctx context.Context, q querier) ([]registry.Zone, error) {
	rows, err := q.Query(ctx, `
		select `+zoneColumns(nil)+`
		from zone_version v
		where v.recorded_to = 'infinity'
		order by v.zone_id, lower(v.valid)`)
	if err != nil {
		return nil, fmt.Errorf("read zones: %w", err)
	}
	spans, err := pgx.CollectRows(rows, scanZone)
	return gatherZones(spans), wrap("read zones", err)
}

// ZoneHistory gives what the registry ever held about a zone, in the order in
// which it learned it, and the events that said so, newest first.
func (r *Reader) ZoneHistory(ctx context.Context, id registry.ZoneID) (registry.ZoneHistory, error) {
	h := registry.ZoneHistory{ID: id}
	rows, err := r.pool.Query(ctx, `
		select `+zoneColumns(&time.Time{})+`, nullif(v.recorded_to, 'infinity')
		from zone_version v
		where v.zone_id = $1
		order by v.recorded_from, lower(v.valid)`, id)
	if err != nil {
		return h, fmt.Errorf("read a zone's history: %w", err)
	}
	h.Versions, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (registry.KnownZone, error) {
		var z zoneRow
		var to *time.Time
		if err := row.Scan(append(z.targets(), &to)...); err != nil {
			return registry.KnownZone{}, err
		}
		on, err := z.read()
		return registry.KnownZone{ZoneOn: on, RecordedTo: to}, err
	})
	if err != nil {
		return h, fmt.Errorf("read a zone's history: %w", err)
	}
	if len(h.Versions) == 0 {
		return h, zoneUnknown(id)
	}
	// An event closes rows at the instant at which it is recorded, so that
	// those that only end a zone are found too.
	rows, err = r.pool.Query(ctx, `
		select e.event_id, e.class, e.type, e.actor_name, e.reason, e.document, e.valid_from, e.recorded_at, e.parts, e.detail
		from event e
		where e.class = 'grid' and e.type like 'zone%' and e.recorded_at = any (
				select recorded_from from zone_version where zone_id = $1
				union select recorded_to from zone_version where zone_id = $1)
			and e.detail -> 'zones' ? $2
		order by e.recorded_at desc`, id, id.String())
	if err != nil {
		return h, fmt.Errorf("read a zone's events: %w", err)
	}
	h.Events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e registry.Event, err error) {
		var from time.Time
		err = row.Scan(&e.ID, &e.Class, &e.Type, &e.ActorName, &e.Reason, &e.Document, &from, &e.RecordedAt, &e.Parts, &e.Detail)
		e.ValidFrom, e.RecordedAt = registry.DateOf(from), e.RecordedAt.UTC()
		return e, err
	})
	return h, wrap("read a zone's events", err)
}

// sharedGround is from how many m² on two zones count as overlapping: less comes
// of drawing a common border twice.
const sharedGround = 1.0

// ZoneOverlaps lists the zones that have ground in common at a moment.
func (r *Reader) ZoneOverlaps(ctx context.Context, at registry.AsOf) ([]registry.ZoneOverlap, error) {
	args := pgx.NamedArgs{"least": sharedGround}
	// Materialised, so that each pair is cut once.
	rows, err := r.pool.Query(ctx, `
		with held as materialized (
			select v.zone_id, v.boundary from zone_version v where `+r.asOf(at, args)+`),
		pair as materialized (
			select a.zone_id a, b.zone_id b,
				st_area(st_collectionextract(st_intersection(a.boundary, b.boundary), 3)::geography) m2
			from held a join held b on a.zone_id < b.zone_id and a.boundary && b.boundary
				and st_intersects(a.boundary, b.boundary) and not st_touches(a.boundary, b.boundary))
		select a, b, m2 from pair where m2 > @least
		order by a, b`, args)
	if err != nil {
		return nil, fmt.Errorf("find overlapping zones: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o registry.ZoneOverlap, err error) {
		return o, row.Scan(&o.Zones[0], &o.Zones[1], &o.Area)
	})
	return out, wrap("find overlapping zones", err)
}
