package web

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

const (
	defaultLimit = 100
	maxLimit     = 500
	maxQuery     = 200 // characters of a search
	maxBoxSide   = 10.0
)

// query is the parameters of a request being read. Like object it gathers
// everything that is wrong; every fault of a query is Malformed.
type query struct {
	path   string
	values url.Values
	wrong  []registry.FieldError
}

// checkQuery parses the raw query and refuses parameters that the route does
// not know, that are given twice, or that are not plain text.
func checkQuery(r *http.Request, known []string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, malformed(registry.FieldError{Field: "query", Reason: "is not properly encoded"})
	}
	var wrong []registry.FieldError
	add := func(name, reason string) {
		wrong = append(wrong, registry.FieldError{Field: shownName(name), Reason: reason})
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name]
		switch {
		case !slices.Contains(known, name):
			add(name, "is not known here")
		case len(v) > 1:
			add(name, "is given twice")
		case !utf8.ValidString(v[0]) || strings.ContainsFunc(v[0], unicode.IsControl):
			add(name, "must be plain text in UTF-8")
		}
	}
	if wrong != nil {
		return nil, malformed(wrong...)
	}
	return values, nil
}

// queryOf is the query of a request whose route has already checked it.
func queryOf(r *http.Request) *query {
	return &query{path: r.URL.Path, values: r.URL.Query()}
}

func (q *query) fault(name, format string, args ...any) {
	q.wrong = append(q.wrong, registry.FieldError{Field: name, Reason: fmt.Sprintf(format, args...)})
}

func (q *query) err() error {
	if len(q.wrong) == 0 {
		return nil
	}
	return malformed(q.wrong...)
}

func (q *query) text(name string) string { return q.values.Get(name) }

// search is a text that people look for.
func (q *query) search(name string) string {
	s := strings.TrimSpace(q.text(name))
	if utf8.RuneCountInString(s) > maxQuery {
		q.fault(name, "must not be longer than %d characters", maxQuery)
	}
	return s
}

// oneOf is a word out of a few; the first is what an absent parameter means.
func (q *query) oneOf(name string, words ...string) string {
	s := q.text(name)
	if !q.values.Has(name) {
		return words[0]
	}
	if !slices.Contains(words, s) {
		q.fault(name, "must be one of %s", strings.Join(words, ", "))
	}
	return s
}

// integer is a whole number in a range, or what it is when absent.
func (q *query) integer(name string, absent, from, to int) int {
	if !q.values.Has(name) {
		return absent
	}
	n, err := strconv.Atoi(q.text(name))
	if err != nil || n < from || n > to {
		q.fault(name, "must be a whole number between %d and %d", from, to)
	}
	return n
}

func (q *query) limit() int { return q.integer("limit", defaultLimit, 1, maxLimit) }

// id is the identifier of a division: a positive whole number.
func (q *query) id(name string) int64 {
	if !q.values.Has(name) {
		return 0
	}
	n, err := strconv.ParseInt(q.text(name), 10, 64)
	if err != nil || n < 1 {
		q.fault(name, "must be an id as this API gives it")
	}
	return n
}

// number is a finite number in a range; a missing one is reported.
func (q *query) number(name string, from, to float64) float64 {
	if !q.values.Has(name) {
		q.fault(name, "is required")
		return 0
	}
	f, err := strconv.ParseFloat(q.text(name), 64)
	if err != nil || !(f >= from && f <= to) {
		q.fault(name, "must be a number between %g and %g", from, to)
	}
	return f
}

// box is west,south,east,north in degrees; nil when absent.
func (q *query) box(name string) *orb.Bound {
	if !q.values.Has(name) {
		return nil
	}
	parts := strings.Split(q.text(name), ",")
	if len(parts) != 4 {
		q.fault(name, "must be west,south,east,north")
		return nil
	}
	var c [4]float64
	for i, p := range parts {
		f, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			q.fault(name, "must be four numbers: west,south,east,north")
			return nil
		}
		c[i] = f
	}
	b := orb.Bound{Min: orb.Point{c[0], c[1]}, Max: orb.Point{c[2], c[3]}}
	switch {
	case c[0] < -180 || c[2] > 180 || c[1] < -90 || c[3] > 90:
		q.fault(name, "must lie within -180,-90,180,90")
	case c[0] > c[2] || c[1] > c[3]:
		q.fault(name, "west must not be east of east, south not north of north")
	case c[2]-c[0] > maxBoxSide || c[3]-c[1] > maxBoxSide:
		q.fault(name, "must not be longer than %g degrees a side", maxBoxSide)
	}
	return &b
}

func (q *query) date(name string) *registry.Date {
	if !q.values.Has(name) {
		return nil
	}
	d, err := registry.ParseDate(q.text(name))
	if err != nil {
		q.fault(name, "must be a date of the form 2006-01-02")
		return nil
	}
	return &d
}

// instant is RFC 3339, or a date, which means the end of that day in the
// registry's zone.
func (q *query) instant(name string, zone *time.Location) *time.Time {
	if !q.values.Has(name) {
		return nil
	}
	s := q.text(name)
	if d, err := registry.ParseDate(s); err == nil {
		t := (d + 1).Start(zone).Add(-time.Microsecond)
		return &t
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1000 {
		q.fault(name, "must be an instant of the form 2006-01-02T15:04:05Z, or a date")
		return nil
	}
	return &t
}

// asOf reads validOn and knownAt.
func (q *query) asOf(zone *time.Location) registry.AsOf {
	return registry.AsOf{ValidOn: q.date("validOn"), KnownAt: q.instant("knownAt", zone)}
}

// state is the physical state of a standing building.
func (q *query) state(name string) registry.State {
	if !q.values.Has(name) {
		return ""
	}
	s := registry.State(q.text(name))
	if !s.Valid() || !s.Standing() {
		q.fault(name, "must be one of planned, under_construction, in_use, unusable")
	}
	return s
}

// cell is an H3 cell at the registry's resolution or coarser.
func (q *query) cell(name string, resolution int) geo.Cell {
	if !q.values.Has(name) {
		return 0
	}
	c, reason := readCell(q.text(name), resolution)
	if reason != "" {
		q.fault(name, "%s", reason)
	}
	return c
}

// readCell reads a cell and says what is wrong with it.
func readCell(s string, resolution int) (geo.Cell, string) {
	c, err := geo.ParseCell(s)
	switch {
	case err != nil:
		return 0, "must be an H3 cell in hexadecimal"
	case c.Resolution() > resolution:
		return 0, fmt.Sprintf("must be of resolution %d or coarser", resolution)
	}
	return c, ""
}
