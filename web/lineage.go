package web

import (
	"net/http"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/postgres"
)

type lineageGraph struct {
	Nodes []lineageNode `json:"nodes"`
	Edges []edgeView    `json:"edges"`
	Cut   bool          `json:"cut"`
}

type lineageNode struct {
	Code       registry.Code       `json:"code"`
	Kind       registry.Kind       `json:"kind"`
	Status     registry.Status     `json:"status"`
	StatusFrom *registry.Date      `json:"statusFrom"`
	RetiredAs  *registry.RetiredAs `json:"retiredAs"`
	ValidFrom  *registry.Date      `json:"validFrom"`
	Point      *orb.Point          `json:"point"`
}

// getLineage answers GET /api/v1/buildings/{code}/lineage.
func (in *reading) getLineage(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	depth := q.integer("depth", postgres.MaxDepth, 1, postgres.MaxDepth)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	a, err := in.store.Lineage(r.Context(), code, at, depth)
	if err != nil {
		return err
	}
	v := lineageGraph{Nodes: make([]lineageNode, 0, len(a.Nodes)), Edges: viewEdges(a.Edges), Cut: a.Cut}
	for _, n := range a.Nodes {
		node := lineageNode{Code: n.Code, Kind: n.Code.Kind(), ValidFrom: n.Since, Point: n.Point}
		node.Status, node.StatusFrom, node.RetiredAs = standingOn(n.Standing, n.StatusOn)
		v.Nodes = append(v.Nodes, node)
	}
	return writeJSON(w, r, v)
}
