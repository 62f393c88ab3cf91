package yardstick

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// Tiles are the buildings of a registry in one narrow table with a spatial index, as somebody would lay them out who
// had nothing in mind but tiles.
type Tiles struct{ pool *pgxpool.Pool }

// NewTiles copies what stands today, a date of the registry's, into the table. url is the owner's. Close drops the table.
func NewTiles(ctx context.Context, url, today string, conns int32) (*Tiles, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("plain tiles: %w", err)
	}
	cfg.MaxConns = conns
	t := &Tiles{}
	if t.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, fmt.Errorf("plain tiles: %w", err)
	}
	for _, sql := range []string{
		`drop table if exists plain_tile_building`,
		`create table plain_tile_building (
			code bigint, state text, kind text, floors integer, height double precision, geom geometry(Geometry, 4326))`,
		`insert into plain_tile_building
			select building_code, state, 'building', floors, height, geom
			from building_version
			where recorded_to = 'infinity' and valid @> @today::text::date and state not in ('demolished', 'not_realised')`,
		`alter table plain_tile_building add primary key (code)`,
		`create index on plain_tile_building using gist (geom)`,
		`analyze plain_tile_building`,
	} {
		if _, err := t.pool.Exec(ctx, sql, pgx.NamedArgs{"today": today}); err != nil {
			t.pool.Close()
			return nil, fmt.Errorf("plain tiles: %w", err)
		}
	}
	return t, nil
}

// Tile encodes one tile with ST_AsMVT, in the words of Martin's own query for a table.
func (t *Tiles) Tile(ctx context.Context, z int, x, y uint32) (tile []byte, err error) {
	err = t.pool.QueryRow(ctx, `
		select st_asmvt(tile, 'buildings', 4096, 'geom', 'code')
		from (
			select st_asmvtgeom(st_transform(st_curvetoline(geom), 3857), st_tileenvelope($1, $2, $3), 4096, 64, true) as geom,
				code, state, kind, floors, height
			from plain_tile_building
			where geom && st_transform(st_tileenvelope($1, $2, $3, margin => 0.015625), 4326)
		) as tile`, z, x, y).Scan(&tile)
	if err != nil {
		return nil, fmt.Errorf("plain tile: %w", err)
	}
	return tile, nil
}

// Code gives the state of a building.
func (t *Tiles) Code(ctx context.Context, code uint64) (state string, err error) {
	err = t.pool.QueryRow(ctx, `select state from plain_tile_building where code = $1`, int64(code)).Scan(&state)
	if err != nil {
		return "", fmt.Errorf("plain lookup: %w", err)
	}
	return state, nil
}

// At gives the building that holds a point, 0 if none does.
func (t *Tiles) At(ctx context.Context, p orb.Point) (code uint64, err error) {
	err = t.pool.QueryRow(ctx, `
		select code from plain_tile_building
		where st_contains(geom, st_setsrid(st_makepoint($1, $2), 4326)) order by code limit 1`, p[0], p[1]).Scan(&code)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("plain lookup: %w", err)
	}
	return code, nil
}

// Close drops the table and gives the connections back.
func (t *Tiles) Close(ctx context.Context) error {
	defer t.pool.Close()
	_, err := t.pool.Exec(ctx, `drop table plain_tile_building`)
	if err != nil {
		return fmt.Errorf("plain tiles: %w", err)
	}
	return nil
}

// Describe names the versions of what answers.
func Describe(ctx context.Context, url string) (string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", fmt.Errorf("ask for versions: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var server, postgis string
	err = conn.QueryRow(ctx, `select current_setting('server_version'), postgis_lib_version()`).Scan(&server, &postgis)
	if err != nil {
		return "", fmt.Errorf("ask for versions: %w", err)
	}
	return fmt.Sprintf("PostgreSQL %s, PostGIS %s", server, postgis), nil
}

// Analyze brings the planner's figures of all tables up to date, as the server does by itself in a minute.
func Analyze(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `vacuum (analyze)`); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}
