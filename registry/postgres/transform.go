package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// Transform turns geometries from another coordinate system into WGS84 longitude and latitude, with PostGIS's PROJ. crs
// is "EPSG:n", WKT or a PROJ string; coordinates are easting (longitude) first, whatever the system's own axis order.
//
// The errors stand beside the geometries they belong to: coordinates that the system does not reach, told by PROJ or by a
// way there and back that ends more than a metre off. The last error is for all of them: a system that PROJ does not know,
// or no answer from the database. It may be called from several goroutines and implements intake.Transformer.
func (r *Reader) Transform(ctx context.Context, crs string, g []orb.Geometry) ([]orb.Geometry, []error, error) {
	out, errs := make([]orb.Geometry, len(g)), make([]error, len(g))
	if len(g) == 0 {
		return out, errs, nil
	}
	if err := r.transform(ctx, crs, g, out, errs); err != nil {
		return nil, nil, err
	}
	return out, errs, nil
}

// transform sends all geometries as one collection: in the text form ST_Transform looks its systems up anew for every
// geometry it is given, which takes far longer than the transformation. If it refuses, each half is tried by itself, down
// to the geometry that is at fault.
func (r *Reader) transform(ctx context.Context, crs string, in, out []orb.Geometry, errs []error) error {
	there, back, err := r.transformCollection(ctx, crs, in)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && unknownSystem(refused):
		return fmt.Errorf("PROJ does not know this coordinate system: %s", refused.Message)
	case errors.As(err, &refused) && ctx.Err() == nil && len(in) == 1:
		errs[0] = errors.New(refused.Message)
		return nil
	case errors.As(err, &refused) && ctx.Err() == nil:
		half := len(in) / 2
		if err := r.transform(ctx, crs, in[:half], out[:half], errs[:half]); err != nil {
			return err
		}
		return r.transform(ctx, crs, in[half:], out[half:], errs[half:])
	case err != nil:
		return fmt.Errorf("transforming coordinates: %w", err)
	}
	for i := range in {
		if off := furthestApart(in[i], back[i]); !(off <= 1) {
			errs[i] = errors.New("the coordinates are outside the system's reach")
			continue
		}
		out[i] = there[i]
	}
	return nil
}

func unknownSystem(err *pgconn.PgError) bool {
	return strings.Contains(err.Message, "proj string") || strings.Contains(err.Message, "could not form projection")
}

// transformCollection gives the geometries in WGS84, and those again in the system they came from.
func (r *Reader) transformCollection(ctx context.Context, crs string, g []orb.Geometry) (there, back orb.Collection, err error) {
	sent, err := wkb.Marshal(orb.Collection(g))
	if err != nil {
		return nil, nil, fmt.Errorf("encode: %w", err)
	}
	var thereWKB, backWKB []byte
	err = r.pool.QueryRow(ctx, `
		with there as materialized (
			select st_transform(st_geomfromwkb($1::bytea), $2::text, 'EPSG:4326'::text) as g
		)
		select st_asbinary(g), st_asbinary(st_transform(g, 'EPSG:4326'::text, $2::text)) from there`, sent, crs).
		Scan(&thereWKB, &backWKB)
	if err != nil {
		return nil, nil, err
	}
	if there, err = collection(thereWKB, len(g)); err != nil {
		return nil, nil, err
	}
	back, err = collection(backWKB, len(g))
	return there, back, err
}

func collection(data []byte, want int) (orb.Collection, error) {
	g, err := wkb.Unmarshal(data)
	if err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	c, ok := g.(orb.Collection)
	if !ok || len(c) != want {
		return nil, fmt.Errorf("decode: want %d geometries, got %T", want, g)
	}
	return c, nil
}

// furthestApart gives in metres (or the system's own unit of length) how far the worst point of a geometry came back from
// where it was, or NaN if it did not come back at all.
func furthestApart(was, is orb.Geometry) float64 {
	a, b := points(nil, was), points(nil, is)
	if len(a) != len(b) {
		return math.NaN()
	}
	worst := 0.0
	for i := range a {
		off := math.Hypot(a[i][0]-b[i][0], a[i][1]-b[i][1])
		if math.Abs(a[i][0]) <= 360 && math.Abs(a[i][1]) <= 360 {
			const metresInDegree = 111_000
			off *= metresInDegree // so small, they are degrees
		}
		if math.IsNaN(off) {
			return off
		}
		worst = max(worst, off)
	}
	return worst
}

func points(to []orb.Point, g orb.Geometry) []orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return append(to, g)
	case orb.MultiPoint:
		return append(to, g...)
	case orb.LineString:
		return append(to, g...)
	case orb.Ring:
		return append(to, g...)
	case orb.MultiLineString:
		for _, l := range g {
			to = append(to, l...)
		}
	case orb.Polygon:
		for _, ring := range g {
			to = append(to, ring...)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			to = points(to, p)
		}
	case orb.Collection:
		for _, part := range g {
			to = points(to, part)
		}
	}
	return to
}
