package seeds

import (
	"context"
	"errors"
	"iter"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// ZoneSource is whose names the sample's zones bear.
const ZoneSource = "sample"

// zoneNote says of every zone of the sample what it is.
const zoneNote = "An example of ours, not a plan of anybody's"

// communeZones are communes taken for zones, one or two of each kind.
func communeZones() map[string]registry.ZoneKind {
	return map[string]registry.ZoneKind{
		"Vaduz": registry.Optimised, "Schaan": registry.Optimised, "Eschen": registry.Priority, "Gamprin": registry.Priority,
		"Triesenberg": registry.Restricted, "Planken": registry.Prohibited,
	}
}

// corridor lies over the border of Vaduz and Schaan, so that there are zones
// with ground in common.
func corridor() orb.Polygon {
	return orb.Polygon{{{9.505, 47.140}, {9.525, 47.140}, {9.520, 47.168}, {9.500, 47.168}, {9.505, 47.140}}}
}

// hasZones says whether there ever was a zone: those that a planner took back
// do not come again.
func (l *loading) hasZones(ctx context.Context) (bool, error) {
	_, err := l.ZoneHistory(ctx, 1)
	var answer *registry.Error
	if errors.As(err, &answer) && answer.Kind == registry.NotFound {
		return false, nil
	}
	return err == nil, err
}

// zones draws the sample's zones, which have held since the sample's day.
func (l *loading) zones(ctx context.Context) error {
	communes, err := l.Divisions(ctx, postgres.DivisionFilter{Level: registry.Community, Boundaries: true})
	if err != nil {
		return err
	}
	opt := postgres.ZoneImportOptions{ImportOptions: l.options()}
	opt.Source = ZoneSource
	r, err := l.ImportZones(ctx, postgres.Write{Actor: l.by}, sampleZones(communes), opt)
	if err != nil {
		return err
	}
	l.note("loaded %d development zones, which are examples", r.New)
	return nil
}

func sampleZones(communes []registry.Division) iter.Seq2[intake.Item[intake.Zone], error] {
	return func(yield func(intake.Item[intake.Zone], error) bool) {
		row := 0
		give := func(name string, kind registry.ZoneKind, shape orb.MultiPolygon) bool {
			row++
			return yield(intake.Item[intake.Zone]{Value: intake.Zone{Row: row, Name: name, Kind: kind, Note: zoneNote, Boundary: shape}}, nil)
		}
		kinds := communeZones()
		for _, d := range communes {
			if kind, ok := kinds[d.Name]; ok && len(d.Boundary) > 0 && !give(d.Name, kind, d.Boundary) {
				return
			}
		}
		give("Vaduz–Schaan", registry.CustomZoneKind, orb.MultiPolygon{corridor()})
	}
}
