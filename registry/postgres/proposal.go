package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Propose puts what an officer saw into the clerks' inbox.
//
// It returns Invalid with every wrong field, NotFound for a code that was
// never issued, Forbidden "not_your_cell", and Conflict "retired" or "void".
func (s *Store) Propose(ctx context.Context, w Write, in registry.ProposalInput) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		var about *registry.Building
		var err error
		if in.Building != 0 {
			if about, err = w.ownHouse(ctx, in.Building); err != nil {
				return registry.Receipt{}, err
			}
		}
		p, err := registry.Propose(in, about, registry.Place{Resolution: w.resolution, Today: w.Today()})
		if err != nil {
			return registry.Receipt{}, err
		}
		if about == nil {
			if err := w.workIn(ctx, p.Cell, 0); err != nil {
				return registry.Receipt{}, err
			}
		}
		p.By, p.ByName, p.MadeAt = w.Actor.Account, w.Actor.Name, w.now
		if p.ID, err = uuid.NewV7(); err != nil {
			return registry.Receipt{}, fmt.Errorf("make proposal id: %w", err)
		}
		e, err := w.workEvent(registry.EventPropose, w.Today(), map[string]any{"proposal": p.ID})
		if err != nil {
			return registry.Receipt{}, err
		}
		r := entry{event: e}
		r.header()
		r.add(nil, `
			insert into proposal (cell, proposal_id, kind, building_code, geom, note, account_id, made_at, event_id, state)
			values ($1, $2, $3, nullif($4::bigint, 0), $5, $6, $7, $8, $9, $10)`,
			int64(p.Cell), p.ID, p.Kind, p.Building, shapeParam(p.Shape), p.Note, p.By, p.MadeAt, e.ID, p.State)
		return registry.Receipt{Event: e, Proposal: &p}, r.send(ctx, w.tx)
	})
}

// shapeParam is a shape, or SQL null for none.
func shapeParam(s registry.Shape) any {
	if s.Geometry == nil {
		return nil
	}
	return geometry{s.Geometry}
}

// DecideProposal refuses a proposal, or accepts it and records what it asks
// for in the same transaction. That is done by record, which is handed the
// Write that it must use; nil if there is nothing to record any more.
//
// It returns NotFound, Invalid with every wrong field, Conflict "decided", and
// whatever record returns.
func (s *Store) DecideProposal(ctx context.Context, w Write, id uuid.UUID, d registry.Decision,
	record func(Write) (registry.Receipt, error)) (registry.Receipt, error) {
	w.within = func(w *writing, do func(*writing) (registry.Receipt, error)) (registry.Receipt, error) {
		return w.decide(ctx, id, d, do)
	}
	if record != nil && d.Accepted {
		return record(w)
	}
	return s.write(ctx, w, func(*writing) (registry.Receipt, error) { return registry.Receipt{}, nil })
}

func (w *writing) decide(ctx context.Context, id uuid.UUID, d registry.Decision,
	do func(*writing) (registry.Receipt, error)) (registry.Receipt, error) {
	was, err := w.lockProposal(ctx, id)
	if err != nil {
		return registry.Receipt{}, err
	}
	p, err := was.Decide(d, w.now)
	if err != nil {
		return registry.Receipt{}, err
	}
	receipt, err := do(w)
	if err != nil {
		return receipt, err
	}
	p.Result = receipt.Building.Code
	// What was recorded may have had a scope of its own.
	if err := (scope{actor: w.Actor}).enter(ctx, w.tx); err != nil {
		return receipt, err
	}
	e, err := w.endProposal(ctx, registry.EventProposalDecide, p)
	if err != nil {
		return receipt, err
	}
	if receipt.Event.ID == uuid.Nil {
		receipt.Event = e
	}
	receipt.Proposal = &p
	return receipt, nil
}

// WithdrawProposal takes back a proposal of the officer's own.
//
// It returns NotFound for one that is not there or not the officer's own, and
// Conflict "decided".
func (s *Store) WithdrawProposal(ctx context.Context, w Write, id uuid.UUID) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		// Nobody sees another's proposal here, whatever else they may do. One that
		// is no longer open cannot be held, but read.
		was, err := readProposal(ctx, w.tx, `p.proposal_id = $1 and p.account_id = $2`, id, w.Actor.Account)
		if err != nil {
			return registry.Receipt{}, err
		}
		p, err := was.Withdraw(w.now)
		if err != nil {
			return registry.Receipt{}, err
		}
		e, err := w.endProposal(ctx, registry.EventProposalWithdraw, p)
		return registry.Receipt{Event: e, Proposal: &p}, err
	})
}

// endProposal writes that an open proposal has ended. It returns Conflict
// "decided" if somebody else was faster.
func (w *writing) endProposal(ctx context.Context, kind registry.EventType, p registry.Proposal) (registry.Event, error) {
	e, err := w.workEvent(kind, w.Today(), map[string]any{"proposal": p.ID, "state": p.State})
	if err != nil {
		return e, err
	}
	if err := w.insertEvent(ctx, e); err != nil {
		return e, err
	}
	var by *int64
	if p.State != registry.ProposalWithdrawn {
		by = &w.Actor.Account
	}
	tag, err := w.tx.Exec(ctx, `
		update proposal set state = $2, decided_by = $3, decided_at = $4, decision = $5, result_code = nullif($6::bigint, 0)
		where proposal_id = $1 and state = 'open'`, p.ID, p.State, by, p.DecidedAt, p.Reason, p.Result)
	if err != nil {
		return e, fmt.Errorf("end proposal: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return e, &registry.Error{Kind: registry.Conflict, Slug: "decided", Detail: "the proposal was decided a moment ago"}
	}
	return e, nil
}

// lockProposal reads a proposal and holds it until the transaction ends.
func (w *writing) lockProposal(ctx context.Context, id uuid.UUID) (registry.Proposal, error) {
	_, err := w.tx.Exec(ctx, `select from proposal where proposal_id = $1 for update`, id)
	if err != nil {
		return registry.Proposal{}, fmt.Errorf("lock proposal: %w", err)
	}
	return readProposal(ctx, w.tx, `p.proposal_id = $1`, id)
}

func readProposal(ctx context.Context, q querier, where string, args ...any) (registry.Proposal, error) {
	rows, err := q.Query(ctx, `select `+proposalColumns+` from proposal p join account a using (account_id) where `+where, args...)
	if err != nil {
		return registry.Proposal{}, fmt.Errorf("read proposal: %w", err)
	}
	p, err := pgx.CollectExactlyOneRow(rows, scanProposal)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, registry.Errorf(registry.NotFound, "proposal_unknown", "there is no such proposal")
	}
	return p, wrap("read proposal", err)
}

const proposalColumns = `p.proposal_id, p.kind, p.state, coalesce(p.building_code, 0), p.cell, p.geom, p.note,
	p.account_id, a.name, p.made_at, p.decided_at, p.decision, coalesce(p.result_code, 0)`

func scanProposal(row pgx.CollectableRow) (p registry.Proposal, err error) {
	err = row.Scan(proposalTargets(&p)...)
	p.MadeAt = p.MadeAt.UTC()
	return p, err
}

func proposalTargets(p *registry.Proposal) []any {
	return []any{&p.ID, &p.Kind, &p.State, &p.Building, (*cellColumn)(&p.Cell), (*shapeColumn)(&p.Shape), &p.Note,
		&p.By, &p.ByName, &p.MadeAt, &p.DecidedAt, &p.Reason, &p.Result}
}

// ProposalFilter says which proposals are listed.
type ProposalFilter struct {
	State  registry.ProposalState // "" for any
	Limit  int
	Cursor string // of the page before; "" for the first
}

// Inbox is a proposal with what a clerk must know of its house to decide it.
type Inbox struct {
	registry.Proposal
	ByDisplayName string
	// Version, Name and Address are the house's; 0 and empty for a new one.
	Version       int
	Name, Address string
}

// Proposals lists, oldest first, what the actor may see: clerks all, others
// their own and those in their cells. It returns Malformed for a cursor that
// is none.
func (r *Reader) Proposals(ctx context.Context, a registry.Actor, f ProposalFilter) (list []Inbox, next string, err error) {
	after := uuid.Nil
	if f.Cursor != "" {
		if after, err = uuid.Parse(f.Cursor); err != nil {
			return nil, "", registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this list gave out")
		}
	}
	err = r.as(ctx, a, nil, func(tx pgx.Tx, s scope) error {
		list, err = r.inbox(ctx, tx, `
			($4 or p.account_id = $1 or p.cell = any ($2)) and p.proposal_id > $3 and (p.state = $5 or $5 = '')
			order by p.proposal_id limit $6`,
			a.Account, s.cells(), after, a.May(registry.Proposals), f.State, f.Limit+1)
		return err
	})
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID.String()
	}
	return list, next, err
}

// Proposal reads one proposal that the actor may see. It returns NotFound.
func (r *Reader) Proposal(ctx context.Context, a registry.Actor, id uuid.UUID) (p Inbox, err error) {
	err = r.as(ctx, a, nil, func(tx pgx.Tx, _ scope) error {
		list, err := r.inbox(ctx, tx, `p.proposal_id = $1`, id)
		if err == nil && len(list) == 0 {
			err = registry.Errorf(registry.NotFound, "proposal_unknown", "there is no such proposal")
		}
		if err == nil {
			p = list[0]
		}
		return err
	})
	return p, err
}

func (r *Reader) inbox(ctx context.Context, tx pgx.Tx, where string, args ...any) ([]Inbox, error) {
	rows, err := tx.Query(ctx, `
		select `+proposalColumns+`, a.display_name, coalesce(b.version, 0), coalesce(v.name, ''), coalesce(v.address, '')
		from proposal p
			join account a using (account_id)
			left join building b on b.building_code = p.building_code
			left join lateral (
				select v.name, v.address from building_version v
				where v.building_code = p.building_code and v.recorded_to = 'infinity'
				order by lower(v.valid) desc limit 1) v on true
		where `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Inbox, err error) {
		err = row.Scan(append(proposalTargets(&p.Proposal), &p.ByDisplayName, &p.Version, &p.Name, &p.Address)...)
		p.MadeAt = p.MadeAt.UTC()
		return p, err
	})
	return list, wrap("list proposals", err)
}

// cells are all in which the actor is officer or administrator.
func (s scope) cells() []int64 {
	return slices.Compact(slices.Sorted(slices.Values(append(cellsParam(s.worked), cellsParam(s.administered)...))))
}
