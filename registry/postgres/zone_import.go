package postgres

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/intake"
)

// ZoneImportOptions say what an import of zones is and whether it happens.
type ZoneImportOptions struct {
	ImportOptions
	Kind registry.ZoneKind // of rows that name none; custom if empty
}

// ImportZones compares the zones of one file with those known from its source and, if asked to, draws and corrects them in
// one transaction under one event of class grid.
//
// A row is the zone that bears its name in the same source, if that has not ended; what the row says holds from the
// import's day on. A row of a table of cells without names is named after the source. Zones that the file lacks stay, and
// are counted as gone.
//
// It returns errors as ImportBuildings does. A retry under the same idempotency key gives the first answer.
func (s *Store) ImportZones(ctx context.Context, w Write, candidates iter.Seq2[intake.Item[intake.Zone], error],
	opt ZoneImportOptions) (ImportResult, error) {
	im := &zoneImport{importRun: importRun{Store: s, actor: w.Actor, opt: opt.ImportOptions}, kind: cmp.Or(opt.Kind, registry.CustomZoneKind)}
	if !im.kind.Valid() {
		return ImportResult{}, registry.Errorf(registry.Invalid, "invalid_fields", "there is no kind of zone %q", opt.Kind)
	}
	if err := im.begin(); err != nil {
		return ImportResult{}, err
	}
	if err := im.read(candidates); err != nil {
		return im.finish("import zones", err)
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return im.run(ctx, tx, w) })
	if err == nil {
		im.result.Applied = opt.Apply && !im.stopped()
		err = im.report()
	}
	return im.finish("import zones", err)
}

// zoneImport is one run of ImportZones.
type zoneImport struct {
	importRun
	kind registry.ZoneKind
	rows []*zoneCandidate
	left []LeftOut // what the reader of the file left out
}

// zoneCandidate is a row of the file with what was decided about it.
type zoneCandidate struct {
	intake.Zone
	change  zoneChange
	outcome Outcome
	reject  intake.Reject
	fields  []string
}

func (im *zoneImport) read(candidates iter.Seq2[intake.Item[intake.Zone], error]) error {
	for item, err := range candidates {
		if err != nil {
			return err
		}
		im.result.Rows++
		if item.Reject != nil {
			im.left = append(im.left, LeftOut{Reject: *item.Reject, Outcome: Rejected})
			continue
		}
		z := item.Value
		z.Name = cmp.Or(z.Name, im.opt.Source)
		im.rows = append(im.rows, &zoneCandidate{Zone: z})
		im.progress(ImportReading, im.result.Rows, 0)
	}
	return nil
}

// run plans and, if asked to, writes. Zones are few, so the registry's lock may cover both.
func (im *zoneImport) run(ctx context.Context, tx pgx.Tx, by Write) error {
	w := im.writing(tx)
	w.Write = by
	if im.opt.Apply {
		var before registry.Receipt
		switch done, err := w.claimKey(ctx, &before); {
		case err != nil:
			return err
		case done:
			return im.replay(before)
		}
		if err := lockRegistry(ctx, tx); err != nil {
			return err
		}
	}
	if err := im.plan(ctx, w); err != nil {
		return err
	}
	if !im.opt.Apply || im.stopped() {
		return nil
	}
	receipt := registry.Receipt{}
	if im.result.New+im.result.Changed > 0 {
		var changes []zoneChange
		for _, row := range im.rows {
			if row.outcome == New || row.outcome == Changed {
				changes = append(changes, row.change)
			}
		}
		var err error
		if receipt, err = w.recordZonesOf(ctx, registry.EventZoneImport, im.why, changes, &im.from, &im.result); err != nil {
			return err
		}
		im.result.Event = receipt.Event.ID
	}
	receipt.Zones = nil // a file may hold many
	if receipt.Event.Detail == nil {
		var err error
		if receipt.Event.Detail, err = json.Marshal(zoneDetail{Zones: []string{}, Import: &im.result}); err != nil {
			return fmt.Errorf("write answer: %w", err)
		}
	}
	return w.keepAnswer(ctx, receipt)
}

// replay answers a retry with the first answer's counts.
func (im *zoneImport) replay(before registry.Receipt) error {
	var was zoneDetail
	if err := json.Unmarshal(bytes.TrimSpace(before.Event.Detail), &was); err != nil || was.Import == nil {
		return fmt.Errorf("read stored answer: %w", errors.Join(err, errors.New("it is not that of an import of zones")))
	}
	im.result, im.rows, im.left = *was.Import, nil, nil
	im.result.Event = before.Event.ID
	return nil
}

// plan decides about every row.
func (im *zoneImport) plan(ctx context.Context, w *writing) error {
	known, err := zonesOf(ctx, w.tx, im.opt.Source)
	if err != nil {
		return err
	}
	seen := map[string]*zoneCandidate{}
	for i, row := range im.rows {
		if first := seen[row.Name]; first != nil {
			row.refuse("name", "repeated_id", fmt.Sprintf("row %d has the same name", first.Row))
			continue
		}
		seen[row.Name] = row
		im.decide(row, known[row.Name], w)
		im.progress(ImportComparing, i+1, len(im.rows))
	}
	im.count()
	for name, zones := range known {
		if seen[name] == nil && slices.ContainsFunc(zones, func(z registry.Zone) bool { return im.holds(z) }) {
			im.result.Gone++
		}
	}
	return nil
}

func (r *zoneCandidate) refuse(field, reason, detail string) {
	r.outcome = Rejected
	r.reject = intake.Reject{Row: r.Row, ID: cmp.Or(r.ID, r.Name), Field: field, Reason: reason, Detail: detail}
}

// holds says whether a zone still holds on the import's day, or later.
func (im *zoneImport) holds(z registry.Zone) bool { return z.Timeline[len(z.Timeline)-1].To > im.from }

func (im *zoneImport) decide(row *zoneCandidate, known []registry.Zone, w *writing) {
	known = slices.DeleteFunc(slices.Clone(known), func(z registry.Zone) bool { return !im.holds(z) })
	in := registry.ZoneInput{Name: &row.Name, Source: &im.opt.Source, Boundary: row.Boundary}
	if row.Kind != "" {
		in.Kind = &row.Kind
	}
	if row.Note != "" {
		in.Note = &row.Note
	}
	var err error
	switch len(known) {
	case 0:
		if in.Kind == nil {
			in.Kind = &im.kind
		}
		row.outcome = New
		row.change.is, err = registry.NewZone(registry.ZoneRegistration{ZoneInput: in, Why: im.why, ValidFrom: &im.from}, im.today)
	case 1:
		was := known[0]
		from := max(im.from, was.Timeline.Since())
		if !saysMore(row.Boundary, was.On(from).Boundary) {
			in.Boundary = nil // the same, perhaps begun at another corner
		}
		row.outcome, row.change.was = Changed, &was
		row.change.is, err = was.Correct(registry.ZoneCorrection{ZoneInput: in, Why: im.why, ValidFrom: &from})
		row.fields = zoneFields(was.On(from), row.change.is.On(from))
		w.after(was.RecordedFrom)
	default:
		row.outcome = Ambiguous
		row.reject = intake.Reject{Row: row.Row, ID: cmp.Or(row.ID, row.Name), Field: "name", Reason: "ambiguous",
			Detail: fmt.Sprintf("%d zones of this source have the name", len(known))}
		return
	}
	var refused *registry.Error
	switch {
	case err == nil:
	case errors.As(err, &refused) && refused.Slug == "no_change":
		row.outcome, row.fields = Same, nil
	case errors.As(err, &refused) && len(refused.Fields) > 0:
		row.fields = nil
		row.refuse(refused.Fields[0].Field, refused.Slug, refused.Fields[0].Reason)
	default:
		row.fields = nil
		row.refuse("", "invalid", err.Error())
	}
}

// zoneFields names what differs between two states of a zone.
func zoneFields(a, b registry.ZoneOn) []string {
	var out []string
	for name, differs := range map[string]bool{
		"kind": a.Kind != b.Kind, "note": a.Note != b.Note, "boundary": saysMore(b.Boundary, a.Boundary),
	} {
		if differs {
			out = append(out, name)
		}
	}
	return out
}

func (im *zoneImport) count() {
	r := &im.result
	r.Rejected = len(im.left)
	for _, row := range im.rows {
		switch row.outcome {
		case New:
			r.New++
		case Changed:
			r.Changed++
		case Same:
			r.Same++
		case Ambiguous:
			r.Ambiguous++
		case Rejected:
			r.Rejected++
		}
		for _, f := range row.fields {
			r.Fields[f]++
		}
		r.Notes += len(row.Notes)
	}
}

// report tells of what is left out, in the file's order.
func (im *zoneImport) report() error {
	if im.opt.Left == nil {
		return nil
	}
	left := im.left
	for _, row := range im.rows {
		if row.outcome == Rejected || row.outcome == Ambiguous {
			left = append(left, LeftOut{Reject: row.reject, Outcome: row.outcome})
		}
		for _, n := range row.Notes {
			left = append(left, LeftOut{Outcome: Noted,
				Reject: intake.Reject{Row: row.Row, ID: cmp.Or(row.ID, row.Name), Field: n.Field, Reason: n.Reason, Detail: n.Detail}})
		}
	}
	slices.SortStableFunc(left, func(a, b LeftOut) int { return cmp.Compare(a.Row, b.Row) })
	for _, l := range left {
		if err := im.opt.Left(l); err != nil {
			return err
		}
	}
	return nil
}
