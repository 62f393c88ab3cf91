package web

import (
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"

	"fangma/registry"
)

// ifMatch is the version that the writer saw. It returns PreconditionMissing
// if there is none, Malformed if it is not a tag of ours, and Stale for a tag
// that can never match.
func ifMatch(r *http.Request) (int, error) {
	tags := r.Header.Values("If-Match")
	if len(tags) == 0 || tags[0] == "*" {
		return 0, &registry.Error{Kind: registry.PreconditionMissing, Slug: "precondition_missing",
			Detail: "send the ETag of the version you saw in If-Match; a change must not overwrite what nobody looked at",
			Fields: []registry.FieldError{{Field: "If-Match", Reason: "is required, and must name one version"}}}
	}
	if strings.HasPrefix(tags[0], "W/") {
		return 0, registry.Errorf(registry.Stale, "stale", "a weak tag never matches in If-Match")
	}
	inner, ok := strings.CutPrefix(tags[0], `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	number, _, _ := strings.Cut(inner, ".")
	version, err := strconv.Atoi(number)
	if len(tags) > 1 || !ok || !closed || err != nil || version < 1 || version > 1<<31-1 || number != strconv.Itoa(version) {
		return 0, malformed(registry.FieldError{Field: "If-Match", Reason: `must be one ETag of this record, as in "3"`})
	}
	return version, nil
}

const maxKey = 128

// idempotencyKey is the name of an attempt, "" if the caller gives none.
func idempotencyKey(r *http.Request) (string, error) {
	keys := r.Header.Values("Idempotency-Key")
	if len(keys) == 0 {
		return "", nil
	}
	key := keys[0]
	for i := range len(key) {
		if key[i] < '!' || key[i] > '~' {
			key = ""
			break
		}
	}
	if len(keys) > 1 || key == "" || len(key) > maxKey {
		return "", malformed(registry.FieldError{Field: "Idempotency-Key", Reason: "must be 1 to 128 printable ASCII characters without spaces"})
	}
	return key, nil
}

// requestHash tells a repeated request from another one under the same key.
func requestHash(r *http.Request, body []byte) []byte {
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.Path, r.Header.Get("If-Match")} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write(body)
	return h.Sum(nil)
}
