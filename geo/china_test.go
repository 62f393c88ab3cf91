package geo

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestChineseDatumsKnownPoints(t *testing.T) {
	tiananmen := orb.Point{116.391265, 39.907339}
	// As other implementations of the published formulas give them.
	if got := Distance(ToGCJ02(tiananmen), orb.Point{116.39750742904803, 39.90874219120743}); got > 0.5 {
		t.Errorf("ToGCJ02 = %.9f, off by %.3f m", ToGCJ02(tiananmen), got)
	}
	shift := Distance(tiananmen, ToGCJ02(tiananmen))
	if shift < 300 || shift > 700 {
		t.Errorf("GCJ-02 shifts by %.0f m", shift)
	}
	if further := Distance(ToGCJ02(tiananmen), ToBD09(tiananmen)); further < 500 || further > 1200 {
		t.Errorf("BD-09 shifts by %.0f m more", further)
	}
}

func TestChineseDatumsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(73, 136.8).Draw(t, "lon"), rapid.Float64Range(1.5, 55).Draw(t, "lat")}
		if d := Distance(FromGCJ02(ToGCJ02(p)), p); d > 1e-3 {
			t.Fatalf("GCJ-02 at %v comes back %.4f m away", p, d)
		}
		if d := Distance(FromBD09(ToBD09(p)), p); d > 1e-3 {
			t.Fatalf("BD-09 at %v comes back %.4f m away", p, d)
		}
	})
}

func TestChineseDatumsElsewhere(t *testing.T) {
	for _, p := range []orb.Point{{9.52, 47.14}, {-74, 40.7}, {151, -33}} {
		if ToGCJ02(p) != p || FromGCJ02(p) != p || ToBD09(p) != p || FromBD09(p) != p {
			t.Errorf("%v is shifted outside China", p)
		}
	}
}
