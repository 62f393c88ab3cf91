package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"fangma/registry"
)

// How wrong passwords are slowed down: some are free, then every further one
// doubles the wait, up to longestWait. It is forgotten after memory without
// another.
const (
	freeTries        = 5   // for one account from one source
	freeSourceTries  = 50  // from one source, whatever the account: an office shares one
	freeAccountTries = 100 // for one account, from wherever it was never signed in to
	firstWait        = time.Second
	longestWait      = 5 * time.Minute
	memory           = time.Hour
	// trusted is how long a source from which an account was signed in to is
	// spared the count over all sources.
	trusted    = 30 * 24 * time.Hour
	maxTracked = 100_000

	// atOnce is how many passwords are hashed at a time. Hashing takes much
	// memory on purpose; more at once would let strangers exhaust it.
	atOnce = 2
	// maxWaiting is how many tries of one source may wait for their turn.
	maxWaiting = 8
)

// signInGate slows down guessing: for an account from one source, so that one
// cannot try on for ever; from a source over all accounts, so that trying many
// names does not help; and for an account over all sources, so that having
// many addresses does not help either. The last one spares sources that the
// account was signed in to from, so that nobody is locked out from afar.
type signInGate struct {
	clock   func() time.Time
	tries   *otter.Cache[string, tries]
	known   *otter.Cache[string, struct{}]
	hashing chan struct{}

	mu      sync.Mutex
	waiting map[string]int // by source
}

// tries is what is remembered of failures.
type tries struct {
	failed int
	until  time.Time
}

func newSignInGate(clock func() time.Time) (*signInGate, error) {
	failures, err := otter.New(&otter.Options[string, tries]{
		MaximumSize:      maxTracked,
		ExpiryCalculator: otter.ExpiryWriting[string, tries](memory),
	})
	if err != nil {
		return nil, err
	}
	known, err := otter.New(&otter.Options[string, struct{}]{
		MaximumSize:      maxTracked,
		ExpiryCalculator: otter.ExpiryWriting[string, struct{}](trusted),
	})
	if err != nil {
		return nil, err
	}
	return &signInGate{clock: clock, tries: failures, known: known, hashing: make(chan struct{}, atOnce), waiting: map[string]int{}}, nil
}

// try is one attempt to sign in, and under what it is counted.
type try struct {
	gate    *signInGate
	source  string
	account string // with its source
	counts  map[string]int
}

func (g *signInGate) try(source, name string) try {
	t := try{gate: g, source: source, account: "account " + name + " " + source}
	t.counts = map[string]int{"source " + source: freeSourceTries, t.account: freeTries}
	if _, known := g.known.GetIfPresent(t.account); !known {
		t.counts["account "+name] = freeAccountTries
	}
	return t
}

// enter lets a try through, or returns Limited with the time to wait. The
// caller must call leave with the outcome. Nobody gets ahead by trying many at
// once: what failed in the meantime counts.
func (g *signInGate) enter(ctx context.Context, source, name string) (leave func(failed bool), err error) {
	t := g.try(source, name)
	if err := t.check(); err != nil {
		return nil, err
	}
	if !g.queue(source) {
		return nil, limited("too_many_tries", "too many tries at once; wait for their answers", time.Second)
	}
	defer g.unqueue(source)
	select {
	case g.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := t.check(); err != nil {
		<-g.hashing
		return nil, err
	}
	return func(failed bool) {
		t.count(failed)
		<-g.hashing
	}, nil
}

func (g *signInGate) queue(source string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting[source] >= maxWaiting {
		return false
	}
	g.waiting[source]++
	return true
}

func (g *signInGate) unqueue(source string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting[source]--; g.waiting[source] == 0 {
		delete(g.waiting, source)
	}
}

func (t try) check() error {
	now := t.gate.clock()
	for key := range t.counts {
		if seen, ok := t.gate.tries.GetIfPresent(key); ok && now.Before(seen.until) {
			return limited("too_many_tries", "too many wrong passwords; wait before the next try", seen.until.Sub(now))
		}
	}
	return nil
}

// count remembers how the try ended. A success forgives the account's own
// failures from this source, and no others: an account of one's own is no way
// to go on guessing those of others.
func (t try) count(failed bool) {
	if failed {
		for key, free := range t.counts {
			t.gate.add(key, 1, free)
		}
		return
	}
	own, _ := t.gate.tries.GetIfPresent(t.account)
	t.gate.tries.Invalidate(t.account)
	if own.failed > 0 {
		t.gate.add("source "+t.source, -own.failed, freeSourceTries)
	}
	t.gate.known.Set(t.account, struct{}{})
}

func (g *signInGate) add(key string, n, free int) {
	now := g.clock()
	g.tries.Compute(key, func(t tries, _ bool) (tries, otter.ComputeOp) {
		t.failed = max(0, t.failed+n)
		if over := t.failed - free; n > 0 && over >= 0 {
			t.until = now.Add(min(firstWait<<min(over, 20), longestWait))
		}
		return t, otter.WriteOp
	})
}

func limited(slug, detail string, wait time.Duration) error {
	return &httpError{status: http.StatusTooManyRequests, slug: slug, detail: detail, retryAfter: wait,
		fields: []registry.FieldError{}}
}
