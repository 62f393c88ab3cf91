package tiles

import "time"

// Work is what making one tile took.
type Work struct {
	Layer    Layer
	Encoding Encoding
	Raw      int           // bytes before compressing, 0 for a tile with nothing in it
	Encode   time.Duration // from the snapshot to the raw tile; buildings are compressed meanwhile
	Compress time.Duration // from there to what is sent, its hash included
}

// OnMake calls f after each tile that was made; it must not take long. It is
// called before the first tile is asked for.
func (c *Cache) OnMake(f func(Work)) { c.made = f }

// stopwatch is a Work under way. Its clock is read three times a tile, outside
// of what it measures.
type stopwatch struct {
	Work
	made  func(Work)
	start time.Time
}

func (c *Cache) begin(at address) stopwatch {
	return stopwatch{Work: Work{Layer: at.layer, Encoding: at.enc}, made: c.made, start: time.Now()}
}

func (w *stopwatch) encoded() {
	w.Encode = time.Since(w.start)
}

func (w *stopwatch) end(raw int) {
	if w.made == nil {
		return
	}
	w.Raw, w.Compress = raw, time.Since(w.start)-w.Encode
	w.made(w.Work)
}
