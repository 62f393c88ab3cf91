package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// StateHeadcounts records how many live in dwellings or buildings, all in one
// event or none. Clerks state it of every house, officers in their own cells.
//
// It returns Invalid with every wrong field of every statement, also for codes
// that were never issued, days on which there was no such house, and
// "no_change" when all of it stood already; Forbidden "not_your_cell"; and
// Stale when a dwelling was moved at this very moment.
func (s *Store) StateHeadcounts(ctx context.Context, w Write, in []registry.HeadcountInput, why registry.Why) (registry.Receipt, error) {
	stated, err := registry.CleanHeadcounts(in, why, s.Today())
	if err != nil {
		return registry.Receipt{}, err
	}
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		codes := make([]registry.Code, len(stated))
		for i, h := range stated {
			codes[i] = h.Code
		}
		all, err := w.lockSubjects(ctx, codes)
		if err != nil {
			return registry.Receipt{}, err
		}
		if err := checkSubjects(stated, all); err != nil {
			return registry.Receipt{}, err
		}
		if err := w.countIn(ctx, all, codes); err != nil {
			return registry.Receipt{}, err
		}
		was, err := headcountsOf(ctx, w.tx, all)
		if err != nil {
			return registry.Receipt{}, err
		}
		if err := outranked(was, stated); err != nil {
			return registry.Receipt{}, err
		}
		changes, counted := stateAll(was, stated, w.Today())
		counted.Houses = len(housesOf(all))
		if len(changes) == 0 {
			return registry.Receipt{}, &registry.Error{Kind: registry.Invalid, Slug: "no_change", Detail: "all of it is stated already", Codes: codes[:1]}
		}
		return w.keepHeadcounts(ctx, headcountEvent{kind: registry.EventHeadcount, why: why, from: earliest(stated), counted: counted}, changes, all)
	})
}

// WithdrawHeadcount takes a statement back, by its day: the one before it
// holds on. It is done by whoever may state.
//
// It returns Invalid without a reason, NotFound for a code or a statement that
// is not there, and Forbidden "not_your_cell".
func (s *Store) WithdrawHeadcount(ctx context.Context, w Write, code registry.Code, from registry.Date, why registry.Why) (registry.Receipt, error) {
	if err := registry.NeedReason(why, "withdraw a headcount"); err != nil {
		return registry.Receipt{}, err
	}
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		codes := []registry.Code{code}
		all, err := w.lockSubjects(ctx, codes)
		if err != nil {
			return registry.Receipt{}, err
		}
		if all[code] == nil {
			return registry.Receipt{}, registry.Errorf(registry.NotFound, "code_unknown", "%s was never issued to a building or dwelling", code)
		}
		if err := w.countIn(ctx, all, codes); err != nil {
			return registry.Receipt{}, err
		}
		was, err := headcountsOf(ctx, w.tx, all)
		if err != nil {
			return registry.Receipt{}, err
		}
		is, err := was[code].Withdraw(from)
		if err != nil {
			return registry.Receipt{}, err
		}
		e := headcountEvent{kind: registry.EventHeadcountWithdraw, why: why, from: from, counted: registry.Counted{Stated: 1, Houses: len(all[code].Houses)}}
		return w.keepHeadcounts(ctx, e, []headcountChange{{was[code], is}}, all)
	})
}

func earliest(stated []registry.Headcount) registry.Date {
	return slices.MinFunc(stated, func(a, b registry.Headcount) int { return int(a.From) - int(b.From) }).From
}

// lockSubjects holds the buildings whose totals statements about the codes can
// change, in order of code, and reads the subjects. No event over a dwelling
// goes on without one of the buildings it is in.
func (w *writing) lockSubjects(ctx context.Context, codes []registry.Code) (map[registry.Code]*registry.Subject, error) {
	rows, err := w.tx.Query(ctx, `
		select building_code from building
		where building_code in (
			select unnest($1::bigint[])
			union
			select i.in_building from dwelling d join dwelling_building i using (building_code, dwelling_code)
			where d.dwelling_code = any ($1) and i.recorded_to = 'infinity')
		order by building_code for update`, codes)
	if err != nil {
		return nil, fmt.Errorf("lock buildings: %w", err)
	}
	locked, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
	if err != nil {
		return nil, fmt.Errorf("lock buildings: %w", err)
	}
	all, err := subjects(ctx, w.tx, codes, w.Today())
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		for _, b := range s.Houses {
			if _, held := slices.BinarySearch(locked, b); !held {
				return nil, registry.Errorf(registry.Stale, "stale", "%s was moved to another building at this very moment; try again", s.Code)
			}
		}
	}
	return all, nil
}

// checkSubjects returns Invalid with every statement that is about nothing, or
// about a day on which there was no such house.
func checkSubjects(stated []registry.Headcount, all map[registry.Code]*registry.Subject) error {
	wrong := &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable"}
	for i, h := range stated {
		if field, reason := misplaced(h, all[h.Code]); reason != "" {
			wrong.Fields = append(wrong.Fields, registry.FieldError{Field: registry.StatementField(i, field), Reason: reason})
		}
	}
	if wrong.Fields == nil {
		return nil
	}
	return wrong
}

// misplaced says what is wrong with a statement in view of its subject, "" if
// nothing is.
func misplaced(h registry.Headcount, s *registry.Subject) (field, reason string) {
	if s == nil {
		return "code", "was never issued to a building or dwelling"
	}
	if s.In == 0 {
		return "code", s.Holds(h.From)
	}
	return "from", s.Holds(h.From)
}

// countIn lets a clerk pass, and enters an officer's scope if all of it is in
// the officer's cells. Otherwise it returns Forbidden "not_your_cell", whatever
// is stated there.
func (w *writing) countIn(ctx context.Context, all map[registry.Code]*registry.Subject, codes []registry.Code) error {
	if w.Actor.May(registry.Count) {
		return nil
	}
	s, err := scopeIn(ctx, w.tx, w.Actor, w.now, cellsOf(all))
	if err != nil {
		return err
	}
	for _, code := range codes {
		if subject := all[code]; subject.In == 0 || !slices.Contains(s.worked, subject.Cell) {
			return registry.NotYours(code)
		}
	}
	return nil
}

// outranked returns Invalid for estimates of what is known better.
func outranked(was map[registry.Code]registry.Headcounts, stated []registry.Headcount) error {
	var fields []registry.FieldError
	for i, h := range stated {
		if was[h.Code].Outranks(h) {
			better, _ := was[h.Code].At(h.From)
			fields = append(fields, registry.FieldError{Field: registry.StatementField(i, "evidence"),
				Reason: fmt.Sprintf("an estimate does not replace what is %s since %s; withdraw that first, or say what was observed or declared", better.Evidence, better.From)})
		}
	}
	if fields == nil {
		return nil
	}
	return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable", Fields: fields}
}

// headcountChange is what is stated about one code, as it was and as it is.
type headcountChange struct{ was, is registry.Headcounts }

// stateAll applies statements, which may be several about one code.
func stateAll(was map[registry.Code]registry.Headcounts, stated []registry.Headcount, today registry.Date) (changes []headcountChange, n registry.Counted) {
	byCode := map[registry.Code][]registry.Headcount{}
	var order []registry.Code
	for _, h := range stated {
		if byCode[h.Code] == nil {
			order = append(order, h.Code)
		}
		byCode[h.Code] = append(byCode[h.Code], h)
	}
	for _, code := range order {
		is, changed := was[code].State(today, byCode[code]...)
		news := 0
		for _, h := range byCode[code] {
			if !was[code].States(h) && !was[code].Outranks(h) {
				news++
			}
		}
		n.Stated, n.Same = n.Stated+news, n.Same+len(byCode[code])-news
		if changed {
			changes = append(changes, headcountChange{was[code], is})
		}
	}
	return changes, n
}

// headcountEvent says how statements are recorded.
type headcountEvent struct {
	kind    registry.EventType
	why     registry.Why
	from    registry.Date
	counted registry.Counted
	detail  any // what the event tells of itself; nil for counted
}

// keepHeadcounts writes one event with all its statements and the totals that
// they make. The buildings are locked.
func (w *writing) keepHeadcounts(ctx context.Context, h headcountEvent, changes []headcountChange, all map[registry.Code]*registry.Subject) (registry.Receipt, error) {
	var houses []registry.Code
	for _, c := range changes {
		w.after(c.was.RecordedFrom)
		houses = append(houses, all[c.is.Code].Houses...)
	}
	houses = slices.Compact(slices.Sorted(slices.Values(houses)))
	if err := w.afterTotals(ctx, houses); err != nil {
		return registry.Receipt{}, err
	}
	e, err := w.peopleEvent(h)
	if err != nil {
		return registry.Receipt{}, err
	}
	r := entry{event: e}
	r.header()
	r.headcounts(changes, all)
	if err := r.send(ctx, w.tx); err != nil {
		return registry.Receipt{}, err
	}
	err = w.asRegistry(ctx, func() error { return w.retotalLocked(ctx, e, houses) })
	return registry.Receipt{Event: e, Counted: &h.counted}, err
}

// peopleEvent begins an event about headcounts. It has no parts and says how
// many statements it makes, not what they say: that is in protected rows.
func (w *writing) peopleEvent(h headcountEvent) (registry.Event, error) {
	e, err := w.event(registry.ClassPeople, h.kind, h.why, h.from)
	if err != nil {
		return e, err
	}
	if h.detail == nil {
		h.detail = h.counted
	}
	e.Detail, err = json.Marshal(h.detail)
	return e, wrap("write event detail", err)
}

// headcounts adds what ends and what begins to be stated.
func (r *entry) headcounts(changes []headcountChange, all map[registry.Code]*registry.Subject) {
	var ended, begun headcountRows
	for _, c := range changes {
		for _, s := range c.was.Missing(c.is) {
			ended.add(c.is, 0, s, nil)
		}
		for part, s := range c.is.Missing(c.was) {
			begun.add(c.is, part, s, all[c.is.Code])
		}
	}
	if len(ended.codes) > 0 {
		r.add(nil, `
			update headcount h set recorded_to = $4
			from unnest($1::bigint[], $2::bigint[], $3::date[]) e (home, code, valid_from)
			where h.building_code = e.home and h.code = e.code and h.recorded_to = 'infinity' and lower(h.valid) = e.valid_from`,
			ended.homes, ended.codes, ended.from, r.event.RecordedAt)
	}
	if len(begun.codes) == 0 {
		return
	}
	r.add(nil, `
		insert into headcount (building_code, code, version, part, in_building, cell, valid, recorded_from, event_id,
			heads, permits, evidence, declarer, stated_on)
		select home, code, version, part, in_building, cell, daterange(valid_from, valid_to), $1, $2, heads, permits, evidence, declarer, stated_on
		from unnest($3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::bigint[], $8::bigint[], $9::date[], $10::date[],
				$11::int[], $12::int[], $13::text[], $14::text[], $15::date[])
			b (home, code, version, part, in_building, cell, valid_from, valid_to, heads, permits, evidence, declarer, stated_on)`,
		r.event.RecordedAt, r.event.ID, begun.homes, begun.codes, begun.versions, begun.parts, begun.in, begun.cells, begun.from, begun.to,
		begun.heads, begun.permits, begun.evidence, begun.declarers, begun.stated)
}

// headcountRows gathers rows, column by column.
type headcountRows struct {
	homes, codes, in       []registry.Code
	cells                  []int64
	versions, parts, heads []int32
	permits                []*int32
	from, stated           []time.Time
	to                     []*time.Time
	evidence               []registry.Evidence
	declarers              []registry.Declarer
}

func (r *headcountRows) add(h registry.Headcounts, part int, s registry.HeadcountSpan, at *registry.Subject) {
	r.homes, r.codes, r.from = append(r.homes, h.Home), append(r.codes, h.Code), append(r.from, s.From.Time())
	if at == nil {
		return
	}
	r.in, r.cells = append(r.in, at.In), append(r.cells, int64(at.Cell))
	r.versions, r.parts = append(r.versions, int32(h.Version)), append(r.parts, int32(part))
	r.heads, r.to, r.stated = append(r.heads, int32(s.Heads)), append(r.to, validTo(s.To)), append(r.stated, s.StatedOn.Time())
	var permits *int32
	if s.Permits != nil {
		n := int32(*s.Permits)
		permits = &n
	}
	r.permits = append(r.permits, permits)
	r.evidence, r.declarers = append(r.evidence, s.Evidence), append(r.declarers, s.Declarer)
}
