package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// csvReader reads tables whose first row names the columns: with longitude and latitude, with a WKT or
// GeoJSON column, or (divisions) without any place.
type csvReader struct {
	src     *source
	enc     textDecoder
	maxRow  int
	comma   rune
	columns []slot
	used    []bool // which columns have a slot
	place   [fieldCount]bool
}

func newCSVReader(s *source, enc textDecoder, head []byte, opt Options, names naming) (reader, error) {
	r := &csvReader{src: s, enc: enc, maxRow: opt.MaxRow}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, errors.New("the file is of no known kind: GeoJSON, GeoJSONSeq, OSM PBF, CSV and Shapefile are read")
	}
	if enc.utf8() && !utf8.Valid(firstLine(head)) {
		return nil, fmt.Errorf("row 1: %w", errNotUTF8)
	}
	r.comma = separator(firstLine(head))
	table := r.table(bytes.NewReader(head))
	header, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("row 1: %w", err)
	}
	for _, name := range header {
		slot, ok := names.lookup(name)
		r.columns, r.used = append(r.columns, slot), append(r.used, ok)
		if ok {
			r.place[slot.field] = true
		}
	}
	if !slices.Contains(r.used, true) {
		return nil, fmt.Errorf("no column of the table is known (%.100s): name them with --map from=to", strings.Join(header, ", "))
	}
	return r, nil
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return line
}

// separator is the character of , ; tab and | that divides the header most often, quotes apart.
func separator(header []byte) rune {
	counts := map[rune]int{}
	quoted := false
	for _, c := range string(header) {
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			counts[c]++
		}
	}
	best := ','
	for _, c := range []rune{';', '\t', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

func (r *csvReader) table(in io.Reader) *csv.Reader {
	t := csv.NewReader(in)
	t.Comma = r.comma
	t.FieldsPerRecord = -1
	t.LazyQuotes = true
	return t
}

func (r *csvReader) crs() CRS     { return CRS{} }
func (r *csvReader) close() error { return r.src.close() }

func (r *csvReader) read(_ context.Context, emit func(row) error) error {
	in, err := r.src.open()
	if err != nil {
		return err
	}
	defer in.Close()
	records := newCSVRecords(r.enc.reader(in), r.comma, len(r.columns), r.maxRow)
	table := r.table(records)
	for {
		line, fault, err := records.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", line, err)
		}
		x := row{number: line}
		switch cells, err := table.Read(); {
		case fault != "":
			x.reject = &Reject{Reason: malformed, Detail: fault}
		case err == io.EOF: // an empty line
			continue
		case err != nil:
			return fmt.Errorf("row %d: %w", line, err)
		case line == 1 || blank(cells):
			continue
		default:
			x.cells = cells
		}
		if err := emit(x); err != nil {
			return err
		}
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func (r *csvReader) parse(x row) feature {
	f := feature{row: x.number}
	for i, cell := range x.cells {
		if !utf8.ValidString(cell) {
			f.fatal = errNotUTF8
			return f
		}
		if i < len(r.columns) && r.used[i] {
			f.values.put(r.columns[i], unguard(strings.TrimSpace(cell)))
		}
	}
	f.id = f.values.value[fieldID]
	f.geometry, f.reject = r.where(&f.values.value)
	return f
}

// unguard takes off the apostrophe that keeps a spreadsheet from reading text as a formula: tables
// that people edited come back with it.
func unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@\t\r", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}

// where finds the place of a row; a table without columns for it has none.
func (r *csvReader) where(v *[fieldCount]string) (orb.Geometry, *Reject) {
	if v[fieldGeometry] != "" {
		return parseShapeText(v[fieldGeometry])
	}
	if v[fieldLon] == "" && v[fieldLat] == "" {
		return nil, nil
	}
	var p orb.Point
	for i, f := range []field{fieldLon, fieldLat} {
		n, err := number(v[f])
		if err != nil {
			name := [2]string{"lon", "lat"}[i]
			return nil, &Reject{Field: name, Reason: numberReason, Detail: shown(v[f]) + " is not a coordinate"}
		}
		p[i] = n
	}
	return p, nil
}

// parseShapeText reads a geometry written in a cell, as WKT or GeoJSON.
func parseShapeText(s string) (orb.Geometry, *Reject) {
	if strings.HasPrefix(s, "{") {
		f := parseFeature(0, []byte(s), naming{})
		if f.reject != nil {
			f.reject.Field = "geometry"
		}
		return f.geometry, f.reject
	}
	g, err := parseWKT(s)
	if err != nil {
		return nil, &Reject{Field: "geometry", Reason: malformed, Detail: err.Error()}
	}
	if g == nil {
		return nil, &Reject{Field: "geometry", Reason: geo.Empty, Detail: "the geometry is empty"}
	}
	return g, nil
}
