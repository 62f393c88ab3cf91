package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// buildingImport is one run of ImportBuildings.
type buildingImport struct {
	importRun
	snapshot string    // of the database as it was when the plan was made
	divided  bool      // the registry has communities
	latest   time.Time // when the newest of the buildings to be changed was recorded
	left     []LeftOut // what a first import leaves out; others keep that in the staging table
}

// stagedRow is a candidate as it waits in the staging table. Code is 0 for a building that the registry does not know.
type stagedRow struct {
	n       int64
	id      string
	shape   registry.Shape
	state   registry.State
	floors  *int
	height  *float64
	name    string
	address string
	code    registry.Code
}

// eachBatch gives the staged rows that meet a condition in the file's order, some at a time, with the buildings that they
// are. do may change the rows it was given.
func (im *buildingImport) eachBatch(ctx context.Context, tx pgx.Tx, where string,
	do func([]stagedRow, map[registry.Code]*registry.Building, edits) error) error {
	after := int64(0)
	for {
		rows, err := tx.Query(ctx, `
			select n, id, geom, state, floors, height, name, address, coalesce(code, 0)
			from import_row
			where n > $1 and geom is not null and `+where+`
			order by n
			limit $2`, after, importBatch)
		if err != nil {
			return fmt.Errorf("read staged rows: %w", err)
		}
		batch, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r stagedRow, err error) {
			return r, row.Scan(&r.n, &r.id, (*shapeColumn)(&r.shape), &r.state, &r.floors, &r.height, &r.name, &r.address, &r.code)
		})
		if err != nil {
			return fmt.Errorf("read staged rows: %w", err)
		}
		if len(batch) == 0 {
			return nil
		}
		after = batch[len(batch)-1].n
		var codes []registry.Code
		for _, r := range batch {
			if r.code != 0 {
				codes = append(codes, r.code)
			}
		}
		known, err := loadBuildings(ctx, tx, codes)
		if err != nil {
			return err
		}
		kept, err := im.editsOf(ctx, tx, known)
		if err != nil {
			return err
		}
		if err := do(batch, known, kept); err != nil {
			return err
		}
	}
}

// decide asks the registry what a building is once a row of the file is taken. What the file does not say stays as it is,
// and so does what people have edited since the source first said it, until the source says something new. It fails as Register and Correct do; "no_change" says that the row brings nothing new.
func (im *buildingImport) decide(r stagedRow, was *registry.Building, kept edits, at registry.Place) (registry.Building, error) {
	from := im.from
	in := registry.Input{Shape: &r.shape}
	if r.state != "" {
		in.State = &r.state
	}
	if r.name != "" {
		in.Name = &r.name
	}
	if r.address != "" {
		in.Address = &r.address
	}
	if r.floors != nil {
		in.Floors = registry.Some(*r.floors)
	}
	if r.height != nil {
		in.Height = registry.Some(*r.height)
	}
	id := registry.ExternalID{Source: im.opt.Source, ID: r.id}
	if was == nil {
		if id.ID != "" {
			in.ExternalIDs = &[]registry.ExternalID{id}
		}
		return registry.Register(registry.Registration{Input: in, Why: im.why, ValidFrom: &from}, at)
	}
	if id.ID != "" && !slices.Contains(was.ExternalIDs, id) {
		ids := append(slices.Clone(was.ExternalIDs), id)
		in.ExternalIDs = &ids
	}
	if span, known := was.Timeline.Nearest(from); known {
		from = max(from, was.Timeline.Since())
		if !saysMore(r.shape.Geometry, span.Shape.Geometry) {
			in.Shape = nil
		}
	}
	kept.hold(was.Code, &in)
	return was.Correct(registry.Correction{Input: in, Why: im.why, ValidFrom: &from}, at)
}

// saysMore tells whether a shape is news of a building that has another: a point is none of one with a footprint, nor is
// the same footprint begun at another corner.
func saysMore(shape, has orb.Geometry) bool {
	if shape.Dimensions() < has.Dimensions() {
		return false
	}
	a, b := geo.Areas(shape), geo.Areas(has)
	if a == nil || b == nil {
		p, isPoint := shape.(orb.Point)
		q, wasPoint := has.(orb.Point)
		return !isPoint || !wasPoint || !near(p, q)
	}
	return !slices.EqualFunc(a, b, func(p, q orb.Polygon) bool {
		return slices.EqualFunc(p, q, sameRing)
	})
}

// sameRing tells whether two closed rings of one direction are the same but for where they begin.
func sameRing(a, b orb.Ring) bool {
	if len(a) != len(b) || len(a) < 2 {
		return slices.Equal(a, b)
	}
	n := len(a) - 1
	start := slices.IndexFunc(b[:n], func(p orb.Point) bool { return near(p, a[0]) })
	if start < 0 {
		return false
	}
	for i := range n {
		if !near(a[i], b[(start+i)%n]) {
			return false
		}
	}
	return true
}

// near tells whether two corners are one: within about a centimetre, which is what the way through another coordinate
// system and back does to them.
func near(p, q orb.Point) bool {
	const degrees = 1e-7
	return math.Abs(p[0]-q[0]) < degrees && math.Abs(p[1]-q[1]) < degrees
}

// verdict is what was decided about one row.
type verdict struct {
	outcome               Outcome
	contested, planned    bool // it claims a place, and for a house to come
	outside               bool // it stands in no community, of which there are some
	fields                string
	field, reason, detail string
}

// verdicts are those about a batch of rows, by column.
type verdicts struct {
	n                     []int64
	outcome               []Outcome
	contested, planned    []bool
	fields                []string
	field, reason, detail []string
}

// decideAll decides about every row that is still undecided, and keeps the outcomes.
func (im *buildingImport) decideAll(ctx context.Context, tx pgx.Tx) error {
	w := im.writing(tx)
	at, err := w.place(ctx)
	if err != nil {
		return err
	}
	communities, err := im.boundaries.load(ctx, tx, w.Today())
	if err != nil {
		return err
	}
	im.divided = len(communities) > 0
	im.result.Outside = 0
	done := 0
	im.latest = time.Time{}
	return im.eachBatch(ctx, tx, `outcome is null`, func(rows []stagedRow, known map[registry.Code]*registry.Building, kept edits) error {
		var v verdicts
		for _, r := range rows {
			was := known[r.code]
			_, j, err := im.judge(r, was, kept, at)
			if err != nil {
				return err
			}
			if j.outcome == Changed && was.RecordedFrom.After(im.latest) {
				im.latest = was.RecordedFrom
			}
			if j.outside {
				im.result.Outside++
			}
			v.add(r.n, j)
		}
		done += len(rows)
		im.progress(ImportComparing, done, im.result.Rows)
		return v.keep(ctx, tx)
	})
}

// judge decides about a row, and gives the building that it would make of it. It may be called from several goroutines.
func (im *buildingImport) judge(r stagedRow, was *registry.Building, kept edits, at registry.Place) (registry.Building, verdict, error) {
	v := verdict{outcome: New}
	b, err := im.decide(r, was, kept, at)
	var answer *registry.Error
	switch {
	case errors.As(err, &answer) && answer.Slug == "no_change":
		v.outcome = Same
	case errors.As(err, &answer):
		v.outcome, v.reason, v.detail = Rejected, answer.Slug, answer.Detail
		if len(answer.Fields) > 0 {
			v.field, v.detail = answer.Fields[0].Field, answer.Fields[0].Reason
		}
	case err != nil:
		return b, v, fmt.Errorf("decide about row: %w", err)
	default:
		if was != nil {
			v.outcome, v.fields = Changed, changedFields(was, &b)
		}
		v.outside = im.divided && b.Timeline[len(b.Timeline)-1].Community == 0
		if spans := registry.Contested(was, b); len(spans) > 0 {
			v.contested, v.planned = true, spans[len(spans)-1].State == registry.Planned
		}
	}
	return b, v, nil
}

func changedFields(was, is *registry.Building) string {
	var names []string
	for _, c := range registry.Changes(was, is) {
		names = append(names, c.Field)
	}
	return strings.Join(names, ",")
}

func (v *verdicts) add(n int64, j verdict) {
	v.n, v.outcome, v.fields = append(v.n, n), append(v.outcome, j.outcome), append(v.fields, j.fields)
	v.contested, v.planned = append(v.contested, j.contested), append(v.planned, j.planned)
	v.field, v.reason, v.detail = append(v.field, j.field), append(v.reason, j.reason), append(v.detail, j.detail)
}

func (v verdicts) keep(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		update import_row r
		set outcome = v.outcome, contested = v.contested, planned = v.planned, fields = string_to_array(v.fields, ','),
			field = v.field, reason = v.reason, detail = v.detail
		from unnest($1::bigint[], $2::text[], $3::boolean[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[])
			as v (n, outcome, contested, planned, fields, field, reason, detail)
		where r.n = v.n`, v.n, v.outcome, v.contested, v.planned, v.fields, v.field, v.reason, v.detail)
	return wrap("keep verdicts", err)
}
