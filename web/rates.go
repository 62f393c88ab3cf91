package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// allowance is how much one caller may ask for: so many requests a second in
// the long run, and so many at once after a pause.
type allowance struct {
	aSecond rate.Limit
	atOnce  int
}

// What a caller gets. It is far above what a person or a busy program needs,
// and below what would take the server from everybody else. Accounts are told
// apart wherever they come from; who is not signed in goes by source. Tiles,
// styles and files come from memory and are not counted, nor is what else goes
// the straight way.
var (
	readsOfAccount  = allowance{1000, 20_000}
	readsOfSource   = allowance{500, 10_000}
	writesOfAccount = allowance{100, 2000}
	writesOfSource  = allowance{20, 200} // signing in and out
)

// rates counts what callers ask for.
type rates struct {
	clock    func() time.Time
	limiters *otter.Cache[string, *rate.Limiter]
}

func newRates(clock func() time.Time) (*rates, error) {
	cache, err := otter.New(&otter.Options[string, *rate.Limiter]{
		MaximumSize:      maxTracked,
		ExpiryCalculator: otter.ExpiryAccessing[string, *rate.Limiter](10 * time.Minute), // long enough to be full again
	})
	return &rates{clock: clock, limiters: cache}, err
}

// take returns Limited with the time to wait if the caller has asked too much.
func (l *rates) take(r *http.Request) error {
	key, a := callerOf(r)
	if key == "" {
		return nil
	}
	limiter, _ := l.limiters.ComputeIfAbsent(key, func() (*rate.Limiter, bool) { return rate.NewLimiter(a.aSecond, a.atOnce), false })
	now := l.clock()
	turn := limiter.ReserveN(now, 1)
	if wait := turn.DelayFrom(now); wait > 0 {
		turn.CancelAt(now)
		return limited("limited", "too many requests; wait before the next", wait)
	}
	return nil
}

// callerOf is who is asking and what they get; "" for what is not counted.
func callerOf(r *http.Request) (string, allowance) {
	st := stateOf(r)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	account := strconv.FormatInt(st.actor.Account, 10)
	switch {
	case reads && !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/h/"):
		return "", allowance{}
	case reads && st.actor.Account != 0:
		return "read account " + account, readsOfAccount
	case reads:
		return "read source " + st.source, readsOfSource
	case st.actor.Account != 0:
		return "write account " + account, writesOfAccount
	}
	return "write source " + st.source, writesOfSource
}
