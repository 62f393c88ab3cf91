package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"fangma/registry"
	"fangma/web"
)

// signInProvider is a real OpenID provider over HTTP: the certified one of
// Zitadel, with the users of its example (test-user2 and others). It is away
// until it is opened.
type signInProvider struct {
	*httptest.Server
	handler atomic.Pointer[http.Handler]
	// spoil changes what the token endpoint answers, if set.
	spoil atomic.Pointer[func([]byte) []byte]
}

func newProvider(t *testing.T) *signInProvider {
	t.Helper()
	p := &signInProvider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, spoil := p.handler.Load(), p.spoil.Load()
		switch {
		case handler == nil:
			http.Error(w, "away", http.StatusServiceUnavailable)
		case spoil == nil || !strings.HasSuffix(r.URL.Path, "/token"):
			(*handler).ServeHTTP(w, r)
		default:
			out := httptest.NewRecorder()
			(*handler).ServeHTTP(out, r)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(out.Code)
			_, _ = w.Write((*spoil)(out.Body.Bytes()))
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// open begins to answer, to one client.
func (p *signInProvider) open(callback string) {
	storage.RegisterClients(storage.WebClient("fangma-test", "a-secret-of-the-test", callback))
	store := storage.NewStorage(storage.NewUserStore(p.URL))
	handler := http.Handler(exampleop.SetupServer(p.URL, store, nil, false, op.WithAllowInsecure()))
	p.handler.Store(&handler)
}

// browser follows redirects and keeps cookies.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func read(t *testing.T, res *http.Response, err error) (*http.Response, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// signInAt goes to the provider from a page of ours, fills in its form, and
// comes back.
func signInAt(t *testing.T, c *http.Client, start, user string) (*http.Response, string) {
	t.Helper()
	form, body := get(t, c, start)
	id := requestID.FindStringSubmatch(body)
	if id == nil {
		t.Fatalf("%s is not the provider's form: %d\n%s", form.Request.URL, form.StatusCode, body)
	}
	res, err := c.PostForm(form.Request.URL.String(), url.Values{"id": {id[1]}, "username": {user}, "password": {"verysecure"}})
	return read(t, res, err)
}

func get(t *testing.T, c *http.Client, address string) (*http.Response, string) {
	t.Helper()
	res, err := c.Get(address)
	return read(t, res, err)
}

func TestSigningInAtAProvider(t *testing.T) {
	t.Parallel()
	provider := newProvider(t)
	cfg := &web.OIDC{Issuer: provider.URL, ClientID: "fangma-test", ClientSecret: "a-secret-of-the-test", Name: "Town hall"}
	s := newSite(t, func(c *web.Config) { c.OIDC = cfg })
	s.visitor(t).get("/api/v1/session/oidc").want(http.StatusServiceUnavailable)
	provider.open(s.url + "/api/v1/session/oidc/callback")
	if way := s.visitor(t).get("/api/v1/session/ways").want(http.StatusOK).json()["oidc"].(map[string]any); way["name"] != "Town hall" {
		t.Errorf("%v", way)
	}

	t.Run("without an account", func(t *testing.T) {
		c := browser(t)
		if res, body := signInAt(t, c, s.url+"/api/v1/session/oidc", "test-user2"); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "provider_refused") {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
		if res, _ := get(t, c, s.url+"/api/v1/buildings?limit=1"); res.StatusCode != http.StatusOK {
			t.Error(res.StatusCode)
		}
		accounts, err := s.store.Accounts(t.Context())
		if err != nil || len(accounts) != 0 {
			t.Errorf("accounts were made: %v %v", accounts, err)
		}
	})

	s.account(t, "test-user2", registry.Officer)
	t.Run("with an account", func(t *testing.T) {
		c := browser(t)
		res, body := signInAt(t, c, s.url+"/api/v1/session/oidc?next=%2Fapi%2Fv1%2Fsession", "test-user2")
		if res.StatusCode != http.StatusOK || !strings.Contains(body, `"name":"test-user2"`) {
			t.Fatalf("%s %d %s", res.Request.URL, res.StatusCode, body)
		}
		for _, cookie := range c.Jar.Cookies(mustParse(t, s.url)) {
			if strings.Contains(cookie.Name, "oidc") {
				t.Errorf("%s is kept", cookie.Name)
			}
		}
	})

	t.Run("in place of another session", func(t *testing.T) {
		c, home := browser(t), mustParse(t, s.url)
		res, err := c.Post(s.url+"/api/v1/session", "application/json", strings.NewReader(`{"name":"test-user2","password":"`+password+`"}`))
		if res, body := read(t, res, err); res.StatusCode != http.StatusOK {
			t.Fatal(body)
		}
		old := c.Jar.Cookies(home)[0]
		signInAt(t, c, s.url+"/api/v1/session/oidc?next=%2Fapi%2Fv1%2Fsession", "test-user2")
		fresh := c.Jar.Cookies(home)
		if len(fresh) != 1 || fresh[0].Name != old.Name || fresh[0].Value == old.Value {
			t.Errorf("%v after %v", fresh, old)
		}
		v := s.visitor(t)
		v.header.Set("Cookie", old.Name+"="+old.Value)
		v.get("/api/v1/officers/me/grid").want(http.StatusUnauthorized)
	})

	t.Run("the attempt's cookie", func(t *testing.T) {
		first := s.visitor(t).get("/api/v1/session/oidc").want(http.StatusSeeOther)
		cookie := first.header.Get("Set-Cookie")
		for _, want := range []string{"fangma-oidc=", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("no %s in %s", want, cookie)
			}
		}
		to, err := url.Parse(first.header.Get("Location"))
		if err != nil || !strings.HasPrefix(to.String(), provider.URL) {
			t.Fatal(to, err)
		}
		q := to.Query()
		for name, want := range map[string]string{"response_type": "code", "code_challenge_method": "S256", "client_id": "fangma-test"} {
			if q.Get(name) != want {
				t.Errorf("%s=%s", name, q.Get(name))
			}
		}
		if len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20 || len(q.Get("code_challenge")) < 40 || strings.Contains(cookie, q.Get("code_challenge")) {
			t.Errorf("%v", q)
		}
		for _, elsewhere := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "evil"} {
			v := s.visitor(t).get("/api/v1/session/oidc?next=" + escape(elsewhere)).want(http.StatusSeeOther)
			if strings.Contains(v.header.Get("Set-Cookie"), "evil") {
				t.Errorf("%s is where it goes on to", elsewhere)
			}
		}
	})

	t.Run("in another browser", func(t *testing.T) {
		// Somebody's answer, planted in another browser, signs nobody in.
		c := browser(t)
		c.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), s.url+"/api/v1/session/oidc/callback") {
				return http.ErrUseLastResponse
			}
			return nil
		}
		res, _ := signInAt(t, c, s.url+"/api/v1/session/oidc", "test-user2")
		answer := res.Header.Get("Location")
		if !strings.Contains(answer, "code=") {
			t.Fatalf("%d %s", res.StatusCode, answer)
		}
		victim := browser(t)
		if res, _ := get(t, victim, answer); res.StatusCode != http.StatusForbidden {
			t.Errorf("a browser without an attempt: %d", res.StatusCode)
		}
		victim.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		get(t, victim, s.url+"/api/v1/session/oidc") // an attempt of its own
		if res, _ := get(t, victim, answer); res.StatusCode != http.StatusForbidden {
			t.Errorf("a browser with another attempt: %d", res.StatusCode)
		}
		// And whoever has the answer and the state lacks the verifier.
		if res, _ := get(t, c, answer); res.StatusCode == http.StatusForbidden {
			t.Error("the browser that began is refused")
		}
		if res, _ := get(t, c, answer); res.StatusCode != http.StatusForbidden {
			t.Errorf("the same answer twice: %d", res.StatusCode)
		}
		res, _ = signInAt(t, c, s.url+"/api/v1/session/oidc", "test-user2")
		if res, _ := get(t, c, strings.Replace(res.Header.Get("Location"), "state=", "state=x", 1)); res.StatusCode != http.StatusForbidden {
			t.Errorf("an answer to another question: %d", res.StatusCode)
		}
	})

	t.Run("a token that is not right", func(t *testing.T) {
		var kept []byte
		for name, spoil := range map[string]func([]byte) []byte{
			"a changed signature": func(b []byte) []byte {
				i := bytes.Index(b, []byte(`"id_token":"`)) + len(`"id_token":"`)
				end := i + bytes.IndexByte(b[i:], '"') - 5
				b[end] ^= 1
				return b
			},
			"none": func([]byte) []byte { return []byte(`{"access_token":"x","token_type":"Bearer"}`) },
		} {
			provider.spoil.Store(&spoil)
			if res, _ := signInAt(t, browser(t), s.url+"/api/v1/session/oidc", "test-user2"); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d", name, res.StatusCode)
			}
		}
		keep := func(b []byte) []byte { kept = bytes.Clone(b); return b }
		provider.spoil.Store(&keep)
		signInAt(t, browser(t), s.url+"/api/v1/session/oidc?next=%2Fapi%2Fv1%2Fsession", "test-user2")
		again := func([]byte) []byte { return kept } // a good token, of another attempt
		provider.spoil.Store(&again)
		if res, _ := signInAt(t, browser(t), s.url+"/api/v1/session/oidc", "test-user2"); res.StatusCode != http.StatusForbidden {
			t.Errorf("a token of another attempt: %d", res.StatusCode)
		}
		provider.spoil.Store(nil)
	})

	t.Run("a disabled account", func(t *testing.T) {
		if err := s.store.SetDisabled(t.Context(), registry.Actor{Name: "test"}, "test-user2", true); err != nil {
			t.Fatal(err)
		}
		if res, _ := signInAt(t, browser(t), s.url+"/api/v1/session/oidc", "test-user2"); res.StatusCode != http.StatusForbidden {
			t.Error(res.StatusCode)
		}
	})
}

// TestNamesFromClaims: which account a provider's word stands for.
func TestNamesFromClaims(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg    web.OIDC
		claims map[string]any
		want   string
	}{
		{web.OIDC{}, map[string]any{"preferred_username": "mei", "email": "x@y"}, "mei"},
		{web.OIDC{}, map[string]any{"email": "mei@town.example", "email_verified": true}, ""},
		{web.OIDC{Claim: "email", Domain: "town.example"}, map[string]any{"email": "mei@Town.example", "email_verified": true}, "mei"},
		{web.OIDC{Claim: "email", Domain: "town.example"}, map[string]any{"email": "mei@town.example"}, ""},
		{web.OIDC{Claim: "email", Domain: "town.example"}, map[string]any{"email": "mei@evil.example", "email_verified": true}, ""},
		{web.OIDC{Domain: "town.example"}, map[string]any{"preferred_username": "mei"}, ""},
		{web.OIDC{Domain: "town.example"}, map[string]any{"preferred_username": "mei@town.example@evil.example"}, ""},
		{web.OIDC{}, map[string]any{"preferred_username": 7}, ""},
	} {
		if got := web.NameInClaims(&c.cfg, c.claims); got != c.want {
			t.Errorf("%+v in %v: %q, want %q", c.cfg, c.claims, got, c.want)
		}
	}
	for _, bad := range []web.OIDC{{}, {Issuer: "login.example", ClientID: "x"}, {Issuer: "https://login.example"}} {
		s := newSite(t)
		if _, err := web.New(web.Config{Store: s.store, Live: s.live, OIDC: &bad}); err == nil {
			t.Errorf("%+v is enough", bad)
		}
	}
}
