package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"time"

	"fangma/geo"
	"fangma/registry"
)

// Assignment is a line of a table of assignments.
type Assignment struct {
	Cell   geo.Cell
	Role   registry.Role
	Person registry.Person
	registry.Term
}

// Assignments writes a table for spreadsheets, as CSV does, that
// registry.HandingsFromCSV takes back.
func Assignments(w io.Writer, list []Assignment) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true // RFC 4180
	if err := out.Write([]string{"cell", "role", "person", "display_name", "office", "phone", "from", "to"}); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	for _, a := range list {
		to := ""
		if a.To != nil {
			to = instant(*a.To)
		}
		err := out.Write([]string{a.Cell.String(), string(a.Role), Plain(a.Person.Name), Plain(a.Person.DisplayName),
			Plain(a.Person.Office), Plain(a.Person.Phone), instant(a.From), to})
		if err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z") }
