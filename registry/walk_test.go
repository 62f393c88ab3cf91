package registry_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"fangma/geo"
	"fangma/registry"
)

func walked(points []orb.Point, place []int) float64 {
	at := make([]orb.Point, len(points))
	for i, p := range place {
		at[p] = points[i]
	}
	sum := 0.0
	for i := 1; i < len(at); i++ {
		sum += geo.Distance(at[i-1], at[i])
	}
	return sum
}

// shortest tries every order.
func shortest(points []orb.Point) float64 {
	best := math.Inf(1)
	place := make([]int, len(points))
	var try func(n int, used int)
	try = func(n, used int) {
		if n == len(points) {
			best = min(best, walked(points, place))
			return
		}
		for i := range points {
			if used&(1<<i) == 0 {
				place[i] = n
				try(n+1, used|1<<i)
			}
		}
	}
	try(0, 0)
	return best
}

func TestWalkingOrderIsNearlyTheShortest(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	var ours, best float64
	for range 40 {
		points := make([]orb.Point, 7)
		for i := range points {
			points[i] = orb.Point{9.52 + rng.Float64()*0.004, 47.14 + rng.Float64()*0.003}
		}
		ours += walked(points, registry.WalkingOrder(points))
		best += shortest(points)
	}
	if ours > 1.06*best {
		t.Errorf("%.0f m walked where %.0f m would do", ours, best)
	}
}

// TestWalkingOrderOfAStreet: along a street nobody goes back and forth.
func TestWalkingOrderOfAStreet(t *testing.T) {
	t.Parallel()
	points := make([]orb.Point, 300)
	for i, j := range rand.New(rand.NewPCG(3, 4)).Perm(len(points)) {
		points[i] = orb.Point{9.5 + float64(j)*0.0002, 47.1 + float64(j)*0.0001}
	}
	whole := geo.Distance(orb.Point{9.5, 47.1}, orb.Point{9.5 + 299*0.0002, 47.1 + 299*0.0001})
	if got := walked(points, registry.WalkingOrder(points)); got > whole*1.001 {
		t.Errorf("%.0f m along a street of %.0f m", got, whole)
	}
}

func TestWalkingOrderIsAnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{9.5 + float64(rapid.IntRange(0, 12).Draw(t, "x"))/1000, 47 + float64(rapid.IntRange(0, 12).Draw(t, "y"))/1000}
		})
		points := rapid.SliceOfNDistinct(coordinate, 0, 90, func(p orb.Point) orb.Point { return p }).Draw(t, "points")
		place := registry.WalkingOrder(points)
		if got := slices.Sorted(slices.Values(place)); len(got) != len(points) || len(got) > 0 && (got[0] != 0 || got[len(got)-1] != len(got)-1 ||
			len(slices.Compact(got)) != len(points)) {
			t.Fatalf("%v is no order", place)
		}
		// Another order of the list is the same walk.
		other := slices.Clone(points)
		slices.Reverse(other)
		again := registry.WalkingOrder(other)
		slices.Reverse(again)
		if !slices.Equal(place, again) {
			t.Fatalf("%v, and from behind %v", place, again)
		}
	})
	same := []orb.Point{{1, 1}, {1, 1}, {1, 1}}
	if got := registry.WalkingOrder(same); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("houses at one place in order %v", got)
	}
}

func BenchmarkWalkingOrder(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	points := make([]orb.Point, 2000)
	for i := range points {
		points[i] = orb.Point{9.5 + rng.Float64()*0.02, 47.1 + rng.Float64()*0.02}
	}
	for b.Loop() {
		registry.WalkingOrder(points)
	}
}
