package intake

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// CRS is the coordinate system of a file. The zero value is unset and stands for WGS84 longitude and
// latitude unless the file says otherwise.
type CRS struct {
	datum      datum
	definition string // for the Transformer: "EPSG:n" or WKT
}

type datum uint8

const (
	unset datum = iota
	wgs84
	gcj02
	bd09
	foreign
)

// String returns the name as ParseCRS takes it (or WKT), empty when unset.
func (c CRS) String() string {
	switch c.datum {
	case wgs84:
		return "EPSG:4326"
	case gcj02:
		return "gcj02"
	case bd09:
		return "bd09"
	}
	return c.definition
}

func (c CRS) set() bool { return c.datum != unset }

// ParseCRS reads "EPSG:n" (also as an OGC URN or URL, or the bare number), "gcj02", "bd09", "wgs84" or
// "CRS84". The empty string is the unset CRS.
func ParseCRS(s string) (CRS, error) {
	name := strings.ToLower(strings.TrimSpace(s))
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(name) {
	case "":
		return CRS{}, nil
	case "gcj02":
		return CRS{datum: gcj02}, nil
	case "bd09", "bd09ll":
		return CRS{datum: bd09}, nil
	case "wgs84", "crs84", "ogc:crs84":
		return CRS{datum: wgs84}, nil
	}
	if strings.Contains(name, "crs84") {
		return CRS{datum: wgs84}, nil
	}
	digits := name[strings.LastIndexAny(name, ":/")+1:]
	code, err := strconv.Atoi(digits)
	if err != nil || code < 1024 || code > 999999 || digits != name && !strings.Contains(name, "epsg") {
		return CRS{}, fmt.Errorf("no coordinate system %q: write EPSG:n, gcj02 or bd09", s)
	}
	return epsg(code), nil
}

func epsg(code int) CRS {
	switch code {
	case 4326, 4979:
		return CRS{datum: wgs84}
	case 900913, 102100, 102113: // names that Web Mercator had before it had a number
		code = 3857
	}
	return CRS{datum: foreign, definition: "EPSG:" + strconv.Itoa(code)}
}

// crsFromWKT reads the content of a .prj file. Empty content leaves the CRS unset.
func crsFromWKT(wkt string) (CRS, error) {
	wkt = strings.TrimSpace(strings.TrimPrefix(wkt, "\ufeff"))
	if wkt == "" {
		return CRS{}, nil
	}
	keyword, rest, ok := strings.Cut(wkt, "[")
	switch strings.ToUpper(strings.TrimSpace(keyword)) {
	case "GEOGCS", "GEOGCRS", "GEODCRS", "PROJCS", "PROJCRS", "COMPD_CS", "COMPOUNDCRS", "BOUNDCRS":
	default:
		ok = false
	}
	if !ok {
		return CRS{}, errors.New("the .prj file holds no coordinate system: give --crs")
	}
	if code := wktCode(wkt); code > 0 {
		return epsg(code), nil
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(rest), `"`), `"`)
	switch strings.NewReplacer("_", "", " ", "").Replace(strings.ToUpper(name)) {
	case "GCSWGS1984", "WGS1984", "WGS84", "GCSWGS84":
		return CRS{datum: wgs84}, nil
	}
	return CRS{datum: foreign, definition: wkt}, nil
}

// wktCode is the EPSG number at the very end of a definition, 0 without one; numbers further in belong
// to its parts.
func wktCode(wkt string) int {
	end := strings.Map(func(r rune) rune {
		if r == '"' || r == ' ' || r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, strings.ToUpper(wkt))
	end, ok := strings.CutSuffix(end, "]]")
	at := strings.LastIndex(end, "EPSG,")
	if !ok || at < 0 || !strings.HasSuffix(end[:at], "AUTHORITY[") && !strings.HasSuffix(end[:at], "ID[") {
		return 0
	}
	code, err := strconv.Atoi(end[at+len("EPSG,"):])
	if err != nil {
		return 0
	}
	return code
}

// converter brings features to WGS84.
type converter struct {
	transformer Transformer
	mu          sync.Mutex
	usages      map[string]usage // by definition
}

func newConverter(opt Options) *converter {
	return &converter{transformer: opt.Transformer, usages: map[string]usage{}}
}

// convert replaces the geometries of the features that are not rejects. A place outside the system
// becomes a reject; the error is for the whole file.
func (c *converter) convert(ctx context.Context, crs CRS, features []feature) error {
	switch crs.datum {
	case gcj02:
		shift(features, geo.FromGCJ02)
		return nil
	case bd09:
		shift(features, geo.FromBD09)
		return nil
	case foreign:
		return c.transform(ctx, crs.definition, features)
	case unset:
		hintCRS(features)
	}
	return nil
}

// shift moves every point.
func shift(features []feature, to func(orb.Point) orb.Point) {
	for i := range features {
		if features[i].reject == nil {
			if p, ok := features[i].geometry.(orb.Point); ok {
				features[i].geometry = to(p)
				continue
			}
			eachPoint(features[i].geometry, func(p *orb.Point) { *p = to(*p) })
		}
	}
}

// hintCRS rejects coordinates that can only be of another system, which nobody has named.
func hintCRS(features []feature) {
	for i := range features {
		f := &features[i]
		if f.reject != nil || f.geometry == nil {
			continue
		}
		eachPoint(f.geometry, func(p *orb.Point) {
			if f.reject == nil && (math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90) && !math.IsInf(p[0]+p[1], 0) {
				f.reject = &Reject{Field: "geometry", Reason: geo.OutOfRange,
					Detail: fmt.Sprintf("%.9g, %.9g is not a longitude and latitude, and the file names no coordinate system: give --crs EPSG:n", p[0], p[1])}
			}
		})
	}
}

func (c *converter) transform(ctx context.Context, definition string, features []feature) error {
	if c.transformer == nil {
		return fmt.Errorf("the coordinates are in %.60s, and nothing is at hand to transform them", definition)
	}
	made, err := c.usage(definition)
	if err != nil {
		return err
	}
	var where []int
	var shapes []orb.Geometry
	for i := range features {
		f := &features[i]
		if f.reject != nil || f.geometry == nil {
			continue
		}
		if f.reject = outsideCRS(f.geometry, definition, made); f.reject == nil {
			where, shapes = append(where, i), append(shapes, f.geometry)
		}
	}
	if len(shapes) == 0 {
		return nil
	}
	moved, errs, err := c.transformer.Transform(ctx, definition, shapes)
	if err != nil {
		return fmt.Errorf("transform from %.60s: %w", definition, err)
	}
	if len(moved) != len(shapes) || len(errs) != len(shapes) {
		return fmt.Errorf("transform from %.60s: %d of %d geometries came back", definition, len(moved), len(shapes))
	}
	for k, i := range where {
		if errs[k] != nil {
			features[i].reject = &Reject{Field: "geometry", Reason: outsideReason, Detail: fmt.Sprintf("cannot be transformed from %.60s: %v", definition, errs[k])}
			continue
		}
		if p := moved[k].Bound().Center(); !made.holds(p) {
			features[i].reject = &Reject{Field: "geometry", Reason: outsideReason,
				Detail: fmt.Sprintf("%s would put it at %.4f, %.4f, far outside the area that system is made for", definition, p[0], p[1])}
			continue
		}
		features[i].geometry = moved[k]
	}
	return nil
}

// outsideReason is the slug for a place that its coordinate system does not reach.
const outsideReason = "outside_crs"

// outsideCRS rejects what cannot be transformed: numbers that are none, and degrees where metres are due.
func outsideCRS(g orb.Geometry, definition string, made usage) *Reject {
	small, finite, points := true, true, 0
	eachPoint(g, func(p *orb.Point) {
		points++
		finite = finite && !math.IsNaN(p[0]-p[0]) && !math.IsNaN(p[1]-p[1])
		small = small && math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90
	})
	switch {
	case points == 0:
		return &Reject{Field: "geometry", Reason: geo.Empty, Detail: "the geometry is empty"}
	case !finite:
		return &Reject{Field: "geometry", Reason: geo.NotFinite, Detail: "a coordinate is not a finite number"}
	case made.known && small && !made.degrees:
		return &Reject{Field: "geometry", Reason: outsideReason, Detail: fmt.Sprintf("the coordinates look like degrees, but %.60s counts in metres", definition)}
	case made.known && !small && made.degrees:
		return &Reject{Field: "geometry", Reason: outsideReason, Detail: fmt.Sprintf("the coordinates are outside ±180, ±90, but %.60s counts in degrees", definition)}
	}
	return nil
}

// usage looks a definition up once.
func (c *converter) usage(definition string) (usage, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if u, ok := c.usages[definition]; ok {
		return u, nil
	}
	u, err := usageOf(definition)
	if err == nil {
		c.usages[definition] = u
	}
	return u, err
}

// eachPoint calls do for every point of the geometry, in place; only a single Point is given as a copy.
func eachPoint(g orb.Geometry, do func(*orb.Point)) {
	switch g := g.(type) {
	case orb.Point:
		do(&g)
	case orb.MultiPoint:
		eachOf(g, do)
	case orb.LineString:
		eachOf(g, do)
	case orb.Ring:
		eachOf(g, do)
	case orb.MultiLineString:
		for _, l := range g {
			eachOf(l, do)
		}
	case orb.Polygon:
		for _, r := range g {
			eachOf(r, do)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, r := range p {
				eachOf(r, do)
			}
		}
	}
}

func eachOf(points []orb.Point, do func(*orb.Point)) {
	for i := range points {
		do(&points[i])
	}
}
