package postgres

import (
	"context"
	"time"
)

// Replica is how a database stands to the one that it copies.
type Replica struct {
	// Standby is false for a database that takes writes: there is nothing that
	// it could be behind.
	Standby bool
	// Connected says that it receives what the primary writes.
	Connected bool
	// Behind is how old what it shows may be: zero if it is connected and has
	// replayed all that it received, else the time since the last transaction
	// that it replayed. Without a connection nobody here knows whether there
	// were more.
	Behind time.Duration
}

// Replica asks the database how far it is behind its primary.
func (r *Reader) Replica(ctx context.Context) (Replica, error) {
	var out Replica
	var seconds float64
	err := r.pool.QueryRow(ctx, `
		with state as (select pg_is_in_recovery() as standby, exists (select from pg_stat_wal_receiver) as connected)
		select standby, connected,
			case
				when not standby then 0
				when connected and pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
				else greatest(0, extract(epoch from clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())))
			end::float8
		from state`).Scan(&out.Standby, &out.Connected, &seconds)
	out.Behind = time.Duration(seconds * float64(time.Second))
	return out, wrap("ask how far the replica is behind", err)
}
