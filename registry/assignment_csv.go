package registry

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"fangma/geo"
)

// assignmentColumns names the columns of a table of assignments, in the words
// that people write above them. Those that an export adds for readers are
// passed over.
func assignmentColumns() map[string]string {
	return map[string]string{
		"cell": "cell", "网格单元": "cell", "网格": "cell",
		"community": "community", "社区": "community",
		"wkt": "wkt", "polygon": "wkt", "范围": "wkt",
		"person": "person", "人员": "person", "账号": "person",
		"role": "role", "角色": "role",
		"from": "from", "开始": "from", "起始日期": "from",
		"to": "to", "结束": "to", "截止日期": "to",
		"display_name": "passed", "姓名": "passed", "office": "passed", "办公室": "passed", "phone": "passed", "电话": "passed",
	}
}

// HandingsFromCSV reads a table of assignments in UTF-8, with a header line
// that names the columns in any order, parted by commas, semicolons or tabs:
// a cell, a community or a polygon as well-known text; the name of the
// person's account, nobody's taking the cells away; the role, officer if it is
// not said; from and to as instants, or as days, which begin in the zone;
// today as from is now. It fails with Invalid, naming every wrong field by its line, as in
// "line 3.cell".
func HandingsFromCSV(table []byte, today Date, zone *time.Location) ([]Handing, error) {
	var f fieldErrors
	table = bytes.TrimPrefix(table, []byte("\uFEFF"))
	if !utf8.Valid(table) {
		f.add("body", "must be UTF-8")
		return nil, f.err()
	}
	r := csv.NewReader(bytes.NewReader(table))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = delimiter(table), -1, true
	header, err := r.Read()
	if err != nil {
		f.add("line 1", "must name the columns: cell or community or wkt, person, role, from, to")
		return nil, f.err()
	}
	columns := assignmentHeader(&f, header)
	if err := f.err(); err != nil {
		return nil, err
	}
	var out []Handing
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := r.FieldPos(0)
		if len(out) == MaxHandedCells {
			f.add(fmt.Sprintf("line %d", line), "is beyond the %d lines that are read at once", MaxHandedCells)
			break
		}
		out = append(out, readHanding(&f, line, columns, fields, today, zone))
	}
	if len(out) == 0 && len(f) == 0 {
		f.add("line 2", "is missing: there is no assignment under the header")
	}
	return out, f.err()
}

func assignmentHeader(f *fieldErrors, header []string) []string {
	known := assignmentColumns()
	columns := make([]string, len(header))
	seen := map[string]bool{}
	for i, name := range header {
		column := known[strings.ToLower(strings.TrimSpace(name))]
		switch {
		case column == "":
			f.add("line 1", "column %d is none of cell, community, wkt, person, role, from, to", i+1)
		case column != "passed" && seen[column]:
			f.add("line 1", "%s is given twice", column)
		}
		columns[i], seen[column] = column, true
	}
	if !seen["cell"] && !seen["community"] && !seen["wkt"] {
		f.add("line 1", "has no column cell, community or wkt")
	}
	if !seen["person"] {
		f.add("line 1", "has no column person")
	}
	return columns
}

func readHanding(f *fieldErrors, line int, columns, fields []string, today Date, zone *time.Location) Handing {
	h := Handing{Line: line, Role: Officer}
	wrong := func(field, format string, args ...any) {
		f.add(fmt.Sprintf("line %d.%s", line, field), format, args...)
	}
	if len(fields) > len(columns) {
		f.add(fmt.Sprintf("line %d", line), "has %d fields under %d columns", len(fields), len(columns))
		return h
	}
	places := 0
	for i, text := range fields {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		switch columns[i] {
		case "cell":
			places++
			c, err := geo.ParseCell(text)
			if err != nil {
				wrong("cell", "must be an H3 cell in hexadecimal")
			}
			h.Cells = []geo.Cell{c}
		case "community":
			places++
			h.Community = text
		case "wkt":
			places++
			g, err := wkt.Unmarshal(text)
			if err != nil || g.Dimensions() != 2 {
				wrong("wkt", "must be a POLYGON or MULTIPOLYGON of longitudes and latitudes as well-known text")
			}
			h.Area = g
		case "person":
			h.Person = strings.TrimPrefix(text, "'") // as an export guards it against spreadsheets
		case "role":
			h.Role = roleWord(text)
		case "from":
			if text != today.String() {
				h.From = readInstant(wrong, "from", text, zone)
			}
		case "to":
			if to := readInstant(wrong, "to", text, zone); !to.IsZero() {
				h.To = &to
			}
		}
	}
	if places != 1 {
		wrong("cell", "give one of cell, community and wkt")
	}
	return h
}

func roleWord(text string) Role {
	if role, ok := map[string]Role{"网格员": Officer, "责任人": Administrator}[text]; ok {
		return role
	}
	return Role(strings.ToLower(text))
}

func readInstant(wrong func(string, string, ...any), field, text string, zone *time.Location) time.Time {
	if d, err := ParseDate(text); err == nil {
		return d.Start(zone)
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1000 {
		wrong(field, "must be a date of the form 2006-01-02, or an instant of the form 2006-01-02T15:04:05Z")
		return time.Time{}
	}
	return t
}

// Shape is the area of a wish as a polygon in the registry's form. It returns
// Invalid if it is none.
func (h Handing) Shape() (orb.MultiPolygon, error) {
	area, _, err := geo.CleanBoundary(h.Area)
	if err != nil {
		return nil, &Error{Kind: Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
			Fields: []FieldError{{Field: h.Place("polygon"), Reason: err.Error()}}}
	}
	return area, nil
}
