package web_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
	"fangma/web"
)

type sqlError string

func (e sqlError) Error() string    { return "sql " + string(e) }
func (e sqlError) SQLState() string { return string(e) }

func TestErrorsBecomeStatuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("secret"), 500},
		{fmt.Errorf("read: %w", &net.OpError{Op: "dial", Err: io.EOF}), 503},
		{fmt.Errorf("read: %w", sqlError("57P01")), 503},
		{fmt.Errorf("read: %w", sqlError("53300")), 503},
		{fmt.Errorf("read: %w", sqlError("40001")), 503},
		{fmt.Errorf("read: %w", sqlError("23505")), 500},
		{&registry.Error{Kind: 0}, 500},
		{fmt.Errorf("in: %w", registry.Errorf(registry.Stale, "stale", "x")), http.StatusPreconditionFailed},
	} {
		if got := web.StatusOf(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
	for kind := registry.Invalid; kind <= registry.Unavailable; kind++ {
		if web.StatusOf(&registry.Error{Kind: kind}) == http.StatusInternalServerError {
			t.Errorf("kind %d has no status", kind)
		}
	}
}

// TestAFaultTellsNothing: what the caller of a failing handler gets has the
// request's id and none of the error's text; the log has both.
func TestAFaultTellsNothing(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func() error{
		"error": func() error { return errors.New("password hunter2 in the message") },
		"panic": func() error { panic("password hunter2 in the message") },
	} {
		got, log := web.ServeFailing(fails)
		if got.Code != 500 || strings.Contains(got.Body.String(), "hunter2") || got.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
		id := got.Header().Get("X-Request-Id")
		if !strings.Contains(got.Body.String(), id) || !strings.Contains(log, id) || !strings.Contains(log, "hunter2") {
			t.Errorf("%s: id %q\n%s\n%s", name, id, got.Body, log)
		}
	}
}

// TestEveryProblemHasAPage: each slug that the program can answer with has a
// page that tells what it means.
func TestEveryProblemHasAPage(t *testing.T) {
	t.Parallel()
	// What only the command line meets needs no page.
	local := []string{"database_url", "schema_version", "role", "extension_missing", "timezone", "timezone_fixed", "grid_resolution", "grid_resolution_fixed", "strict"}
	slugs := regexp.MustCompile(`(?:Slug: |slug: |Errorf\(registry\.\w+, |Errorf\(\w+, |/problems/)"?([a-z_]{4,})"`)
	for _, dir := range []string{".", "../registry", "../registry/postgres"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
				continue
			}
			text, err := os.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range slugs.FindAllStringSubmatch(string(text), -1) {
				if web.ProblemMeaning(m[1]) == "" && !slices.Contains(local, m[1]) {
					t.Errorf("%s/%s: the problem %s has no page", dir, f.Name(), m[1])
				}
			}
		}
	}
}
