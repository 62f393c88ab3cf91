package tiles

import (
	"bytes"
	"testing"
)

// TestStretches: a tile is the same however many stretches it is drawn in, from the base and from the overlay, and its
// blocks make up the same tile.
func TestStretches(t *testing.T) {
	town := newTown(3)
	s := buildTown(town, 20_000)
	var moved []Building
	for i := range uint64(500) {
		b := town.building(i)
		b.Version++
		moved = append(moved, b)
	}
	s.Apply(moved)
	v, two := s.view.Load(), 0
	for z := 13; z <= MaxZoom; z++ {
		for _, id := range benchTiles(z)[:10] {
			want, err := new(encoder).tile(v, Buildings, id, Sees{})
			if err != nil {
				t.Fatal(err)
			}
			for _, least := range []int{1, 7, 1 << 20} {
				for _, compress := range []bool{false, true} {
					e := &encoder{compress: compress}
					e.houses.least = least
					got, err := e.tile(v, Buildings, id, Sees{})
					if err != nil || !bytes.Equal(got.whole(), want.raw) {
						t.Fatalf("%v in stretches of %d or more: %v, %d bytes for %d", id, least, err, got.size(), len(want.raw))
					}
					if compress && got.size() > 0 && !bytes.Equal(unzip(t, got.gzip()), want.raw) {
						t.Fatalf("%v in stretches of %d or more does not come back", id, least)
					}
					if len(got.blocks) == 2 {
						two++
					}
				}
			}
		}
	}
	if two == 0 {
		t.Error("no tile had two stretches")
	}
}

// TestBrokenStretch: whichever stretch cannot be drawn, whoever asked for the tile is told, and the next tile is drawn as
// if nothing had been.
func TestBrokenStretch(t *testing.T) {
	v := buildTown(newTown(3), 20_000).view.Load()
	h, id := houses{least: 10}, benchTiles(13)[0]
	h.enlist(v, id, new(walker))
	draw := func() (d drawn, broken bool) {
		defer func() { broken = recover() != nil }()
		h.draw(&v.base.columns, Buildings.canvas(id.Z).grid(id), true)
		return h.tile(nil), false
	}
	d, _ := draw()
	if len(d.blocks) != 2 {
		t.Fatalf("%d blocks", len(d.blocks))
	}
	want := d.gzip()
	for _, broken := range []int{0, len(h.list) - 1} {
		was := h.list[broken].ending
		h.list[broken].ending = uint32(len(h.endings))
		if _, told := draw(); !told {
			t.Errorf("house %d cannot be drawn, and nobody is told", broken)
		}
		h.list[broken].ending = was
		if d, told := draw(); told || !bytes.Equal(d.gzip(), want) {
			t.Errorf("house %d left something behind", broken)
		}
	}
}

// TestSidesEndWithTheGeometry: sides that stood before are told of up to the end of the geometry, even if all that follows
// them stood before as well.
func TestSidesEndWithTheGeometry(t *testing.T) {
	var s stretch
	feature := []byte{1<<3 | cmdMove, 2, 2, 3<<3 | cmdLine, 10, 0, 0, 10, 9, 0, 0, 9, 1<<3 | cmdClose, tagTags, 2, 0, 0, tagID, 7}
	end := len(feature) - 6
	s.sides.clear()
	for i := range 2 {
		s.raw = append(s.raw, feature...)
		s.alike(i*len(feature), i*len(feature)+end)
	}
	if len(s.repeats) != 1 || int(s.repeats[0].at+s.repeats[0].length) != len(feature)+end {
		t.Errorf("%+v of a geometry that ends at %d", s.repeats, len(feature)+end)
	}
}
