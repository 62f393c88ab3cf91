package web

import (
	"net/http"
	"slices"

	"fangma/registry"
)

// Body limits in bytes of what planners draw and upload.
const (
	zoneBody     = 8 << 20
	zoneFileBody = 64 << 20
)

// zoneRoutes are the routes about density and zones. Zones are on everybody's
// map; what lives in them is for those who plan, send out, or keep the registry.
func (s *Server) zoneRoutes() []route {
	get, post, patch := http.MethodGet, http.MethodPost, http.MethodPatch
	planner := only(registry.Planner)
	people := only(registry.Planner, registry.Dispatcher, registry.Clerk)
	asOf := []string{"validOn", "knownAt"}
	page := []string{"cursor", "limit"}
	in, out := s.reading, s.writing
	return []route{
		{get, "/api/v1/density", publicly, append([]string{"res", "bbox", "measure", "division", "limit", "format"}, asOf...), noBody, in.getDensity},
		{get, "/tiles/density/{z}/{x}/{y}.mvt", publicly, asOf, noBody, in.getDensityTile},
		{get, "/tiles/cells/{z}/{x}/{y}.mvt", publicly, asOf, noBody, in.getCellsTile},

		{get, "/api/v1/zones", public, slices.Concat([]string{"kinds", "q", "bbox", "geometry"}, asOf, page), noBody, in.listZones},
		{post, "/api/v1/zones", planner, nil, zoneBody, out.drawZone},
		{post, "/api/v1/zones/import", planner, []string{"dryRun", "strict", "source", "kind", "validFrom", "crs", "encoding", "map"},
			zoneFileBody, out.importZones},
		{post, "/api/v1/zones/from-divisions", planner, nil, smallBody, out.drawZonesOfDivisions},
		{get, "/api/v1/zones/report", people, reportParameters(), noBody, in.getZoneReport},
		{get, "/api/v1/zones/trend", people, append([]string{"zones", "kinds", "from", "to", "step"}, asOf...), noBody, in.getZoneTrend},
		{get, "/api/v1/zones/overlaps", people, append([]string{"zones", "kinds"}, asOf...), noBody, in.getZoneOverlaps},
		{get, "/api/v1/zones/{id}", public, asOf, noBody, in.getZone},
		{patch, "/api/v1/zones/{id}", planner, nil, zoneBody, out.correctZone},
		{post, "/api/v1/zones/{id}/end", planner, nil, smallBody, out.endZone},
		{get, "/api/v1/zones/{id}/population", people, asOf, noBody, in.getZonePopulation},
		{get, "/api/v1/zones/{id}/history", planner, nil, noBody, in.getZoneHistory},
	}
}
