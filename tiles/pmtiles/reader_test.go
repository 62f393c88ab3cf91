package pmtiles_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"fangma/tiles/pmtiles"
)

func TestSameTellsArchivesApart(t *testing.T) {
	plain := func(tile pmtiles.Tile) string { return fmt.Sprint(tile) }
	one := open(t, write(t, 4, plain))
	for name, c := range map[string]struct {
		zoom    int
		content func(pmtiles.Tile) string
		want    bool
	}{
		"the same":               {4, plain, true},
		"a zoom more":            {5, plain, false},
		"a letter in one tile":   {4, func(tile pmtiles.Tile) string { return strings.Replace(plain(tile), "{4 7 7}", "{4 7 8}", 1) }, false},
		"a tile longer":          {4, func(tile pmtiles.Tile) string { return strings.Replace(plain(tile), "{4 7 7}", "{4 7 7}.", 1) }, false},
		"two tiles became equal": {4, func(tile pmtiles.Tile) string { return strings.Replace(plain(tile), "{4 7 7}", "{4 7 6}", 1) }, false},
	} {
		if got, err := pmtiles.Same(one, open(t, write(t, c.zoom, c.content))); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestHalfAnArchiveIsNone holds that what is no archive, or was cut off, is refused.
func TestHalfAnArchiveIsNone(t *testing.T) {
	whole := write(t, 6, func(tile pmtiles.Tile) string { return fmt.Sprint(tile) })
	if got, err := open(t, whole).Metadata(); err != nil || string(got) != "{}" {
		t.Errorf("the metadata are %q, %v", got, err)
	}
	for _, size := range []int{0, 7, 126, 127, 1000, len(whole) - 1} {
		if _, err := pmtiles.Open(bytes.NewReader(whole[:size]), int64(size)); err == nil {
			t.Errorf("%d of %d bytes were taken for an archive", size, len(whole))
		}
	}
	for at, b := range map[int]byte{0: 'p', 7: 2, 14: 0xff, 70: 0xff, 97: 1, 98: 1} { // name, version, two lengths, compressions
		hurt := bytes.Clone(whole)
		hurt[at] = b
		if _, err := pmtiles.Open(bytes.NewReader(hurt), int64(len(hurt))); err == nil {
			t.Errorf("%d at %d was taken for an archive", b, at)
		}
	}
}

func open(t *testing.T, archive []byte) *pmtiles.Reader {
	t.Helper()
	r, err := pmtiles.Open(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
