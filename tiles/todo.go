package tiles

import "errors"

var errSoon = errors.New("tiles: being built")

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
