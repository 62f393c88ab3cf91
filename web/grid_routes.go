package web

import (
	"net/http"

	"fangma/registry"
)

// planBody is how large a plan for a whole city may be, in bytes: 100,000
// cells of some 20 bytes, and their people.
const planBody = 4 << 20

// tableBody is how large a table of assignments may be, in bytes.
const tableBody = 8 << 20

// gridRoutes are the routes about who answers for which cell, and about the
// people who do.
func (s *Server) gridRoutes() []route {
	get, post, patch, del := http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	clerk, operator := only(registry.Clerk), only(registry.Operator)
	leads := only(registry.Operator, registry.Administrator)
	knows := only(registry.Operator, registry.Administrator, registry.Officer, registry.Dispatcher, registry.Clerk)
	in, out := s.reading, s.writing
	return []route{
		{get, "/api/v1/offices", public, nil, noBody, in.listOffices},
		{post, "/api/v1/offices", operator, nil, smallBody, out.openOffice},
		{patch, "/api/v1/offices/{id}", operator, nil, smallBody, out.changeOffice},
		{get, "/api/v1/people", only(registry.Operator, registry.Administrator, registry.Clerk),
			[]string{"role", "office", "q", "cursor", "limit"}, noBody, in.listPeople},
		{patch, "/api/v1/people/{name}", operator, nil, smallBody, out.changePerson},

		{get, "/api/v1/assignments", knows, []string{"role", "person", "bbox", "at", "cell", "format", "cursor", "limit"}, noBody, in.listAssignments},
		{post, "/api/v1/assignments", leads, []string{"dryRun"}, planBody, out.assign},
		{post, "/api/v1/assignments/handover", leads, []string{"dryRun"}, largeBody, out.handOver},
		{post, "/api/v1/assignments/import", leads, []string{"dryRun", "reason", "document"}, tableBody, out.importAssignments},
		{get, "/api/v1/assignments/gaps", only(registry.Operator, registry.Administrator, registry.Dispatcher, registry.Clerk),
			[]string{"at", "role", "cursor", "limit"}, noBody, in.listGaps},
		{get, "/api/v1/assignments/territories", knows, []string{"at", "role", "bbox"}, noBody, in.listTerritories},
		{get, "/api/v1/absences", knows, nil, noBody, in.listAbsences},
		{post, "/api/v1/absences", leads, nil, smallBody, out.addAbsence},
		{del, "/api/v1/absences/{id}", leads, nil, noBody, out.endAbsence},

		{get, "/api/v1/access", only(registry.Operator, registry.Administrator, registry.Landlord),
			[]string{"code", "account", "from", "to", "cursor", "limit"}, noBody, in.listAccess},
		{get, "/api/v1/buildings/{code}/holders", clerk, nil, noBody, in.listHolders},
		{post, "/api/v1/buildings/{code}/holders", clerk, nil, smallBody, out.addHolder},
	}
}
