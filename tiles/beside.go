package tiles

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// beside has another goroutine do something while the caller does something else, then waits for it. What has not begun
// by then, the caller does. If it panics, so does the wait.
func beside(f func()) (wait func()) {
	var begun atomic.Bool
	done := make(chan string, 1)
	do := func() {
		if begun.CompareAndSwap(false, true) {
			defer func() {
				if p := recover(); p != nil {
					done <- fmt.Sprintf("%v\n%s", p, debug.Stack()) // the one who waits has another
				}
				close(done)
			}()
			f()
		}
	}
	go do()
	// What was started last is kept for this processor to run next, and another takes it only after a pause longer than a
	// tile's drawing. So that is nothing.
	go func() {}()
	return func() {
		do()
		if p, broken := <-done; broken {
			panic(p)
		}
	}
}
