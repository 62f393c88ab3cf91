package web

import (
	"net/http"
	"slices"

	"fangma/registry"
)

// handler answers a request or returns why it does not; it writes nothing
// before it is sure.
type handler func(w http.ResponseWriter, r *http.Request) error

// rule says who may use a route, and whether using it writes something. The
// zero rule is no rule: New refuses it.
type rule struct {
	anyone   bool
	identify bool // for everybody, but who is signed in sees more
	roles    []registry.Role
	asks     bool // it writes nothing, although its method is not GET
	notes    bool // it writes something, although its method is GET
}

var (
	public   = rule{anyone: true}
	publicly = rule{anyone: true, identify: true}
)

func only(roles ...registry.Role) rule { return rule{roles: roles} }

// asking is the rule for a route that only asks, whatever its method.
func (u rule) asking() rule {
	u.asks = true
	return u
}

// noting is the rule for a GET that leaves something behind, as who looked.
func (u rule) noting() rule {
	u.notes = true
	return u
}

func (u rule) missing() bool { return !u.anyone && len(u.roles) == 0 }

// allows returns Unauthenticated or Forbidden if the actor may not.
func (u rule) allows(a registry.Actor) error {
	switch {
	case u.anyone || a.Has(u.roles...):
		return nil
	case a.Account == 0:
		return &registry.Error{Kind: registry.Unauthenticated, Slug: "unauthenticated", Detail: "sign in first"}
	}
	return &registry.Error{Kind: registry.Forbidden, Slug: "forbidden", Detail: "this needs another role than yours"}
}

// Body limits in bytes. A footprint of 10,000 corners takes about half a
// megabyte.
const (
	noBody    = 0
	smallBody = 16 << 10
	largeBody = 1 << 20
)

// route is one line of the table.
type route struct {
	method, path string
	who          rule
	query        []string // the parameters it knows; any other is refused
	body         int64    // how large a body it takes, in bytes
	handle       handler
}

// writes says whether the route needs a database that takes writes. It is what
// a server that only reads goes by.
func (l route) writes() bool {
	if l.method == http.MethodGet {
		return l.who.notes
	}
	return !l.who.asks
}

// routes is the whole public server, by noun. The documented paths are those
// of openapi.yaml; a test holds the two together.
func (s *Server) routes() []route {
	get, post, patch, del := http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	clerk, operator := only(registry.Clerk), only(registry.Operator)
	asOf := []string{"validOn", "knownAt"}
	page := []string{"cursor", "limit"}
	find := slices.Concat([]string{"bbox", "cell", "community", "state", "q"}, asOf, page)
	in, out := s.reading, s.writing
	return slices.Concat(s.gridRoutes(), s.headcountRoutes(), s.workRoutes(), s.zoneRoutes(), s.oidcRoutes(), []route{
		{get, "/api/v1/buildings", public, find, noBody, in.listBuildings},
		{post, "/api/v1/buildings", clerk, nil, largeBody, out.registerBuilding},
		{get, "/api/v1/buildings/{code}", public, asOf, noBody, in.getBuilding},
		{patch, "/api/v1/buildings/{code}", clerk, nil, largeBody, out.correctBuilding},
		{get, "/api/v1/buildings/{code}/history", publicly, asOf, noBody, in.getHistory},
		{get, "/api/v1/buildings/{code}/lineage", public, append([]string{"depth"}, asOf...), noBody, in.getLineage},
		{post, "/api/v1/buildings/{code}/events", clerk, nil, largeBody, out.addEvent},
		{post, "/api/v1/buildings/{code}/cut", clerk.asking(), nil, largeBody, in.cutBuilding},
		{get, "/api/v1/buildings/{code}/dwellings", public, asOf, noBody, in.listDwellings},
		{post, "/api/v1/buildings/{code}/dwellings", clerk, []string{"reason", "document", "validFrom"}, largeBody, out.registerDwellings},
		{post, "/api/v1/merges", clerk, nil, largeBody, out.merge},
		{post, "/api/v1/merges/preview", clerk.asking(), nil, smallBody, in.previewMerge},
		{post, "/api/v1/absorptions", clerk, nil, largeBody, out.absorb},

		{get, "/api/v1/dwellings/{code}", public, asOf, noBody, in.getDwelling},
		{patch, "/api/v1/dwellings/{code}", clerk, nil, smallBody, out.correctDwelling},
		{post, "/api/v1/dwellings/{code}/events", clerk, nil, smallBody, out.addDwellingEvent},

		{post, "/api/v1/codes/resolve", public.asking(), nil, largeBody, in.resolveCodes},
		{get, "/api/v1/codes/{code}", public, asOf, noBody, in.getCode},
		{get, "/api/v1/codes/{code}/resolve", public, []string{"at"}, noBody, in.resolveCode},

		{get, sessionPath, publicly, nil, noBody, in.getSession},
		{post, sessionPath, publicly, nil, smallBody, out.signIn},
		{del, sessionPath, publicly, nil, noBody, out.signOut},
		{get, "/api/v1/accounts", operator, nil, noBody, in.listAccounts},
		{post, "/api/v1/accounts", operator, nil, smallBody, out.addAccount},
		{patch, "/api/v1/accounts/{name}", operator, nil, smallBody, out.changeAccount},

		{post, fairPath, only(registry.Administrator, registry.Operator).asking(), nil, largeBody, in.divideFairly},

		{get, "/api/v1/lookup", publicly, append([]string{"lon", "lat", "code", "q", "at"}, asOf...), noBody, in.lookup},
		{get, briefPath, publicly, []string{"lon", "lat", "code"}, noBody, in.lookupBriefly},
		{get, "/api/v1/cells/{cell}", publicly, append([]string{"at"}, asOf...), noBody, in.getCell},
		{get, "/api/v1/divisions", public, slices.Concat([]string{"level", "parent", "q"}, asOf, page), noBody, in.listDivisions},

		{get, "/api/v1/events", only(registry.Clerk, registry.Integrator), []string{"after", "limit"}, noBody, in.listEvents},
		{post, "/api/v1/reverts", only(registry.Clerk, registry.Operator), nil, largeBody, out.revert},
		{get, streamPath, publicly, nil, noBody, in.streamEvents},

		{get, exportPath, only(registry.Clerk, registry.Integrator, registry.Operator), append([]string{"format"}, asOf...), noBody, in.exportBuildings},

		{get, "/api/v1/map", public, nil, noBody, in.getMap},
		{get, "/tiles/{layer}.json", public, asOf, noBody, in.getTileJSON},
		{get, tilePath, public, asOf, noBody, in.getTile},
		{get, "/style/{view}.json", public, []string{"theme", "lang"}, noBody, in.getStyle},

		{get, "/h/{code}", public, []string{"lang"}, noBody, in.getPlatePage},
		{get, "/h/{code}/plate.svg", public, nil, noBody, in.getPlate},

		{get, "/openapi.json", public, nil, noBody, in.getOpenAPI},
		{get, "/docs", public, nil, noBody, in.getDocs},
		{get, "/problems/{slug}", public, nil, noBody, in.getProblemType},
		{get, "/healthz", public, nil, noBody, in.getHealth},
		{get, "/readyz", public, nil, noBody, in.getReadiness},
	})
}
