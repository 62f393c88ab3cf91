package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"fangma/registry"
)

// HeadcountImport says how a file of headcounts is imported.
type HeadcountImport struct {
	registry.Why
	// Apply writes; without it the file is only held against the registry.
	Apply bool
	// Wrong is told of what is wrong with a row, in the order in which it is
	// found: first what the rows themselves say, then what the registry says of
	// them. Nil looks away.
	Wrong func(line int, e registry.FieldError)
	// Progress is called now and then with the step the import is at and how
	// many rows, or houses, it has done, out of total if that is not 0.
	Progress func(step ImportStep, done, total int)
}

// ImportSumming is the step of an import of headcounts in which the houses are
// summed up.
const ImportSumming ImportStep = "summing"

// HeadcountResult is what an import of headcounts did, or without Apply would
// do.
type HeadcountResult struct {
	registry.Counted
	Rows    int
	Wrong   int // rows that cannot be taken; none is then
	Applied bool
	Event   registry.Event // zero unless something was written
}

// ImportHeadcounts takes the rows of one file, all of them or none, in one
// transaction under one event. Memory does not grow with the file. A second
// import of the same file finds that all of it is stated already and writes
// nothing.
//
// The result tells what is wrong with rows; the error is for the file as a
// whole: the one with which the rows end, Forbidden for who may not state
// headcounts everywhere, and Invalid "headcounts_refused" with Apply when a row
// is wrong.
func (s *Store) ImportHeadcounts(ctx context.Context, w Write, rows iter.Seq2[registry.HeadcountRow, error], opt HeadcountImport) (HeadcountResult, error) {
	var r HeadcountResult
	if !w.Actor.May(registry.Count) {
		return r, registry.Errorf(registry.Forbidden, "forbidden", "files of headcounts are for clerks")
	}
	if err := registry.CheckWhy(opt.Why); err != nil {
		return r, err
	}
	im := &headcountImport{Store: s, w: w, opt: opt, seen: map[int]bool{}}
	// Staging is a temporary table, so everything goes over one connection.
	err := s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		im.conn = conn
		defer im.dropStage(context.WithoutCancel(ctx))
		if err := im.stage(ctx, rows); err != nil {
			return err
		}
		return im.run(ctx)
	})
	if err == nil && opt.Apply && im.result.Wrong > 0 {
		err = registry.Errorf(registry.Invalid, "headcounts_refused", "nothing was stated: %d of %d rows are wrong", im.result.Wrong, im.result.Rows)
	}
	return im.result, wrap("import headcounts", err)
}

// headcountImport is one run of ImportHeadcounts.
type headcountImport struct {
	*Store
	w      Write
	opt    HeadcountImport
	conn   *pgxpool.Conn
	result HeadcountResult
	seen   map[int]bool // lines of which something wrong has been told
	first  registry.Date
}

// createHeadcountStage makes the table where the rows wait: memory must not
// grow with the file. subject numbers the codes, in order of the buildings
// they are kept with, so that a batch holds all rows about a code.
const createHeadcountStage = `
	create temporary table headcount_row (
		line     integer not null,
		code     bigint  not null,
		heads    integer not null,
		permits  integer,
		evidence text    not null,
		declarer text    not null,
		day      date    not null
	);
	create temporary table headcount_house (building_code bigint primary key)`

func (im *headcountImport) stage(ctx context.Context, rows iter.Seq2[registry.HeadcountRow, error]) error {
	if _, err := im.conn.Exec(ctx, createHeadcountStage); err != nil {
		return fmt.Errorf("make staging table: %w", err)
	}
	next, stop := iter.Pull2(rows)
	defer stop()
	im.first = registry.Forever
	var end error
	_, err := im.conn.CopyFrom(ctx, pgx.Identifier{"headcount_row"}, []string{"line", "code", "heads", "permits", "evidence", "declarer", "day"},
		pgx.CopyFromFunc(func() ([]any, error) {
			for {
				row, err, more := next()
				if !more || err != nil {
					end = err
					return nil, err
				}
				if im.result.Rows++; im.result.Rows%10_000 == 0 {
					im.progress(ImportReading, im.result.Rows, 0)
				}
				if row.Wrong != nil {
					im.wrong(row.Line, row.Wrong...)
					continue
				}
				im.first = min(im.first, row.From)
				return []any{int32(row.Line), int64(row.Code), int32(row.Heads), row.Permits, string(row.Evidence), string(row.Declarer), row.From.Time()}, nil
			}
		}))
	switch {
	case end != nil:
		return end
	case err != nil:
		return fmt.Errorf("stage: %w", err)
	}
	im.progress(ImportReading, im.result.Rows, im.result.Rows)
	for _, sql := range []string{
		`create temporary table headcount_subject as
			select r.code, row_number() over (order by coalesce(d.building_code, r.code), r.code) as subject
			from (select distinct code from headcount_row) r left join dwelling d on d.dwelling_code = r.code`,
		`create index on headcount_row (code)`,
		`create index on headcount_subject (subject)`,
		`analyze headcount_row`,
		`analyze headcount_subject`,
	} {
		if _, err := im.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("index staging table: %w", err)
		}
	}
	return im.twice(ctx)
}

// twice finds rows that say something else of a day than an earlier one.
func (im *headcountImport) twice(ctx context.Context) error {
	rows, err := im.conn.Query(ctx, `
		select line, first from (
			select line, min(line) over (partition by code, day) as first from headcount_row) r
		where line <> first order by line`)
	if err != nil {
		return fmt.Errorf("look for rows given twice: %w", err)
	}
	var line, first int
	_, err = pgx.ForEachRow(rows, []any{&line, &first}, func() error {
		im.wrong(line, registry.FieldError{Field: "code", Reason: fmt.Sprintf("is given for the same day in line %d", first)})
		return nil
	})
	return wrap("look for rows given twice", err)
}

// wrong notes what is wrong with a row. A file that is no table of headcounts
// has something wrong in every row, so lines are remembered for a while only.
func (im *headcountImport) wrong(line int, all ...registry.FieldError) {
	const remembered = 10_000
	if len(im.seen) >= remembered || !im.seen[line] {
		im.result.Wrong++
	}
	if len(im.seen) < remembered {
		im.seen[line] = true
	}
	if im.opt.Wrong != nil {
		for _, e := range all {
			im.opt.Wrong(line, e)
		}
	}
}

func (im *headcountImport) progress(step ImportStep, done, total int) {
	if im.opt.Progress != nil {
		im.opt.Progress(step, done, total)
	}
}

// dropStage clears the connection for the next who uses it.
func (im *headcountImport) dropStage(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := im.conn.Exec(ctx, `drop table if exists pg_temp.headcount_row, pg_temp.headcount_subject, pg_temp.headcount_house`)
	if err != nil {
		_ = im.conn.Conn().Close(ctx) // the pool then throws the connection away, and the tables with it
	}
}

// run decides about every row and, if nothing is wrong with any, writes them.
func (im *headcountImport) run(ctx context.Context) error {
	var receipt registry.Receipt
	err := pgx.BeginFunc(ctx, im.conn, func(tx pgx.Tx) error {
		w := &writing{Store: im.Store, Write: im.w, tx: tx, now: im.now()}
		if im.opt.Apply && im.result.Wrong == 0 {
			done, err := w.claimKey(ctx, &receipt)
			if err != nil {
				return err
			}
			if done {
				im.result.Event, im.result.Counted, im.result.Applied = receipt.Event, *receipt.Counted, true
				return nil
			}
			if err := lockRegistry(ctx, tx); err != nil {
				return err
			}
			w.now = im.now() // others may have written until now
		}
		if err := setRights(ctx, tx, registryRights); err != nil {
			return err
		}
		return im.decide(ctx, w)
	})
	if errors.Is(err, errDryRun) {
		return nil
	}
	return err
}

// decide goes through the codes, some at a time. It ends with errDryRun, which
// rolls everything back, when nothing is to be kept.
func (im *headcountImport) decide(ctx context.Context, w *writing) error {
	if err := im.latest(ctx, w); err != nil {
		return err
	}
	writes := im.opt.Apply && im.result.Wrong == 0
	e, err := w.peopleEvent(headcountEvent{kind: registry.EventHeadcountImport, why: im.opt.Why, from: min(im.first, w.Today()),
		detail: map[string]int{"rows": im.result.Rows}})
	if err != nil {
		return err
	}
	if writes {
		if err := w.insertEvent(ctx, e); err != nil {
			return err
		}
	}
	done, after := 0, int64(0)
	for {
		stated, lines, last, err := im.batch(ctx, w.tx, after)
		if err != nil {
			return err
		}
		if last == after {
			break
		}
		after = last
		changes, all, err := im.changes(ctx, w, stated, lines)
		if err != nil {
			return err
		}
		if writes && im.result.Wrong == 0 && len(changes) > 0 {
			if err := im.keep(ctx, w, e, changes, all); err != nil {
				return err
			}
		}
		done += len(stated)
		im.progress(ImportWriting, done, im.result.Rows)
	}
	if !writes || im.result.Wrong > 0 || im.result.Stated == 0 {
		return errDryRun
	}
	if err := im.sum(ctx, w, e); err != nil {
		return err
	}
	im.result.Applied, im.result.Event = true, e
	return w.keepAnswer(ctx, registry.Receipt{Event: e, Counted: &im.result.Counted})
}

// latest moves the time of recording past everything that the import replaces.
func (im *headcountImport) latest(ctx context.Context, w *writing) error {
	var at *time.Time
	err := w.tx.QueryRow(ctx, `
		select max(h.recorded_from)
		from headcount_subject s
			left join dwelling d on d.dwelling_code = s.code
			join headcount h on h.building_code = coalesce(d.building_code, s.code) and h.code = s.code`).Scan(&at)
	if err == nil && at != nil {
		w.after(*at)
	}
	return wrap("read headcounts", err)
}

// subjectBatch is how many codes are decided or written together.
const subjectBatch = 2000

// batch reads the rows about the codes after one, and the last code's number.
func (im *headcountImport) batch(ctx context.Context, tx pgx.Tx, after int64) (stated []registry.Headcount, lines []int, last int64, err error) {
	rows, err := tx.Query(ctx, `
		select r.line, r.code, r.heads, r.permits, r.evidence, r.declarer, r.day, s.subject
		from headcount_subject s join headcount_row r using (code)
		where s.subject > $1 and s.subject <= $1 + $2
		order by s.subject, r.day, r.line`, after, subjectBatch)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("read staged rows: %w", err)
	}
	defer rows.Close()
	last = after
	for rows.Next() {
		var h registry.Headcount
		var line int
		if err := rows.Scan(&line, &h.Code, &h.Heads, &h.Permits, &h.Evidence, &h.Declarer, (*dateColumn)(&h.From), &last); err != nil {
			return nil, nil, 0, fmt.Errorf("read staged rows: %w", err)
		}
		stated, lines = append(stated, h), append(lines, line)
	}
	return stated, lines, last, wrap("read staged rows", rows.Err())
}

// changes holds a batch against the registry.
func (im *headcountImport) changes(ctx context.Context, w *writing, stated []registry.Headcount, lines []int) ([]headcountChange, map[registry.Code]*registry.Subject, error) {
	codes := make([]registry.Code, 0, len(stated))
	for _, h := range stated {
		if n := len(codes); n == 0 || codes[n-1] != h.Code {
			codes = append(codes, h.Code)
		}
	}
	all, err := subjects(ctx, w.tx, codes, w.Today())
	if err != nil {
		return nil, nil, err
	}
	kept := stated[:0]
	for i, h := range stated {
		if field, reason := misplaced(h, all[h.Code]); reason != "" {
			im.wrong(lines[i], registry.FieldError{Field: field, Reason: reason})
			continue
		}
		kept = append(kept, h)
	}
	was, err := headcountsOf(ctx, w.tx, all)
	if err != nil {
		return nil, nil, err
	}
	changes, n := stateAll(was, kept, w.Today())
	im.result.Stated, im.result.Same = im.result.Stated+n.Stated, im.result.Same+n.Same
	return changes, all, nil
}

// keep writes a batch and remembers the houses that it is about.
func (im *headcountImport) keep(ctx context.Context, w *writing, e registry.Event, changes []headcountChange, all map[registry.Code]*registry.Subject) error {
	r := entry{event: e}
	r.headcounts(changes, all)
	var houses []registry.Code
	for _, c := range changes {
		houses = append(houses, all[c.is.Code].Houses...)
	}
	r.add(nil, `insert into headcount_house select distinct unnest($1::bigint[]) on conflict do nothing`, houses)
	return r.send(ctx, w.tx)
}

// sum writes the totals of the houses, each once.
func (im *headcountImport) sum(ctx context.Context, w *writing, e registry.Event) error {
	var total int
	if err := w.tx.QueryRow(ctx, `select count(*) from headcount_house`).Scan(&total); err != nil {
		return fmt.Errorf("count houses: %w", err)
	}
	im.result.Houses = total
	return eachHouse(ctx, w.tx, func(codes []registry.Code, done int) error {
		im.progress(ImportSumming, done, total)
		return w.retotalLocked(ctx, e, codes)
	})
}

// eachHouse goes through the houses that wait to be summed up, in order of
// code and some at a time. The registry's lock keeps everybody else out.
func eachHouse(ctx context.Context, tx pgx.Tx, do func(codes []registry.Code, done int) error) error {
	done, after := 0, registry.Code(0)
	for {
		rows, err := tx.Query(ctx, `
			select building_code from headcount_house where building_code > $1 order by building_code limit $2`, after, totalBatch)
		if err != nil {
			return fmt.Errorf("read houses: %w", err)
		}
		codes, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
		if err != nil {
			return fmt.Errorf("read houses: %w", err)
		}
		if len(codes) == 0 {
			return nil
		}
		done += len(codes)
		if err := do(codes, done); err != nil {
			return err
		}
		after = codes[len(codes)-1]
	}
}
