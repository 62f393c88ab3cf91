package web

// headcountRoutes are the routes about how many live where.
func (s *Server) headcountRoutes() []route { return nil }
