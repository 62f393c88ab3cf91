package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"fangma/registry"
	"fangma/registry/postgres"
)

type officeRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type grantView struct {
	Role registry.Role `json:"role"`
	From time.Time     `json:"from"`
	To   *time.Time    `json:"to"`
}

// memberView is a person as those see them who lead people.
type memberView struct {
	Name        string      `json:"name"`
	DisplayName string      `json:"displayName"`
	Office      *officeRef  `json:"office"`
	Roles       []grantView `json:"roles"`
	Disabled    bool        `json:"disabled"`
	Load        *loadView   `json:"load"`
}

type peoplePage struct {
	People []memberView `json:"people"`
	Next   *string      `json:"next"`
}

func viewMember(p postgres.Person) memberView {
	v := memberView{Name: p.Name, DisplayName: p.DisplayName, Roles: make([]grantView, 0, len(p.Grants)), Disabled: p.DisabledAt != nil}
	if p.OfficeID != 0 {
		v.Office = &officeRef{strconv.FormatInt(p.OfficeID, 10), p.OfficeName}
	}
	for _, g := range p.Grants {
		v.Roles = append(v.Roles, grantView{g.Role, g.From, g.To})
		if g.Role == registry.Officer || g.Role == registry.Administrator {
			load := viewLoad(p.Load)
			v.Load = &load
		}
	}
	return v
}

// listPeople answers GET /api/v1/people.
func (in *reading) listPeople(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.PeopleFilter{Role: registry.Role(q.text("role")), Office: q.id("office"), Query: q.search("q"), Cursor: q.cursor(), Limit: q.limit()}
	if f.Role != "" && !f.Role.Valid() {
		q.fault("role", "is no role")
	}
	if err := q.err(); err != nil {
		return err
	}
	people, next, err := in.store.People(r.Context(), stateOf(r).actor, f)
	if err != nil {
		return err
	}
	out := peoplePage{People: make([]memberView, 0, len(people)), Next: nextPage(w, r, next)}
	for _, p := range people {
		out.People = append(out.People, viewMember(p))
	}
	private(w)
	return writeJSON(w, r, out)
}

// changePerson answers PATCH /api/v1/people/{name}.
func (out *writing) changePerson(w http.ResponseWriter, r *http.Request) error {
	name := strings.ToLower(mux.Vars(r)["name"])
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	in := postgres.PersonInput{DisplayName: text(o, "displayName"), Office: readIDOrNull(o, "office")}
	if o.has("roles") {
		grants := out.readGrants(o)
		in.Grants = &grants
	}
	o.unknown()
	if len(o.members) == 0 {
		o.fault("body", "must state at least one change")
	}
	if err := o.err(); err != nil {
		return err
	}
	if err := out.store.ChangePerson(r.Context(), stateOf(r).actor, name, in); err != nil {
		return err
	}
	p, err := out.store.Person(r.Context(), stateOf(r).actor, name)
	if err != nil {
		return err
	}
	private(w)
	return writeJSON(w, r, viewMember(p))
}

// readGrants reads roles with their terms.
func (in *reading) readGrants(o *object) []registry.Grant {
	grants := []registry.Grant{}
	for _, c := range o.children("roles", maxParts) {
		c.need("role")
		grants = append(grants, registry.Grant{Role: registry.Role(plain(c, "role")), Term: in.term(c)})
		c.unknown()
	}
	return grants
}

// readRolesOrGrants reads roles as words, which hold from now, or with terms.
func (in *reading) readRolesOrGrants(o *object) []registry.Grant {
	if raw := strings.TrimSpace(string(o.members["roles"])); strings.HasPrefix(raw, "[") && strings.HasPrefix(strings.TrimSpace(raw[1:]), "{") {
		return in.readGrants(o)
	}
	var grants []registry.Grant
	for _, role := range slices.Compact(readRoles(o)) {
		grants = append(grants, registry.Grant{Role: role})
	}
	return grants
}
