package postgres

import (
	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"

	"fangma/geo"
)

// geometry lets an orb geometry travel to and from a PostGIS column: pgx-geom
// speaks EWKB in go-geom's types, package geo holds the seam between the two.
type geometry struct{ orb.Geometry }

// GeomValue is called by pgx-geom for a parameter.
func (g geometry) GeomValue() (geom.T, error) { return geo.ToGeom(g.Geometry) }

// ScanGeom is called by pgx-geom for a column. SQL null becomes a nil geometry.
func (g *geometry) ScanGeom(t geom.T) error {
	if t == nil {
		g.Geometry = nil
		return nil
	}
	var err error
	g.Geometry, err = geo.FromGeom(t)
	return err
}
