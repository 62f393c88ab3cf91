package web

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

const (
	// look is how often the feed is read when nobody wakes the follower.
	look = time.Second
	// lookOften is how often it is read where nobody can wake the follower: on
	// a replica there is no listening.
	lookOften = 150 * time.Millisecond
	// retry is how long it waits after an error.
	retry = time.Second
	// page is how many rows of the feed are read at a time.
	page = 1000
	// held is how many buildings of one event are held back until its last
	// part is in, so that the event shows at once. A larger one shows in
	// portions, because memory must not grow with it.
	held = 50_000
	// lost is how long the database may be silent before the server says that
	// it is not ready: the map would be out of date.
	lost = 10 * time.Second
	// defaultCache is how many bytes of tiles are kept.
	defaultCache = 512 << 20
)

// LiveConfig says what a live map follows: Store or Reader.
type LiveConfig struct {
	Store *postgres.Store
	// Reader stands in for a Store where nothing is written, as on a replica:
	// the map then shows what servers elsewhere have given a place in the feed.
	Reader *postgres.Reader
	// CacheBytes bounds the encoded tiles that are kept; 512 MiB if 0.
	CacheBytes uint64
	// Warm makes tiles before anybody asks for them, as long as nobody does.
	Warm bool
	// Log is slog.Default if nil.
	Log *slog.Logger
}

// Live keeps a snapshot of the town equal to the registry. It follows what any
// process commits to the same database, and tells the open maps.
type Live struct {
	cfg    LiveConfig
	read   *postgres.Reader
	hubs   hubs
	houses atomic.Pointer[town] // nil until houses, zones and the basemap can be drawn
	town   atomic.Pointer[town] // the same; nil until totals and answers are in it too

	// Of the follower alone.
	cursor  postgres.Cursor
	pending []tiles.Building
	redrawn bool // divisions must be read anew
	scenery bool // the basemap must be read anew
	overlay liveOverlay

	replica atomic.Pointer[replica] // nil where the map follows its own writes

	caughtUp atomic.Int64 // Unix nanoseconds of the last time the end of the feed was reached
	doing    atomic.Pointer[string]
	numbers  *liveNumbers
	ready    chan struct{}
	once     sync.Once
}

// town is what a built map consists of.
type town struct {
	snapshot *tiles.Snapshot
	cache    *tiles.Cache
	places   atomic.Pointer[places]
	answers  atomic.Pointer[publicAnswers]
	// since is the first day that anything known of a building holds from;
	// it only ever moves back.
	since atomic.Int32
}

// reachBack moves since back to the first day of what is known of a building.
func (t *town) reachBack(b tiles.Building) {
	for _, v := range b.Versions {
		t.since.Store(min(t.since.Load(), v.From))
	}
}

// NewLive prepares a live map; Run makes it.
func NewLive(cfg LiveConfig) *Live {
	if cfg.CacheBytes == 0 {
		cfg.CacheBytes = defaultCache
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Store != nil {
		cfg.Reader = cfg.Store.Reader
	}
	l := &Live{cfg: cfg, read: cfg.Reader, hubs: newHubs(), ready: make(chan struct{}), numbers: newLiveNumbers()}
	l.say("the map has not been started")
	return l
}

// Ready is closed when the map has been built and shows what was committed.
func (l *Live) Ready() <-chan struct{} { return l.ready }

// Run builds the map and follows until the context ends. It does not return
// for a database that is away: it says so in NotReady and tries again.
func (l *Live) Run(ctx context.Context) error {
	defer l.hubs.close()
	for l.town.Load() == nil {
		if err := l.build(ctx); err != nil {
			l.cfg.Log.WarnContext(ctx, "the map cannot be built yet", "err", err)
			l.say("the map cannot be built: the database does not answer as it should")
			if !sleep(ctx, retry) {
				return ctx.Err()
			}
		}
	}
	if l.cfg.Warm {
		go l.town.Load().cache.Warm(ctx)
	}
	wake, often := make(chan struct{}, 1), lookOften
	if l.cfg.Store != nil {
		often = look
		go l.listen(ctx, wake)
	}
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		if err := l.catchUp(ctx); err != nil && ctx.Err() == nil {
			l.cfg.Log.WarnContext(ctx, "the map cannot follow the registry; trying again", "err", err)
			if !sleep(ctx, retry) {
				return ctx.Err()
			}
		}
		select {
		case <-wake:
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Stop ends the event streams, so that a server can shut down.
func (l *Live) Stop() { l.hubs.close() }

// NotReady says why the map cannot be relied on, "" if it can.
func (l *Live) NotReady() string {
	if l.town.Load() == nil || l.caughtUp.Load() == 0 {
		return *l.doing.Load()
	}
	if d := l.silent(); d > lost {
		return fmt.Sprintf("the map has not heard from the database for %d seconds", int(d.Seconds()))
	}
	return ""
}

// silent is how long ago the end of the feed was reached.
func (l *Live) silent() time.Duration { return time.Since(time.Unix(0, l.caughtUp.Load())) }

func (l *Live) say(what string) { l.doing.Store(&what) }

// listen wakes the follower as soon as somebody commits. Without it the
// follower would still look every second.
func (l *Live) listen(ctx context.Context, wake chan<- struct{}) {
	for ctx.Err() == nil {
		err := l.read.Wake(ctx, func() {
			select {
			case wake <- struct{}{}:
			default:
			}
		})
		if ctx.Err() == nil {
			l.cfg.Log.DebugContext(ctx, "listening ended; trying again", "err", err)
		}
		sleep(ctx, retry)
	}
}

// build takes the cursor, then reads everything: what is committed in between
// comes again by the feed and is recognised by its version.
func (l *Live) build(ctx context.Context) error {
	store := l.read
	l.say("the map is being built")
	if err := l.followToday(ctx); err != nil {
		return err
	}
	// What is committed but has no place in the feed yet, as after an import without a server, would come again
	// row by row, which takes longer than all the rest.
	if err := l.position(ctx); err != nil {
		return err
	}
	cursor, err := store.FeedEnd(ctx, registry.ClassRegistry)
	if err != nil {
		return err
	}
	overlay, err := beginOverlay(ctx, store)
	if err != nil {
		return err
	}
	expect, err := store.AboutBuildings(ctx)
	if err != nil {
		return err
	}
	b := tiles.NewBuilder(tiles.Options{Today: int32(store.Today()), Expect: expect})
	t, err := l.buildHouses(ctx, b)
	if err != nil {
		return err
	}
	l.houses.Store(t)
	l.say("the houses are on the map; how many live in them is being read")
	if err := overlay.load(ctx, store, b, t); err != nil {
		return err
	}
	b.Build()
	go runtime.GC() // what building needed is used again before new memory is asked for, whose first use is dear
	l.cursor, l.overlay = cursor, overlay
	l.numbers.position.Store(cursor.Position)
	l.town.Store(t)
	l.say("the map is catching up with the registry")
	return nil
}

// buildHouses makes the town as far as the house map shows it.
func (l *Live) buildHouses(ctx context.Context, b *tiles.Builder) (*town, error) {
	t := new(town)
	t.since.Store(int32(l.read.Today()))
	if err := l.readHouses(ctx, t, b); err != nil {
		return nil, err
	}
	zones, err := readZones(ctx, l.read)
	if err != nil {
		return nil, err
	}
	b.SetZones(zones)
	t.snapshot = b.Houses()
	go runtime.GC() // likewise, for the totals
	if t.cache, err = tiles.NewCache(t.snapshot, l.cfg.CacheBytes); err != nil {
		return nil, err
	}
	t.cache.OnMake(l.numbers.made)
	return t, nil
}

// readHouses reads every building, the divisions and the basemap.
func (l *Live) readHouses(ctx context.Context, t *town, b *tiles.Builder) error {
	store, read := l.read, 0
	var room []tiles.Version
	err := store.EachBuilding(ctx, func(building *registry.Building) error {
		onMap := mapBuildingTo(room, building)
		room = onMap.Versions
		t.reachBack(onMap)
		b.Add(onMap)
		if read++; read%10_000 == 0 {
			l.say(fmt.Sprintf("the map is being built: %d buildings read", read))
		}
		return nil
	})
	if err != nil {
		return err
	}
	divisions, places, err := readDivisions(ctx, store, registry.AsOf{})
	if err != nil {
		return err
	}
	features, err := readBasemap(ctx, store)
	if err != nil {
		return err
	}
	b.SetDivisions(divisions)
	b.SetBasemap(features)
	t.places.Store(places)
	return nil
}

// catchUp places what was committed in the feed, applies the feed to its end,
// and moves the date on.
func (l *Live) catchUp(ctx context.Context) error {
	store, t := l.read, l.town.Load()
	if err := l.lookAtReplica(ctx); err != nil {
		return err
	}
	if err := l.position(ctx); err != nil {
		return err
	}
	for {
		parts, next, err := store.Feed(ctx, l.cursor, page)
		if err != nil {
			return err
		}
		if err := l.take(ctx, t, parts); err != nil {
			return err
		}
		if next == l.cursor {
			break
		}
		l.cursor = next
		l.numbers.position.Store(next.Position)
	}
	if err := l.followTotals(ctx, t); err != nil {
		return err
	}
	if err := l.followGrid(ctx, t); err != nil {
		return err
	}
	if today := int32(store.Today()); today > t.snapshot.Today() {
		if err := l.followToday(ctx); err != nil {
			return err
		}
		l.tell(t.snapshot.Advance(today))
	}
	l.caughtUp.Store(time.Now().UnixNano())
	l.once.Do(func() { close(l.ready) })
	return nil
}

// take applies rows of the feed. If it fails, the same rows come again.
func (l *Live) take(ctx context.Context, t *town, parts []postgres.FeedPart) error {
	for _, p := range parts {
		if p.Part != nil && p.Part.Code == p.Part.Building { // dwellings are not drawn
			b, err := afterImage(p.Part)
			if err != nil {
				return err
			}
			onMap := mapBuilding(b)
			t.reachBack(onMap)
			l.pending = append(l.pending, onMap)
		}
		switch {
		case p.Event.Type == registry.EventRedraw:
			l.redrawn = true
		case p.Event.Type == registry.EventImport && p.Event.Parts == 0:
			l.scenery = true
		}
		if !p.Last && len(l.pending) < held {
			continue
		}
		if err := l.show(ctx, t); err != nil {
			return err
		}
		l.numbers.shown(p)
	}
	return nil
}

// show applies what is pending, and reads anew what has no after-images:
// divisions and the basemap, which change by imports only.
func (l *Live) show(ctx context.Context, t *town) error {
	if l.redrawn {
		divisions, places, err := readDivisions(ctx, l.read, registry.AsOf{})
		if err != nil {
			return err
		}
		l.redrawn = false
		t.places.Store(places)
		l.tell(t.snapshot.SetDivisions(divisions))
	}
	if l.scenery {
		features, err := readBasemap(ctx, l.read)
		if err != nil {
			return err
		}
		l.scenery = false
		l.tell(t.snapshot.SetBasemap(features))
	}
	if len(l.pending) > 0 {
		l.numbers.applied.Add(float64(len(l.pending)))
		l.tell(t.snapshot.Apply(l.pending))
		l.pending = l.pending[:0]
	}
	return nil
}

// sleep waits, and says whether the context still holds.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
