package postgres

import (
	"context"
	"iter"
	"runtime"

	"fangma/registry"
	"fangma/registry/intake"
)

// judgedRow is a candidate of the file, and what was decided about it as it stands alone. With reject the reader refused it.
type judgedRow struct {
	intake.Item[intake.Building]
	verdict verdict
	made    registry.Building // without code
}

// judgeBatch is how many rows travel together between goroutines.
const judgeBatch = 256

type judging struct {
	rows []judgedRow
	err  error
	done chan struct{}
}

// judged gives the candidates in the file's order, some at a time. All processors decide.
func (im *buildingImport) judged(ctx context.Context, candidates iter.Seq2[intake.Item[intake.Building], error],
	at registry.Place) iter.Seq2[[]judgedRow, error] {
	return func(yield func([]judgedRow, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
		work, order := make(chan *judging, workers), make(chan *judging, 2*workers)
		readErr := make(chan error, 1)
		go func() {
			readErr <- gather(ctx, candidates, work, order)
			close(work)
			close(order)
		}()
		for range workers {
			go func() {
				for b := range work {
					b.err = im.judgeRows(b.rows, at)
					close(b.done)
				}
			}()
		}
		stopped := false
		for b := range order { // drained in any case, so that no goroutine outlives the call
			<-b.done
			if !stopped && !yield(b.rows, b.err) {
				stopped = true
				cancel()
			}
		}
		if err := <-readErr; err != nil && !stopped {
			yield(nil, err)
		}
		cancel()
	}
}

// gather makes batches of the candidates.
func gather(ctx context.Context, candidates iter.Seq2[intake.Item[intake.Building], error], work, order chan<- *judging) error {
	b := &judging{done: make(chan struct{})}
	send := func() error {
		if len(b.rows) == 0 {
			return ctx.Err()
		}
		select {
		case order <- b:
			work <- b // workers never stop before work is closed
			b = &judging{rows: make([]judgedRow, 0, judgeBatch), done: make(chan struct{})}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for item, err := range candidates {
		if err != nil {
			return err
		}
		b.rows = append(b.rows, judgedRow{Item: item})
		if len(b.rows) == judgeBatch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

func (im *buildingImport) judgeRows(rows []judgedRow, at registry.Place) (err error) {
	for i := range rows {
		r := &rows[i]
		if r.Reject == nil {
			r.Reject = unstorable(r.Value)
		}
		if r.Reject != nil {
			continue
		}
		if r.made, r.verdict, err = im.judge(stagedRowOf(r.Value), nil, nil, at); err != nil {
			return err
		}
	}
	return nil
}

func stagedRowOf(b intake.Building) stagedRow {
	return stagedRow{
		id: b.ID, shape: registry.Shape{Geometry: b.Footprint.Geometry}, state: registry.State(b.State),
		floors: b.Floors, height: b.Height, name: b.Name, address: b.Address,
	}
}
