package tiles

import (
	"slices"
	"testing"
)

// TestCacheTellsOfItsWork: of every tile that was made, once, and of none that
// was there.
func TestCacheTellsOfItsWork(t *testing.T) {
	s, _, id := oneHouse(t)
	c := newTestCache(t, s)
	var told []Work
	c.OnMake(func(w Work) { told = append(told, w) })
	raw := mustTile(t, s, Buildings, id)
	empty := TileID{id.Z, 0, 0}
	for range 2 {
		mustGet(t, c, Buildings, id, Gzip)
		mustGet(t, c, Zones, empty, Identity)
	}
	for _, w := range told {
		if w.Encode <= 0 || w.Compress < 0 {
			t.Errorf("took no time: %+v", w)
		}
	}
	for i := range told {
		told[i].Encode, told[i].Compress = 0, 0
	}
	want := []Work{{Layer: Buildings, Encoding: Gzip, Raw: len(raw)}, {Layer: Zones}}
	if !slices.Equal(told, want) {
		t.Errorf("told %+v, want %+v", told, want)
	}
}
