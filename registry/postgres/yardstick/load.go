// Package yardstick is what PostGIS does without Fangma: the load of a file, the tiles of ST_AsMVT. Benchmarks hold the
// registry against it; nothing else needs it.
package yardstick

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os/exec"
	"time"

	"github.com/jackc/pgx/v5"
	pgxgeom "github.com/twpayne/pgx-geom"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// database is made for a load and dropped after it.
const database = "plain"

// Load loads a GeoJSONSeq file of polygons into a table with a spatial index and nothing else, and says how long that
// took and by what: ogr2ogr, or where that is missing COPY of shapes that lie ready in memory. url gives a superuser's
// address of the named database on the server to load into.
func Load(ctx context.Context, url func(database string) string, file string, shapes iter.Seq[orb.Polygon]) (took time.Duration, by string, n int, err error) {
	admin, err := pgx.Connect(ctx, url("postgres"))
	if err != nil {
		return 0, "", 0, fmt.Errorf("plain load: %w", err)
	}
	defer admin.Close(context.WithoutCancel(ctx))
	if _, err := admin.Exec(ctx, `create database `+database); err != nil {
		return 0, "", 0, fmt.Errorf("plain load: %w", err)
	}
	defer func() {
		_, dropErr := admin.Exec(context.WithoutCancel(ctx), `drop database `+database+` with (force)`)
		err = errors.Join(err, dropErr)
	}()
	conn, err := pgx.Connect(ctx, url(database))
	if err != nil {
		return 0, "", 0, fmt.Errorf("plain load: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `create extension postgis`); err != nil {
		return 0, "", 0, fmt.Errorf("plain load: %w", err)
	}
	if tool, missing := exec.LookPath("ogr2ogr"); missing == nil {
		by = "ogr2ogr"
		took, err = convert(ctx, tool, url(database), file)
	} else {
		by = "COPY"
		took, err = copyShapes(ctx, conn, shapes)
	}
	if err == nil {
		err = conn.QueryRow(ctx, `select count(*) from plain`).Scan(&n)
	}
	if err != nil {
		return 0, by, 0, fmt.Errorf("plain load: %w", err)
	}
	return took, by, n, nil
}

func convert(ctx context.Context, tool, url, file string) (time.Duration, error) {
	to, err := pgx.ParseConfig(url)
	if err != nil {
		return 0, err
	}
	target := fmt.Sprintf("PG:host='%s' port=%d user='%s' dbname='%s'", to.Host, to.Port, to.User, to.Database) // GDAL spoils URLs
	began := time.Now()
	out, err := exec.CommandContext(ctx, tool, "-f", "PostgreSQL", target, file, "-nln", "plain", "-nlt", "POLYGON",
		"-lco", "SPATIAL_INDEX=GIST", "--config", "PG_USE_COPY", "YES").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("ogr2ogr: %w: %s", err, bytes.TrimSpace(out))
	}
	return time.Since(began), nil
}

func copyShapes(ctx context.Context, conn *pgx.Conn, shapes iter.Seq[orb.Polygon]) (time.Duration, error) {
	if err := pgxgeom.Register(ctx, conn); err != nil {
		return 0, err
	}
	if _, err := conn.Exec(ctx, `create table plain (geom geometry(Polygon, 4326))`); err != nil {
		return 0, err
	}
	var rows [][]any
	for p := range shapes {
		g, err := geo.ToGeom(p)
		if err != nil {
			return 0, err
		}
		rows = append(rows, []any{g})
	}
	began := time.Now()
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"plain"}, []string{"geom"}, pgx.CopyFromRows(rows)); err != nil {
		return 0, err
	}
	_, err := conn.Exec(ctx, `create index on plain using gist (geom)`)
	return time.Since(began), err
}

// Holds says how many houses a registry has, and whether it knows how many live in them. url is the owner's.
func Holds(ctx context.Context, url string) (houses int, counted bool, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, false, fmt.Errorf("count houses: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, `select (select count(*) from building), exists (select from building_total)`).Scan(&houses, &counted)
	if err != nil {
		return 0, false, fmt.Errorf("count houses: %w", err)
	}
	return houses, counted, nil
}

// Read reads what a map is built from, the houses' shapes and how many live in them, over one connection, and throws it
// away: less than that no start can take that asks PostGIS for everything. url is the owner's.
func Read(ctx context.Context, url string) (time.Duration, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, fmt.Errorf("plain reading: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	began := time.Now()
	for _, sql := range []string{
		`select building_code, version, valid, geom, point, cell, community_id, state, floors, height
			from building_version where recorded_to = 'infinity'`,
		`select building_code, version, valid, dwellings, heads, permits, confirmed_to from building_total where recorded_to = 'infinity'`,
	} {
		if _, err := conn.PgConn().CopyTo(ctx, io.Discard, `copy (`+sql+`) to stdout (format binary)`); err != nil {
			return 0, fmt.Errorf("plain reading: %w", err)
		}
	}
	return time.Since(began), nil
}
