package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// apply writes the plan in one transaction that has the registry to itself. Should somebody have changed the registry
// since the plan was made, it is made anew first.
func (im *buildingImport) apply(ctx context.Context) error {
	return pgx.BeginFunc(ctx, im.conn, func(tx pgx.Tx) error {
		if err := lockRegistry(ctx, tx); err != nil {
			return err
		}
		again, err := im.overtaken(ctx, tx)
		if err != nil {
			return err
		}
		if again {
			if err := im.plan(ctx, tx); err != nil {
				return err
			}
		}
		if im.stopped() {
			return nil
		}
		if im.result.New+im.result.Changed > 0 {
			if err := im.write(ctx, tx); err != nil {
				return err
			}
		}
		im.result.Applied = true
		return nil
	})
}

// write records the import's event and every building that it makes or changes.
func (im *buildingImport) write(ctx context.Context, tx pgx.Tx) error {
	w := im.writing(tx)
	w.after(im.latest)
	at, err := w.place(ctx)
	if err != nil {
		return err
	}
	parts := im.result.New + im.result.Changed
	e, err := im.event(w, registry.EventImport, parts, im.result)
	if err != nil {
		return err
	}
	if err := w.insertEvent(ctx, e); err != nil {
		return err
	}
	codes := codeSupply{minter: im.mint, kind: im.opt.Kind, wanted: im.result.New}
	fresh := newHouses()
	written := 0
	err = im.eachBatch(ctx, tx, `outcome in ('new', 'changed')`, func(rows []stagedRow, known map[registry.Code]*registry.Building, kept edits) error {
		var out registry.Outcome
		changed := entry{event: e}
		for _, r := range rows {
			was := known[r.code]
			b, err := im.decide(r, was, kept, at)
			if err != nil {
				return fmt.Errorf("write row %d: %w", r.n, err)
			}
			b.RecordedFrom = e.RecordedAt
			b = sortedIDs(b)
			if was != nil {
				out.Buildings = append(out.Buildings, registry.BuildingChange{Was: was, Is: &b})
				err = changed.changed(was, &b)
			} else if b.Code, err = codes.next(ctx); err == nil {
				fresh.add(&b, e)
			}
			if err != nil {
				return err
			}
		}
		written += len(rows)
		im.progress(ImportWriting, written, parts)
		if err := changed.send(ctx, tx); err != nil {
			return err
		}
		if err := w.settleHouses(ctx, out, e); err != nil {
			return err
		}
		return fresh.copy(ctx, tx)
	})
	if err == nil && written != parts {
		err = fmt.Errorf("%d rows were planned and %d written", parts, written)
	}
	im.result.Event = e.ID
	return err
}

// codeSupply gives the codes of a bulk import, from as few blocks as possible. What is left of a block when the import
// fails is never used.
type codeSupply struct {
	minter *minter
	kind   registry.Kind
	wanted int // how many codes will be asked for yet
	block  registry.Block
}

func (s *codeSupply) next(ctx context.Context) (registry.Code, error) {
	if s.block.Len() == 0 {
		var err error
		if s.block, err = s.minter.reserve(ctx, s.kind, int64(max(s.wanted, 1))); err != nil {
			return 0, err
		}
	}
	counter := s.block.From
	s.block.From++
	s.wanted--
	return s.minter.cipher.Code(s.kind, counter)
}
