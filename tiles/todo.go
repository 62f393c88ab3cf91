package tiles

import (
	"errors"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// The exported surface, landing piece by piece; bodies follow.

var errSoon = errors.New("tiles: being built")

// Options say how a snapshot starts. The zero value is an empty town on 1970-01-01.
type Options struct {
	Today int32 // the registry's date
}

// Builder collects a whole town for a new snapshot. It is for one goroutine.
type Builder struct{}

func NewBuilder(opt Options) *Builder      { return &Builder{} }
func (b *Builder) Add(Building)            {}
func (b *Builder) SetDivisions([]Division) {}
func (b *Builder) SetBasemap([]Feature)    {}
func (b *Builder) Build() *Snapshot        { return &Snapshot{} }

// Snapshot is the town in memory. Any number of goroutines may read while others change it.
type Snapshot struct{}

// NewSnapshot is an empty town.
func NewSnapshot(opt Options) *Snapshot { return &Snapshot{} }

// Apply takes the present state of some buildings; one whose Version is not newer than what is known is ignored.
// When it returns, readers see the change and every watcher has been told.
func (s *Snapshot) Apply([]Building) Changed { return Changed{} }

// Advance moves the date forward and shows and hides versions accordingly.
func (s *Snapshot) Advance(today int32) Changed { return Changed{} }

func (s *Snapshot) SetDivisions([]Division) Changed { return Changed{} }
func (s *Snapshot) SetBasemap([]Feature) Changed    { return Changed{} }

// Watch calls f after every change, in order, before the changing call returns. f must be quick.
func (s *Snapshot) Watch(f func(Changed)) {}

// Tile encodes a tile, uncompressed; nil if nothing is in it. Errors are *TileError.
func (s *Snapshot) Tile(layer Layer, id TileID) ([]byte, error) { return nil, errSoon }

// Facts is what the snapshot knows of a building on today's map.
type Facts struct {
	Code     uint64
	Version  uint32
	Kind     Kind
	State    State
	Floors   int16
	Height   float32
	Point    orb.Point // within 9 mm of the recorded one
	Bound    orb.Bound
	Cell     geo.Cell
	Division int64
}

// Hit is a building found from a place.
type Hit struct {
	Code     uint64
	Distance float64 // metres from the footprint, 0 inside
	// Close is set when the place is within 2 cm of an outline, where the snapshot's integers do not
	// decide: ask the recorded geometry.
	Close bool
}

func (s *Snapshot) ByCode(code uint64) (Facts, bool)                { return Facts{}, false }
func (s *Snapshot) At(p orb.Point) (Hit, bool)                      { return Hit{}, false }
func (s *Snapshot) Nearest(p orb.Point, within float64) (Hit, bool) { return Hit{}, false }
func (s *Snapshot) InBound(b orb.Bound, limit int) []uint64         { return nil }
func (s *Snapshot) InCell(c geo.Cell, limit int) []uint64           { return nil }
func (s *Snapshot) Count() int                                      { return 0 }
func (s *Snapshot) CountIn(division int64) int                      { return 0 }
func (s *Snapshot) CountInCell(c geo.Cell) int                      { return 0 }
func (s *Snapshot) Bounds() (orb.Bound, bool)                       { return orb.Bound{}, false }
func (s *Snapshot) Seq() uint64                                     { return 0 }

// Encoding is a content coding that clients accept.
type Encoding uint8

const (
	Identity Encoding = iota
	Gzip
	Zstd
)

// String returns the token of Content-Encoding, "" for identity.
func (e Encoding) String() string { return [...]string{"", "gzip", "zstd"}[e] }

// Answer is a tile ready to send. Bytes belong to the cache: do not change them.
type Answer struct {
	Bytes []byte
	ETag  string // strong, with its quotes; also of an empty tile
	Empty bool   // nothing in it: answer 204
}

// Cache keeps encoded tiles of one snapshot within a number of bytes.
type Cache struct{}

// NewCache watches s, so that a change has left the cache when Apply returns.
func NewCache(s *Snapshot, maxBytes uint64) (*Cache, error) { return &Cache{}, nil }

// Get returns the tile in the encoding asked for. Errors are *TileError.
func (c *Cache) Get(layer Layer, id TileID, enc Encoding) (Answer, error) { return Answer{}, errSoon }

// TileJSON describes a layer (TileJSON 3.0). base is where the server is reached, for example
// "https://host" or ""; attribution is shown on the map.
func (s *Snapshot) TileJSON(layer Layer, base, attribution string) ([]byte, error) {
	return nil, errSoon
}

// Look is how the house map is drawn.
type Look struct {
	Base        string // prefix of the tile addresses, absolute for MapLibre: "https://host"
	Dark        bool
	Language    string // "zh" or "en"
	Extrude     bool   // buildings with a height stand up from zoom 15
	Attribution string
}

// Style returns the MapLibre style of the house map as JSON.
func (s *Snapshot) Style(look Look) ([]byte, error) { return nil, errSoon }
