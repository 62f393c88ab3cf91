package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

type requestKey struct{}

// WithRequest lets the access log name the request that something was read or
// done in, so that it can be held against the server's own log.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// logAccess writes one row of the access log: who read or did what, of which
// codes, in which cells. It belongs to the transaction that reads or does it,
// which must be in the actor's scope.
func (r *Reader) logAccess(ctx context.Context, tx pgx.Tx, by registry.Actor, act string, codes []registry.Code, cells []geo.Cell, detail any) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make access id: %w", err)
	}
	text := json.RawMessage("{}")
	if detail != nil {
		if text, err = json.Marshal(detail); err != nil {
			return fmt.Errorf("write access detail: %w", err)
		}
	}
	if codes == nil {
		codes = []registry.Code{}
	}
	if cells == nil {
		cells = []geo.Cell{}
	}
	request, _ := ctx.Value(requestKey{}).(string)
	_, err = tx.Exec(ctx, `
		insert into access_log (access_id, accessed_at, account_id, account_name, act, codes, cells, detail, request)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, r.now(), by.Account, by.Name, act, codes, cellsParam(cells), text, request)
	return wrap("log access", err)
}
