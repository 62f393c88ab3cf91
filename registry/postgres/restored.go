package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// NotDumped are the tables whose rows a backup leaves out. Without its origin a copy mints nothing
// until AfterRestore has run, however it was restored and however far that got.
func NotDumped() []string { return []string{"public.code_origin"} }

// MustBeDumped are the tables without which a backup is worth nothing: the codes, and the key and
// counters that keep them from being given out twice.
func MustBeDumped() []string {
	return []string{"registry", "code", "code_key", "code_counter", "code_block", "event", "event_code", "building_version",
		"headcount", "building_total", "visit", "proposal", "assignment", "access_log"}
}

// SeesAll tells whether the role sees every row of the tables under row-level
// security: because it bypasses that, or by a policy of its own that holds for
// all. A backup made by any other role would silently lack rows. It returns
// Unavailable "rows_hidden" with the first table that is not open to it.
func SeesAll(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var hidden string
	err = conn.QueryRow(ctx, `
		select coalesce(min(c.relname), '')
		from pg_class c join pg_roles r on r.rolname = current_user
		where c.relnamespace = 'public'::regnamespace and c.relrowsecurity and not r.rolsuper and not r.rolbypassrls
			and not (c.relowner = r.oid and not c.relforcerowsecurity)
			and not exists (
				select from pg_policy p
				where p.polrelid = c.oid and p.polcmd = '*' and r.oid = any (p.polroles) and pg_get_expr(p.polqual, p.polrelid) = 'true')`).Scan(&hidden)
	if err != nil {
		return fmt.Errorf("look for hidden rows: %w", err)
	}
	if hidden != "" {
		return registry.Errorf(registry.Unavailable, "rows_hidden",
			"this role does not see every row of %s, and a backup would lack some; back up as the role that migrated the database, or as one with bypassrls", hidden)
	}
	return nil
}

// Untouched tells whether the database holds nothing that a restore would overwrite: no tables of a
// registry at all, or a registry where no code was reserved, nobody has an account and nothing is
// loaded. migrated tells the two apart.
func Untouched(ctx context.Context, ownerURL string) (untouched, migrated bool, err error) {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return false, false, fmt.Errorf("connect as owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	have, err := schemaVersion(ctx, conn)
	if err != nil || have == 0 {
		return err == nil, false, err
	}
	err = conn.QueryRow(ctx, `
		select not exists (select from code_block)
			and not exists (select from code)
			and not exists (select from event)
			and not exists (select from account)
			and not exists (select from division)
			and not exists (select from basemap_feature)`).Scan(&untouched)
	return untouched, true, wrap("look whether the registry is empty", err)
}

// AfterRestore makes a restored database fit to serve: every kind's counter skips what may have been
// minted after the backup, sign-ins from before are ended, and the feed goes on from here. It may be
// run again; each run skips codes again. It needs the owner's role.
func AfterRestore(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, sql := range []string{
			// Transaction ids of another cluster may lie ahead of this one's. The feed would take
			// new events for old ones and never place them; 3 is the first id there is.
			`update event set xid = '3' where xid <> '3'`,
			`update feed_head set horizon = '3'`,
			// Who signed out after the backup would be signed in again.
			`delete from session where kind = 'session'`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make the restored registry fit: %w", err)
	}
	// The planner knows nothing of what was just filled, and the first thing asked after a disaster
	// is whether all is well.
	if _, err := conn.Exec(ctx, `analyze`); err != nil {
		return fmt.Errorf("make the restored registry fit: %w", err)
	}
	// Last, since it is what lets codes be minted.
	return AdvanceCodes(ctx, conn)
}
