package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
)

// A cursor of a list is the store's own, with a sum over it and the rest of
// the query: one that was mistyped, cut, or belongs to another search is
// refused instead of giving a page that looks right. It protects no secret.
const sumLength = 6

func cursorSum(path string, values url.Values, inner string) []byte {
	rest := url.Values{}
	for name, v := range values {
		if name != "cursor" && name != "limit" {
			rest[name] = v
		}
	}
	sum := sha256.Sum256([]byte(path + "?" + rest.Encode() + "\n" + inner))
	return sum[:sumLength]
}

// nextPage gives the cursor of the next page, in the answer and as a Link;
// nil at the end.
func nextPage(w http.ResponseWriter, r *http.Request, inner string) *string {
	if inner == "" {
		return nil
	}
	sealed := append(cursorSum(r.URL.Path, r.URL.Query(), inner), inner...)
	text := base64.RawURLEncoding.EncodeToString(sealed)
	linkNext(w, r, "cursor", text)
	return &text
}

// cursor reads what nextPage gave out.
func (q *query) cursor() string {
	if !q.values.Has("cursor") {
		return ""
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(q.text("cursor"))
	if err != nil || len(sealed) <= sumLength {
		q.fault("cursor", "is not one that this list gave out")
		return ""
	}
	inner := string(sealed[sumLength:])
	if !bytes.Equal(sealed[:sumLength], cursorSum(q.path, q.values, inner)) {
		q.fault("cursor", "is not one that this list gave out for the same search")
		return ""
	}
	return inner
}
