package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fangma/registry"
)

// maxDepth is how deeply a body may nest. GeoJSON needs five levels.
const maxDepth = 16

// object is a JSON object being read member by member. It gathers everything
// that is wrong with it, so that the caller hears of all of it at once.
type object struct {
	path    string // dotted, with a trailing dot, "" at the top
	members map[string]json.RawMessage
	read    map[string]bool
	wrong   *[]registry.FieldError
}

// readBody reads a JSON body of at most limit bytes and checks what can be
// checked without knowing its meaning. It returns Malformed, TooLarge, or 415.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	body, err := readBytes(w, r, limit, "application/json")
	if err != nil {
		return nil, err
	}
	if err := checkJSON(body); err != nil {
		return nil, malformed(*err)
	}
	return body, nil
}

// readBytes reads a body of one media type and of at most limit bytes. It
// returns Malformed, TooLarge, or 415.
func readBytes(w http.ResponseWriter, r *http.Request, limit int64, want string) ([]byte, error) {
	if c := r.Header.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return nil, &httpError{status: http.StatusUnsupportedMediaType, slug: "content_coding",
			detail: "request bodies are taken uncompressed", fields: []registry.FieldError{{Field: "Content-Encoding", Reason: "must be absent"}}}
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || media != want || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, &httpError{status: http.StatusUnsupportedMediaType, slug: "media_type",
			detail: "the body must be " + want + " in UTF-8", fields: []registry.FieldError{{Field: "Content-Type", Reason: "must be " + want}}}
	}
	tooLarge := registry.Errorf(registry.TooLarge, "too_large", "the body is larger than %d bytes", limit)
	if r.ContentLength > limit {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge
	case err != nil:
		return nil, malformed(registry.FieldError{Field: "body", Reason: "ended before it was complete"})
	}
	return body, nil
}

// checkJSON looks for what encoding/json lets pass: text that is not UTF-8,
// members given twice, deep nesting, and anything after the value.
func checkJSON(body []byte) *registry.FieldError {
	if !utf8.Valid(body) {
		return &registry.FieldError{Field: "body", Reason: "must be UTF-8"}
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var n nesting
	for {
		token, err := dec.Token()
		if err != nil {
			return &registry.FieldError{Field: "body", Reason: "must be one JSON value; it breaks off or goes wrong at byte " +
				strconv.FormatInt(dec.InputOffset(), 10)}
		}
		if wrong := n.step(token); wrong != nil {
			return wrong
		}
		if len(n.open) == 0 {
			break
		}
	}
	if len(bytes.TrimSpace(body[dec.InputOffset():])) > 0 {
		return &registry.FieldError{Field: "body", Reason: "must be one JSON value and nothing after it"}
	}
	return nil
}

// nesting follows the tokens of a JSON value and knows which arrays and
// objects are open.
type nesting struct{ open []level }

type level struct {
	keys    map[string]bool // nil for an array
	key     string          // the member being read
	wantKey bool
}

func (n *nesting) step(token json.Token) *registry.FieldError {
	delim, isDelim := token.(json.Delim)
	if isDelim && (delim == '}' || delim == ']') {
		n.open = n.open[:len(n.open)-1]
		return nil
	}
	if depth := len(n.open); depth > 0 {
		top := &n.open[depth-1]
		if top.wantKey {
			return top.member(token)
		}
		top.wantKey = top.keys != nil
	}
	if !isDelim {
		return nil
	}
	if len(n.open) == maxDepth {
		field := "body"
		if key := n.open[0].key; key != "" {
			field = shownName(key)
		}
		return &registry.FieldError{Field: field, Reason: fmt.Sprintf("nests deeper than %d levels", maxDepth)}
	}
	l := level{}
	if delim == '{' {
		l = level{keys: map[string]bool{}, wantKey: true}
	}
	n.open = append(n.open, l)
	return nil
}

func (l *level) member(token json.Token) *registry.FieldError {
	l.key, _ = token.(string) // a name is always a string
	l.wantKey = false
	if l.keys[l.key] {
		return &registry.FieldError{Field: shownName(l.key), Reason: "is given twice"}
	}
	l.keys[l.key] = true
	return nil
}

// shownName is a member's name as it is repeated to the caller: names that we
// do not know may be long, or hold a number that is nobody's business.
func shownName(name string) string {
	if len(name) > 64 || registry.LooksPersonal(name) {
		return "(a member)"
	}
	return strings.ToValidUTF8(name, "?")
}

// decodeObject reads the body as an object.
func decodeObject(w http.ResponseWriter, r *http.Request, limit int64) (*object, []byte, error) {
	body, err := readBody(w, r, limit)
	if err != nil {
		return nil, nil, err
	}
	o := &object{wrong: new([]registry.FieldError)}
	if !o.open(body) {
		return nil, nil, malformed(registry.FieldError{Field: "body", Reason: "must be a JSON object"})
	}
	return o, body, nil
}

func (o *object) open(raw json.RawMessage) bool {
	o.read = map[string]bool{}
	return json.Unmarshal(raw, &o.members) == nil && o.members != nil
}

func (o *object) fault(name, format string, args ...any) {
	*o.wrong = append(*o.wrong, registry.FieldError{Field: o.path + name, Reason: fmt.Sprintf(format, args...)})
}

// has says whether the member is there, be it null.
func (o *object) has(name string) bool {
	o.read[name] = true
	_, ok := o.members[name]
	return ok
}

// need reports a member that is missing.
func (o *object) need(names ...string) {
	for _, n := range names {
		if !o.has(n) {
			o.fault(n, "is required")
		}
	}
}

// child reads a member that is an object; nil if it is absent or wrong.
func (o *object) child(name string) *object {
	if !o.has(name) {
		return nil
	}
	c := &object{path: o.path + name + ".", wrong: o.wrong}
	if !c.open(o.members[name]) {
		o.fault(name, "must be an object")
		return nil
	}
	return c
}

// children reads a member that is an array of at most limit objects.
func (o *object) children(name string, limit int) []*object {
	if !o.has(name) {
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(o.members[name], &items); err != nil || items == nil {
		o.fault(name, "must be an array")
		return nil
	}
	if len(items) > limit {
		o.fault(name, "must not have more than %d items", limit)
		return nil
	}
	out := make([]*object, 0, len(items))
	for i, raw := range items {
		c := &object{path: fmt.Sprintf("%s%s.%d.", o.path, name, i), wrong: o.wrong}
		if !c.open(raw) {
			o.fault(fmt.Sprintf("%s.%d", name, i), "must be an object")
			continue
		}
		out = append(out, c)
	}
	return out
}

// unknown reports the members that nobody asked for.
func (o *object) unknown() {
	for _, name := range slices.Sorted(maps.Keys(o.members)) {
		if !o.read[name] {
			o.fault(shownName(name), "is not known here")
		}
	}
}

// err is what was wrong with the shape of the body: wrong types and unknown
// members make it Malformed, and it says all of them.
func (o *object) err() error {
	if len(*o.wrong) == 0 {
		return nil
	}
	return malformed(*o.wrong...)
}

// value reads a member into *T if it is there; null is refused.
func value[T any](o *object, name, want string) *T {
	if !o.has(name) {
		return nil
	}
	raw := o.members[name]
	v := new(T)
	if string(raw) == "null" || json.Unmarshal(raw, v) != nil {
		o.fault(name, "must be %s", want)
		return nil
	}
	return v
}

// optional reads a member that null takes away.
func optional[T any](o *object, name, want string) registry.Optional[T] {
	if o.has(name) && string(o.members[name]) == "null" {
		return registry.Optional[T]{Set: true}
	}
	if v := value[T](o, name, want); v != nil {
		return registry.Some(*v)
	}
	return registry.Optional[T]{}
}

func text(o *object, name string) *string { return value[string](o, name, "a string") }

// plain reads a text that is the same absent and empty.
func plain(o *object, name string) string {
	if v := text(o, name); v != nil {
		return *v
	}
	return ""
}

func date(o *object, name string) *registry.Date {
	return value[registry.Date](o, name, "a date of the form 2006-01-02")
}
