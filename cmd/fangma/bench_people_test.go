package main

import (
	"io"
	"strings"
	"testing"

	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// TestSumsAreThoseOfPostGIS holds the sums of cells and zones against SQL over the same registry: what the measurements
// of speed compare must be the same.
func TestSumsAreThoseOfPostGIS(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	c := &console{Out: io.Discard, Err: io.Discard}
	b := &bench{
		benchConfig: benchConfig{Buildings: 1500, Seed: 7}, figures: figures{c: c}, ctx: t.Context(), dir: t.TempDir(),
		registry: &opened{Store: db.Open(t, postgres.Options{}), owner: db.OwnerURL},
	}
	if _, err := writeCity(b.city(), b.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := b.load(); err != nil {
		t.Fatal(err)
	}
	p, err := b.people()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.sameCells(p); err != nil {
		t.Error(err)
	}
	all := p.town.SumOfTown()
	if all.Buildings != 1500 || all.Heads == 0 || all.Unconfirmed == 0 || all.Unconfirmed == 1500 || all.FloorArea == 0 {
		t.Errorf("a town without people: %+v", all)
	}
	if err := p.close(b.ctx); err != nil {
		t.Error(err)
	}
	if err := b.zones(); err != nil {
		t.Error(err)
	}
	compared := 0
	for _, f := range b.all {
		if strings.Contains(f.What, "the very same sums") {
			if compared++; f.Ours != f.Base || f.Base < 50 {
				t.Errorf("%s: %v of %v", f.What, f.Ours, f.Base)
			}
		}
	}
	if compared != 2 {
		t.Errorf("compared %d times", compared)
	}
}
