package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Offices lists the offices by name, closed ones too.
func (r *Reader) Offices(ctx context.Context) ([]registry.Office, error) {
	rows, err := r.pool.Query(ctx, officeColumns+` order by name, office_id`)
	if err != nil {
		return nil, fmt.Errorf("list offices: %w", err)
	}
	offices, err := pgx.CollectRows(rows, scanOffice)
	return offices, wrap("list offices", err)
}

const officeColumns = `select office_id, name, phone, address, coalesce(division_id, 0), opened_at, closed_at from office`

func scanOffice(row pgx.CollectableRow) (o registry.Office, err error) {
	return o, row.Scan(&o.ID, &o.Name, &o.Phone, &o.Address, &o.Division, &o.OpenedAt, &o.ClosedAt)
}

// OpenOffice makes an office. It returns Invalid with every wrong field and
// Conflict "name_taken".
func (s *Store) OpenOffice(ctx context.Context, by registry.Actor, in registry.OfficeInput) (registry.Office, error) {
	o, err := in.Apply(registry.Office{OpenedAt: s.now()}, s.now())
	if err != nil {
		return o, err
	}
	err = s.administer(ctx, by, registry.EventOffice, map[string]any{"office": o.Name, "opened": true}, func(tx pgx.Tx) error {
		if err := checkDivision(ctx, tx, o.Division); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `
			insert into office (name, phone, address, division_id, opened_at) values ($1, $2, $3, nullif($4::bigint, 0), $5)
			on conflict do nothing returning office_id`, o.Name, o.Phone, o.Address, o.Division, o.OpenedAt).Scan(&o.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return officeTaken()
		}
		return err
	})
	return o, wrap("open office", err)
}

func officeTaken() error {
	return &registry.Error{Kind: registry.Conflict, Slug: "name_taken", Detail: "there is an open office of that name",
		Fields: []registry.FieldError{{Field: "name", Reason: "is taken"}}}
}

func checkDivision(ctx context.Context, tx pgx.Tx, id int64) error {
	if id == 0 {
		return nil
	}
	var there bool
	if err := tx.QueryRow(ctx, `select exists (select from division where division_id = $1)`, id).Scan(&there); err != nil || there {
		return err
	}
	return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
		Fields: []registry.FieldError{{Field: "division", Reason: "there is no such division"}}}
}

// ChangeOffice changes, closes or opens again. It returns NotFound, Invalid,
// Conflict "name_taken", and Conflict "office_in_use" if somebody who works
// there would be left without one.
func (s *Store) ChangeOffice(ctx context.Context, by registry.Actor, id int64, in registry.OfficeInput) (registry.Office, error) {
	var o registry.Office
	detail := map[string]any{"id": id}
	err := s.administer(ctx, by, registry.EventOffice, detail, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, officeColumns+` where office_id = $1 for update`, id)
		if err != nil {
			return err
		}
		was, err := pgx.CollectExactlyOneRow(rows, scanOffice)
		if err != nil {
			return notFound(err, "office_unknown", "there is no such office")
		}
		if o, err = in.Apply(was, s.now()); err != nil {
			return err
		}
		if err := checkDivision(ctx, tx, o.Division); err != nil {
			return err
		}
		if o.ClosedAt != nil && was.ClosedAt == nil {
			if err := checkEmpty(ctx, tx, id, s.now()); err != nil {
				return err
			}
		}
		detail["office"], detail["closed"] = o.Name, o.ClosedAt != nil
		_, err = tx.Exec(ctx, `
			update office set name = $2, phone = $3, address = $4, division_id = nullif($5::bigint, 0), closed_at = $6 where office_id = $1`,
			id, o.Name, o.Phone, o.Address, o.Division, o.ClosedAt)
		if uniqueViolation(err) {
			return officeTaken()
		}
		return err
	})
	return o, wrap("change office", err)
}

// checkEmpty is asked with the office's row held: who joins waits for it.
func checkEmpty(ctx context.Context, tx pgx.Tx, id int64, now time.Time) error {
	var members int
	err := tx.QueryRow(ctx, `select count(*) from account_office where office_id = $1 and member_to > $2`, id, now).Scan(&members)
	if err != nil || members == 0 {
		return err
	}
	return registry.Errorf(registry.Conflict, "office_in_use", "%d people work at the office; give them another first", members)
}
