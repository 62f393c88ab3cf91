package web

import (
	"fmt"
	"testing"
)

// TestASlowMapHoldsNobodyUp: a client that does not read is told to start
// over, and publishing goes on meanwhile.
func TestASlowMapHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h := newHub()
	slow, _, whole := h.join("a", "")
	quick, _, _ := h.join("b", "")
	if whole {
		t.Error("a first stream continues nothing")
	}
	seen := 0
	for n := range 10 * waiting {
		if err := h.publish("change", n); err != nil {
			t.Fatal(err)
		}
		m := <-quick.queue
		if string(m.data) != fmt.Sprint(n) {
			t.Fatalf("got %s, want %d", m.data, n)
		}
		seen++
	}
	select {
	case <-slow.missed:
	default:
		t.Error("the slow one does not know that it missed something")
	}
	drain(slow)
	if len(slow.queue) != 0 || seen != 10*waiting {
		t.Errorf("%d left, %d seen", len(slow.queue), seen)
	}
}

func TestWhatAReconnectGets(t *testing.T) {
	t.Parallel()
	h := newHub()
	for n := range replayed + 10 {
		if err := h.publish("change", n); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[int64]int{h.last(): 0, h.last() - 1: 1, h.last() - replayed: replayed, h.last() - replayed - 1: -1, h.last() + 1: -1, -1: -1} {
		_, missed, whole := h.join("a", h.id(id))
		if whole != (want >= 0) || whole && len(missed) != want {
			t.Errorf("after %d of %d: %d messages, whole %v; want %d", id, h.last(), len(missed), whole, want)
		}
	}
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	h := newHub()
	var last *subscriber
	for range maxStreamsPerAddress {
		if last, _, _ = h.join("a", ""); last == nil {
			t.Fatal("refused too early")
		}
	}
	if s, _, _ := h.join("a", ""); s != nil {
		t.Error("one address takes all")
	}
	if s, _, _ := h.join("b", ""); s == nil {
		t.Error("another address is refused")
	}
	h.leave(last)
	h.leave(last) // twice is once
	if s, _, _ := h.join("a", ""); s == nil {
		t.Error("a place that became free is not given")
	}
	h.close()
	if s, _, _ := h.join("c", ""); s != nil || h.count() != 0 {
		t.Error("open after closing")
	}
}
