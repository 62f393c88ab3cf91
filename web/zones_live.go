package web

import (
	"context"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// zoneBook is every zone as presently known over all days, with its boundaries
// ready to look points up in. It never changes.
type zoneBook struct {
	spans []zoneOn // in order of id and day
}

// zoneOn is a zone in a period, and its boundary made ready.
type zoneOn struct {
	registry.ZoneOn
	area *geo.Prepared
}

func prepareZones(list []registry.ZoneOn) []zoneOn {
	out := make([]zoneOn, len(list))
	for i, z := range list {
		out[i] = zoneOn{z, geo.Prepare(z.Boundary)}
	}
	return out
}

func readZones(ctx context.Context, store *postgres.Reader) (*zoneBook, error) {
	all, err := store.AllZones(ctx)
	if err != nil {
		return nil, err
	}
	b := &zoneBook{}
	for _, z := range all {
		for _, s := range z.Timeline {
			b.spans = append(b.spans, zoneOn{registry.ZoneOn{ID: z.ID, Version: z.Version, RecordedFrom: z.RecordedFrom, ZoneSpan: s},
				geo.Prepare(s.Boundary)})
		}
	}
	return b, nil
}

// on lists the zones that hold on a day.
func (b *zoneBook) on(day registry.Date) []zoneOn {
	var out []zoneOn
	for _, s := range b.spans {
		if s.Contains(day) {
			out = append(out, s)
		}
	}
	return out
}

// drawn is what the map draws.
func (b *zoneBook) drawn() []tiles.Zone {
	out := make([]tiles.Zone, len(b.spans))
	for i, s := range b.spans {
		out[i] = drawnZone(s.ZoneOn)
	}
	return out
}

func drawnZone(z registry.ZoneOn) tiles.Zone {
	return tiles.Zone{ID: int64(z.ID), Name: z.Name, Kind: string(z.Kind), Boundary: z.Boundary, From: int32(z.From), To: int32(z.To)}
}

// drawnZones are the zones that hold at a moment, in the map's words.
func drawnZones(ctx context.Context, store *postgres.Reader, at registry.AsOf) ([]tiles.Zone, error) {
	list, err := store.Zones(ctx, postgres.ZoneFilter{AsOf: at})
	out := make([]tiles.Zone, len(list))
	for i, z := range list {
		out[i] = drawnZone(z)
	}
	return out, err
}
