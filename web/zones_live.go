package web

import (
	"context"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// zoneOn is a zone on a day, and its boundary made ready to look points up in.
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

// readZones reads every zone as presently known over all days, in the map's
// words.
func readZones(ctx context.Context, store *postgres.Reader) ([]tiles.Zone, error) {
	all, err := store.AllZones(ctx)
	if err != nil {
		return nil, err
	}
	var out []tiles.Zone
	for _, z := range all {
		for _, s := range z.Timeline {
			out = append(out, drawnZone(registry.ZoneOn{ID: z.ID, ZoneSpan: s}))
		}
	}
	return out, nil
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
