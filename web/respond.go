package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// minCompressed is the size in bytes from which an answer is worth gzip.
const minCompressed = 1024

// answer is a complete body with what a cache needs to know of it.
type answer struct {
	status  int // 200 if 0
	media   string
	body    []byte
	zipped  []byte // the body in gzip if it is kept; made when asked for otherwise
	brotli  []byte // the body in brotli if the build has made it; nil for none
	version int    // of the record, in front of the ETag; 0 for none
	cache   string // Cache-Control; "no-cache" if empty: keep it, but ask
}

// writeJSON sends v.
func writeJSON(w http.ResponseWriter, r *http.Request, v any) error {
	return writeVersion(w, r, http.StatusOK, 0, v)
}

// writeVersion sends v, whose ETag starts with the record's version so that it
// can come back in If-Match.
func writeVersion(w http.ResponseWriter, r *http.Request, status, version int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	send(w, r, answer{status: status, media: "application/json", body: body, version: version})
	return nil
}

// send writes the answer: 304 if the caller has it already, compressed if the
// caller takes that and it is worth it. HEAD gets the same headers.
func send(w http.ResponseWriter, r *http.Request, a answer) {
	h := w.Header()
	h.Set("Content-Type", a.media)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", orElse(a.cache, "no-cache"))
	}
	h.Add("Vary", "Accept-Encoding")
	coding := a.coding(r)
	etag := a.etag(coding)
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.status < 300 && (safe || a.version > 0) {
		h.Set("ETag", etag)
	}
	if a.status == http.StatusOK && safe && anyMatch(r.Header.Values("If-None-Match"), etag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	switch coding {
	case "br":
		body = a.brotli
	case "gzip":
		if body = a.zipped; body == nil {
			body = compress(a.body)
		}
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a caller that has gone is no fault
	}
}

// coding is the best content coding that the caller takes and that is worth
// it; empty for none.
func (a answer) coding(r *http.Request) string {
	switch {
	case a.brotli != nil && accepts(r, "br"):
		return "br"
	case len(a.body) >= minCompressed && accepts(r, "gzip"):
		return "gzip"
	}
	return ""
}

// etag is strong: the version, a hash of the body, and the content coding.
func (a answer) etag(coding string) string {
	sum := sha256.Sum256(a.body)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	if a.version > 0 {
		tag = strconv.Itoa(a.version) + "." + tag
	}
	if coding != "" {
		tag += "-" + coding
	}
	return `"` + tag + `"`
}

// anyMatch is If-None-Match: a list of tags, or * for any. It compares weakly,
// as RFC 9110 says.
func anyMatch(headers []string, etag string) bool {
	for _, header := range headers {
		for tag := range strings.SplitSeq(header, ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if tag == "*" || tag == etag {
				return true
			}
		}
	}
	return false
}

// accepts says whether the caller takes a content coding. Only a coding that
// is named counts: "*" is rare and identity is always right.
func accepts(r *http.Request, coding string) bool {
	for _, header := range r.Header.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(item, ";")
			if strings.EqualFold(strings.TrimSpace(name), coding) {
				return !refused(params)
			}
		}
	}
	return false
}

// refused is q=0 in any of its spellings.
func refused(params string) bool {
	key, value, ok := strings.Cut(strings.TrimSpace(params), "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(key), "q") {
		return false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && q == 0
}

// zippers keeps writers, which are large, for the next answer.
var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

func compress(body []byte) []byte {
	var out bytes.Buffer
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(body) // a bytes.Buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// compressOnce is compress for what is compressed once and served for ever: it
// takes its time and comes out a fifth smaller.
func compressOnce(body []byte) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = z.Write(body) // a bytes.Buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// linkNext adds the Link header that leads to the next page: the same request
// with another cursor.
func linkNext(w http.ResponseWriter, r *http.Request, name, cursor string) {
	q := r.URL.Query()
	q.Set(name, cursor)
	next := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
	w.Header().Set("Link", "<"+next.String()+`>; rel="next"`)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
