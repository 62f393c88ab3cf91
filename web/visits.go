package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"fangma/registry"
	"fangma/registry/postgres"
)

// visitView is a visit and what the house needs after it; the house is null
// once it stands in nobody's list, as a planned one that was given up.
type visitView struct {
	Visit visitRecord    `json:"visit"`
	House *gridHouseView `json:"house"`
}

type visitRecord struct {
	ID        uuid.UUID            `json:"id"`
	Code      registry.Code        `json:"code"`
	Result    registry.VisitResult `json:"result"`
	Note      string               `json:"note"`
	At        time.Time            `json:"at"`
	Withdrawn bool                 `json:"withdrawn"`
}

// addVisit answers POST /api/v1/visits.
func (out *writing) addVisit(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("code", "result")
	code := readCode(o, "code")
	report := registry.VisitReport{Result: registry.VisitResult(plain(o, "result")), Note: plain(o, "note"),
		At: value[time.Time](o, "at", "an instant as in RFC 3339")}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.Visit(r.Context(), write, code, report)
	if err != nil {
		return err
	}
	return out.writeVisit(w, r, http.StatusCreated, receipt)
}

// withdrawVisit answers DELETE /api/v1/visits/{id}.
func (out *writing) withdrawVisit(w http.ResponseWriter, r *http.Request) error {
	id, write, err := readID(r, "visit_unknown")
	if err != nil {
		return err
	}
	receipt, err := out.store.WithdrawVisit(r.Context(), write, id)
	if err != nil {
		return err
	}
	return out.writeVisit(w, r, http.StatusOK, receipt)
}

func (out *writing) writeVisit(w http.ResponseWriter, r *http.Request, status int, receipt registry.Receipt) error {
	visit := receipt.Visit
	v := visitView{Visit: visitRecord{visit.ID, visit.Building, visit.Result, visit.Note, visit.At, visit.Withdrawn}}
	h, err := out.store.Watched(stateOf(r).actor).MyHouse(r.Context(), visit.Building)
	if err != nil {
		return err
	}
	if h != nil {
		house := viewGridHouse(*h)
		v.House = &house
	}
	keepPrivate(w)
	return writeVersion(w, r, status, 0, v)
}

// readID reads the id in the path and the key of a request without a body. An
// id that cannot be one is not found.
func readID(r *http.Request, slug string) (uuid.UUID, postgres.Write, error) {
	id, err := uuid.Parse(mux.Vars(r)["id"])
	if err != nil {
		return id, postgres.Write{}, notFound(slug, "there is nothing with this id")
	}
	key, err := idempotencyKey(r)
	return id, postgres.Write{Actor: stateOf(r).actor, IdempotencyKey: key, RequestHash: requestHash(r, nil)}, err
}
