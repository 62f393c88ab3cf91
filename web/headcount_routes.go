package web

import (
	"net/http"

	"fangma/registry"
)

// headcountRoutes are the routes about how many live where.
func (s *Server) headcountRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	asOf := []string{"validOn", "knownAt"}
	sees := only(registry.Clerk, registry.Officer, registry.Administrator, registry.Landlord)
	states := only(registry.Clerk, registry.Officer)
	out := s.writing // reading writes too: who looked
	return []route{
		{get, "/api/v1/buildings/{code}/headcounts", sees.noting(), asOf, noBody, out.getHeadcounts},
		{get, "/api/v1/dwellings/{code}/headcounts", sees.noting(), asOf, noBody, out.getDwellingHeadcounts},
		{post, "/api/v1/headcounts", states, []string{"reason", "document", "evidence", "declarer", "from", "dryRun"}, headcountTable, out.stateHeadcounts},
		{post, "/api/v1/headcounts/withdrawals", states, nil, smallBody, out.withdrawHeadcount},
		{post, "/api/v1/headcounts/estimate", only(registry.Clerk, registry.Operator), nil, largeBody, out.estimateHeadcounts},
	}
}
