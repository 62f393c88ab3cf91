package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"fangma/registry"
)

// Write is what every change comes with.
type Write struct {
	Actor registry.Actor
	// IdempotencyKey makes a retry safe: the same key with the same request
	// answers what the first one answered. Empty for none.
	IdempotencyKey string
	// RequestHash tells a retry from another request under a used key.
	RequestHash []byte
	// IfMatch is the building's version that the writer saw; nil only for the
	// command line, which acts on what is there.
	IfMatch *int
	// Versions are the versions seen of the buildings of an event over several.
	Versions map[registry.Code]int
	// within puts a use case into a larger one, in the same transaction.
	within func(*writing, func(*writing) (registry.Receipt, error)) (registry.Receipt, error)
}

// writing is one transaction that changes the registry.
type writing struct {
	*Store
	Write
	tx  pgx.Tx
	now time.Time
}

// write runs one use case in one transaction: retries first, then the shared
// registry lock (which a bulk import's last step takes alone), then do.
//
// Events lock what they concern in one order, but one that finds a dwelling
// moved meanwhile may need a building out of turn. PostgreSQL then ends one of
// the two, which begins again.
//
// It returns kind Invalid if the idempotency key was used for another request.
func (s *Store) write(ctx context.Context, w Write, do func(*writing) (registry.Receipt, error)) (registry.Receipt, error) {
	for try := 1; ; try++ {
		receipt, err := s.writeOnce(ctx, w, do)
		var pg *pgconn.PgError
		if try == writeTries || !errors.As(err, &pg) || pg.Code != deadlockDetected {
			return receipt, err
		}
	}
}

const (
	deadlockDetected = "40P01"
	writeTries       = 4
)

func (s *Store) writeOnce(ctx context.Context, w Write, do func(*writing) (registry.Receipt, error)) (registry.Receipt, error) {
	var receipt registry.Receipt
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		wr := &writing{Store: s, Write: w, tx: tx, now: s.now()}
		done, err := wr.claimKey(ctx, &receipt)
		if err != nil || done {
			return err
		}
		// One round trip: what the policies go by, and the lock.
		if _, err := tx.Exec(ctx, scope{actor: w.Actor}.statements()+`select from registry_lock for share`); err != nil {
			return fmt.Errorf("share the registry: %w", err)
		}
		if w.within != nil {
			receipt, err = w.within(wr, do)
		} else {
			receipt, err = do(wr)
		}
		if err != nil {
			return err
		}
		return wr.keepAnswer(ctx, receipt)
	})
	return receipt, err
}

// claimKey takes the idempotency key. A second request under the same key
// waits here until the first has committed, and then finds its answer.
func (w *writing) claimKey(ctx context.Context, answer *registry.Receipt) (done bool, err error) {
	if w.IdempotencyKey == "" {
		return false, nil
	}
	tag, err := w.tx.Exec(ctx, `
		insert into idempotency (account_id, key, request_hash, answer, created_at)
		values ($1, $2, $3, 'null', $4)
		on conflict do nothing`, w.Actor.Account, w.IdempotencyKey, w.RequestHash, w.now)
	if err != nil {
		return false, fmt.Errorf("claim idempotency key: %w", err)
	}
	if tag.RowsAffected() == 1 {
		return false, nil
	}
	var hash, stored []byte
	err = w.tx.QueryRow(ctx, `
		select request_hash, answer from idempotency where account_id = $1 and key = $2`,
		w.Actor.Account, w.IdempotencyKey).Scan(&hash, &stored)
	if err != nil {
		return false, fmt.Errorf("read idempotency key: %w", err)
	}
	if !bytes.Equal(hash, w.RequestHash) {
		return false, registry.Errorf(registry.Invalid, "idempotency_key_reused",
			"this Idempotency-Key was used for another request")
	}
	if err := json.Unmarshal(stored, answer); err != nil {
		return false, fmt.Errorf("read stored answer: %w", err)
	}
	answer.Replayed = true
	return true, nil
}

func (w *writing) keepAnswer(ctx context.Context, r registry.Receipt) error {
	if w.IdempotencyKey == "" {
		return nil
	}
	answer, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	_, err = w.tx.Exec(ctx, `update idempotency set answer = $3 where account_id = $1 and key = $2`,
		w.Actor.Account, w.IdempotencyKey, answer)
	return wrap("keep answer", err)
}

// event begins an event of this transaction.
func (w *writing) event(class registry.EventClass, kind registry.EventType, why registry.Why, from registry.Date) (registry.Event, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return registry.Event{}, fmt.Errorf("make event id: %w", err)
	}
	return registry.Event{
		ID: id, Class: class, Type: kind, Actor: w.Actor.Account, ActorName: w.Actor.Name,
		Why: why, ValidFrom: from, RecordedAt: w.now,
	}, nil
}

// insertEvent writes the header alone.
func (w *writing) insertEvent(ctx context.Context, e registry.Event) error {
	r := entry{event: e}
	r.header()
	return r.send(ctx, w.tx)
}

// header adds the event itself. Its position in the feed is given after
// commit; the notification only wakes whoever gives it.
func (r *entry) header() {
	e := r.event
	detail := e.Detail
	if detail == nil {
		detail = json.RawMessage("{}")
	}
	var actor *int64
	if e.Actor != 0 {
		actor = &e.Actor
	}
	r.add(nil, `
		insert into event (event_id, class, type, actor_id, actor_name, reason, document, valid_from, recorded_at, parts, detail)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		e.ID, e.Class, e.Type, actor, e.ActorName, e.Reason, e.Document, e.ValidFrom.Time(), e.RecordedAt, e.Parts, detail)
	r.add(nil, `notify `+feedChannel)
}

// notFound turns an empty result into an answer.
func notFound(err error, slug, format string, args ...any) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return registry.Errorf(registry.NotFound, slug, format, args...)
	}
	return err
}
