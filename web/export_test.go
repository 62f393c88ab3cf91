package web

import (
	"net/http"
	"slices"

	"fangma/registry"
)

// ProblemMeaning is what the page of a problem type says.
func ProblemMeaning(slug string) string { return problemTypes[slug] }

// Line is a line of the table of routes, as tests see it.
type Line struct {
	Method, Path     string
	Public, SignedIn bool
	Roles            []string // nil for Public and SignedIn
	Query            []string // sorted
	Body             int64
}

// Table is the table of routes.
func Table() []Line {
	s := &Server{reading: &reading{}, writing: &writing{reading: &reading{}}}
	var out []Line
	for _, r := range s.routes() {
		l := Line{Method: r.method, Path: r.path, Public: r.who.anyone, Body: r.body}
		l.SignedIn = len(r.who.roles) == len(registry.Roles())
		if !l.SignedIn {
			for _, role := range r.who.roles {
				l.Roles = append(l.Roles, string(role))
			}
		}
		l.Query = slices.Clone(r.query)
		slices.Sort(l.Query)
		out = append(out, l)
	}
	return out
}

// StartWithout wires a table whose one line lacks something.
func StartWithout(what string) error {
	line := route{method: http.MethodGet, path: "/x", who: public, handle: func(http.ResponseWriter, *http.Request) error { return nil }}
	switch what {
	case "rule":
		line.who = rule{}
	case "handler":
		line.handle = nil
	}
	_, err := (&Server{}).router([]route{line}, http.NotFoundHandler())
	return err
}
