package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"fangma/registry"
)

// minter hands out codes that nobody else, in this process or another, has got or will get. It reserves blocks of a
// kind's counter in the database, each in a short transaction of its own, and gives codes out of its block from memory.
// A code that was handed out and then not stored (a transaction rolled back, a process killed) is never handed out again:
// there are enough, and no code may ever mean two houses.
//
// Reserving uses a connection of its own, so that a code can be had in the middle of a transaction that holds the last
// connection of the pool.
type minter struct {
	pool   *pgxpool.Pool
	holder string // who reserves, for people who read code_block
	block  int64  // how many codes to reserve at a time for single registrations

	mu     sync.Mutex
	cipher *registry.Cipher // nil until the key was read

	turn chan struct{} // holds one token; whoever has it may use left
	left map[registry.Kind]registry.Block
}

const (
	singleBlock    = 100        // small: what a process does not use is lost when it ends
	restoreAdvance = 10_000_000 // more codes than are minted between a backup and its restore
	lastCounter    = 1_000_000_000
)

// newMinter prepares a minter that connects as config says. It does not connect yet.
func newMinter(ctx context.Context, config *pgxpool.Config) (*minter, error) {
	config = config.Copy()
	config.MaxConns = 1
	config.MinConns = 0
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connecting to mint codes: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	m := &minter{
		pool:   pool,
		holder: fmt.Sprintf("%s, process %d", host, os.Getpid()),
		block:  singleBlock,
		turn:   make(chan struct{}, 1),
		left:   map[registry.Kind]registry.Block{},
	}
	m.turn <- struct{}{}
	return m, nil
}

func (m *minter) close() { m.pool.Close() }

// mint gives one new code. It fails with kind Unavailable if the database is not the one the counters belong to, or if no
// codes of the kind are left.
func (m *minter) mint(ctx context.Context, kind registry.Kind) (registry.Code, error) {
	select {
	case <-m.turn:
		defer func() { m.turn <- struct{}{} }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	block := m.left[kind]
	if block.Len() == 0 {
		var err error
		if block, err = m.reserve(ctx, kind, m.block); err != nil {
			return 0, err
		}
	}
	counter := block.From
	block.From++
	m.left[kind] = block
	return m.cipher.Code(kind, counter)
}

// codes gives n new codes of a block of their own, for bulk work. It fails as mint does.
func (m *minter) codes(ctx context.Context, kind registry.Kind, n int) ([]registry.Code, error) {
	codes := make([]registry.Code, 0, n)
	for len(codes) < n {
		block, err := m.reserve(ctx, kind, int64(n-len(codes)))
		if err != nil {
			return nil, err
		}
		for code := range m.cipher.Codes(block) {
			codes = append(codes, code)
		}
	}
	return codes, nil
}

// reserve takes up to n counters of a kind for ever. Fewer are taken only where the kind ends.
func (m *minter) reserve(ctx context.Context, kind registry.Kind, n int64) (registry.Block, error) {
	if !kind.Known() {
		return registry.Block{}, fmt.Errorf("no codes are minted for %v", kind)
	}
	if err := m.readKey(ctx); err != nil {
		return registry.Block{}, err
	}
	var block registry.Block
	err := pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) (err error) {
		if err := checkOrigin(ctx, tx); err != nil {
			return err
		}
		block, err = takeCounters(ctx, tx, kind, n, m.holder)
		return err
	})
	if err != nil {
		return registry.Block{}, fmt.Errorf("reserving codes: %w", err)
	}
	return block, nil
}

// takeCounters moves a kind's counter on by n and records who has the block. The row lock makes two reservations wait for
// each other; should the counter ever be set back, the exclusion constraint on code_block refuses what was taken before.
func takeCounters(ctx context.Context, tx pgx.Tx, kind registry.Kind, n int64, holder string) (registry.Block, error) {
	_, err := tx.Exec(ctx, `insert into code_counter (kind, next) values ($1, 0) on conflict (kind) do nothing`, kind)
	if err != nil {
		return registry.Block{}, err
	}
	var next int64
	err = tx.QueryRow(ctx, `select next from code_counter where kind = $1 for update`, kind).Scan(&next)
	if err != nil {
		return registry.Block{}, err
	}
	block := registry.Block{Kind: kind, From: next, To: min(next+n, lastCounter)}
	if block.Len() == 0 {
		return registry.Block{}, registry.Errorf(registry.Unavailable, "no_codes_left", "all codes of kind %v are used up", kind)
	}
	if _, err = tx.Exec(ctx, `update code_counter set next = $2 where kind = $1`, kind, block.To); err != nil {
		return registry.Block{}, err
	}
	_, err = tx.Exec(ctx,
		`insert into code_block (kind, first, past, reserved_at, reserved_by) values ($1, $2, $3, clock_timestamp(), $4)`,
		kind, block.From, block.To, holder)
	return block, err
}

// readKey reads the registry's key, once. On a registry that has never minted it makes the key and notes which database
// the counters belong to.
func (m *minter) readKey(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cipher != nil {
		return nil
	}
	var key []byte
	err := pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		if err := firstKey(ctx, tx); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select key from code_key`).Scan(&key)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return registry.Errorf(registry.Unavailable, "key_missing",
			"codes were minted here, but the key they were minted with is gone: restore a whole backup")
	}
	if err != nil {
		return fmt.Errorf("reading the key of the codes: %w", err)
	}
	m.cipher = registry.NewCipher(registry.Key(key))
	return nil
}

// firstKey makes key and origin where no code was ever reserved; elsewhere it does nothing, since a second key would mint
// codes a second time. Of two processes that start at once the later waits for the earlier's row and keeps it.
func firstKey(ctx context.Context, tx pgx.Tx) error {
	key := make([]byte, len(registry.Key{}))
	if _, err := rand.Read(key); err != nil {
		return err
	}
	const neverMinted = `where not exists (select from code_block) and not exists (select from code)
		and not exists (select from code_counter where next > 0) on conflict (one) do nothing`
	_, err := tx.Exec(ctx, `insert into code_key (key) select $1::bytea `+neverMinted, key)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into code_origin (system_identifier, timeline) `+presentOrigin+` `+neverMinted)
	return err
}

// presentOrigin is the identity of the database cluster that answers: a copy restored elsewhere has another system
// identifier, one restored or promoted in place another timeline. The timeline is read from the name of the present WAL
// file, because the control file learns of a promotion only with the next checkpoint.
const presentOrigin = `select s.system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
	from pg_control_system() as s`

// checkOrigin refuses to mint if the database was restored or promoted since the counters were last advanced: what was
// minted after the backup is not in the counters.
func checkOrigin(ctx context.Context, tx pgx.Tx) error {
	var same bool
	err := tx.QueryRow(ctx, `select exists (
		select from code_origin where (system_identifier, timeline) = (`+presentOrigin+`))`).Scan(&same)
	if err != nil {
		return err
	}
	if !same {
		return registry.Errorf(registry.Unavailable, "counters_behind",
			"this database was restored or promoted, and codes may have been minted since its backup: "+
				"run fangma db restore --advance before new codes are minted")
	}
	return nil
}

// AdvanceCodes makes a restored or promoted database fit to mint again: in one transaction every kind's counter skips
// 10,000,000 codes, which may have been minted after the backup, and the database is noted as the one that the counters
// now belong to. It needs the owner's role.
func AdvanceCodes(ctx context.Context, conn *pgx.Conn) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// The lock keeps two of these from advancing twice over, and minters from checking the origin in between.
		if _, err := tx.Exec(ctx, `lock table code_counter in exclusive mode`); err != nil {
			return err
		}
		for _, kind := range []registry.Kind{
			registry.KindBuilding, registry.KindDwelling, registry.KindEntrance, registry.KindTest,
		} {
			var answer *registry.Error
			_, err := takeCounters(ctx, tx, kind, restoreAdvance, "skipped after a restore")
			if err != nil && !(errors.As(err, &answer) && answer.Slug == "no_codes_left") {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `delete from code_origin`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into code_origin (system_identifier, timeline) `+presentOrigin)
		return err
	})
	if err != nil {
		return fmt.Errorf("advancing the counters of the codes: %w", err)
	}
	return nil
}
