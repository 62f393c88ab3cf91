package web

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/maypok86/otter/v2"

	"fangma/registry"
)

// How wrong passwords are slowed down: freeTries are free, then every further
// one doubles the wait, up to longestWait. It is forgotten after memory.
const (
	freeTries   = 5
	firstWait   = time.Second
	longestWait = 5 * time.Minute
	memory      = time.Hour
	maxTracked  = 100_000

	// atOnce is how many passwords are hashed at a time. Hashing takes much
	// memory on purpose; more at once would let strangers exhaust it.
	atOnce = 2
)

// signInGate slows down guessing, by account and address together, so that
// neither a stranger can lock somebody out from afar nor one address try on
// for ever, and by address alone, so that trying many names does not help.
type signInGate struct {
	clock   func() time.Time
	tries   *otter.Cache[string, tries]
	hashing chan struct{}
}

// tries is what is remembered of failures.
type tries struct {
	failed int
	until  time.Time
}

func newSignInGate(clock func() time.Time) (*signInGate, error) {
	cache, err := otter.New(&otter.Options[string, tries]{
		MaximumSize:      maxTracked,
		ExpiryCalculator: otter.ExpiryWriting[string, tries](memory),
	})
	if err != nil {
		return nil, err
	}
	return &signInGate{clock: clock, tries: cache, hashing: make(chan struct{}, atOnce)}, nil
}

// keys are under what a try is counted. An address may fail for a few
// accounts before it is slowed down as a whole: an office shares one.
func (g *signInGate) keys(r *http.Request, name string) map[string]int {
	address := addressOf(r)
	return map[string]int{"address " + address: 10 * freeTries, "account " + name + " " + address: freeTries}
}

func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// enter lets a try through, or returns Limited with the time to wait. The
// caller must call leave with the outcome.
func (g *signInGate) enter(ctx context.Context, r *http.Request, name string) (leave func(failed bool), err error) {
	keys := g.keys(r, name)
	now := g.clock()
	for key := range keys {
		if t, ok := g.tries.GetIfPresent(key); ok && now.Before(t.until) {
			return nil, limited("too_many_tries", "too many wrong passwords; wait before the next try", t.until.Sub(now))
		}
	}
	select {
	case g.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return func(failed bool) {
		<-g.hashing
		for key, free := range keys {
			if !failed {
				g.tries.Invalidate(key)
				continue
			}
			g.count(key, free)
		}
	}, nil
}

func (g *signInGate) count(key string, free int) {
	now := g.clock()
	g.tries.Compute(key, func(t tries, _ bool) (tries, otter.ComputeOp) {
		t.failed++
		if over := t.failed - free; over >= 0 {
			t.until = now.Add(min(firstWait<<min(over, 20), longestWait))
		}
		return t, otter.WriteOp
	})
}

func limited(slug, detail string, wait time.Duration) error {
	return &httpError{status: http.StatusTooManyRequests, slug: slug, detail: detail, retryAfter: wait,
		fields: []registry.FieldError{}}
}
