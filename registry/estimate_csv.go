package registry

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// NamedTotal is the total of a division that is told by its code, id or name.
type NamedTotal struct {
	Division string
	Heads    int
}

func totalColumns() map[string]string {
	return map[string]string{"division": "division", "行政区划": "division", "社区": "division",
		"heads": "heads", "人口": "heads", "居住人数": "heads"}
}

// TotalsFromCSV reads a table of divisions' totals in UTF-8, with a header
// line. It fails with Invalid, naming every wrong field by its line.
func TotalsFromCSV(table io.Reader) ([]NamedTotal, error) {
	var f fieldErrors
	b := bufio.NewReader(table)
	skipMark(b)
	head, _ := b.Peek(1024)
	r := csv.NewReader(b)
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = delimiter(head), -1, true
	header, err := r.Read()
	if err != nil {
		f.add("line 1", "must name the columns: division, heads")
		return nil, f.err()
	}
	place := map[string]int{"division": -1, "heads": -1}
	for i, name := range header {
		if column, known := totalColumns()[strings.ToLower(strings.TrimSpace(name))]; known {
			place[column] = i
		}
	}
	if place["division"] < 0 || place["heads"] < 0 {
		f.add("line 1", "must name the columns division and heads")
		return nil, f.err()
	}
	var out []NamedTotal
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, f.err()
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := r.FieldPos(0)
		out = append(out, readTotal(&f, line, fields, place))
	}
}

func readTotal(f *fieldErrors, line int, fields []string, place map[string]int) (t NamedTotal) {
	at := func(column string) string {
		if i := place[column]; i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	if t.Division = at("division"); t.Division == "" {
		f.add(fmt.Sprintf("line %d.division", line), "is required")
	}
	n, err := strconv.Atoi(at("heads"))
	if err != nil || n < 0 {
		f.add(fmt.Sprintf("line %d.heads", line), "must be a whole number of 0 or more")
	}
	t.Heads = n
	return t
}

// NameTotals finds the divisions that totals name, among all that there are on
// the day: by code, else by id, else by the whole name. It fails with Invalid
// for one that is not there, or of which there are several.
func NameTotals(named []NamedTotal, all []Division) ([]DivisionTotal, error) {
	var f fieldErrors
	out := make([]DivisionTotal, len(named))
	for i, t := range named {
		found := findDivisions(all, t.Division)
		switch len(found) {
		case 1:
			out[i] = DivisionTotal{found[0].ID, t.Heads}
		case 0:
			f.add(t.Division, "is no division")
		default:
			f.add(t.Division, "is the name of %d divisions; give the code or id of one", len(found))
		}
	}
	return out, f.err()
}

func findDivisions(all []Division, name string) []Division {
	for _, same := range []func(Division) bool{
		func(d Division) bool { return d.Code == name },
		func(d Division) bool { return strconv.FormatInt(d.ID, 10) == name },
		func(d Division) bool { return d.Name == name },
	} {
		var found []Division
		for _, d := range all {
			if same(d) {
				found = append(found, d)
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}
