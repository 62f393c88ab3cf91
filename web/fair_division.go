package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/territory"
)

const (
	fairPath = "/api/v1/grid/proposals"
	// fairTime is how long one division may take: a whole city of 100,000 cells
	// needs some ten seconds of one processor, so there is one at a time.
	fairTime = 2 * time.Minute
)

type fairView struct {
	Measure     registry.Measure `json:"measure"`
	Territories []fairTerritory  `json:"territories"`
	Metrics     fairMetrics      `json:"metrics"`
	Problems    []fairProblem    `json:"problems"`
}

type fairTerritory struct {
	Person *fairPerson `json:"person"` // null where somebody new is needed
	Cells  []geo.Cell  `json:"cells"`
	Load   int64       `json:"load"`
	Houses int64       `json:"houses"`
}

type fairPerson struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
}

type fairMetrics struct {
	Mean          float64 `json:"mean"`
	MaxOverMean   float64 `json:"maxOverMean"`
	MinOverMean   float64 `json:"minOverMean"`
	Balanced      bool    `json:"balanced"`
	Contiguous    bool    `json:"contiguous"`
	Compactness   float64 `json:"compactness"`
	ChangedHouses int64   `json:"changedHouses"`
	ChangedShare  float64 `json:"changedShare"`
	BarrierShare  float64 `json:"barrierShare"`
}

type fairProblem struct {
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// divideFairly answers POST /api/v1/grid/proposals. It changes nothing.
func (in *reading) divideFairly(w http.ResponseWriter, r *http.Request) error {
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	task := readFairTask(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	select {
	case in.dividing <- struct{}{}:
		defer func() { <-in.dividing }()
	default:
		return limited("busy", "another division is being worked out", 5*time.Second)
	}
	ctx, cancel := context.WithTimeout(r.Context(), fairTime)
	defer cancel()
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fairTime + time.Minute)); err != nil {
		return err
	}
	ground, plan, err := in.store.DivideFairly(ctx, stateOf(r).actor, task)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return writeJSON(w, r, viewFair(task, ground.Cells, plan, func(i int) fairPerson {
		return fairPerson{ground.Holders[i].Name, ground.Holders[i].DisplayName}
	}))
}

func readFairTask(o *object) registry.DivisionTask {
	t := registry.DivisionTask{Measure: registry.ByHouses, MaxChange: 1}
	if m := value[registry.Measure](o, "measure", "a string"); m != nil {
		t.Measure = *m
	}
	if n := value[int](o, "officers", "a whole number"); n != nil {
		t.Officers = *n
	}
	if p := o.child("perOfficer"); p != nil {
		for _, m := range registry.Measures() {
			if n := value[int64](p, string(m), "a whole number"); n != nil {
				t.Measure, t.Per = m, *n
			}
		}
		p.unknown()
	}
	if share := value[float64](o, "maxChange", "a number"); share != nil {
		t.MaxChange = *share
	}
	if seed := value[uint32](o, "seed", "a whole number"); seed != nil {
		t.Seed = uint64(*seed)
	}
	if a := o.child("area"); a != nil {
		t.Area = readArea(a)
		a.unknown()
	}
	return t
}

func readArea(o *object) registry.Area {
	var a registry.Area
	if id := text(o, "community"); id != nil {
		n, err := strconv.ParseInt(*id, 10, 64)
		if err != nil || n < 1 {
			o.fault("community", "must be a division's id")
		}
		a.Division = n
	}
	if g := shape(o, "polygon"); g != nil {
		boundary, _, err := geo.CleanBoundary(g.Geometry)
		if err != nil {
			o.fault("polygon", "%v", err)
		}
		a.Polygon = boundary
	}
	value[bool](o, "all", "true")
	return a
}

func viewFair(task registry.DivisionTask, cells []territory.Cell, p territory.Plan, person func(int) fairPerson) fairView {
	v := fairView{Measure: task.Measure, Territories: make([]fairTerritory, len(p.Holder)), Problems: []fairProblem{},
		Metrics: fairMetrics{MaxOverMean: p.MaxOverMean, MinOverMean: p.MinOverMean, Balanced: p.Balanced, Contiguous: p.Contiguous,
			Compactness: p.Compactness, ChangedHouses: p.ChangedHouses, ChangedShare: p.ChangedShare, BarrierShare: p.BarrierShare}}
	for i, h := range p.Holder {
		t := &v.Territories[i]
		t.Cells, t.Load = []geo.Cell{}, p.Loads[i]
		v.Metrics.Mean += float64(p.Loads[i]) / float64(len(p.Holder))
		if h != territory.Nobody {
			who := person(h)
			t.Person = &who
		}
	}
	for i, c := range cells {
		t := &v.Territories[p.Territory[i]]
		t.Cells, t.Houses = append(t.Cells, c.Cell), t.Houses+c.Houses
	}
	for _, problem := range p.Problems {
		v.Problems = append(v.Problems, fairProblem(problem))
	}
	return v
}
