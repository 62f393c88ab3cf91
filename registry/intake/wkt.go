package intake

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// parseWKT reads a point or area in well-known text, with heights and measures, which are dropped, and with
// PostGIS' "SRID=4326;" in front. Empty geometries are nil, other types are left for the check of footprints to
// name. Rings may be open, which the library for it takes for a fault.
func parseWKT(s string) (orb.Geometry, error) {
	if srid, rest, ok := strings.Cut(s, ";"); ok && len(srid) >= 5 && strings.EqualFold(srid[:5], "SRID=") {
		if srid[5:] != strconv.Itoa(geo.SRID) {
			return nil, fmt.Errorf("the text is in %.20s: take the prefix away and give --crs EPSG:%.10s", srid, srid[5:])
		}
		s = rest
	}
	w := wktText{s: s}
	kind, empty := w.kind()
	if empty {
		return nil, w.end()
	}
	var err error
	switch kind {
	case "POINT":
		w.shape.kind = "Point"
		err = w.list(w.position)
		if len(w.shape.points) > 1 {
			err = errWKT
		}
	case "POLYGON":
		w.shape.kind = "Polygon"
		err = w.list(w.ring)
	case "MULTIPOLYGON":
		w.shape.kind = "MultiPolygon"
		err = w.list(w.part)
	case "LINESTRING", "MULTILINESTRING", "MULTIPOINT", "GEOMETRYCOLLECTION", "POLYHEDRALSURFACE", "TIN", "TRIANGLE",
		"CURVEPOLYGON", "MULTISURFACE", "CIRCULARSTRING", "COMPOUNDCURVE", "MULTICURVE":
		return orb.Collection{}, nil
	default:
		err = errWKT
	}
	if err == nil {
		err = w.end()
	}
	if err != nil {
		return nil, fmt.Errorf("%s %w", shown(s), err)
	}
	w.shape.depth, _ = shapeDepth(w.shape.kind)
	g, _ := w.shape.geometry() // the depth is right
	return g, nil
}

var errWKT = errors.New("is not well-known text")

// wktText walks over the text and fills a shape.
type wktText struct {
	s     string
	shape jsonShape
}

// word takes letters, in upper case.
func (w *wktText) word() string {
	w.s = strings.TrimLeft(w.s, " \t\r\n")
	n := 0
	for n < len(w.s) && (w.s[n]|0x20) >= 'a' && (w.s[n]|0x20) <= 'z' {
		n++
	}
	word := strings.ToUpper(w.s[:n])
	w.s = w.s[n:]
	return word
}

// kind takes the type with its dimensions, and whether the geometry is empty.
func (w *wktText) kind() (kind string, empty bool) {
	kind = w.word()
	next := w.word()
	if next == "Z" || next == "M" || next == "ZM" {
		next = w.word()
	} else if bare := strings.TrimRight(kind, "ZM"); bare != kind && bare != "" {
		kind = bare // written as one word
	}
	if next != "" && next != "EMPTY" {
		return "", false
	}
	return kind, next == "EMPTY"
}

// take passes over a mark if it is there.
func (w *wktText) take(mark byte) bool {
	w.s = strings.TrimLeft(w.s, " \t\r\n")
	if w.s == "" || w.s[0] != mark {
		return false
	}
	w.s = w.s[1:]
	return true
}

func (w *wktText) end() error {
	if strings.TrimSpace(w.s) != "" {
		return errWKT
	}
	return nil
}

// list takes elements between brackets, with commas between them.
func (w *wktText) list(element func() error) error {
	if !w.take('(') {
		return errWKT
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if !w.take(',') {
			break
		}
	}
	if !w.take(')') {
		return errWKT
	}
	return nil
}

// part takes the rings of one part, or EMPTY.
func (w *wktText) part() error {
	var err error
	if w.word() != "EMPTY" {
		err = w.list(w.ring)
	}
	w.shape.partEnds = append(w.shape.partEnds, len(w.shape.ringEnds))
	return err
}

func (w *wktText) ring() error {
	err := w.list(w.position)
	w.shape.ringEnds = append(w.shape.ringEnds, len(w.shape.points))
	return err
}

// position takes two to four numbers.
func (w *wktText) position() error {
	var p orb.Point
	for i := 0; ; i++ {
		w.s = strings.TrimLeft(w.s, " \t\r\n")
		n := strings.IndexAny(w.s, " \t\r\n,()")
		if n < 0 {
			return errWKT
		}
		if n == 0 {
			if i < 2 || i > 4 {
				return errWKT
			}
			break
		}
		v, err := strconv.ParseFloat(w.s[:n], 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return errWKT
		}
		if i < 2 {
			p[i] = v
		}
		w.s = w.s[n:]
	}
	w.shape.points = append(w.shape.points, p)
	return nil
}
