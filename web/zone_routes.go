package web

// zoneRoutes are the routes about density and zones.
func (s *Server) zoneRoutes() []route { return nil }
