package registry

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// dwellingColumns names the columns of a table of dwellings, in the words that
// people write above them.
func dwellingColumns() map[string]string {
	return map[string]string{
		"label": "label", "房号": "label", "室号": "label",
		"floor": "floor", "楼层": "floor",
		"use": "use", "用途": "use",
		"area": "area", "面积": "area",
		"validfrom": "validFrom", "valid_from": "validFrom", "起始日期": "validFrom",
	}
}

// useWords are the Chinese words for uses.
func useWords() map[string]Use {
	return map[string]Use{"住宅": Residential, "商业": Commercial, "混合": Mixed, "其他": OtherUse}
}

// DwellingsFromCSV reads a table of dwellings in UTF-8, with a header line that
// names the columns in any order, parted by commas, semicolons or tabs. Only
// the label is required; an empty field is not stated. It fails with Invalid,
// naming every wrong field by its line, as in "line 3.floor".
func DwellingsFromCSV(table []byte) ([]DwellingRegistration, error) {
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
		f.add("line 1", "must name the columns: label, floor, use, area, validFrom")
		return nil, f.err()
	}
	columns := readHeader(&f, header)
	if err := f.err(); err != nil {
		return nil, err
	}
	var out []DwellingRegistration
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := r.FieldPos(0)
		if out = append(out, readDwellingLine(&f, line, columns, fields)); len(out) > maxDwellings {
			f.add(fmt.Sprintf("line %d", line), "is beyond the %d dwellings that are registered at once", maxDwellings)
			return nil, f.err()
		}
	}
	if len(out) == 0 && len(f) == 0 {
		f.add("line 2", "is missing: there is no dwelling under the header")
	}
	return out, f.err()
}

// delimiter is what parts the header: spreadsheets write what their country
// uses.
func delimiter(table []byte) rune {
	header, _, _ := bytes.Cut(table, []byte("\n"))
	for _, c := range []rune{'\t', ';'} {
		if bytes.ContainsRune(header, c) {
			return c
		}
	}
	return ','
}

func readHeader(f *fieldErrors, header []string) []string {
	known := dwellingColumns()
	columns := make([]string, len(header))
	seen := map[string]bool{}
	for i, name := range header {
		column := known[strings.ToLower(strings.TrimSpace(name))]
		switch {
		case column == "":
			f.add("line 1", "column %d is none of label, floor, use, area, validFrom", i+1)
		case seen[column]:
			f.add("line 1", "%s is given twice", column)
		}
		columns[i], seen[column] = column, true
	}
	if !seen["label"] {
		f.add("line 1", "has no column label")
	}
	return columns
}

func readDwellingLine(f *fieldErrors, line int, columns, fields []string) DwellingRegistration {
	var d DwellingRegistration
	wrong := func(field, format string, args ...any) {
		f.add(fmt.Sprintf("line %d.%s", line, field), format, args...)
	}
	if len(fields) > len(columns) {
		f.add(fmt.Sprintf("line %d", line), "has %d fields under %d columns", len(fields), len(columns))
		return d
	}
	for i, text := range fields {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		switch columns[i] {
		case "label":
			d.Label = &text
		case "floor":
			n, err := strconv.Atoi(text)
			if err != nil {
				wrong("floor", "must be a whole number")
			}
			d.Floor = Some(n)
		case "use":
			use, ok := useWords()[text]
			if !ok {
				use = Use(text)
			}
			d.Use = &use
		case "area":
			m2, err := strconv.ParseFloat(text, 64)
			if err != nil {
				wrong("area", "must be a number, with a point for decimals")
			}
			d.Area = Some(m2)
		case "validFrom":
			day, err := ParseDate(text)
			if err != nil {
				wrong("validFrom", "must be a date of the form 2006-01-02")
			}
			d.ValidFrom = &day
		}
	}
	var own fieldErrors
	d.DwellingInput = d.DwellingInput.clean(&own)
	if d.Label == nil {
		own.add("label", "is required")
	}
	for _, e := range own {
		wrong(e.Field, "%s", e.Reason)
	}
	return d
}
