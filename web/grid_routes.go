package web

// gridRoutes are the routes about who answers for which cell.
func (s *Server) gridRoutes() []route { return nil }
