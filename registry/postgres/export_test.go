package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"fangma/geo"
	"fangma/registry"
)

// Minter is the minter by itself, for tests that run it in many processes. The tests stand outside the package because
// dbtest imports it.
type Minter = minter

// What tests need of a Minter.
const (
	RestoreAdvance = restoreAdvance
	LastCounter    = lastCounter
)

var NewMinter = newMinter

func (m *minter) Close()                            { m.close() }
func (m *minter) Pool() *pgxpool.Pool               { return m.pool }
func (m *minter) ReadKey(ctx context.Context) error { return m.readKey(ctx) }
func (m *minter) Cipher() *registry.Cipher          { return m.cipher }

func (m *minter) Mint(ctx context.Context, kind registry.Kind) (registry.Code, error) {
	return m.mint(ctx, kind)
}

func (m *minter) Codes(ctx context.Context, kind registry.Kind, n int) ([]registry.Code, error) {
	return m.codes(ctx, kind, n)
}

// Scope is on whose behalf a transaction is, for tests that speak SQL.
type Scope struct {
	Actor                       registry.Actor
	Worked, Administered, Asked []geo.Cell
	Houses                      []registry.Code
}

// Statements are what every transaction of the store begins with.
func (s Scope) Statements() string {
	return scope{actor: s.Actor, worked: s.Worked, administered: s.Administered, asked: s.Asked, houses: s.Houses}.statements()
}

// TryToWrite writes something by a reader's connections.
func TryToWrite(ctx context.Context, r *Reader) error {
	_, err := r.pool.Exec(ctx, `insert into idempotency default values`)
	return err
}
