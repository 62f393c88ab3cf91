package main

import (
	"context"

	"fangma/registry"
	"fangma/registry/postgres/yardstick"
	"fangma/tiles"
	"fangma/web"
)

// people is the city with everybody in it, as the map has it and as plain PostGIS has it.
type people struct {
	town  *tiles.Snapshot
	plain *yardstick.People
}

// inhabit writes who lives where into the registry, once for all measurements.
func (b *bench) inhabit() error {
	if b.inhabited {
		return nil
	}
	b.c.note("counting heads")
	b.inhabited = true
	return yardstick.FillTotals(b.ctx, b.registry.owner, "city", b.registry.Today().String(), func(yield func(yardstick.Count) bool) {
		for made := range b.city().All() {
			if !yield(yardstick.Count{ID: made.ID, Dwellings: made.Dwellings, Heads: made.Heads}) {
				return
			}
		}
	})
}

// people reads the city in both forms.
func (b *bench) people() (p people, err error) {
	if err := b.inhabit(); err != nil {
		return p, err
	}
	b.c.note("reading the city")
	if p.town, err = web.ReadTown(b.ctx, b.registry.Reader, registry.AsOf{}); err != nil {
		return p, err
	}
	codes, err := b.readTotals(p.town)
	if err != nil {
		return p, err
	}
	p.plain, err = yardstick.NewPeople(b.ctx, b.registry.owner, b.registry.Today().String(), func(yield func(yardstick.Floor) bool) {
		for _, code := range codes {
			if !yield(yardstick.Floor{Code: int64(code), Area: p.town.SumOfCodes([]uint64{code}).FloorArea}) {
				return
			}
		}
	})
	return p, err
}

// readTotals tells the map who lives where, and gives the codes.
func (b *bench) readTotals(town *tiles.Snapshot) (codes []uint64, err error) {
	const portion = 20_000
	var batch []tiles.Totals
	err = b.registry.EachTotal(b.ctx, registry.AsOf{}, func(t *registry.Total) error {
		one := tiles.Totals{Code: uint64(t.Building), Version: uint32(t.Version)}
		for _, s := range t.Spans {
			span := tiles.TotalSpan{
				From: int32(s.From), To: int32(s.To),
				Dwellings: uint32(s.Dwellings), Heads: uint32(s.Heads), Permits: uint32(s.Permits),
			}
			if s.ConfirmedTo != nil {
				span.ConfirmedTo = int32(*s.ConfirmedTo)
			}
			one.Spans = append(one.Spans, span)
		}
		codes = append(codes, one.Code)
		if batch = append(batch, one); len(batch) == portion {
			town.ApplyTotals(batch)
			town.Close() // let it settle
			batch = batch[:0]
		}
		return nil
	})
	town.ApplyTotals(batch)
	town.Close()
	return codes, err
}

func (p people) close(ctx context.Context) error {
	p.town.Close()
	return p.plain.Close(context.WithoutCancel(ctx))
}

// asPlain gives sums in the words of the yardstick, to compare them.
func asPlain(s tiles.Sums) yardstick.Sums {
	return yardstick.Sums{
		Buildings: s.Buildings, Dwellings: s.Dwellings, Heads: s.Heads, Permits: s.Permits,
		Unconfirmed: s.Unconfirmed, Inhabited: s.Inhabited, FloorArea: s.FloorArea,
	}
}
