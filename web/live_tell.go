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

// audience is what somebody with an open map may be told of changes that are
// no public facts: how many live somewhere, until when a house is confirmed, and
// who answers for a cell.
type audience int

const (
	anybody  audience = iota // nothing, not even that there was one
	staff                    // that there was one, not where
	informed                 // all
)

// audienceOf is what the roles of an actor let them be told.
func audienceOf(a registry.Actor) audience {
	switch {
	case a.Has(registry.Clerk, registry.Dispatcher):
		return informed
	case a.Has(registry.Planner, registry.Operator):
		return staff
	}
	return anybody // officers too: a message would tell them of changes in others' cells
}

// hubs are one for each audience: whoever listens learns nothing from the
// numbers of messages that are not for them.
type hubs [informed + 1]*hub

func newHubs() (h hubs) {
	for i := range h {
		h[i] = newHub()
	}
	return h
}

func (h hubs) close() {
	for _, one := range h {
		one.close()
	}
}

func (h hubs) count() (n int) {
	for _, one := range h {
		n += one.count()
	}
	return n
}

// tell tells everybody of a change of public facts.
func (l *Live) tell(c tiles.Changed) { l.tellFrom(anybody, c) }

// tellQuietly tells of a change of facts that are not public.
func (l *Live) tellQuietly(c tiles.Changed) { l.tellFrom(staff, c) }

// tellFrom tells an audience and those who may hear more. Of the layers that
// show more than public facts only the informed hear where they changed: at
// midnight, and with a house, both change at once.
func (l *Live) tellFrom(least audience, c tiles.Changed) {
	for _, layer := range c.Layers() {
		m := change{Codes: []registry.Code{}, BBox: boxOf(c, layer), Layers: []tiles.Layer{layer}}
		if layer == tiles.Buildings {
			if m.More = len(c.Codes) > named; !m.More {
				for _, code := range c.Codes {
					m.Codes = append(m.Codes, registry.Code(code))
				}
			}
		}
		for to := least; to <= informed; to++ {
			heard := m
			if to < informed && (layer == tiles.Density || layer == tiles.Cells) {
				heard.BBox = nil
			}
			if err := l.hubs[to].publish("change", heard); err != nil {
				l.cfg.Log.Error("a change could not be told", "err", err)
			}
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
