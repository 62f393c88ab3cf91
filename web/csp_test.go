package web_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"fangma/web"
)

// TestNoPageHasInlineCode: what the policy would not run is not in any page of
// the built interface.
func TestNoPageHasInlineCode(t *testing.T) {
	t.Parallel()
	dist := os.DirFS("app/dist")
	pages, err := fs.Glob(dist, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) == 0 {
		t.Skip("the interface is not built")
	}
	s := newSite(t, func(c *web.Config) { c.App = dist })
	for _, name := range pages {
		path := "/" + strings.TrimSuffix(strings.TrimSuffix(name, ".html"), "index")
		page := s.visitor(t).get(path).want(http.StatusOK)
		if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", path, policy)
		}
		for _, bad := range inlineCode(page.body) {
			t.Errorf("%s has %s", path, bad)
		}
	}
}

// inlineCode names scripts, styles and handlers that stand in a page itself,
// and what it takes from other hosts.
func inlineCode(page []byte) (out []string) {
	for tokens := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		tag := tokens.Token()
		source := false
		for _, a := range tag.Attr {
			source = source || a.Key == "src"
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				out = append(out, tag.String())
			}
			if (a.Key == "src" || a.Key == "href") && strings.Contains(a.Val, "//") {
				out = append(out, tag.String())
			}
		}
		if tag.Data == "style" || tag.Data == "script" && !source {
			out = append(out, tag.String())
		}
	}
}

// TestInlineCodeIsFound: the test above can fail.
func TestInlineCodeIsFound(t *testing.T) {
	t.Parallel()
	for _, page := range []string{`<script>x()</script>`, `<p style="color:red">`, `<style>p{}</style>`, `<a onclick="x()">`, `<script src="https://cdn.example/x.js"></script>`} {
		if len(inlineCode([]byte(page))) != 1 {
			t.Errorf("%s passes", page)
		}
	}
	if got := inlineCode([]byte(`<script type="module" src="/assets/x.js"></script><link rel="stylesheet" href="/a.css">`)); got != nil {
		t.Errorf("%v", got)
	}
}

// TestNoChangeFromOtherSites: no route takes a change from a page of another
// site, whoever is signed in there.
func TestNoChangeFromOtherSites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for _, line := range web.Table() {
		if line.Method == http.MethodGet {
			continue
		}
		path := strings.NewReplacer("{code}", "112345678973", "{name}", "x", "{id}", "1").Replace(line.Path)
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
			got := v.send(line.Method, path, "{}", header...).want(http.StatusForbidden)
			if slug, _ := got.problem(); slug != "cross_origin" {
				t.Errorf("%s %s with %v: %s", line.Method, path, header, slug)
			}
		}
	}
}
