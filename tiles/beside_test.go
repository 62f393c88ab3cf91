package tiles

import (
	"strings"
	"sync/atomic"
	"testing"
)

// TestBeside: what is done beside is done once, by the time the wait is over, whoever does it; if it panics, the one who
// waits does.
func TestBeside(t *testing.T) {
	for range 1000 {
		var done atomic.Int32
		wait := beside(func() { done.Add(1) })
		if wait(); done.Load() != 1 {
			t.Fatalf("done %d times", done.Load())
		}
	}
	defer func() {
		if p, _ := recover().(string); !strings.HasPrefix(p, "broken\n") {
			t.Errorf("the wait ended with %v", p)
		}
	}()
	beside(func() { panic("broken") })()
}
