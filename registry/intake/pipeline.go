package intake

import (
	"context"
	"fmt"
	"runtime"

	"github.com/paulmach/orb"
)

// reader is one file of one format. read splits it into rows, one after the other; parse makes sense
// of a row and is called from several goroutines.
type reader interface {
	read(ctx context.Context, emit func(row) error) error
	parse(row) feature
	crs() CRS // what the file says of itself; asked after a row was emitted
	close() error
}

// row is a piece of the file, cut out but not yet understood.
type row struct {
	number  int
	raw     []byte   // JSON text, or a shape record
	table   []byte   // the record of the DBF
	cells   []string // CSV
	feature *feature // OSM: complete already
	reject  *Reject  // could not even be cut out
}

// feature is a row understood, in the coordinates of the file.
type feature struct {
	row      int
	id       string
	values   record
	geometry orb.Geometry
	reject   *Reject
	fatal    error // the file makes no sense from here on
	osm      osmKind
}

// batchRows is how many rows travel together; enough that the traffic between goroutines, and the
// round trips for transformation, cost little.
const batchRows = 512

// batchBytes ends a batch early, so that few batches of large rows fit in memory.
const batchBytes = 4 << 20

type batch[T any] struct {
	rows  []row
	crs   CRS
	items []Item[T]
	err   error
	done  chan struct{}
}

// run reads in one goroutine, works in as many as there are processors and yields in file order.
func run[T any](ctx context.Context, r reader, opt Options, finish func(feature) []Item[T], yield func(Item[T], error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	work := make(chan *batch[T], workers)
	order := make(chan *batch[T], 2*workers)
	readErr := make(chan error, 1)
	go func() {
		readErr <- fill(ctx, r, opt, work, order)
		close(work)
		close(order)
	}()
	conv := newConverter(opt)
	for range workers {
		go func() {
			for b := range work {
				b.process(ctx, r, conv, finish)
				close(b.done)
			}
		}()
	}
	stopped := false
	stop := func() {
		stopped = true
		cancel()
	}
	for b := range order { // drained in any case, so that no goroutine outlives the call
		<-b.done
		for i := 0; i < len(b.items) && !stopped; i++ {
			if !yield(b.items[i], nil) {
				stop()
			}
		}
		if b.err != nil && !stopped {
			stop()
			yield(Item[T]{}, b.err)
		}
	}
	if err := <-readErr; err != nil && !stopped {
		yield(Item[T]{}, err)
	}
	cancel()
}

// fill cuts the file into batches.
func fill[T any](ctx context.Context, r reader, opt Options, work, order chan<- *batch[T]) error {
	var b *batch[T]
	size := 0
	send := func() error {
		if b == nil {
			return nil
		}
		b.crs = opt.CRS
		if !b.crs.set() {
			b.crs = r.crs()
		}
		select {
		case order <- b:
			work <- b // workers never stop before work is closed
			b, size = nil, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := r.read(ctx, func(x row) error {
		if b == nil {
			b = &batch[T]{rows: make([]row, 0, batchRows), done: make(chan struct{})}
		}
		b.rows = append(b.rows, x)
		size += len(x.raw) + len(x.table)
		if len(b.rows) == batchRows || size >= batchBytes {
			return send()
		}
		return nil
	})
	if sendErr := send(); err == nil {
		err = sendErr
	}
	return err
}

// process turns the rows into items.
func (b *batch[T]) process(ctx context.Context, r reader, conv *converter, finish func(feature) []Item[T]) {
	defer func() { b.rows = nil }()
	if b.err = ctx.Err(); b.err != nil {
		return
	}
	features := make([]feature, 0, len(b.rows))
	for _, x := range b.rows {
		f := feature{row: x.number, reject: x.reject}
		if x.reject == nil {
			f = r.parse(x)
		}
		if f.fatal != nil {
			b.err = fmt.Errorf("row %d: %w", f.row, f.fatal)
			break
		}
		features = append(features, f)
	}
	if err := conv.convert(ctx, b.crs, features); err != nil {
		b.err = err
		return
	}
	b.items = make([]Item[T], 0, len(features))
	for _, f := range features {
		if f.reject != nil {
			f.reject.Row, f.reject.ID = f.row, f.id
			b.items = append(b.items, Item[T]{Reject: f.reject})
			continue
		}
		b.items = append(b.items, finish(f)...)
	}
}
