// Package export writes buildings as of a moment to files, one at a time, for
// people's spreadsheets and other people's programs.
package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb/encoding/wkt"

	"fangma/geo"
	"fangma/registry"
)

// Writer takes buildings one by one. Flush gives everything to the writer
// below.
type Writer interface {
	Write(registry.Record) error
	Flush() error
}

// Columns are the head of the CSV, in order. Lengths are metres, areas square
// metres, coordinates degrees in WGS 84, the geometry well-known text.
func Columns() []string {
	return []string{"code", "status", "state", "evidence", "in_question", "legality", "floors", "height", "area", "name", "address",
		"community_code", "community_name", "external_ids", "lon", "lat", "cell", "valid_from", "valid_to", "recorded_from", "version", "geometry"}
}

type csvWriter struct {
	out *csv.Writer
	row []string
}

// CSV writes a table for spreadsheets: with a byte order mark, without which
// they take UTF-8 for something else, and with an apostrophe before text that
// they would take for a formula.
func CSV(w io.Writer) (Writer, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, fmt.Errorf("write csv: %w", err)
	}
	c := &csvWriter{out: csv.NewWriter(w)}
	c.out.UseCRLF = true // RFC 4180
	return c, c.out.Write(Columns())
}

func (c *csvWriter) Write(r registry.Record) error {
	var ids []string
	for _, id := range r.ExternalIDs {
		ids = append(ids, id.Source+"="+id.ID)
	}
	c.row = append(c.row[:0],
		r.Code.String(), string(r.StatusOn), string(r.State), string(r.Evidence), strconv.FormatBool(r.InQuestion), string(r.Legality),
		number(r.Floors), decimal(r.Height), area(r), Plain(r.Name), Plain(r.Address), Plain(r.CommunityCode), Plain(r.CommunityName),
		Plain(strings.Join(ids, " ")), degrees(r.Point[0]), degrees(r.Point[1]), r.Cell.String(), r.Span.From.String(), r.To.String(),
		r.RecordedFrom.Format("2006-01-02T15:04:05.999999Z"), strconv.Itoa(r.Version), wkt.MarshalString(r.Shape.Geometry))
	return c.out.Write(c.row)
}

func (c *csvWriter) Flush() error {
	c.out.Flush()
	return c.out.Error()
}

// Plain keeps a spreadsheet from working out what somebody wrote: what begins
// like a formula gets an apostrophe in front.
func Plain(text string) string {
	if strings.ContainsAny(first(text), "=+-@\t\r\n＝＋－＠") {
		return "'" + text
	}
	return text
}

func first(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func decimal(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func degrees(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func area(r registry.Record) string {
	if m2 := areaOf(r); m2 != nil {
		return decimal(m2)
	}
	return ""
}

// areaOf is the footprint's area to the decimetre, nil for a point.
func areaOf(r registry.Record) *float64 {
	if r.Shape.Geometry.Dimensions() != 2 {
		return nil
	}
	m2 := math.Round(geo.Area(r.Shape.Geometry)*10) / 10
	return &m2
}

type sequence struct {
	out *bufio.Writer
}

// GeoJSONSeq writes a GeoJSON text sequence (RFC 8142), one Feature a line,
// each after a record separator.
func GeoJSONSeq(w io.Writer) Writer { return &sequence{bufio.NewWriterSize(w, 64<<10)} }

type feature struct {
	Type       string         `json:"type"`
	ID         registry.Code  `json:"id"`
	Geometry   registry.Shape `json:"geometry"`
	Properties properties     `json:"properties"`
}

type properties struct {
	Code          registry.Code         `json:"code"`
	Status        registry.Status       `json:"status"`
	State         registry.State        `json:"state"`
	Evidence      registry.Evidence     `json:"evidence"`
	InQuestion    bool                  `json:"inQuestion"`
	Legality      registry.Legality     `json:"legality"`
	Floors        *int                  `json:"floors"`
	Height        *float64              `json:"height"`
	Area          *float64              `json:"area"`
	Name          string                `json:"name"`
	Address       string                `json:"address"`
	CommunityCode string                `json:"communityCode"`
	CommunityName string                `json:"communityName"`
	ExternalIDs   []registry.ExternalID `json:"externalIds"`
	Cell          geo.Cell              `json:"cell"`
	ValidFrom     registry.Date         `json:"validFrom"`
	ValidTo       registry.Date         `json:"validTo"` // null while it holds
	RecordedFrom  string                `json:"recordedFrom"`
	Version       int                   `json:"version"`
}

func (s *sequence) Write(r registry.Record) error {
	ids := r.ExternalIDs
	if ids == nil {
		ids = []registry.ExternalID{}
	}
	line, err := json.Marshal(feature{"Feature", r.Code, r.Shape, properties{
		r.Code, r.StatusOn, r.State, r.Evidence, r.InQuestion, r.Legality, r.Floors, r.Height, areaOf(r), r.Name, r.Address,
		r.CommunityCode, r.CommunityName, ids, r.Cell, r.Span.From, r.To, r.RecordedFrom.Format("2006-01-02T15:04:05.999999Z"), r.Version}})
	if err != nil {
		return fmt.Errorf("write feature of %s: %w", r.Code, err)
	}
	_, err = fmt.Fprintf(s.out, "\x1e%s\n", line)
	return err
}

func (s *sequence) Flush() error { return s.out.Flush() }
