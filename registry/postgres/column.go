package postgres

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"

	"fangma/geo"
	"fangma/registry"
)

// dateColumn reads a date; null and infinity are Forever.
type dateColumn registry.Date

// ScanDate is called by pgx.
func (d *dateColumn) ScanDate(v pgtype.Date) error {
	switch {
	case !v.Valid || v.InfinityModifier == pgtype.Infinity:
		*d = dateColumn(registry.Forever)
	case v.InfinityModifier != pgtype.Finite:
		return fmt.Errorf("a date without beginning")
	default:
		*d = dateColumn(registry.DateOf(v.Time))
	}
	return nil
}

// cellColumn reads a cell, which SQL keeps as bigint.
type cellColumn geo.Cell

// ScanInt64 is called by pgx.
func (c *cellColumn) ScanInt64(v pgtype.Int8) error {
	*c = cellColumn(uint64(v.Int64))
	return nil
}

// shapeColumn reads a footprint.
type shapeColumn registry.Shape

// ScanGeom is called by pgx-geom.
func (s *shapeColumn) ScanGeom(t geom.T) error { return (*geometry)(s).ScanGeom(t) }

// pointColumn reads the representative point.
type pointColumn orb.Point

// ScanGeom is called by pgx-geom.
func (p *pointColumn) ScanGeom(t geom.T) error {
	var g geometry
	if err := g.ScanGeom(t); err != nil {
		return err
	}
	point, ok := g.Geometry.(orb.Point)
	if !ok {
		return fmt.Errorf("a point column holds %T", g.Geometry)
	}
	*p = pointColumn(point)
	return nil
}
