package registry

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// After gives the building's after-image: what an event says of it.
func (b *Building) After() ([]byte, error) { return b.AppendAfter(nil) }

// AppendAfter writes the after-image behind what is in to. It is the very text
// that encoding/json makes of a Building, at a tenth of the cost: an import
// writes one for every house of a city.
func (b *Building) AppendAfter(to []byte) ([]byte, error) {
	code, err := b.Code.MarshalText()
	if err != nil {
		return nil, err
	}
	to = append(append(to, `{"code":"`...), code...)
	to = strconv.AppendInt(append(to, `","version":`...), int64(b.Version), 10)
	to = appendText(append(to, `,"status":`...), string(b.Status))
	to = appendDate(append(to, `,"statusFrom":`...), b.Standing.From)
	to = appendText(append(to, `,"statusBefore":`...), string(b.Before))
	if b.As != "" {
		to = appendText(append(to, `,"retiredAs":`...), string(b.As))
	}
	to = append(to, `,"recordedFrom":"`...)
	if to, err = b.RecordedFrom.AppendText(to); err != nil {
		return nil, fmt.Errorf("write the time of recording: %w", err)
	}
	to = append(to, `","timeline":`...)
	if to, err = b.Timeline.appendTo(to); err != nil {
		return nil, err
	}
	for i, id := range b.ExternalIDs {
		if i == 0 {
			to = append(to, `,"externalIds":[`...)
		} else {
			to = append(to, ',')
		}
		to = appendText(append(to, `{"source":`...), id.Source)
		to = append(appendText(append(to, `,"id":`...), id.ID), '}')
		if i == len(b.ExternalIDs)-1 {
			to = append(to, ']')
		}
	}
	return append(to, '}'), nil
}

func (t Timeline) appendTo(to []byte) (_ []byte, err error) {
	if t == nil {
		return append(to, "null"...), nil
	}
	to = append(to, '[')
	for i := range t {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = t[i].appendTo(to); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

func (s *Span) appendTo(to []byte) (_ []byte, err error) {
	to = appendDate(append(to, `{"from":`...), s.From)
	to = appendDate(append(to, `,"to":`...), s.To)
	to = appendText(append(to, `,"state":`...), string(s.State))
	to = appendText(append(to, `,"evidence":`...), string(s.Evidence))
	if s.InQuestion {
		to = append(to, `,"inQuestion":true`...)
	}
	to = appendText(append(to, `,"legality":`...), string(s.Legality))
	if to, err = s.Shape.appendTo(append(to, `,"geometry":`...)); err != nil {
		return nil, err
	}
	if to, err = appendPoint(append(to, `,"point":`...), s.Point); err != nil {
		return nil, err
	}
	to = append(strconv.AppendUint(append(to, `,"cell":"`...), uint64(s.Cell), 16), '"')
	if s.Community != 0 {
		to = strconv.AppendInt(append(to, `,"community":`...), s.Community, 10)
	}
	if s.Floors != nil {
		to = strconv.AppendInt(append(to, `,"floors":`...), int64(*s.Floors), 10)
	}
	if s.Height != nil {
		if to, err = appendNumber(append(to, `,"height":`...), *s.Height); err != nil {
			return nil, err
		}
	}
	if s.Name != "" {
		to = appendText(append(to, `,"name":`...), s.Name)
	}
	if s.Address != "" {
		to = appendText(append(to, `,"address":`...), s.Address)
	}
	return append(to, '}'), nil
}

func (s Shape) appendTo(to []byte) (_ []byte, err error) {
	switch g := s.Geometry.(type) {
	case orb.Point:
		to, err = appendPoint(append(to, `{"type":"Point","coordinates":`...), g)
	case orb.Polygon:
		to, err = appendPolygon(append(to, `{"type":"Polygon","coordinates":`...), g)
	case orb.MultiPolygon:
		to = append(to, `{"type":"MultiPolygon","coordinates":[`...)
		for i, p := range g {
			if i > 0 {
				to = append(to, ',')
			}
			if to, err = appendPolygon(to, p); err != nil {
				return nil, err
			}
		}
		to = append(to, ']')
	default:
		text, err := s.MarshalJSON()
		return append(to, text...), err
	}
	return append(to, '}'), err
}

func appendPolygon(to []byte, p orb.Polygon) (_ []byte, err error) {
	to = append(to, '[')
	for i, ring := range p {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, '[')
		for k, corner := range ring {
			if k > 0 {
				to = append(to, ',')
			}
			if to, err = appendPoint(to, corner); err != nil {
				return nil, err
			}
		}
		to = append(to, ']')
	}
	return append(to, ']'), nil
}

func appendPoint(to []byte, p orb.Point) (_ []byte, err error) {
	if to, err = appendNumber(append(to, '['), p[0]); err != nil {
		return nil, err
	}
	if to, err = appendNumber(append(to, ','), p[1]); err != nil {
		return nil, err
	}
	return append(to, ']'), nil
}

// appendNumber writes the shortest text that reads back as the number. Of one
// with up to nine decimal places and fifteen digits, as coordinates are, that
// is the number itself.
func appendNumber(to []byte, v float64) ([]byte, error) {
	const places, most, least = 1e9, 1e6, 1e-6
	if size := math.Abs(v); size >= least && size < most {
		n := math.Round(size * places)
		if n/places == size {
			if v < 0 {
				to = append(to, '-')
			}
			whole, rest := uint64(n)/places, uint64(n)%places
			to = strconv.AppendUint(to, whole, 10)
			if rest == 0 {
				return to, nil
			}
			to = append(to, '.')
			for unit := uint64(places / 10); rest > 0; unit /= 10 {
				to = append(to, byte('0'+rest/unit))
				rest %= unit
			}
			return to, nil
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write a number: %w", err)
	}
	return append(to, text...), nil
}

func appendText(to []byte, s string) []byte {
	if !plain(s) {
		text, err := json.Marshal(s)
		if err != nil {
			panic(err) // encoding/json writes every string
		}
		return append(to, text...)
	}
	return append(append(append(to, '"'), s...), '"')
}

// plain tells whether a text is the same in JSON, but for the quotes.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0x7f {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029")
}

func appendDate(to []byte, d Date) []byte {
	if d == Forever {
		return append(to, "null"...)
	}
	to = d.Time().AppendFormat(append(to, '"'), time.DateOnly)
	return append(to, '"')
}
