package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/intake"
)

// Into a registry without a single code an import goes in one pass: nothing there can match a row or stand in its way, so
// each is decided as it is read and written at once, while the next are read. What rows of the file are to each other is
// kept in memory, some 200 bytes a row. All of it is one transaction, which has the registry to itself from the first row
// to the last; that the registry is unused is seen under its lock, so nobody can come in between.

// errNotUnused says that the registry has codes after all.
var errNotUnused = errors.New("the registry has codes")

// errNothing ends the transaction of a strict import that does nothing.
var errNothing = errors.New("nothing is to be written")

// firstImport is the one pass.
type firstImport struct {
	*buildingImport
	event   registry.Event
	codes   codeSupply
	lines   map[string]int32 // of each id the row that had it first
	guard   fileGuard
	claims  []claim
	room    *houses // what is being gathered
	copying *copying
}

// first imports into an unused registry, and does nothing but say errNotUnused to another.
func (im *buildingImport) first(ctx context.Context, candidates iter.Seq2[intake.Item[intake.Building], error]) error {
	f := &firstImport{buildingImport: im, lines: map[string]int32{}, room: newHouses()}
	err := pgx.BeginFunc(ctx, im.conn, func(tx pgx.Tx) error {
		if err := lockRegistry(ctx, tx); err != nil {
			return err
		}
		if empty, err := unused(ctx, tx); err != nil {
			return err
		} else if !empty {
			return errNotUnused
		}
		if err := im.mint.readKey(ctx); err != nil { // over a connection of its own, which would wait for this one
			return err
		}
		return f.run(ctx, tx, candidates)
	})
	if errors.Is(err, errNothing) {
		err = nil
	}
	return err
}

func (f *firstImport) run(ctx context.Context, tx pgx.Tx, candidates iter.Seq2[intake.Item[intake.Building], error]) error {
	w := f.writing(tx)
	at, err := w.place(ctx)
	if err != nil {
		return err
	}
	communities, err := f.boundaries.load(ctx, tx, w.Today())
	if err != nil {
		return err
	}
	f.divided = len(communities) > 0
	if f.event, err = f.importRun.event(w, registry.EventImport, 0, nil); err != nil {
		return err
	}
	f.codes = codeSupply{minter: f.mint, kind: f.opt.Kind}
	aside, err := layAside(ctx, tx)
	if err != nil {
		return err
	}
	if err := f.readAll(ctx, tx, candidates, at); err != nil {
		return err
	}
	f.result.Applied = !f.stopped()
	if f.stopped() || f.result.New == 0 {
		return errNothing
	}
	e := f.event
	e.Parts = f.result.New
	if e.Detail, err = json.Marshal(f.result); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	if err := w.insertEvent(ctx, e); err != nil {
		return err
	}
	f.result.Event = e.ID
	f.progress(ImportIndexing, 0, 0)
	return aside.putBack(ctx, tx)
}

// readAll takes every row, while what was made of earlier ones travels to the database.
func (f *firstImport) readAll(ctx context.Context, tx pgx.Tx, candidates iter.Seq2[intake.Item[intake.Building], error],
	at registry.Place) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.copying = startCopying(ctx, tx, cancel)
	defer func() {
		if endErr := f.copying.end(); endErr != nil && (err == nil || errors.Is(err, context.Canceled)) {
			err = endErr
		}
	}()
	for rows, err := range f.judged(ctx, candidates, at) {
		if err != nil {
			return err
		}
		if err := f.take(ctx, rows); err != nil {
			return err
		}
		f.progress(ImportReading, f.result.Rows, 0)
	}
	return f.flush(ctx, 1)
}

// take finishes the decision about some rows, and writes the houses among them.
func (f *firstImport) take(ctx context.Context, rows []judgedRow) error {
	f.claims = f.claims[:0]
	for i := range rows {
		f.result.Rows++
		if r := &rows[i]; r.Reject == nil {
			box := r.Value.Footprint.Geometry.Bound()
			f.reach(box)
			f.claimFor(r, box)
		}
	}
	if err := f.guard.decide(ctx, f.pool, f.claims); err != nil {
		return fmt.Errorf("guard against overlap in the file: %w", err)
	}
	claims := f.claims
	for i := range rows {
		r := &rows[i]
		if r.Reject != nil {
			f.leaveOut(*r.Reject, Rejected)
			continue
		}
		if r.verdict.contested {
			if taken := claims[0].taken; taken != "" {
				r.verdict = verdict{outcome: Rejected, field: "geometry", reason: "overlap", detail: taken}
			}
			claims = claims[1:]
		}
		if r.verdict.outcome != New {
			f.leaveOut(intake.Reject{Row: r.Value.Row, ID: r.Value.ID, Field: r.verdict.field, Reason: r.verdict.reason,
				Detail: r.verdict.detail}, Rejected)
		} else if err := f.add(ctx, &r.made); err != nil {
			return fmt.Errorf("write row %d: %w", r.Value.Row, err)
		}
		for _, note := range r.Value.Notes {
			f.leaveOut(intake.Reject{Row: r.Value.Row, ID: r.Value.ID, Field: note.Field, Reason: note.Reason, Detail: note.Detail}, Noted)
		}
	}
	return f.flush(ctx, copyAtOnce)
}

// claimFor rejects a row whose id an earlier one has, and has the guard look at the others.
func (f *firstImport) claimFor(r *judgedRow, box orb.Bound) {
	if id := r.Value.ID; id != "" {
		if line, known := f.lines[id]; known {
			r.verdict = verdict{outcome: Rejected, field: "id", reason: "repeated_id", detail: fmt.Sprintf("row %d has the same id", line)}
			return
		}
		f.lines[id] = int32(r.Value.Row)
	}
	if r.verdict.outside {
		f.result.Outside++
	}
	if r.verdict.contested {
		f.claims = append(f.claims, claim{line: r.Value.Row, shape: r.Value.Footprint.Geometry, box: box, planned: r.verdict.planned})
	}
}

// leaveOut counts and remembers a row or field that is not taken.
func (f *firstImport) leaveOut(j intake.Reject, outcome Outcome) {
	if outcome == Noted {
		f.result.Notes++
	} else {
		f.result.Rejected++
	}
	if f.opt.Left != nil {
		f.left = append(f.left, LeftOut{Reject: j, Outcome: outcome})
	}
}

// add gives a house its code and gathers its rows, unless nothing will be written anyway.
func (f *firstImport) add(ctx context.Context, b *registry.Building) (err error) {
	f.result.New++
	if f.stopped() {
		return nil
	}
	if f.codes.wanted <= 0 {
		f.codes.wanted = codesAtOnce // how many there will be is not known yet
	}
	if b.Code, err = f.codes.next(ctx); err != nil {
		return err
	}
	b.RecordedFrom = f.event.RecordedAt
	*b = sortedIDs(*b)
	f.room.add(b, f.event)
	return nil
}

// codesAtOnce bounds the codes that are reserved and then not used.
const codesAtOnce = 10_000
