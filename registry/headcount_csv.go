package registry

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// HeadcountRow is a line of a table of headcounts: a statement, or what is
// wrong with it.
type HeadcountRow struct {
	Line int // as a person counts them, the header being 1
	Headcount
	Wrong []FieldError
}

// headcountColumns names the columns of a table of headcounts, in the words
// that people write above them.
func headcountColumns() map[string]string {
	return map[string]string{
		"code": "code", "房屋编码": "code", "编码": "code",
		"heads": "heads", "居住人数": "heads", "人数": "heads",
		"permits": "permits", "居住证人数": "permits", "持居住证人数": "permits",
		"evidence": "evidence", "依据": "evidence",
		"declarer": "declarer", "申报人": "declarer",
		"from": "from", "日期": "from", "起始日期": "from",
	}
}

func evidenceWords() map[string]Evidence {
	return map[string]Evidence{"申报": Declared, "走访": Observed, "实地": Observed, "实地查看": Observed, "观察": Observed,
		"估算": Estimated, "估计": Estimated}
}

func declarerWords() map[string]Declarer {
	return map[string]Declarer{"房东": ByLandlord, "业主": ByLandlord, "用人单位": ByEmployer, "单位": ByEmployer,
		"居住人": ByOccupant, "住户": ByOccupant, "网格员": ByOfficer, "登记员": ByClerk, "统计": ByStatistics}
}

// HeadcountsFromCSV reads a table of headcounts in UTF-8, row by row, with a
// header line that names the columns in any order, in English or Chinese,
// parted by commas, semicolons or tabs. Code and heads are required; what else
// a row or the whole table does not say is taken from defaults. It ends with
// an error of kind Invalid when the rest cannot be read, and with the error of
// the reader.
func HeadcountsFromCSV(table io.Reader, defaults HeadcountInput, today Date) iter.Seq2[HeadcountRow, error] {
	return func(yield func(HeadcountRow, error) bool) {
		b := bufio.NewReader(table)
		skipMark(b)
		head, _ := b.Peek(1024)
		r := csv.NewReader(b)
		r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = delimiter(head), -1, true, true
		columns, err := headcountHeader(r)
		if err != nil {
			yield(HeadcountRow{}, err)
			return
		}
		for empty := true; ; empty = false {
			fields, err := r.Read()
			for err == nil && strings.TrimSpace(strings.Join(fields, "")) == "" { // as spreadsheets leave below a table
				fields, err = r.Read()
			}
			if errors.Is(err, io.EOF) {
				if empty {
					yield(HeadcountRow{}, emptyTable())
				}
				return
			}
			if err != nil {
				yield(HeadcountRow{}, csvError(err))
				return
			}
			line, _ := r.FieldPos(0)
			if !yield(readHeadcountLine(line, columns, fields, defaults, today), nil) {
				return
			}
		}
	}
}

func emptyTable() error {
	var f fieldErrors
	f.add("line 2", "must be there: the table has a header and no rows")
	return f.err()
}

func skipMark(b *bufio.Reader) {
	if mark, _ := b.Peek(3); string(mark) == "\uFEFF" {
		_, _ = b.Discard(3) // they have been peeked at
	}
}

// csvError says where a table goes wrong: where a quote is missing nothing
// after it can be told apart.
func csvError(err error) error {
	var bad *csv.ParseError
	if !errors.As(err, &bad) {
		return err
	}
	var f fieldErrors
	f.add(fmt.Sprintf("line %d", bad.StartLine), "%v", bad.Err)
	return f.err()
}

func headcountHeader(r *csv.Reader) ([]string, error) {
	var f fieldErrors
	header, err := r.Read()
	switch {
	case errors.Is(err, io.EOF):
		f.add("line 1", "must name the columns: code, heads, permits, evidence, declarer, from")
		return nil, f.err()
	case err != nil:
		return nil, csvError(err)
	case !utf8.ValidString(strings.Join(header, "")):
		f.add("line 1", "must be in UTF-8")
		return nil, f.err()
	}
	known := headcountColumns()
	columns, seen := make([]string, len(header)), map[string]bool{}
	for i, name := range header {
		column := known[strings.ToLower(strings.TrimSpace(name))]
		switch {
		case column == "":
			f.add("line 1", "column %d is none of code, heads, permits, evidence, declarer, from; the registry takes no other", i+1)
		case seen[column]:
			f.add("line 1", "%s is given twice", column)
		}
		columns[i], seen[column] = column, true
	}
	for _, need := range []string{"code", "heads"} {
		if !seen[need] {
			f.add("line 1", "has no column %s", need)
		}
	}
	return columns, f.err()
}

func readHeadcountLine(line int, columns, fields []string, in HeadcountInput, today Date) HeadcountRow {
	row := HeadcountRow{Line: line}
	var f fieldErrors
	if len(fields) > len(columns) {
		f.add("", "has %d fields under %d columns", len(fields), len(columns))
		row.Wrong = f
		return row
	}
	wrong := map[string]bool{} // of fields that could not be read, of which nothing more is said
	bad := func(field, reason string) {
		f.add(field, "%s", reason)
		wrong[field] = true
	}
	for i, text := range fields {
		if text = strings.TrimSpace(width.Narrow.String(text)); text != "" {
			readHeadcountField(&in, columns[i], text, bad)
		}
	}
	if in.Code == 0 && !wrong["code"] {
		bad("code", "is required")
	}
	var own fieldErrors
	row.Headcount = in.clean(&own, today)
	for _, e := range own {
		if !wrong[e.Field] {
			f = append(f, e)
		}
	}
	row.Wrong = f
	return row
}

func readHeadcountField(in *HeadcountInput, column, text string, bad func(field, reason string)) {
	whole := func(to **int) {
		n, err := strconv.Atoi(text)
		if err != nil {
			bad(column, "must be a whole number")
			return
		}
		*to = &n
	}
	switch column {
	case "code":
		code, err := ParseCode(text)
		if err != nil {
			bad("code", "is not a house code: "+err.Error())
		}
		in.Code = code
	case "heads":
		whole(&in.Heads)
	case "permits":
		whole(&in.Permits)
	case "evidence":
		e, ok := evidenceWords()[text]
		if !ok {
			e = Evidence(strings.ToLower(text))
		}
		in.Evidence = &e
	case "declarer":
		d, ok := declarerWords()[text]
		if !ok {
			d = Declarer(strings.ToLower(text))
		}
		in.Declarer = &d
	case "from":
		day, err := ParseDate(spelledDate(text))
		if err != nil {
			bad("from", "must be a date of the form 2006-01-02")
			return
		}
		in.From = &day
	}
}

// spelledDate brings 2026/6/1 and 2026.6.1, which spreadsheets write, into the
// form of a date.
func spelledDate(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '.' || r == '-' })
	if len(parts) != 3 || len(parts[0]) != 4 {
		return text
	}
	for i, p := range parts[1:] {
		if len(p) == 1 {
			parts[i+1] = "0" + p
		}
	}
	return strings.Join(parts, "-")
}
