package intake

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"fangma/geo"
	"github.com/paulmach/orb"
)

const malformed = "malformed" // slug for a row that is no row of its format

// parseFeature makes sense of the JSON of one Feature, or of a bare geometry.
func parseFeature(number int, raw []byte, names naming) feature {
	f := feature{row: number}
	if !utf8.Valid(raw) {
		f.fatal = errNotUTF8
		return f
	}
	p := featureParser{text: jsonText{b: raw}, names: names}
	err := p.parse()
	if err == nil {
		err = p.text.end()
	}
	f.id, f.values = p.id, p.values
	if own := f.values.value[fieldID]; own != "" && (f.id == "" || f.values.rank[fieldID] == 0) {
		f.id = own // the person has said which column it is
	}
	if err != nil {
		f.reject = &Reject{Reason: malformed, Detail: err.Error()}
		return f
	}
	f.geometry, f.reject = p.shape.geometry()
	return f
}

// featureParser collects what is wanted of one row.
type featureParser struct {
	text   jsonText
	names  naming
	id     string
	values record
	shape  jsonShape
	kind   string
}

func (p *featureParser) parse() error {
	return p.text.object(func(name []byte) error {
		switch string(name) {
		case "type":
			kind, err := p.text.text()
			p.kind = string(kind)
			if _, isShape := shapeDepth(p.kind); isShape {
				p.shape.kind = p.kind
			}
			if err == nil && p.kind == "FeatureCollection" {
				err = errors.New("a FeatureCollection stands where one Feature is due")
			}
			return err
		case "id":
			return p.value(func(v string) { p.id = v })
		case "properties":
			if p.text.peek() == '{' {
				return p.properties("")
			}
		case "geometry":
			if p.text.peek() == '{' {
				return p.geometry()
			}
		case "coordinates": // the row is a bare geometry
			return p.shape.coordinates(&p.text)
		}
		return p.text.skip()
	})
}

// properties reads the attributes that have a name of ours, those of inner objects as outer.inner.
func (p *featureParser) properties(prefix string) error {
	return p.text.object(func(name []byte) error {
		if p.text.peek() == '{' && prefix == "" {
			return p.properties(string(name) + ".")
		}
		var s slot
		var ok bool
		if prefix == "" {
			s, ok = p.names.lookupBytes(name)
		} else {
			s, ok = p.names.lookup(prefix + string(name))
		}
		if !ok {
			return p.text.skip()
		}
		return p.value(func(v string) { p.values.put(s, v) })
	})
}

// value reads a string, number or truth as text; null, arrays and objects are nothing.
func (p *featureParser) value(use func(string)) error {
	switch p.text.peek() {
	case '"':
		s, err := p.text.text()
		if err == nil {
			use(strings.TrimSpace(string(s)))
		}
		return err
	case '{', '[':
		return p.text.skip()
	}
	raw, err := p.text.literal()
	if err == nil && string(raw) != "null" {
		use(string(raw))
	}
	return err
}

func (p *featureParser) geometry() error {
	return p.text.object(func(name []byte) error {
		switch string(name) {
		case "type":
			kind, err := p.text.text()
			p.shape.kind = string(kind)
			return err
		case "coordinates":
			return p.shape.coordinates(&p.text)
		}
		return p.text.skip()
	})
}

// jsonShape holds coordinates before their type is known: GeoJSON may name it after them.
type jsonShape struct {
	kind     string
	has      bool
	points   []orb.Point
	depth    int   // of the arrays: 1 a point, 2 a line, 3 an area, 4 several
	ringEnds []int // ends in points, of lines and rings
	partEnds []int // ends in ringEnds
}

var errCoordinates = errors.New("the coordinates are not arrays of numbers of one depth")

func (s *jsonShape) coordinates(t *jsonText) error {
	*s = jsonShape{kind: s.kind}
	if t.peek() != '[' {
		return t.skip()
	}
	s.has = true
	// Looking ahead tells the depth: how many brackets come before the first number.
	for i := t.i; i < len(t.b); i++ {
		switch t.b[i] {
		case '[':
			s.depth++
			continue
		case ' ', '\t', '\r', '\n':
			continue
		}
		break
	}
	if s.depth > 4 {
		return errCoordinates
	}
	// A row of JSON spends about 20 bytes on a point.
	s.points = make([]orb.Point, 0, min(16+(len(t.b)-t.i)/24, 1<<16))
	return s.level(t, s.depth)
}

// level reads arrays of the given depth.
func (s *jsonShape) level(t *jsonText, depth int) error {
	if depth == 1 {
		return s.position(t)
	}
	err := t.array(func() error {
		if t.peek() != '[' {
			return errCoordinates
		}
		return s.level(t, depth-1)
	})
	switch depth {
	case 2:
		s.ringEnds = append(s.ringEnds, len(s.points))
	case 3:
		s.partEnds = append(s.partEnds, len(s.ringEnds))
	}
	return err
}

// position reads longitude and latitude; heights and measures after them are dropped.
func (s *jsonShape) position(t *jsonText) error {
	var p orb.Point
	n := 0
	err := t.array(func() error {
		if c := t.peek(); c == '[' || c == '{' || c == '"' || c == 'n' {
			return errCoordinates
		}
		v, err := t.number()
		if n < 2 {
			p[n] = v
		}
		n++
		return err
	})
	if err != nil {
		return err
	}
	if n == 0 && s.depth > 1 {
		return nil // an empty array at the bottom: an empty line
	}
	if n == 1 {
		return errCoordinates
	}
	if n >= 2 {
		s.points = append(s.points, p)
	}
	return nil
}

// shapeDepth is the depth of the coordinates of each geometry type.
func shapeDepth(kind string) (int, bool) {
	switch kind {
	case "Point":
		return 1, true
	case "LineString", "MultiPoint":
		return 2, true
	case "Polygon", "MultiLineString":
		return 3, true
	case "MultiPolygon":
		return 4, true
	case "GeometryCollection":
		return 0, true
	}
	return 0, false
}

// geometry builds what the type says. Missing and empty ones are nil; what is no area or point is left
// for the check of footprints to name.
func (s *jsonShape) geometry() (orb.Geometry, *Reject) {
	if s.kind == "" && !s.has {
		return nil, nil
	}
	want, known := shapeDepth(s.kind)
	switch {
	case !known:
		return nil, &Reject{Field: "geometry", Reason: geo.WrongType, Detail: fmt.Sprintf("there is no geometry type %.40q", s.kind)}
	case s.kind == "GeometryCollection":
		return orb.Collection{}, nil
	case len(s.points) == 0:
		return nil, nil
	case s.depth != want:
		return nil, &Reject{Field: "geometry", Reason: malformed, Detail: fmt.Sprintf("the coordinates have %d levels, a %s has %d", s.depth, s.kind, want)}
	}
	switch s.kind {
	case "Point":
		return s.points[0], nil
	case "MultiPoint":
		return orb.MultiPoint(s.points), nil
	case "LineString":
		return orb.LineString(s.points), nil
	case "MultiLineString":
		return orb.MultiLineString{}, nil
	case "Polygon":
		return s.polygon(0, len(s.ringEnds)), nil
	}
	parts := make(orb.MultiPolygon, len(s.partEnds))
	from := 0
	for i, to := range s.partEnds {
		parts[i] = s.polygon(from, to)
		from = to
	}
	return parts, nil
}

// polygon is made of the rings from one to another.
func (s *jsonShape) polygon(from, to int) orb.Polygon {
	p := make(orb.Polygon, 0, to-from)
	start := 0
	if from > 0 {
		start = s.ringEnds[from-1]
	}
	for _, end := range s.ringEnds[from:to] {
		p = append(p, orb.Ring(s.points[start:end:end]))
		start = end
	}
	return p
}
