package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fangma/registry"
	"fangma/web"
)

// tryUntil tries until it is not heard any more, and says how often it was.
func tryUntil(t *testing.T, try func(i int) error) int {
	t.Helper()
	for i := range 1000 {
		if try(i) != nil {
			return i
		}
	}
	t.Fatal("heard a thousand times")
	return 0
}

func TestGuessingIsSlowedDownOverAccountsAndSources(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	newGate := func() web.Gate { return web.NewGate(func() time.Time { return now }) }

	g := newGate()
	if n := tryUntil(t, func(int) error { return g.Try("a", "mei", false) }); n != 5 {
		t.Errorf("one account from one source: %d tries", n)
	}
	if g.Try("b", "mei", true) != nil || g.Try("a", "lan", true) != nil {
		t.Error("others are locked out")
	}
	now = now.Add(time.Second)
	if g.Try("a", "mei", false) != nil || g.Try("a", "mei", false) == nil {
		t.Error("not one more after a second")
	}

	g = newGate()
	if n := tryUntil(t, func(i int) error { return g.Try("a", fmt.Sprint("n", i), false) }); n != 50 {
		t.Errorf("many accounts from one source: %d tries", n)
	}

	g = newGate() // with an account of one's own to sign in to in between
	n := tryUntil(t, func(i int) error {
		if i%3 == 0 {
			return g.Try("a", "own", i%6 == 0)
		}
		return g.Try("a", fmt.Sprint("n", i), false)
	})
	if n > 100 {
		t.Errorf("many accounts from one source, in between one's own: %d tries", n)
	}

	g = newGate()
	if err := g.Try("home", "mei", true); err != nil {
		t.Fatal(err)
	}
	if n := tryUntil(t, func(i int) error { return g.Try(fmt.Sprint("s", i), "mei", false) }); n != 100 {
		t.Errorf("one account from many sources: %d tries", n)
	}
	if err := g.Try("home", "mei", true); err != nil {
		t.Errorf("mei is locked out from afar: %v", err)
	}
}

// TestGuessingManyAtOnce: tries that are under way together are not all free.
func TestGuessingManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.account(t, "mei", registry.Clerk)
	var heard atomic.Int32
	var all sync.WaitGroup
	for range 30 {
		v := s.visitor(t)
		all.Go(func() {
			if v.send(http.MethodPost, "/api/v1/session", map[string]string{"name": "mei", "password": "wrong"}).status == http.StatusUnauthorized {
				heard.Add(1)
			}
		})
	}
	all.Wait()
	if n := heard.Load(); n > 6 { // five, and one that was hashed beside the fifth
		t.Errorf("%d guesses were heard", n)
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	proxy := netip.MustParsePrefix("10.0.0.0/8")
	for _, c := range []struct {
		remote, forwarded, want string
		proxies                 []netip.Prefix
	}{
		{"192.0.2.7:1234", "", "192.0.2.7", nil},
		{"[2001:db8:1:2:3:4:5:6]:1234", "", "2001:db8:1:2::/64", nil},
		{"[::ffff:192.0.2.7]:1234", "", "192.0.2.7", nil},
		{"192.0.2.7:1234", "198.51.100.1", "192.0.2.7", nil},
		{"192.0.2.7:1234", "198.51.100.1", "192.0.2.7", []netip.Prefix{proxy}}, // not a proxy
		{"10.1.1.1:1234", "198.51.100.1", "198.51.100.1", []netip.Prefix{proxy}},
		{"10.1.1.1:1234", "203.0.113.9, 198.51.100.1, 10.2.2.2", "198.51.100.1", []netip.Prefix{proxy}}, // the first is made up
		{"10.1.1.1:1234", "nonsense", "10.1.1.1", []netip.Prefix{proxy}},
		{"10.1.1.1:1234", "", "10.1.1.1", []netip.Prefix{proxy}},
		{"@", "", "@", nil},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := web.SourceOf(r, c.proxies...); got != c.want {
			t.Errorf("%s, forwarded for %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

// TestCallersAreLimited: whoever asks without pause is told to wait; others,
// and files, are not concerned.
func TestCallersAreLimited(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC) // stands still
	s := newSite(t, func(c *web.Config) {
		c.Clock = func() time.Time { return now }
		c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	ask := func(from, path string) int {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = from + ":1"
		out := httptest.NewRecorder()
		s.web.ServeHTTP(out, r)
		return out.Code
	}
	for i := range web.ReadsAtOnce {
		if got := ask("192.0.2.1", "/api/v1/nothing-here/"); got == http.StatusTooManyRequests {
			t.Fatalf("limited at the request %d", i)
		}
		if got := ask("192.0.2.1", "/api/v1/cells/x"); got == http.StatusTooManyRequests {
			t.Fatalf("limited at the request %d", i)
		}
	}
	if got := ask("192.0.2.1", "/api/v1/cells/x"); got != http.StatusTooManyRequests {
		t.Errorf("after %d reads: %d", web.ReadsAtOnce, got)
	}
	if ask("192.0.2.1", "/healthz") != http.StatusOK || ask("192.0.2.2", "/api/v1/cells/x") == http.StatusTooManyRequests {
		t.Error("others are limited too")
	}
	officer, other := s.programOf(t, "mei", registry.Officer), s.programOf(t, "lan", registry.Officer)
	for range web.WritesAtOnce {
		if officer.send(http.MethodPost, "/api/v1/visits", "").status == http.StatusTooManyRequests {
			t.Fatal("limited too early")
		}
	}
	late := officer.send(http.MethodPost, "/api/v1/visits", "").want(http.StatusTooManyRequests)
	if late.header.Get("Retry-After") == "" {
		t.Errorf("%v", late.header)
	}
	officer.get("/api/v1/proposals").want(http.StatusOK)
	if other.send(http.MethodPost, "/api/v1/visits", "").status == http.StatusTooManyRequests {
		t.Error("lan is limited by mei")
	}
}
