package postgres

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"
)

// copyAtOnce is how many bytes of rows make a COPY: enough that its beginning and end cost nothing. Some wait in turn, so
// that neither side waits for the other when a few rows take longer.
const (
	copyAtOnce  = 3 << 20
	copyWaiting = 4
)

// copying sends houses to the database in a goroutine of its own, so that the next are decided meanwhile.
type copying struct {
	full, empty chan *houses
	done        sync.WaitGroup
	err         error // read after done
}

// startCopying begins; until end has returned nothing else may use the transaction. A failure calls giveUp.
func startCopying(ctx context.Context, tx pgx.Tx, giveUp func()) *copying {
	c := &copying{full: make(chan *houses, copyWaiting), empty: make(chan *houses, copyWaiting+1)}
	for range copyWaiting {
		c.empty <- newHouses()
	}
	c.done.Go(func() {
		for h := range c.full {
			if c.err == nil {
				if c.err = h.copy(ctx, tx); c.err != nil {
					giveUp()
				}
			}
			c.empty <- h
		}
	})
	return c
}

// end waits for what is under way, and says whether all went well.
func (c *copying) end() error {
	close(c.full)
	c.done.Wait()
	return c.err
}

// flush sends what was gathered once it is so many bytes.
func (f *firstImport) flush(ctx context.Context, atLeast int) error {
	if f.room.size() < atLeast {
		return nil
	}
	select {
	case next := <-f.copying.empty:
		f.copying.full <- f.room
		f.room = next
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
