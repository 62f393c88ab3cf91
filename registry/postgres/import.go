package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/intake"
)

// ImportOptions say what an import is and whether it happens.
type ImportOptions struct {
	Source   string // whose ids the rows bear: "osm", "cadastre"; required
	Document string // the file's name, kept with the event
	// Kind of the codes for new buildings: building if 0, or test.
	Kind registry.Kind
	// ValidFrom is the first day on which what the file says holds; today if nil. A building that began later is changed
	// from its beginning on.
	ValidFrom *registry.Date
	Apply     bool // do it; otherwise plan only
	Strict    bool // do nothing if a row is rejected or ambiguous
	// OwnerURL is the database's address as the role that owns the tables, or empty. With it the first buildings of a
	// registry are written while the file is read, and indexes and constraints are made once all rows are in, in the same
	// transaction. It locks the registry from the first row on.
	OwnerURL string
	// Left is told, in the file's order, of every row that is left out. Nil looks away.
	Left func(LeftOut) error
	// Progress is called now and then with the step the import is at and how many rows it has done, out of total if that is
	// known and not 0.
	Progress func(step ImportStep, done, total int)
}

// ImportStep names what an import is doing.
type ImportStep string

// The steps of an import, in order.
const (
	ImportReading   ImportStep = "reading"
	ImportComparing ImportStep = "comparing"
	ImportWriting   ImportStep = "writing"
	ImportIndexing  ImportStep = "indexing"
)

// LeftOut is a row, or for a note a field of a row, that an import does not take.
type LeftOut struct {
	intake.Reject
	Outcome Outcome // Rejected, Ambiguous, or Noted for a field left out of a row that stands
}

// Outcome is what becomes of a row.
type Outcome string

// The outcomes of rows.
const (
	New       Outcome = "new"       // gets a code
	Changed   Outcome = "changed"   // is a building of the registry, of which it says something else
	Same      Outcome = "same"      // is a building of the registry and says nothing new
	Ambiguous Outcome = "ambiguous" // may be a building of the registry: a person has to say
	Rejected  Outcome = "rejected"  // cannot be registered
	Noted     Outcome = "noted"
)

// ImportResult is what an import did, or without Apply would do.
type ImportResult struct {
	Source    string `json:"source"`
	Rows      int    `json:"rows"`
	New       int    `json:"new"`
	Changed   int    `json:"changed"`
	Same      int    `json:"same"`
	Ambiguous int    `json:"ambiguous"`
	Rejected  int    `json:"rejected"`
	Gone      int    `json:"gone"`  // standing houses known from this source that the file no longer has
	Notes     int    `json:"notes"` // fields left out of rows that stand
	// Outside are the new and changed houses that stand in no community, where
	// the registry has any: all of them is what swapped coordinates look like.
	Outside int `json:"outside"`
	// Bounds hold the shapes of all rows, lon,lat in WGS 84; nil without any.
	Bounds  *orb.Bound     `json:"bounds,omitempty"`
	Fields  map[string]int `json:"fields"` // how many of the changed change the field
	Applied bool           `json:"-"`
	Event   uuid.UUID      `json:"-"` // zero unless something was written
}

// LeftOut counts the rows that an import does not take.
func (r ImportResult) LeftOut() int { return r.Rejected + r.Ambiguous }

// ImportBuildings compares the candidates of one file with the registry and, if asked to, registers the new ones and
// corrects the changed ones, all in one transaction under one event.
//
// A row is the building that bears its external id. A row whose id is not known, or that has none, is the building that it
// shares more than 85 % of the ground with, seen from both; below 10 % it is new, between the two it is ambiguous. Points
// are compared within 5 m. A row never matches a building that has another id of the same source. What would take the
// place of a building, of the registry or earlier in the file, is rejected and names it. Nothing happens to houses that
// the file lacks.
//
// It returns Invalid for options that make no sense and, with Strict, Invalid "strict" beside the result when rows are left
// out; Unavailable if no codes may be minted; and the error with which the candidates end.
func (s *Store) ImportBuildings(ctx context.Context, actor registry.Actor, candidates iter.Seq2[intake.Item[intake.Building], error],
	opt ImportOptions) (ImportResult, error) {
	im := &buildingImport{importRun: importRun{Store: s, actor: actor, opt: opt}}
	if err := im.begin(); err != nil {
		return ImportResult{}, err
	}
	err := im.importFirst(ctx, candidates)
	if errors.Is(err, errNotUnused) {
		err = s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
			im.conn = conn
			return im.compareAndApply(ctx, candidates)
		})
	}
	return im.finish("import buildings", err)
}

// importFirst is the import into a registry that has no code, by the owner of the tables. It returns errNotUnused where it
// cannot be done, and has then not touched the candidates.
func (im *buildingImport) importFirst(ctx context.Context, candidates iter.Seq2[intake.Item[intake.Building], error]) error {
	owner, err := im.owner(ctx)
	if err != nil {
		return err
	}
	if owner == nil {
		return errNotUnused
	}
	defer owner.Close()
	return owner.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		im.conn = conn
		if err := im.first(ctx, candidates); err != nil {
			return err
		}
		return im.reportLeft()
	})
}

// compareAndApply is the import into any registry. Staging is a temporary table, so everything goes over one connection;
// what is written into it needs no transaction.
func (im *buildingImport) compareAndApply(ctx context.Context, candidates iter.Seq2[intake.Item[intake.Building], error]) error {
	defer im.dropStage(context.WithoutCancel(ctx))
	if err := im.stage(ctx, candidates); err != nil {
		return err
	}
	if err := im.planAlone(ctx); err != nil {
		return err
	}
	if im.opt.Apply && !im.stopped() {
		if err := im.apply(ctx); err != nil {
			return err
		}
	}
	return im.report(ctx)
}

// importRun is what imports of every kind share.
type importRun struct {
	*Store
	actor  registry.Actor
	opt    ImportOptions
	conn   *pgxpool.Conn
	today  registry.Date
	from   registry.Date
	why    registry.Why
	result ImportResult
}

// begin checks the options. What would make every row invalid is told here, once.
func (im *importRun) begin() error {
	im.today = im.Today()
	im.from = im.today
	if im.opt.ValidFrom != nil {
		im.from = *im.opt.ValidFrom
	}
	im.result = ImportResult{Source: im.opt.Source, Fields: map[string]int{}}
	im.why = registry.Why{Reason: "import of " + im.opt.Source, Document: im.opt.Document}
	var fields []registry.FieldError
	bad := func(s string, limit int) bool {
		return !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
	}
	if im.opt.Source == "" || bad(im.opt.Source, 60) || registry.LooksPersonal(im.opt.Source) {
		fields = append(fields, registry.FieldError{Field: "source", Reason: "must be named, in 1 to 60 characters"})
	}
	if bad(im.opt.Document, 200) || registry.LooksPersonal(im.opt.Document) {
		fields = append(fields, registry.FieldError{Field: "document",
			Reason: "must be plain text of at most 200 characters that does not look like an identity or mobile number"})
	}
	switch im.opt.Kind {
	case 0:
		im.opt.Kind = registry.KindBuilding
	case registry.KindBuilding, registry.KindTest:
	default:
		fields = append(fields, registry.FieldError{Field: "kind", Reason: "must be building or test"})
	}
	if fields != nil {
		return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "the import cannot be done like this", Fields: fields}
	}
	return nil
}

func (im *importRun) progress(step ImportStep, done, total int) {
	if im.opt.Progress != nil {
		im.opt.Progress(step, done, total)
	}
}

// finish is how every import answers.
func (im *importRun) finish(doing string, err error) (ImportResult, error) {
	if err == nil && im.stopped() {
		err = registry.Errorf(registry.Invalid, "strict",
			"nothing was imported: %d rows are rejected or ambiguous", im.result.LeftOut())
	}
	if err != nil {
		im.result.Applied, im.result.Event = false, uuid.Nil
	}
	return im.result, wrap(doing, err)
}

// dropStage clears the connection for the next who uses it.
func (im *importRun) dropStage(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := im.conn.Exec(ctx, `drop table if exists pg_temp.import_row, pg_temp.import_near, pg_temp.import_feature`)
	if err != nil {
		_ = im.conn.Conn().Close(ctx) // the pool then throws the connection away, and the tables with it
	}
}

// stopped tells that a strict import does nothing because rows are left out.
func (im *importRun) stopped() bool {
	return im.opt.Apply && im.opt.Strict && im.result.LeftOut() > 0
}

// reportRows tells the caller of the staged rows that a query gives: outcome, line, id, field, reason, detail.
func (im *importRun) reportRows(ctx context.Context, sql string) error {
	if im.opt.Left == nil {
		return nil
	}
	rows, err := im.conn.Query(ctx, sql)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var outcome Outcome
	var j intake.Reject
	_, err = pgx.ForEachRow(rows, []any{&outcome, &j.Row, &j.ID, &j.Field, &j.Reason, &j.Detail}, func() error {
		return im.opt.Left(LeftOut{Reject: j, Outcome: outcome})
	})
	return wrap("report", err)
}

// writing wraps a transaction of the import for the decisions and writers that single changes use too.
func (im *importRun) writing(tx pgx.Tx) *writing {
	return &writing{Store: im.Store, Write: Write{Actor: im.actor}, tx: tx, now: im.now()}
}

// lockRegistry takes the registry's row alone: every single write has then ended, and none begins before this transaction
// ends.
func lockRegistry(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `select from registry_lock for update`)
	return wrap("lock the registry", err)
}

// event begins the one event of the import.
func (im *importRun) event(w *writing, kind registry.EventType, parts int, detail any) (registry.Event, error) {
	e, err := w.event(registry.ClassRegistry, kind, im.why, im.from)
	if err != nil {
		return e, err
	}
	e.Parts = parts
	if e.Detail, err = json.Marshal(detail); err != nil {
		return e, fmt.Errorf("write event: %w", err)
	}
	return e, nil
}
