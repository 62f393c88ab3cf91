package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
)

type proposalView struct {
	ID       uuid.UUID              `json:"id"`
	Kind     registry.ProposalKind  `json:"kind"`
	State    registry.ProposalState `json:"state"`
	Code     *registry.Code         `json:"code"`
	Version  *int                   `json:"version,omitempty"` // of the house, for If-Match
	Name     string                 `json:"name,omitempty"`
	Address  string                 `json:"address,omitempty"`
	Cell     geo.Cell               `json:"cell"`
	Geometry registry.Shape         `json:"geometry"`
	Note     string                 `json:"note"`
	By       *proposerView          `json:"by"` // null for who may not know
	Mine     bool                   `json:"mine"`
	MadeAt   time.Time              `json:"madeAt"`
	// DecidedAt, Reason and Result are null and empty while it is open.
	DecidedAt *time.Time     `json:"decidedAt"`
	Reason    string         `json:"reason"`
	Result    *registry.Code `json:"result"`
}

type proposerView struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName,omitempty"`
}

func viewProposal(p registry.Proposal, me registry.Actor) proposalView {
	v := proposalView{ID: p.ID, Kind: p.Kind, State: p.State, Cell: p.Cell, Geometry: p.Shape, Note: p.Note,
		Mine: p.By == me.Account, MadeAt: p.MadeAt, DecidedAt: p.DecidedAt, Reason: p.Reason}
	if p.Building != 0 {
		v.Code = &p.Building
	}
	if p.Result != 0 {
		v.Result = &p.Result
	}
	if v.Mine || me.May(registry.ReadAssignments) || me.Has(registry.Administrator) {
		v.By = &proposerView{Name: p.ByName}
	}
	return v
}

func viewInbox(p postgres.Inbox, me registry.Actor) proposalView {
	v := viewProposal(p.Proposal, me)
	v.Name, v.Address = p.Name, p.Address
	if p.Version > 0 {
		v.Version = &p.Version
	}
	if v.By != nil {
		v.By.DisplayName = p.ByDisplayName
	}
	return v
}

type proposalPage struct {
	Proposals []proposalView `json:"proposals"`
	Next      *string        `json:"next"`
}

// listProposals answers GET /api/v1/proposals.
func (in *reading) listProposals(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.ProposalFilter{Limit: q.limit(), Cursor: q.cursor()}
	if state := q.oneOf("state", "any", "open", "accepted", "refused", "withdrawn"); state != "any" {
		f.State = registry.ProposalState(state)
	}
	if err := q.err(); err != nil {
		return err
	}
	me := stateOf(r).actor
	list, next, err := in.store.Proposals(r.Context(), me, f)
	if err != nil {
		return err
	}
	page := proposalPage{Proposals: make([]proposalView, 0, len(list))}
	for _, p := range list {
		page.Proposals = append(page.Proposals, viewInbox(p, me))
	}
	page.Next = nextPage(w, r, next)
	keepPrivate(w)
	return writeJSON(w, r, page)
}

// getProposal answers GET /api/v1/proposals/{id}.
func (in *reading) getProposal(w http.ResponseWriter, r *http.Request) error {
	id, _, err := readID(r, "proposal_unknown")
	if err != nil {
		return err
	}
	me := stateOf(r).actor
	p, err := in.store.Proposal(r.Context(), me, id)
	if err != nil {
		return err
	}
	keepPrivate(w)
	return writeJSON(w, r, viewInbox(p, me))
}

// addProposal answers POST /api/v1/proposals.
func (out *writing) addProposal(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("kind")
	p := registry.ProposalInput{Kind: registry.ProposalKind(plain(o, "kind")), Shape: shape(o, "geometry"), Note: plain(o, "note")}
	if o.has("code") {
		p.Building = readCode(o, "code")
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.Propose(r.Context(), write, p)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/proposals/"+receipt.Proposal.ID.String())
	keepPrivate(w)
	return writeVersion(w, r, http.StatusCreated, 0, viewProposal(*receipt.Proposal, write.Actor))
}

// withdrawProposal answers DELETE /api/v1/proposals/{id}.
func (out *writing) withdrawProposal(w http.ResponseWriter, r *http.Request) error {
	id, write, err := readID(r, "proposal_unknown")
	if err != nil {
		return err
	}
	receipt, err := out.store.WithdrawProposal(r.Context(), write, id)
	if err != nil {
		return err
	}
	keepPrivate(w)
	return writeVersion(w, r, http.StatusOK, 0, viewProposal(*receipt.Proposal, write.Actor))
}

// decisionView is a decided proposal, and the house that it made or changed.
type decisionView struct {
	Proposal proposalView  `json:"proposal"`
	Building *buildingView `json:"building"`
}

// decideProposal answers POST /api/v1/proposals/{id}/decision.
func (out *writing) decideProposal(w http.ResponseWriter, r *http.Request) error {
	id, _, err := readID(r, "proposal_unknown")
	if err != nil {
		return err
	}
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	decision := readDecision(o)
	p, err := out.reading.store.Proposal(r.Context(), write.Actor, id)
	if err != nil {
		return err
	}
	var record func(postgres.Write) (registry.Receipt, error)
	if decision.Accepted {
		record = out.readRecord(r, o, p.Proposal)
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	if err := decision.Check(); err != nil {
		return err
	}
	if record != nil && p.Building != 0 {
		version, err := ifMatch(r)
		if err != nil {
			return err
		}
		write.IfMatch = &version
	}
	receipt, err := out.store.DecideProposal(r.Context(), write, id, decision, record)
	if err != nil {
		return err
	}
	p.Proposal = *receipt.Proposal
	keepPrivate(w)
	return writeVersion(w, r, http.StatusOK, 0, viewDecision(p, receipt.Building, write.Actor))
}

func readDecision(o *object) registry.Decision {
	o.need("decision")
	d := registry.Decision{Reason: plain(o, "reason")}
	switch plain(o, "decision") {
	case "accepted":
		d.Accepted = true
	case "refused", "":
	default:
		o.fault("decision", "must be accepted or refused")
	}
	if o.has("event") && !d.Accepted {
		o.fault("event", "belongs to an accepted proposal")
	}
	return d
}

func viewDecision(p postgres.Inbox, made registry.Record, me registry.Actor) decisionView {
	v := decisionView{Proposal: viewInbox(p, me)}
	if made.Code == 0 {
		return v
	}
	building := viewBuilding(made)
	v.Building, v.Proposal.Version = &building, nil
	if p.Building == made.Code {
		v.Proposal.Version = &made.Version
	}
	return v
}

// readRecord reads what an accepted proposal is to record: the body of a
// registration or of an event over its house. Without one a new building is
// registered as it was sketched, a demolished one retired from today on, and a
// correction is taken to have been made already: nil.
func (out *writing) readRecord(r *http.Request, o *object, p registry.Proposal) func(postgres.Write) (registry.Receipt, error) {
	said := registry.Why{Document: "proposal " + p.ID.String()}
	event := o.child("event")
	switch {
	case p.Kind == registry.ProposeNewBuilding:
		reg := registry.Registration{Why: said}
		if event != nil {
			reg = readRegistration(event)
		}
		if reg.Shape == nil {
			reg.Shape = &p.Shape
		}
		return func(w postgres.Write) (registry.Receipt, error) {
			receipt, err := out.store.Register(r.Context(), w, reg)
			return receipt, within("event.", err)
		}
	case event != nil:
		do := out.readEvent(event)
		event.unknown()
		return func(w postgres.Write) (registry.Receipt, error) {
			receipt, err := do(r, w, p.Building)
			return receipt, within("event.", err)
		}
	case p.Kind == registry.ProposeDemolition:
		end := registry.Retirement{Why: said, As: registry.AsDemolished}
		return func(w postgres.Write) (registry.Receipt, error) {
			receipt, err := out.store.Retire(r.Context(), w, p.Building, end)
			return receipt, within("event.", err)
		}
	}
	return nil
}
