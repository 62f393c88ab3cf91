package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// bulkTables are what an import of buildings writes.
const bulkTables = `('code', 'building', 'building_version', 'external_id', 'event_code')`

// owner gives a connection as the owner if an import may go in one pass: it was given the owner's address, and the registry
// has no code yet. Otherwise the pool is nil.
func (im *importRun) owner(ctx context.Context) (*pgxpool.Pool, error) {
	if !im.opt.Apply || im.opt.OwnerURL == "" {
		return nil, nil
	}
	if empty, err := unused(ctx, im.pool); err != nil || !empty {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(im.opt.OwnerURL)
	if err != nil {
		return nil, fmt.Errorf("owner's address: %w", withoutPassword(err))
	}
	ours := im.pool.Config()
	cfg.MaxConns, cfg.AfterConnect = 1, ours.AfterConnect
	for name, value := range ours.ConnConfig.RuntimeParams {
		cfg.ConnConfig.RuntimeParams[name] = value
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	return pool, wrap("connect as owner", err)
}

// unused tells whether no code was ever issued.
func unused(ctx context.Context, q querier) (yes bool, err error) {
	err = q.QueryRow(ctx, `select not exists (select from code)`).Scan(&yes)
	return yes, wrap("look for codes", err)
}

// laidAside are statements that make what was dropped anew.
type laidAside struct{ constraints, indexes, keys []string }

// layAside drops the indexes of the tables that are to be filled, those of primary keys and other constraints too, and the
// foreign keys from and to them. Kept up row by row they take most of an import's time; made over full tables, in the same
// transaction, they say the very same in a small part of it. Nobody reads the tables meanwhile, which are empty.
func layAside(ctx context.Context, tx pgx.Tx) (l laidAside, err error) {
	var drops []string
	collect := func(sql string, into *[]string) error {
		rows, err := tx.Query(ctx, sql)
		if err != nil {
			return err
		}
		var drop, make string
		_, err = pgx.ForEachRow(rows, []any{&drop, &make}, func() error {
			drops, *into = append(drops, drop), append(*into, make)
			return nil
		})
		return err
	}
	constraints := func(which string) string {
		return `
			with ours as (
				select oid from pg_class where relnamespace = 'public'::regnamespace and relname in ` + bulkTables + `)
			select format('alter table %s drop constraint %I', conrelid::regclass, conname),
				format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
			from pg_constraint
			where ` + which + `
			order by conrelid::regclass::text, conname`
	}
	err = collect(constraints(`contype = 'f' and (conrelid in (select oid from ours) or confrelid in (select oid from ours))`), &l.keys)
	if err != nil {
		return l, fmt.Errorf("look for foreign keys: %w", err)
	}
	err = collect(constraints(`contype in ('p', 'u', 'x') and conrelid in (select oid from ours)`), &l.constraints)
	if err != nil {
		return l, fmt.Errorf("look for constraints: %w", err)
	}
	err = collect(`
		select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
		from pg_index i join pg_class c on c.oid = i.indrelid
		where c.relnamespace = 'public'::regnamespace and c.relname in `+bulkTables+`
			and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
		order by i.indexrelid::regclass::text`, &l.indexes)
	if err != nil {
		return l, fmt.Errorf("look for indexes: %w", err)
	}
	return l, run(ctx, tx, drops)
}

// quickLog has the log of new index pages compressed by the quickest way that the server knows, where the owner may say so:
// the usual one takes as long as making the index.
func quickLog(ctx context.Context, tx pgx.Tx) error {
	var may, lz4 bool
	err := tx.QueryRow(ctx, `
		select has_parameter_privilege('wal_compression', 'set'), 'lz4' = any (enumvals)
		from pg_settings
		where name = 'wal_compression'`).Scan(&may, &lz4)
	switch {
	case err != nil || !may:
		return wrap("ask how the log is compressed", err)
	case lz4:
		return run(ctx, tx, []string{`set local wal_compression = lz4`})
	}
	return run(ctx, tx, []string{`set local wal_compression = off`})
}

// putBack makes what was laid aside, and tells the planner what is in the tables. Of after-images there is nothing to tell.
func (l laidAside) putBack(ctx context.Context, tx pgx.Tx) error {
	if err := quickLog(ctx, tx); err != nil {
		return err
	}
	all := append([]string{`set local maintenance_work_mem = '256MB'`}, l.constraints...)
	all = append(append(all, l.indexes...), l.keys...)
	return run(ctx, tx, append(all,
		`analyze code, building, building_version, external_id, event_code (building_code, event_id, code, version), event`))
}

func run(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}
