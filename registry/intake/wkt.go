package intake

import (
	"errors"
	"fmt"
	"strings"

	"fangma/geo"
	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkt"
)

// parseWKT reads well-known text, with heights and measures, which are dropped, and with PostGIS'
// "SRID=4326;" in front. Empty geometries are nil.
func parseWKT(s string) (orb.Geometry, error) {
	if srid, rest, ok := strings.Cut(s, ";"); ok && len(srid) >= 5 && strings.EqualFold(srid[:5], "SRID=") {
		if srid[5:] != "4326" {
			return nil, fmt.Errorf("the text is in %.20s: take the prefix away and give --crs EPSG:%.10s", srid, srid[5:])
		}
		s = rest
	}
	t, err := wkt.Unmarshal(s)
	if err != nil {
		// The library's message quotes the text over several lines.
		return nil, errors.New(shown(s) + " is not well-known text")
	}
	if t.Empty() {
		return nil, nil
	}
	switch t.(type) {
	case *geom.Point, *geom.Polygon, *geom.MultiPolygon:
		return geo.FromGeom(t)
	case *geom.LineString, *geom.MultiLineString, *geom.MultiPoint, *geom.GeometryCollection:
		return orb.Collection{}, nil // the check of footprints names it
	}
	return nil, errors.New("the text is no geometry")
}
