package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fangma/registry/postgres"
)

// summary is what a person reads of an import.
type summary struct {
	result postgres.ImportResult
	left   *leftOut
	path   string
	apply  bool
}

func (s summary) print(c *console) {
	r := s.result
	switch {
	case r.Applied:
		c.printf("%s, source %s: done\n", s.path, r.Source)
	case s.apply:
		c.printf("%s, source %s: nothing was changed\n", s.path, r.Source)
	default:
		c.printf("%s, source %s: the plan; nothing is changed yet\n", s.path, r.Source)
	}
	width := len(grouped(r.Rows))
	line := func(n int, what, meaning string) {
		c.printf("%s\n", strings.TrimRight(fmt.Sprintf("  %*s  %-10s%s", width, grouped(n), what, meaning), " "))
	}
	line(r.Rows, "rows", "")
	line(r.New, "new", "")
	line(r.Changed, "changed", s.fields())
	line(r.Same, "same", "")
	line(r.Ambiguous, "ambiguous", s.meaning(r.Ambiguous, "left out: each may be one of several houses"))
	line(r.Rejected, "rejected", s.meaning(r.Rejected, "left out"))
	line(r.Gone, "gone", s.meaning(r.Gone, "known from this source, not in the file; nothing is done about them"))
	if r.Outside > 0 {
		line(r.Outside, "outside", "in no community"+s.swapped())
	}
	if b := r.Bounds; b != nil {
		c.printf("  within lon %.4f to %.4f, lat %.4f to %.4f\n", b.Min[0], b.Max[0], b.Min[1], b.Max[1])
	}
	s.reasons(c)
	if !s.apply && r.New+r.Changed > 0 {
		c.printf("Add --apply to do it.\n")
	}
}

// swapped asks the question that a file far from every community raises.
func (s summary) swapped() string {
	if s.result.Outside < s.result.New+s.result.Changed {
		return ""
	}
	return ", all of them: are --crs and the order of the coordinates right?"
}

func (s summary) meaning(n int, text string) string {
	if n == 0 {
		return ""
	}
	return text
}

// fields says what the changed rows change.
func (s summary) fields() string {
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(s.result.Fields)) {
		parts = append(parts, fmt.Sprintf("%s %s", field, grouped(s.result.Fields[field])))
	}
	return strings.Join(parts, ", ")
}

// reasons says why rows, and fields of rows, are left out, and shows the first.
func (s summary) reasons(c *console) {
	if len(s.left.reasons) == 0 {
		return
	}
	c.printf("Why:\n")
	byCount := func(a, b string) int {
		return cmp.Or(cmp.Compare(s.left.reasons[b], s.left.reasons[a]), cmp.Compare(a, b))
	}
	for _, reason := range slices.SortedFunc(maps.Keys(s.left.reasons), byCount) {
		c.printf("  %s  %s\n", grouped(s.left.reasons[reason]), reason)
	}
	c.printf("The first:\n")
	for _, l := range s.left.first {
		c.printf("  %s\n", l)
	}
	if s.left.written() {
		c.printf("All of them are in %s\n", s.left.path)
	} else if s.left.count > len(s.left.first) {
		c.printf("--rejects FILE writes all %s of them.\n", grouped(s.left.count))
	}
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
