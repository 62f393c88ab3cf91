package web

import (
	"net/http"
	"time"

	"fangma/registry"
)

// personView is a person as far as the caller may know them: the office with
// its telephone at least.
type personView struct {
	Name        string `json:"name,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	Office      string `json:"office"`
	Phone       string `json:"phone"`
}

func viewPerson(p *registry.Person) *personView {
	if p == nil {
		return nil
	}
	return &personView{p.Name, p.DisplayName, p.Office, p.Phone}
}

// loadView is how much work some cells are; heads is null for who may not
// know.
type loadView struct {
	Cells     int  `json:"cells"`
	Houses    int  `json:"houses"`
	Dwellings int  `json:"dwellings"`
	Heads     *int `json:"heads"`
}

func viewLoad(l registry.Load) loadView { return loadView{l.Cells, l.Houses, l.Dwellings, l.Heads} }

// answerView is who answers for a cell.
type answerView struct {
	Officer       *personView `json:"officer"`
	Administrator *personView `json:"administrator"`
	StandsInFor   *personView `json:"standsInFor"`
	Uncovered     bool        `json:"uncovered"`
}

func viewAnswer(a registry.Answer) answerView {
	return answerView{viewPerson(a.Officer), viewPerson(a.Administrator), viewPerson(a.StandsInFor), a.Uncovered}
}

// private keeps answers that depend on who asks out of shared caches.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "private, no-store") }

// at reads the instant asked for; a date means its end, none means now.
func (q *query) at(zone *time.Location, now time.Time) time.Time {
	if t := q.instant("at", zone); t != nil {
		return *t
	}
	return now
}

// gridRole reads officer or administrator.
func (q *query) gridRole(absent registry.Role) registry.Role {
	if !q.values.Has("role") {
		return absent
	}
	return registry.Role(q.oneOf("role", string(registry.Officer), string(registry.Administrator)))
}

// term reads the members from and to. A day begins in the registry's zone;
// today as from is now.
func (in *reading) term(o *object) registry.Term {
	zone := in.store.Zone()
	var t registry.Term
	if d := text(o, "from"); d != nil && *d != in.store.Today().String() {
		t.From = instant(o, "from", 0, zone)
	}
	if o.has("to") && string(o.members["to"]) != "null" {
		to := instant(o, "to", 0, zone)
		t.To = &to
	}
	return t
}
