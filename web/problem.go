package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangma/registry"
	"fangma/tiles"
)

// problem is the body of every error (RFC 9457). Type is a relative address
// that is answered by a page about the slug.
type problem struct {
	Type        string                `json:"type"`
	Title       string                `json:"title"`
	Status      int                   `json:"status"`
	Detail      string                `json:"detail,omitempty"`
	Instance    string                `json:"instance,omitempty"`
	Errors      []registry.FieldError `json:"errors,omitempty"`
	Codes       []registry.Code       `json:"codes,omitempty"`
	Suggestions []registry.Code       `json:"suggestions,omitempty"`
	Primary     string                `json:"primary,omitempty"`

	elsewhere  string        // the same on the primary server
	allow      string        // for 405
	retryAfter time.Duration // for 429 and 503
}

// statusOf is the one table from kinds to statuses.
var statusOf = map[registry.ErrorKind]int{
	registry.Malformed:           http.StatusBadRequest,
	registry.Unauthenticated:     http.StatusUnauthorized,
	registry.Forbidden:           http.StatusForbidden,
	registry.NotFound:            http.StatusNotFound,
	registry.Conflict:            http.StatusConflict,
	registry.Stale:               http.StatusPreconditionFailed,
	registry.TooLarge:            http.StatusRequestEntityTooLarge,
	registry.Invalid:             http.StatusUnprocessableEntity,
	registry.PreconditionMissing: http.StatusPreconditionRequired,
	registry.Limited:             http.StatusTooManyRequests,
	registry.Unavailable:         http.StatusServiceUnavailable,
}

// titles gives a status its title, the same for every slug (RFC 9457 wants it
// stable).
var titles = map[int]string{
	http.StatusBadRequest:            "The request cannot be read",
	http.StatusUnauthorized:          "Not signed in",
	http.StatusForbidden:             "Not allowed",
	http.StatusNotFound:              "Not found",
	http.StatusMethodNotAllowed:      "Method not allowed",
	http.StatusConflict:              "Clashes with what is there",
	http.StatusPreconditionFailed:    "Changed since it was read",
	http.StatusRequestEntityTooLarge: "Too large",
	http.StatusUnsupportedMediaType:  "Unsupported content",
	http.StatusUnprocessableEntity:   "Not acceptable",
	http.StatusPreconditionRequired:  "Say which version you saw",
	http.StatusTooManyRequests:       "Too often",
	http.StatusInternalServerError:   "A fault of the server",
	http.StatusServiceUnavailable:    "Not now",
}

// httpError is an answer that only HTTP knows: a method or a media type that
// does not fit, a time to wait, codes to suggest.
type httpError struct {
	status      int
	slug        string
	detail      string
	fields      []registry.FieldError
	suggestions []registry.Code
	primary     string // address of the server that writes, and there
	elsewhere   string // the address of what was asked for
	allow       string
	retryAfter  time.Duration
}

func (e *httpError) Error() string { return e.detail }

// problemOf turns an error into what the caller is told. An error that is not
// made for callers becomes 500 without any of its text.
func problemOf(err error) problem {
	var (
		known   *registry.Error
		http1   *httpError
		address *tiles.TileError
	)
	switch {
	case errors.As(err, &http1):
		return problem{Type: "/problems/" + http1.slug, Status: http1.status, Detail: http1.detail, Errors: http1.fields,
			Suggestions: http1.suggestions, Primary: http1.primary, elsewhere: http1.elsewhere, allow: http1.allow, retryAfter: http1.retryAfter}
	case errors.As(err, &known) && statusOf[known.Kind] != 0:
		return problem{Type: "/problems/" + slugOf(known), Status: statusOf[known.Kind], Detail: known.Detail,
			Errors: dotted(known.Fields), Codes: known.Codes}
	case errors.As(err, &address):
		status := http.StatusBadRequest
		if address.Field == "layer" {
			status = http.StatusNotFound
		}
		return problem{Type: "/problems/no_such_tile", Status: status, Detail: "there is no such tile",
			Errors: []registry.FieldError{{Field: address.Field, Reason: address.Reason}}}
	case databaseAway(err):
		return problem{Type: "/problems/database_away", Status: http.StatusServiceUnavailable,
			Detail: "the database does not answer; try again soon", retryAfter: time.Second}
	case errors.Is(err, context.DeadlineExceeded):
		return problem{Type: "/problems/timeout", Status: http.StatusServiceUnavailable,
			Detail: "this took too long; try again, or ask for less", retryAfter: time.Second}
	}
	return problem{Type: "/problems/internal", Status: http.StatusInternalServerError,
		Detail: "something went wrong on our side; the log has more under this request's id"}
}

// dotted writes places in lists as the document does: children.0.geometry.
func dotted(fields []registry.FieldError) []registry.FieldError {
	out := slices.Clone(fields[:min(len(fields), maxErrors)])
	places := strings.NewReplacer("[", ".", "]", "")
	for i := range out {
		out[i].Field = places.Replace(out[i].Field)
	}
	return out
}

// within puts the fields of an answer inside a member; other errors stay.
func within(member string, err error) error {
	var known *registry.Error
	if !errors.As(err, &known) {
		return err
	}
	inner := *known
	inner.Fields = slices.Clone(known.Fields)
	for i := range inner.Fields {
		inner.Fields[i].Field = member + inner.Fields[i].Field
	}
	return &inner
}

// databaseAway tells a database that cannot be reached, is starting or
// stopping, or has no room for more, from a fault of ours. It is told by the
// network's error or by the class of the SQLSTATE; 40001 is what a replica says
// when replaying was in the way of a question.
func databaseAway(err error) bool {
	var network *net.OpError
	if errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	var stated interface{ SQLState() string }
	if !errors.As(err, &stated) {
		return false
	}
	state := stated.SQLState()
	return state == "40001" || strings.HasPrefix(state, "08") || strings.HasPrefix(state, "53") || strings.HasPrefix(state, "57P")
}

func slugOf(e *registry.Error) string {
	if e.Slug != "" {
		return e.Slug
	}
	return plainSlugs[e.Kind]
}

// plainSlugs names the kinds for errors that carry no slug of their own.
var plainSlugs = map[registry.ErrorKind]string{
	registry.Malformed:           "malformed",
	registry.Unauthenticated:     "unauthenticated",
	registry.Forbidden:           "forbidden",
	registry.NotFound:            "not_found",
	registry.Conflict:            "conflict",
	registry.Stale:               "stale",
	registry.TooLarge:            "too_large",
	registry.Invalid:             "invalid",
	registry.PreconditionMissing: "precondition_missing",
	registry.Limited:             "limited",
	registry.Unavailable:         "unavailable",
}

// fail writes the problem. Errors that are not meant for callers are logged
// with the request's id, which is all that the caller learns.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // the caller has gone; nobody reads an answer
	}
	p := problemOf(err)
	p.Errors = p.Errors[:min(len(p.Errors), maxErrors)]
	if p.Status == http.StatusInternalServerError {
		stateOf(r).log.ErrorContext(r.Context(), "request failed", "request", requestID(r), "route", stateOf(r).route, "err", err)
	}
	p.Instance = "urn:fangma:request:" + requestID(r)
	writeProblem(w, p)
}

// maxErrors is how many faults one answer names: an answer must not be larger
// than what was asked.
const maxErrors = 100

func writeProblem(w http.ResponseWriter, p problem) {
	p.Title = titles[p.Status]
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Encoding", "Content-Disposition", "Link", "Location"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.elsewhere != "" {
		h.Set("Link", "<"+p.elsewhere+`>; rel="alternate"`)
	}
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="fangma"`)
	}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.retryAfter+time.Second-1)/time.Second)))
	}
	body, err := json.Marshal(p)
	if err != nil { // a code in it that is none; the rest is plain text
		body = []byte(`{"type":"/problems/internal","title":"A fault of the server","status":500}`)
		p.Status = http.StatusInternalServerError
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a caller that has gone is no fault
}

func malformed(fields ...registry.FieldError) error {
	return &registry.Error{Kind: registry.Malformed, Slug: "malformed", Detail: "the request cannot be read as it stands", Fields: fields}
}

func notFound(slug, detail string) error {
	return &registry.Error{Kind: registry.NotFound, Slug: slug, Detail: detail}
}
