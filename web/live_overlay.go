package web

import (
	"context"
	"time"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

const (
	// totalsPage is how many totals of the feed are read at a time.
	totalsPage = 5000
	// answersEvery is how often, at most, it is read anew who answers for the
	// cells: an event may change a few thousand of them, and several may come
	// at once.
	answersEvery = 200 * time.Millisecond
)

// liveOverlay is how far the map follows what lies over the houses: how many
// live in them, planners' zones, and who answers for the cells.
type liveOverlay struct {
	totals  postgres.TotalsCursor
	grid    postgres.Cursor // assignments, absences, zones
	people  postgres.Cursor // accounts, roles and offices
	turn    time.Time       // when somebody else answers without anything being recorded; zero for never
	read    time.Time       // when the answers were read
	zones   bool            // zones must be read anew
	answers bool            // answers must be read anew
}

// beginOverlay takes the cursors before anything is read.
func beginOverlay(ctx context.Context, store *postgres.Reader) (o liveOverlay, err error) {
	if o.totals, err = store.TotalsEnd(ctx); err != nil {
		return o, err
	}
	if o.grid, err = store.FeedEnd(ctx, registry.ClassGrid); err != nil {
		return o, err
	}
	o.people, err = store.FeedEnd(ctx, registry.ClassAccount)
	return o, err
}

// load reads what is summed over the houses of a town that is being built, and who answers for them.
func (o *liveOverlay) load(ctx context.Context, store *postgres.Reader, b *tiles.Builder, t *town) error {
	var room []tiles.TotalSpan
	err := store.EachTotal(ctx, registry.AsOf{}, func(total *registry.Total) error {
		onMap := mapTotalTo(room, total)
		room = onMap.Spans
		b.AddTotals(onMap)
		return nil
	})
	if err != nil {
		return err
	}
	answers, told, err := o.readAnswers(ctx, store)
	b.SetAnswers(answers)
	t.answers.Store(told)
	return err
}

// followTotals applies the feed of totals to its end.
func (l *Live) followTotals(ctx context.Context, t *town) error {
	for {
		totals, next, err := l.read.TotalsFeed(ctx, l.overlay.totals, totalsPage)
		if err != nil {
			return err
		}
		batch := make([]tiles.Totals, len(totals))
		for i := range totals {
			batch[i] = mapTotal(&totals[i])
		}
		if len(batch) > 0 {
			l.tellQuietly(t.snapshot.ApplyTotals(batch))
		}
		if next == l.overlay.totals {
			return nil
		}
		l.overlay.totals = next
	}
}

// followGrid reads what happened to zones, and to who answers for the cells.
// Such events carry no after-images: what they touch is small, and read anew.
func (l *Live) followGrid(ctx context.Context, t *town) error {
	if err := l.noteGrid(ctx); err != nil {
		return err
	}
	o := &l.overlay
	if o.zones {
		zones, err := readZones(ctx, l.read)
		if err != nil {
			return err
		}
		o.zones = false
		l.tell(t.snapshot.SetZones(zones))
	}
	now := l.read.Now()
	turned := !o.turn.IsZero() && !now.Before(o.turn)
	if !turned && (!o.answers || now.Sub(o.read) < answersEvery) {
		return nil
	}
	answers, told, err := o.readAnswers(ctx, l.read)
	if err != nil {
		return err
	}
	o.answers = false
	t.answers.Store(told)
	l.tellQuietly(t.snapshot.SetAnswers(answers))
	return nil
}

// noteGrid reads both feeds to their ends and notes what must be read anew.
func (l *Live) noteGrid(ctx context.Context) error {
	o := &l.overlay
	for _, cursor := range []*postgres.Cursor{&o.grid, &o.people} {
		for {
			parts, next, err := l.read.Feed(ctx, *cursor, page)
			if err != nil {
				return err
			}
			for _, p := range parts {
				switch p.Event.Type {
				case registry.EventZone, registry.EventZoneChange, registry.EventZoneEnd, registry.EventZoneImport:
					o.zones = true
				default:
					o.answers = true
				}
			}
			if next == *cursor {
				break
			}
			*cursor = next
		}
	}
	return nil
}

// readAnswers reads who answers for every cell now, and when that may change by
// itself.
func (o *liveOverlay) readAnswers(ctx context.Context, store *postgres.Reader) (map[geo.Cell]tiles.Responsible, *publicAnswers, error) {
	now := store.Now()
	answers, told, err := answersAt(ctx, store, now)
	if err != nil {
		return nil, nil, err
	}
	turn, ok, err := store.NextTurn(ctx, now)
	if o.turn, o.read = turn, now; !ok {
		o.turn = time.Time{}
	}
	return answers, told, err
}

// answersAt is who answers for every cell at an instant, in the map's words and
// as far as everybody may know.
func answersAt(ctx context.Context, store *postgres.Reader, at time.Time) (map[geo.Cell]tiles.Responsible, *publicAnswers, error) {
	officers, err := store.Ordinals(ctx, registry.Officer)
	if err != nil {
		return nil, nil, err
	}
	administrators, err := store.Ordinals(ctx, registry.Administrator)
	if err != nil {
		return nil, nil, err
	}
	told := newPublicAnswers()
	out := map[geo.Cell]tiles.Responsible{}
	err = store.EachAnswer(ctx, at, func(c geo.Cell, a registry.Answer) error {
		r := tiles.Responsible{Uncovered: a.Uncovered}
		if a.Officer != nil {
			r.Officer, r.OfficerOrdinal = shownPerson(a.Officer), officers[a.Officer.Account]
		}
		if a.Administrator != nil {
			r.Administrator, r.AdministratorOrdinal = shownPerson(a.Administrator), administrators[a.Administrator.Account]
		}
		out[c] = r
		told.add(c, a)
		return nil
	})
	return out, told, err
}

func shownPerson(p *registry.Person) string { return orElse(p.DisplayName, p.Name) }
