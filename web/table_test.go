package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"fangma/web"
)

// TestTableAndDocumentAgree: every route is documented, every documented
// operation exists, with the same parameters and the same roles.
func TestTableAndDocumentAgree(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			documented[method+" "+path] = op
		}
	}
	for _, line := range web.Table() {
		name := line.Method + " " + line.Path
		op := documented[name]
		if op == nil {
			t.Errorf("%s is not in openapi.yaml", name)
			continue
		}
		delete(documented, name)
		var query []string
		for _, p := range op.Parameters {
			if p.Value.In == openapi3.ParameterInQuery {
				query = append(query, p.Value.Name)
			}
		}
		if slices.Sort(query); !slices.Equal(query, line.Query) {
			t.Errorf("%s: parameters %v in the document, %v in the table", name, query, line.Query)
		}
		if roles := rolesOf(op); !slices.Equal(roles, line.Roles) {
			t.Errorf("%s: roles %v in the document, %v in the table", name, roles, line.Roles)
		}
		if hasBody := op.RequestBody != nil; hasBody != (line.Body > 0) {
			t.Errorf("%s: takes a body: %v in the document, %v in the table", name, hasBody, line.Body > 0)
		}
	}
	for name := range documented {
		t.Errorf("%s is documented and not in the table", name)
	}
}

func rolesOf(op *openapi3.Operation) []string {
	var out []string
	list, _ := op.Extensions["x-roles"].([]any)
	for _, r := range list {
		out = append(out, r.(string))
	}
	slices.Sort(out)
	return out
}

func TestARouteWithoutARuleDoesNotStart(t *testing.T) {
	t.Parallel()
	if err := web.StartWithout("rule"); err == nil || !strings.Contains(err.Error(), "no rule") {
		t.Errorf("started: %v", err)
	}
	if err := web.StartWithout("handler"); err == nil || !strings.Contains(err.Error(), "no handler") {
		t.Errorf("started: %v", err)
	}
}

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for path, allow := range map[string]string{
		"/api/v1/buildings":                     "GET, HEAD, OPTIONS, POST",
		"/api/v1/buildings/112345678973":        "GET, HEAD, OPTIONS, PATCH",
		"/api/v1/buildings/112345678973/events": "OPTIONS, POST",
		"/tiles/buildings/14/1/1.mvt":           "GET, HEAD, OPTIONS",
	} {
		got := v.do(http.MethodPut, path, nil).want(http.StatusMethodNotAllowed)
		if got.header.Get("Allow") != allow {
			t.Errorf("%s allows %q, want %q", path, got.header.Get("Allow"), allow)
		}
		if o := v.do(http.MethodOptions, path, nil).want(http.StatusNoContent); o.header.Get("Allow") != allow {
			t.Errorf("OPTIONS %s: %q", path, o.header.Get("Allow"))
		}
	}
	head := v.do(http.MethodHead, "/api/v1/map", nil).want(http.StatusOK)
	get := v.get("/api/v1/map", "Accept-Encoding", "identity").want(http.StatusOK)
	if len(head.body) != 0 || head.header.Get("ETag") != get.header.Get("ETag") {
		t.Errorf("HEAD differs from GET: %v %v", head.header, get.header)
	}
}
