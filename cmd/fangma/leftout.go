package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"

	"fangma/registry/postgres"
)

// leftOut gathers the rows that an import does not take: the first of them for
// the screen, all of them for a file, which is made with the first row.
type leftOut struct {
	path    string // "" for no file
	count   int
	first   []string
	reasons map[string]int

	file *os.File
	csv  *csv.Writer
}

// shown is how many rows the screen gets.
const shown = 5

// add takes one row. It fails if the file cannot be written.
func (l *leftOut) add(r postgres.LeftOut) error {
	l.count++
	if l.reasons == nil {
		l.reasons = map[string]int{}
	}
	l.reasons[string(r.Outcome)+": "+r.Reason]++
	if len(l.first) < shown {
		l.first = append(l.first, sentence(r))
	}
	if l.path == "" {
		return nil
	}
	if l.file == nil {
		if err := l.begin(); err != nil {
			return err
		}
	}
	return l.csv.Write(harmless(strconv.Itoa(r.Row), r.ID, string(r.Outcome), r.Field, r.Reason, r.Detail))
}

func sentence(r postgres.LeftOut) string {
	where := "row " + strconv.Itoa(r.Row)
	if r.ID != "" {
		where += " (" + r.ID + ")"
	}
	if r.Field != "" {
		where += ", " + r.Field
	}
	text := where + ": " + r.Reason
	if r.Detail != "" {
		text += ", " + r.Detail
	}
	return text
}

// begin makes the file. The byte order mark is for spreadsheets, which take
// UTF-8 for something else without it.
func (l *leftOut) begin() error {
	f, err := os.Create(l.path)
	if err != nil {
		return fmt.Errorf("write the rows that are left out (--rejects): %w", err)
	}
	l.file, l.csv = f, csv.NewWriter(f)
	if _, err := f.WriteString("\ufeff"); err != nil {
		return fmt.Errorf("write %s: %w", l.path, err)
	}
	return l.csv.Write([]string{"row", "id", "outcome", "field", "reason", "detail"})
}

func (l *leftOut) written() bool { return l.file != nil }

// close completes the file. Later calls do nothing.
func (l *leftOut) close() error {
	if l.csv == nil {
		return nil
	}
	l.csv.Flush()
	err := l.csv.Error()
	if closing := l.file.Close(); err == nil {
		err = closing
	}
	l.csv = nil
	if err != nil {
		return fmt.Errorf("write %s: %w", l.path, err)
	}
	return nil
}

// harmless puts an apostrophe before what a spreadsheet would run as a
// formula: the cells hold what strangers wrote.
func harmless(cells ...string) []string {
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	return cells
}
