package web

import (
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/tiles"
)

// change is what open maps are told: one for each layer, because the boxes
// differ.
type change struct {
	Codes  []registry.Code `json:"codes"`
	More   bool            `json:"more"` // there are more codes than are named
	BBox   *[4]float64     `json:"bbox"` // west, south, east, north
	Layers []tiles.Layer   `json:"layers"`
}

// named is how many codes a change names.
const named = 100

func (l *Live) tell(c tiles.Changed) {
	for _, layer := range c.Layers() {
		m := change{Codes: []registry.Code{}, BBox: boxOf(c, layer), Layers: []tiles.Layer{layer}}
		if layer == tiles.Buildings {
			if m.More = len(c.Codes) > named; !m.More {
				for _, code := range c.Codes {
					m.Codes = append(m.Codes, registry.Code(code))
				}
			}
		}
		if err := l.hub.publish("change", m); err != nil {
			l.cfg.Log.Error("a change could not be told", "err", err)
		}
	}
}

// boxOf encloses what changed in one layer.
func boxOf(c tiles.Changed, layer tiles.Layer) *[4]float64 {
	var all *orb.Bound
	for _, a := range c.Areas {
		if a.Layer != layer {
			continue
		}
		b := a.Bound()
		if all != nil {
			b = all.Union(b)
		}
		all = &b
	}
	if all == nil {
		return nil
	}
	return &[4]float64{all.Min[0], all.Min[1], all.Max[0], all.Max[1]}
}
