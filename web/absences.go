package web

import (
	"net/http"
	"time"

	"fangma/registry"
)

type absenceView struct {
	ID         string      `json:"id"`
	Person     *personView `json:"person"`
	Substitute *personView `json:"substitute"`
	From       time.Time   `json:"from"`
	To         *time.Time  `json:"to"`
}

func viewAbsence(a registry.Absence) absenceView {
	return absenceView{a.ID.String(), viewPerson(&a.Person), viewPerson(a.Substitute), a.From, a.To}
}

// listAbsences answers GET /api/v1/absences: those that are not over.
func (in *reading) listAbsences(w http.ResponseWriter, r *http.Request) error {
	list, err := in.store.Absences(r.Context(), stateOf(r).actor)
	if err != nil {
		return err
	}
	out := make([]absenceView, 0, len(list))
	for _, a := range list {
		out = append(out, viewAbsence(a))
	}
	private(w)
	return writeJSON(w, r, map[string]any{"absences": out})
}

// addAbsence answers POST /api/v1/absences.
func (out *writing) addAbsence(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("person", "to")
	wish := registry.AbsenceWish{Person: plain(o, "person"), Term: out.term(o)}
	if o.has("substitute") && string(o.members["substitute"]) != "null" {
		wish.Substitute = plain(o, "substitute")
	}
	why := readWhy(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.AddAbsence(r.Context(), write, wish, why)
	if err != nil {
		return err
	}
	list, err := out.store.Absences(r.Context(), write.Actor)
	if err != nil {
		return err
	}
	private(w)
	for _, a := range list {
		if a.ID == receipt.Event.ID {
			return writeVersion(w, r, http.StatusCreated, 0, viewAbsence(a))
		}
	}
	return notFound("absence_unknown", "the absence was recorded and is over, or was withdrawn since") // a retry long after
}

// endAbsence answers DELETE /api/v1/absences/{id}.
func (out *writing) endAbsence(w http.ResponseWriter, r *http.Request) error {
	id, write, err := readID(r, "absence_unknown")
	if err != nil {
		return err
	}
	if _, err := out.store.EndAbsence(r.Context(), write, id, registry.Why{}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
