package intake

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// Options say how to read a file. The zero value reads WGS84 files in UTF-8.
type Options struct {
	// CRS of the coordinates. When unset, a shapefile's .prj or GeoJSON's "crs" member holds, else WGS84.
	CRS CRS
	// Encoding of the text, a WHATWG label such as "gb18030" or "windows-1252". When empty, a byte order
	// mark, a .cpg file or the DBF's code page holds, else UTF-8. The mark of UTF-8 holds in any case.
	Encoding string
	// Map names source attributes for our fields, from → to. It comes before the automatic names.
	Map map[string]string
	// Explode makes every part of a MultiPolygon a building of its own, with ids id#1, id#2, …
	Explode bool
	// Levels maps OSM admin_level (or a numeric level attribute) to a division level, 1 to 5. A level
	// that is not in it is passed over. When nil, a numeric level attribute is taken as it is.
	Levels map[int]int
	// Transformer turns other coordinate systems into WGS84. Files that need it fail without.
	Transformer Transformer
	// MaxRow bounds the bytes of one row; a larger one is rejected. Zero means 8 MB for buildings, 64 MB for
	// divisions.
	MaxRow int
	// Progress is called now and then with the bytes read so far and in all, from one goroutine.
	Progress func(read, total int64)
}

// Transformer turns geometries from a coordinate system into WGS84 longitude and latitude.
type Transformer interface {
	// Transform returns the geometries in the same order, and for each an error if it lies outside
	// the system. The last error is for the whole batch. crs is "EPSG:n" or WKT; coordinates are
	// easting (longitude) first. It is called from several goroutines.
	Transform(ctx context.Context, crs string, g []orb.Geometry) ([]orb.Geometry, []error, error)
}

// Item is what became of one row: a value, or a reject.
type Item[T any] struct {
	Value  T
	Reject *Reject
}

// Reject is a row that was left out.
type Reject struct {
	Row    int    // as a person counts: line of a text file, feature or record of the others, from 1
	ID     string // external id, if the row had one
	Field  string // geometry, level, …; empty when the row as a whole is meant
	Reason string // stable slug
	Detail string // for people; never repeats personal digits
}

// Note is a field that was left out of a row that stands.
type Note struct {
	Field, Reason, Detail string
}

// Building is a candidate for the registry.
type Building struct {
	Row       int
	ID        string // external id in the source, such as OSM's "w123"; may be empty
	Footprint geo.Footprint
	Name      string
	Address   string
	Floors    *int
	Height    *float64 // m
	Use       string
	State     string // one of registry's, or empty when the source says nothing
	Notes     []Note
}

// Division is a candidate for the tree of divisions.
type Division struct {
	Row        int
	ID         string
	Code       string // official, or osm:r<id>
	Name       string
	Level      int // 1 province to 5 community
	ParentCode string
	Boundary   orb.MultiPolygon // nil when the file has none
	Notes      []Note
}

// BasemapFeature is a line or area drawn under the houses.
type BasemapFeature struct {
	Row      int
	ID       string // OSM id: w123 or r45
	Class    string // road, rail, water, green or landuse
	Kind     string // the tag's value: residential, stream, forest, …
	Name     string
	Geometry orb.Geometry // LineString, Polygon or MultiPolygon
}

// Buildings reads the candidates of a file in its order. The last pair has an error if the file could
// not be read to its end; a row number in the error is where.
func Buildings(ctx context.Context, path string, opt Options) iter.Seq2[Item[Building], error] {
	return func(yield func(Item[Building], error) bool) {
		opt.MaxRow = cmp.Or(opt.MaxRow, maxBuildingRow)
		names, err := buildingNames(opt.Map)
		if err != nil {
			yield(Item[Building]{}, err)
			return
		}
		r, err := open(ctx, path, opt, names, osmBuildings)
		if err != nil {
			yield(Item[Building]{}, err)
			return
		}
		defer r.close()
		b := builder{opt: opt}
		run(ctx, r, opt, b.buildings, yield)
	}
}

// Divisions reads the divisions of a file in its order; see Buildings.
func Divisions(ctx context.Context, path string, opt Options) iter.Seq2[Item[Division], error] {
	return func(yield func(Item[Division], error) bool) {
		opt.MaxRow = cmp.Or(opt.MaxRow, maxDivisionRow)
		names, err := divisionNames(opt.Map)
		if err != nil {
			yield(Item[Division]{}, err)
			return
		}
		r, err := open(ctx, path, opt, names, osmDivisions)
		if err != nil {
			yield(Item[Division]{}, err)
			return
		}
		defer r.close()
		d := divider{opt: opt}
		run(ctx, r, opt, d.divisions, yield)
	}
}

// Basemap reads roads, rails, water, green and land use of an OSM PBF file; see Buildings.
func Basemap(ctx context.Context, path string, opt Options) iter.Seq2[Item[BasemapFeature], error] {
	return func(yield func(Item[BasemapFeature], error) bool) {
		r, err := open(ctx, path, opt, naming{}, osmBasemap)
		if err != nil {
			yield(Item[BasemapFeature]{}, err)
			return
		}
		defer r.close()
		if _, ok := r.(*osmReader); !ok {
			yield(Item[BasemapFeature]{}, fmt.Errorf("the base map is read from OSM PBF files only"))
			return
		}
		run(ctx, r, opt, basemapFeatures, yield)
	}
}
