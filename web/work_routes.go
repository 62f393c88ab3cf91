package web

// workRoutes are the routes about what officers do and propose.
func (s *Server) workRoutes() []route { return nil }
