package pmtiles_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"fangma/tiles/pmtiles"
)

// TestIDs holds the numbering to the examples of the specification.
func TestIDs(t *testing.T) {
	for tile, want := range map[pmtiles.Tile]uint64{
		{0, 0, 0}: 0, {1, 0, 0}: 1, {1, 0, 1}: 2, {1, 1, 1}: 3, {1, 1, 0}: 4, {2, 0, 0}: 5, {12, 3423, 1763}: 19078479,
	} {
		if got := tile.ID(); got != want {
			t.Errorf("%v is %d, want %d", tile, got, want)
		}
	}
}

func TestArchivesReadBack(t *testing.T) {
	for _, zoom := range []int{0, 4, 8} { // 8 is more than a root directory holds
		t.Run(fmt.Sprint("zoom ", zoom), func(t *testing.T) {
			want := map[uint64]string{}
			archive := write(t, zoom, func(tile pmtiles.Tile) string {
				content := fmt.Sprint("tile ", tile, strings.Repeat(".", int(uint32(tile.ID())*2654435761>>24)))
				if tile.X%8 == 0 && zoom > 2 {
					content = "the same"
				}
				want[tile.ID()] = content
				return content
			})
			if leaves := binary.LittleEndian.Uint64(archive[48:]); (leaves > 0) != (zoom == 8) {
				t.Errorf("leaf directories take %d bytes", leaves)
			}
			got := readAll(t, archive)
			if len(got) != len(want) {
				t.Errorf("%d tiles came back, %d were written", len(got), len(want))
			}
			for id, content := range want {
				if got[id] != content {
					t.Fatalf("tile %d is %q, want %q", id, got[id], content)
				}
			}
		})
	}
}

func TestEqualTilesAreKeptOnce(t *testing.T) {
	archive := write(t, 6, func(pmtiles.Tile) string { return "the same" })
	h := archive[72:]
	addressed, entries, contents := binary.LittleEndian.Uint64(h), binary.LittleEndian.Uint64(h[8:]), binary.LittleEndian.Uint64(h[16:])
	if addressed != 5461 || entries != 1 || contents != 1 {
		t.Errorf("%d tiles, %d entries, %d contents; want 5461, 1, 1", addressed, entries, contents)
	}
	if again := write(t, 6, func(pmtiles.Tile) string { return "the same" }); !bytes.Equal(again, archive) {
		t.Error("the same tiles made another archive")
	}
}

func TestTilesComeInOrder(t *testing.T) {
	w, err := pmtiles.NewWriter(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Add(pmtiles.Tile{Z: 1}, []byte("a")); err != nil {
		t.Fatal(err)
	}
	for _, late := range []pmtiles.Tile{{}, {Z: 1}} {
		if err := w.Add(late, []byte("b")); err == nil {
			t.Errorf("%v was taken after 1/0/0", late)
		}
	}
}

// write makes an archive of every tile down to a zoom.
func write(t *testing.T, zoom int, content func(pmtiles.Tile) string) []byte {
	t.Helper()
	var all []pmtiles.Tile
	for z := range zoom + 1 {
		for x := range uint32(1) << z {
			for y := range uint32(1) << z {
				all = append(all, pmtiles.Tile{Z: z, X: x, Y: y})
			}
		}
	}
	slices.SortFunc(all, func(a, b pmtiles.Tile) int { return int(a.ID()) - int(b.ID()) })
	w, err := pmtiles.NewWriter(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, tile := range all {
		if err := w.Add(tile, []byte(content(tile))); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	about := pmtiles.About{MaxZoom: zoom, Bounds: orb.Bound{Min: orb.Point{-180, -85}, Max: orb.Point{180, 85}}, Metadata: []byte(`{}`)}
	if err := w.Finish(&out, about); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readAll is a reader of its own, as the specification has it.
func readAll(t *testing.T, archive []byte) map[uint64]string {
	t.Helper()
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(archive[at:]) }
	part := func(at int) []byte { return archive[number(at) : number(at)+number(at+8)] }
	if string(archive[:8]) != "PMTiles\x03" || number(8) != 127 || number(8)+number(16) > 16384 {
		t.Fatalf("the head is %q, root at %d with %d bytes", archive[:8], number(8), number(16))
	}
	leaves, data := part(40), part(56)
	tiles := map[uint64]string{}
	var walk func(directory []byte)
	walk = func(directory []byte) {
		in := bytes.NewReader(unzip(t, directory))
		n := next(t, in)
		ids, runs, lengths, offsets := make([]uint64, n), make([]uint64, n), make([]uint64, n), make([]uint64, n)
		for _, column := range [][]uint64{ids, runs, lengths, offsets} {
			for i := range column {
				column[i] = next(t, in)
			}
		}
		for i := range ids {
			if i > 0 {
				ids[i] += ids[i-1]
			}
			if offsets[i] == 0 {
				offsets[i] = offsets[i-1] + lengths[i-1]
			} else {
				offsets[i]--
			}
			if runs[i] == 0 {
				walk(leaves[offsets[i] : offsets[i]+lengths[i]])
			}
			for k := range runs[i] {
				tiles[ids[i]+k] = string(data[offsets[i] : offsets[i]+lengths[i]])
			}
		}
	}
	walk(part(8))
	return tiles
}

func next(t *testing.T, in *bytes.Reader) uint64 {
	t.Helper()
	v, err := binary.ReadUvarint(in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func unzip(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
