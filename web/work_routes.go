package web

import (
	"net/http"

	"fangma/registry"
)

// workRoutes are the routes about what officers do and propose.
func (s *Server) workRoutes() []route {
	get, post, del := http.MethodGet, http.MethodPost, http.MethodDelete
	officer, clerk := only(registry.Officer), only(registry.Clerk)
	work := only(registry.Officer, registry.Administrator, registry.Clerk)
	in, out := s.reading, s.writing
	return []route{
		{get, "/api/v1/officers/me/grid", officer.noting(), nil, noBody, out.getMyGrid},
		{post, "/api/v1/visits", officer, nil, smallBody, out.addVisit},
		{del, "/api/v1/visits/{id}", officer, nil, noBody, out.withdrawVisit},
		{get, "/api/v1/proposals", work, []string{"state", "cursor", "limit"}, noBody, in.listProposals},
		{post, "/api/v1/proposals", officer, nil, largeBody, out.addProposal},
		{get, "/api/v1/proposals/{id}", work, nil, noBody, in.getProposal},
		{del, "/api/v1/proposals/{id}", officer, nil, noBody, out.withdrawProposal},
		{post, "/api/v1/proposals/{id}/decision", clerk, nil, largeBody, out.decideProposal},
	}
}
