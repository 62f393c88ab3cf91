package postgres

import (
	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

const (
	// batchSize is how many buildings are handed over at a time: few enough for
	// a processor's cache, enough that handing over costs nothing.
	batchSize = 128
	// batches is how many there are: one being read, one in use, one between.
	batches = 3
)

// mapBatch is buildings that follow each other, in memory that is used again
// for others.
type mapBatch struct {
	buildings []registry.Building
	row       mapRow
}

// eachMapRow gathers rows of mapColumns that follow each other and are of one
// building. The building and its shapes are f's for the time of the call.
// Meanwhile the next are read, since a start is as long as the slower of the
// two takes.
func eachMapRow(rows pgx.Rows, f func(*registry.Building) error) error {
	full, spare, stop := make(chan *mapBatch, batches), make(chan *mapBatch, batches), make(chan struct{})
	for range batches {
		spare <- new(mapBatch)
	}
	var failed error
	go func() {
		defer close(full)
		defer rows.Close()
		failed = readBatches(rows, full, spare, stop)
	}()
	for b := range full {
		for i := range b.buildings {
			if err := f(&b.buildings[i]); err != nil {
				close(stop)
				for range full { // until the rows are closed
				}
				return err
			}
		}
		spare <- b
	}
	return failed
}

// readBatches fills one spare batch after the other, and ends early when it is
// told to stop.
func readBatches(rows pgx.Rows, full chan<- *mapBatch, spare <-chan *mapBatch, stop <-chan struct{}) error {
	b := <-spare
	for rows.Next() {
		m := &b.row
		m.values = rows.RawValues()
		code, version := registry.Code(m.int8()), int(m.int4())
		n := len(b.buildings)
		if n == 0 || code != b.buildings[n-1].Code {
			if n == batchSize {
				full <- b
				select {
				case b = <-spare:
				case <-stop:
					return nil
				}
				b.reset()
				b.row.values, m = m.values, &b.row
			}
			b.begin(code)
		}
		building := &b.buildings[len(b.buildings)-1]
		building.Version = version
		building.Timeline = append(building.Timeline, registry.Span{})
		m.read(&building.Timeline[len(building.Timeline)-1])
		if m.err != nil {
			return m.err
		}
	}
	full <- b
	return rows.Err()
}

func (b *mapBatch) reset() {
	b.buildings = b.buildings[:0]
	b.row.reset()
}

// begin adds a building, in the memory of one that was at its place before.
func (b *mapBatch) begin(code registry.Code) {
	if n := len(b.buildings); n < cap(b.buildings) {
		b.buildings = b.buildings[:n+1]
	} else {
		b.buildings = append(b.buildings, registry.Building{})
	}
	last := &b.buildings[len(b.buildings)-1]
	*last = registry.Building{Code: code, Timeline: last.Timeline[:0]}
}
