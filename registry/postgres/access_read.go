package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Access is one row of the access log.
type Access struct {
	ID      uuid.UUID
	At      time.Time
	Account string
	Act     string
	Codes   []registry.Code
	Cells   []geo.Cell
	Detail  json.RawMessage
	Request string
}

// AccessFilter says which rows are read. Zero fields do not filter.
type AccessFilter struct {
	Code    registry.Code
	Account string
	From    time.Time // zero is accessWindow before To
	To      time.Time // zero is now
	Cursor  string
	Limit   int // 100 if 0
}

// accessWindow is how far back the log is read when nothing is said: it grows
// with every look at a house, and its rows are guarded one by one.
const accessWindow = 90 * 24 * time.Hour

// AccessLog reads who looked at what and who did what, the latest first, and
// the cursor of the next page: all to an operator, an administrator what
// concerned their cells, a landlord what concerned their houses. Of a row that
// concerned others' as well they see their own codes alone.
//
// It returns Malformed for a cursor that was not given out.
func (r *Reader) AccessLog(ctx context.Context, a registry.Actor, f AccessFilter) (rows []Access, next string, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	if f.To.IsZero() {
		f.To = r.now().Add(time.Microsecond)
	}
	if f.From.IsZero() {
		f.From = f.To.Add(-accessWindow)
	}
	beforeAt, before, err := parseAccessCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		touched, err := cellsOfHouse(ctx, tx, f.Code)
		if err != nil {
			return err
		}
		s, err := scopeIn(ctx, tx, a, r.now(), touched)
		if err != nil {
			return err
		}
		result, err := tx.Query(ctx, `
			select access_id, accessed_at, account_name, act, codes, cells, detail, request from access_log
			where accessed_at >= $1 and accessed_at < $2 and ($3::timestamptz is null or (accessed_at, access_id) < ($3, $4))
				and ($5::bigint = 0 or $5 = any (codes)) and ($6 = '' or account_name = $6)
			order by accessed_at desc, access_id desc limit $7`, f.From, f.To, beforeAt, before, f.Code, f.Account, f.Limit+1)
		if err != nil {
			return fmt.Errorf("read access log: %w", err)
		}
		rows, err = pgx.CollectRows(result, func(row pgx.CollectableRow) (a Access, err error) {
			var cells []int64
			err = row.Scan(&a.ID, &a.At, &a.Account, &a.Act, &a.Codes, &cells, &a.Detail, &a.Request)
			a.At = a.At.UTC()
			for _, c := range cells {
				a.Cells = append(a.Cells, geo.Cell(c))
			}
			return a, err
		})
		if err != nil {
			return fmt.Errorf("read access log: %w", err)
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[f.Limit-1]
			next = strconv.FormatInt(last.At.UnixMicro(), 10) + "." + last.ID.String()
		}
		if a.May(registry.ReadAccess) {
			return nil
		}
		return keepOwn(ctx, tx, r.Today(), s, rows)
	})
	return rows, next, wrap("read access log", err)
}

func parseAccessCursor(text string) (at *time.Time, id uuid.UUID, err error) {
	if text == "" {
		return nil, id, nil
	}
	micros, rest, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(micros, 10, 64)
	if err == nil {
		id, err = uuid.Parse(rest)
	}
	if err != nil {
		return nil, id, registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this list gave out")
	}
	t := time.UnixMicro(n)
	return &t, id, nil
}

// cellsOfHouse is where a house is now; nil if none is asked for.
func cellsOfHouse(ctx context.Context, tx pgx.Tx, code registry.Code) ([]geo.Cell, error) {
	if code == 0 {
		return nil, nil
	}
	cells := []geo.Cell{}
	var c geo.Cell
	err := tx.QueryRow(ctx, `
		select cell from building_version where building_code = $1 and recorded_to = 'infinity' order by valid desc limit 1`, code).
		Scan((*cellColumn)(&c))
	if errors.Is(err, pgx.ErrNoRows) {
		return cells, nil
	}
	return append(cells, c), wrap("find the house's cell", err)
}

// keepOwn strikes out the codes and cells of others.
func keepOwn(ctx context.Context, tx pgx.Tx, day registry.Date, s scope, rows []Access) error {
	own := map[registry.Code]bool{}
	for _, code := range s.houses {
		own[code] = true
	}
	administered := map[geo.Cell]bool{}
	for _, c := range s.administered {
		administered[c] = true
	}
	var asked []registry.Code
	for _, row := range rows {
		asked = append(asked, row.Codes...)
	}
	if len(administered) > 0 {
		result, err := tx.Query(ctx, `
			select building_code, cell from building_version
			where building_code = any ($1) and recorded_to = 'infinity' and valid @> $2::date`, asked, day.Time())
		if err != nil {
			return fmt.Errorf("find own houses: %w", err)
		}
		var code registry.Code
		var c geo.Cell
		_, err = pgx.ForEachRow(result, []any{&code, (*cellColumn)(&c)}, func() error {
			if administered[c] {
				own[code] = true
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("find own houses: %w", err)
		}
	}
	for i := range rows {
		rows[i].Codes = kept(rows[i].Codes, own)
		rows[i].Cells = kept(rows[i].Cells, administered)
		rows[i].Detail = nil
	}
	return nil
}

func kept[T comparable](all []T, own map[T]bool) []T {
	out := []T{}
	for _, v := range all {
		if own[v] {
			out = append(out, v)
		}
	}
	return out
}
