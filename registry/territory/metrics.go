package territory

import "math"

// Metrics say how good a division is.
type Metrics struct {
	// MaxOverMean and MinOverMean are the largest and the smallest load as a
	// share of the mean.
	MaxOverMean, MinOverMean float64
	// Balanced says that both are within the tolerance.
	Balanced bool
	// Contiguous says that each territory is in one piece within each
	// connected piece of the area.
	Contiguous bool
	// Compactness is the mean over the territories of the perimeter that a
	// round patch of as many hexagons has, by their own: 1 is round, less is
	// ragged.
	Compactness float64
	// ChangedHouses and ChangedShare are those whose officer is another one
	// than today's, of the houses that have one today.
	ChangedHouses int64
	ChangedShare  float64
	// BarrierShare is the share of the borders between territories that runs
	// along a river or main road.
	BarrierShare float64
}

func (d *division) metrics() Metrics {
	m := Metrics{MinOverMean: math.Inf(1), ChangedHouses: int64(math.Round(d.changed))}
	for _, l := range d.load {
		m.MaxOverMean = max(m.MaxOverMean, float64(l)/d.mean)
		m.MinOverMean = min(m.MinOverMean, float64(l)/d.mean)
	}
	m.Balanced = m.MaxOverMean <= 1+d.task.Tolerance+1e-9 && m.MinOverMean >= 1-d.task.Tolerance-1e-9
	m.Contiguous = d.contiguous()
	m.Compactness = d.compactness()
	if d.held > 0 {
		m.ChangedShare = d.changed / d.held
	}
	borders, along := 0, 0
	for _, e := range d.g.edges {
		if e.real && d.part[e.a] != d.part[e.b] {
			borders++
			if e.cut == barrierCut {
				along++
			}
		}
	}
	if borders > 0 {
		m.BarrierShare = float64(along) / float64(borders)
	}
	return m
}

// contiguous looks at shared edges of cells alone, not at the joints between
// the area's pieces: territory by territory and piece by piece.
func (d *division) contiguous() bool {
	components, within := newSets(len(d.part)), newSets(len(d.part))
	for _, e := range d.g.edges {
		if !e.real {
			continue
		}
		components.join(e.a, e.b)
		if d.part[e.a] == d.part[e.b] {
			within.join(e.a, e.b)
		}
	}
	root := map[[2]int32]int32{}
	for i, p := range d.part {
		key := [2]int32{components.find(int32(i)), p}
		own := within.find(int32(i))
		if first, ok := root[key]; ok && first != own {
			return false
		}
		root[key] = own
	}
	return true
}

func (d *division) compactness() float64 {
	perimeter := make([]float64, len(d.holder))
	for i, p := range d.part {
		sides := 6.0
		for _, e := range d.g.at(int32(i)) {
			if edge := d.g.edges[e]; edge.real && d.part[edge.other(int32(i))] == p {
				sides--
			}
		}
		perimeter[p] += sides
	}
	sum := 0.0
	for p, n := range d.nodes {
		// A hexagonal patch of n hexagons has about sqrt(48n-12)+... sides; 2·sqrt(12n-3) is exact for full rings.
		if perimeter[p] > 0 {
			sum += min(1, 2*math.Sqrt(12*float64(n)-3)/perimeter[p])
		}
	}
	return sum / float64(len(d.holder))
}
