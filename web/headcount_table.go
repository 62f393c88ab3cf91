package web

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"mime"
	"net/http"
	"strings"

	"fangma/registry"
	"fangma/registry/postgres"
)

// headcountTable is how large a table of headcounts a request may bring, in
// bytes: some 25,000 rows, which is what a request has time for. Larger ones go
// through the command line.
const headcountTable = 1 << 20

// stateHeadcounts answers POST /api/v1/headcounts: a list, or a table.
func (out *writing) stateHeadcounts(w http.ResponseWriter, r *http.Request) error {
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "text/csv" {
		return out.stateTable(w, r)
	}
	return out.stateListed(w, r)
}

// headcountTableRequest is a table with all that goes with it.
type headcountTableRequest struct {
	write postgres.Write
	opt   postgres.HeadcountImport
	rows  iter.Seq2[registry.HeadcountRow, error]
}

func (out *writing) readTable(w http.ResponseWriter, r *http.Request) (t headcountTableRequest, err error) {
	q := queryOf(r)
	t.opt.Why = registry.Why{Reason: q.text("reason"), Document: q.text("document")}
	t.opt.Apply = q.oneOf("dryRun", "false", "true") == "false"
	defaults := registry.HeadcountInput{From: q.date("from")}
	if word := q.text("evidence"); word != "" {
		e := registry.Evidence(word)
		defaults.Evidence = &e
	}
	if word := q.text("declarer"); word != "" {
		d := registry.Declarer(word)
		defaults.Declarer = &d
	}
	if err := q.err(); err != nil {
		return t, err
	}
	key, err := idempotencyKey(r)
	if err != nil {
		return t, err
	}
	body, err := readBytes(w, r, headcountTable, "text/csv")
	if err != nil {
		return t, err
	}
	hash := requestHash(r, append([]byte(r.URL.RawQuery+"\n"), body...))
	t.write = postgres.Write{Actor: stateOf(r).actor, IdempotencyKey: key, RequestHash: hash}
	t.rows = registry.HeadcountsFromCSV(bytes.NewReader(body), defaults, out.store.Today())
	return t, nil
}

// tableView is what came of a table, or would.
type tableView struct {
	countedView
	Rows   int         `json:"rows"`
	Wrong  int         `json:"wrong"` // rows that cannot be taken; none is then
	Errors []lineError `json:"errors"`
}

type lineError struct {
	Line   int    `json:"line"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// stateTable takes a table whole or not at all. Clerks' go the way of files,
// officers' that of a list, since each of their rows is bound to their cells.
func (out *writing) stateTable(w http.ResponseWriter, r *http.Request) error {
	t, err := out.readTable(w, r)
	if err != nil {
		return err
	}
	if !t.write.Actor.May(registry.Count) {
		return out.stateOwnTable(w, r, t)
	}
	v := tableView{Errors: []lineError{}}
	t.opt.Wrong = func(line int, e registry.FieldError) {
		if len(v.Errors) < toldRows {
			v.Errors = append(v.Errors, lineError{line, e.Field, e.Reason})
		}
	}
	result, err := out.store.ImportHeadcounts(r.Context(), t.write, t.rows, t.opt)
	var known *registry.Error
	if errors.As(err, &known) {
		known.Fields = append(known.Fields, lineFields(v.Errors)...)
		return known
	}
	if err != nil {
		return err
	}
	v.countedView, v.Rows, v.Wrong = viewCounted(result.Event, result.Counted), result.Rows, result.Wrong
	status := http.StatusOK
	if result.Applied {
		status = http.StatusCreated
	}
	return writeVersion(w, r, status, 0, v)
}

func lineFields(all []lineError) []registry.FieldError {
	out := make([]registry.FieldError, len(all))
	for i, e := range all {
		out[i] = registry.FieldError{Field: lineField(e.Line, e.Field), Reason: e.Reason}
	}
	return out
}

func lineField(line int, field string) string {
	if field == "" {
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("line %d.%s", line, field)
}

// stateOwnTable states an officer's table as a list.
func (out *writing) stateOwnTable(w http.ResponseWriter, r *http.Request, t headcountTableRequest) error {
	if !t.opt.Apply {
		return malformed(registry.FieldError{Field: "dryRun", Reason: "is for clerks"})
	}
	wrong := &registry.Error{Kind: registry.Invalid, Slug: "headcounts_refused", Detail: "nothing was stated: rows are wrong"}
	var in []registry.HeadcountInput
	var lines []int
	for row, err := range t.rows {
		if err != nil {
			return err
		}
		for _, e := range row.Wrong {
			wrong.Fields = append(wrong.Fields, registry.FieldError{Field: lineField(row.Line, e.Field), Reason: e.Reason})
		}
		h := row.Headcount
		in, lines = append(in, registry.HeadcountInput{Code: h.Code, Heads: &h.Heads, Permits: h.Permits, Evidence: &h.Evidence, Declarer: &h.Declarer, From: &h.From}),
			append(lines, row.Line)
	}
	if wrong.Fields != nil {
		return wrong
	}
	receipt, err := out.store.StateHeadcounts(r.Context(), t.write, in, t.opt.Why)
	var known *registry.Error
	if errors.As(err, &known) {
		return byLine(known, lines)
	}
	if err != nil {
		return err
	}
	v := tableView{countedView: viewCounted(receipt.Event, *receipt.Counted), Rows: len(in), Errors: []lineError{}}
	return writeVersion(w, r, http.StatusCreated, 0, v)
}

// byLine names the fields of a list's statements by the lines they came from.
func byLine(e *registry.Error, lines []int) error {
	for i, f := range e.Fields {
		var n int
		if _, err := fmt.Sscanf(f.Field, "statements[%d]", &n); err == nil && n < len(lines) {
			_, field, _ := strings.Cut(f.Field, "].")
			e.Fields[i].Field = lineField(lines[n], field)
		}
	}
	return e
}
