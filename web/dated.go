package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

const (
	// datedBytes bounds the tiles of other dates that are kept.
	datedBytes = 32 << 20
	// datedZones is of how many moments the divisions are kept, ready to draw.
	datedZones = 8
	// drawnAtOnce is how many parts of other dates are read at a time: anybody
	// may ask for them, and the database has other work.
	drawnAtOnce = 4
	// settled is how old an instant of knowledge must be to be past change: a
	// transaction may commit some time after the instant it records.
	settled = time.Hour
	// beyond is how far, in tiles, an outline that shows may lie outside.
	beyond = 0.1
)

// moment names a state of the town. While its knowledge can still change, seq,
// the state of the live map, is part of the name, so that nothing stale is
// ever found under it.
type moment struct {
	on    registry.Date
	known int64 // microseconds since 1970, 0 for what is known now
	seq   uint64
}

type datedTile struct {
	moment
	layer tiles.Layer
	id    tiles.TileID
}

// past draws the town at other moments than now: rows from the database
// through the same encoder as the live map.
type past struct {
	store   *postgres.Reader
	live    *Live
	clock   func() time.Time
	tiles   *otter.Cache[datedTile, answer]
	zones   *otter.Cache[moment, *pastZones]
	heats   *otter.Cache[moment, *pastHeat]
	drawing chan struct{}
	heating chan struct{} // one whole town is read at a time
}

// pastZones are the divisions of a moment: drawn, with how many buildings
// stood in each, and to look points up in; and the zones of planners, drawn.
type pastZones struct {
	*tiles.Snapshot
	places *places
}

func newPast(store *postgres.Reader, live *Live, clock func() time.Time) (*past, error) {
	p := &past{store: store, live: live, clock: clock, drawing: make(chan struct{}, drawnAtOnce), heating: make(chan struct{}, 1)}
	var err error
	p.tiles, err = otter.New(&otter.Options[datedTile, answer]{
		MaximumWeight: datedBytes,
		Weigher:       func(_ datedTile, a answer) uint32 { return uint32(len(a.body) + len(a.zipped) + 300) },
	})
	if err != nil {
		return nil, fmt.Errorf("cache of dated tiles: %w", err)
	}
	p.zones, err = otter.New(&otter.Options[moment, *pastZones]{MaximumSize: datedZones})
	if err != nil {
		return nil, fmt.Errorf("cache of dated divisions: %w", err)
	}
	if p.heats, err = newPastHeat(); err != nil {
		return nil, fmt.Errorf("cache of dated sums: %w", err)
	}
	return p, nil
}

// present says that a moment is now: the live map answers.
func (p *past) present(at registry.AsOf) bool {
	return at.KnownAt == nil && (at.ValidOn == nil || *at.ValidOn == p.store.Today())
}

// moment settles what is asked for: a day, even if none is named, so that one
// answer has one date throughout.
func (p *past) moment(at registry.AsOf) (moment, registry.AsOf) {
	m := moment{on: p.store.Today()}
	if at.ValidOn != nil {
		m.on = *at.ValidOn
	}
	at.ValidOn = &m.on
	if at.KnownAt != nil {
		m.known = at.KnownAt.UnixMicro()
	}
	if at.KnownAt == nil || !p.isSettled(*at.KnownAt) {
		if t := p.live.town.Load(); t != nil {
			m.seq = t.snapshot.Seq()
		}
	}
	return m, at
}

// isSettled says that nothing will be learned any more of what was known at an
// instant. A replica may have to learn yet what its primary knew by then.
func (p *past) isSettled(known time.Time) bool {
	behind, looked := p.live.behind()
	return looked && p.clock().Sub(known) >= settled+behind
}

// tile gives a tile of buildings or zones of a moment.
func (p *past) tile(ctx context.Context, layer tiles.Layer, id tiles.TileID, at registry.AsOf) (answer, error) {
	m, at := p.moment(at)
	key := datedTile{m, layer, id}
	if a, ok := p.tiles.GetIfPresent(key); ok {
		return a, nil
	}
	raw, err := p.draw(ctx, layer, id, m, at)
	if err != nil {
		return answer{}, err
	}
	a := answer{media: tileMedia, body: raw}
	if len(raw) >= minCompressed {
		a.zipped = compress(raw)
	}
	p.tiles.Set(key, a)
	return a, nil
}

// enter waits for a turn at the database; the caller leaves when it is done.
func (p *past) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.drawing <- struct{}{}:
		return func() { <-p.drawing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *past) draw(ctx context.Context, layer tiles.Layer, id tiles.TileID, m moment, at registry.AsOf) ([]byte, error) {
	if layer == tiles.Zones {
		s, err := p.divisions(ctx, m, at)
		if err != nil {
			return nil, err
		}
		return s.Tile(layer, id)
	}
	empty := tiles.NewSnapshot(tiles.Options{Today: int32(m.on)})
	if raw, err := empty.Tile(layer, id); err != nil {
		return raw, err // an address without tiles costs no question to the database
	}
	s, err := p.buildings(ctx, m, at, maptile.New(id.X, id.Y, maptile.Zoom(id.Z)).Bound(beyond))
	if err != nil {
		return nil, err
	}
	return s.Tile(layer, id)
}

// buildings is the part of the town in a box.
func (p *past) buildings(ctx context.Context, m moment, at registry.AsOf, box orb.Bound) (*tiles.Snapshot, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	b := tiles.NewBuilder(tiles.Options{Today: int32(m.on)})
	err = p.store.EachInBound(ctx, at, box, func(building *registry.Building) error {
		b.Add(mapBuilding(building))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.Build(), nil
}

// divisions are those of a moment.
func (p *past) divisions(ctx context.Context, m moment, at registry.AsOf) (*pastZones, error) {
	return p.zones.Get(ctx, m, otter.LoaderFunc[moment, *pastZones](func(ctx context.Context, m moment) (*pastZones, error) {
		// Others may wait for the same; they shall not fail because one left.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
		defer cancel()
		leave, err := p.enter(ctx)
		if err != nil {
			return nil, err
		}
		defer leave()
		list, places, err := readDivisions(ctx, p.store, at)
		if err != nil {
			return nil, err
		}
		counts, err := p.store.CommunityCounts(ctx, at)
		if err != nil {
			return nil, err
		}
		planned, err := drawnZones(ctx, p.store, at)
		if err != nil {
			return nil, err
		}
		b := tiles.NewBuilder(tiles.Options{Today: int32(m.on)})
		b.SetDivisions(list)
		b.SetZones(planned)
		for community, n := range counts {
			b.Count(community, n)
		}
		return &pastZones{b.Build(), places}, nil
	}))
}

// getDatedTile answers for a tile of another moment than now.
func (in *reading) getDatedTile(w http.ResponseWriter, r *http.Request, layer tiles.Layer, id tiles.TileID, at registry.AsOf) error {
	a, err := in.past.tile(r.Context(), layer, id, at)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	sendDatedTile(w, r, a)
	return nil
}

// sendDatedTile writes a tile of another moment. The caller has said who may
// keep it.
func sendDatedTile(w http.ResponseWriter, r *http.Request, a answer) {
	if len(a.body) > 0 {
		send(w, r, a)
		return
	}
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", a.etag(""))
	if anyMatch(r.Header.Values("If-None-Match"), h.Get("ETag")) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// datedTileJSON leads a layer's description to the tiles of a moment.
func datedTileJSON(body []byte, r *http.Request) ([]byte, error) {
	moment := url.Values{}
	for _, name := range []string{"validOn", "knownAt"} {
		if v := r.URL.Query().Get(name); v != "" {
			moment.Set(name, v)
		}
	}
	if len(moment) == 0 {
		return body, nil
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, fmt.Errorf("read tilejson: %w", err)
	}
	var addresses []string
	if err := json.Unmarshal(doc["tiles"], &addresses); err != nil {
		return nil, fmt.Errorf("read tilejson: %w", err)
	}
	for i := range addresses {
		addresses[i] += "?" + moment.Encode()
	}
	var err error
	if doc["tiles"], err = json.Marshal(addresses); err != nil {
		return nil, fmt.Errorf("write tilejson: %w", err)
	}
	return json.Marshal(doc)
}
