package tiles

import "sync/atomic"

// beside has another goroutine do something while the caller does something else, then waits for it. What has not begun
// by then, the caller does. If it panics, so does the wait.
func beside(f func()) (wait func()) {
	var begun atomic.Bool
	done := make(chan any, 1)
	do := func() {
		if begun.CompareAndSwap(false, true) {
			defer func() { done <- recover() }()
			f()
		}
	}
	go do()
	return func() {
		do()
		if p := <-done; p != nil {
			panic(p)
		}
	}
}
