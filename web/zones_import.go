package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// toldRows is how many rows that were left out an answer names.
const toldRows = 200

// zoneImportView is what an upload of zones did, or would do.
type zoneImportView struct {
	Applied   bool           `json:"applied"`
	Event     *string        `json:"event"`
	Source    string         `json:"source"`
	Rows      int            `json:"rows"`
	New       int            `json:"new"`
	Changed   int            `json:"changed"`
	Same      int            `json:"same"`
	Ambiguous int            `json:"ambiguous"`
	Rejected  int            `json:"rejected"`
	Gone      int            `json:"gone"`
	Fields    map[string]int `json:"fields"`
	LeftOut   []leftOutView  `json:"leftOut"`
}

// leftOutView is a row, or a field of a row, that is not taken.
type leftOutView struct {
	Row     int    `json:"row"`
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	Field   string `json:"field"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail"`
}

// importZones answers POST /api/v1/zones/import: a file as it is, told by its
// content. With dryRun it is a plan. Rows that cannot be taken are named, and
// the others are, unless strict is asked for.
func (out *writing) importZones(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	crs, crsErr := intake.ParseCRS(q.text("crs"))
	if crsErr != nil {
		q.fault("crs", "must be EPSG:n, gcj02 or bd09")
	}
	opt := postgres.ZoneImportOptions{ImportOptions: postgres.ImportOptions{
		Source: orElse(q.text("source"), "upload"), Document: "upload",
		Apply: q.oneOf("dryRun", "false", "true") == "false", Strict: q.oneOf("strict", "false", "true") == "true",
		ValidFrom: q.date("validFrom"),
	}}
	if kinds := q.zoneKinds("kind"); len(kinds) > 0 {
		opt.Kind = kinds[0]
	}
	columns := q.columns("map")
	if err := q.err(); err != nil {
		return err
	}
	st := stateOf(r)
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	body, err := readUpload(w, r, st.limit)
	if err != nil {
		return err
	}
	path, err := keepUpload(body)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	v := zoneImportView{LeftOut: []leftOutView{}}
	opt.Left = func(l postgres.LeftOut) error {
		if len(v.LeftOut) < toldRows {
			v.LeftOut = append(v.LeftOut, leftOutView{l.Row, l.ID, string(l.Outcome), l.Field, l.Reason, l.Detail})
		}
		return nil
	}
	write := postgres.Write{Actor: st.actor, IdempotencyKey: key, RequestHash: requestHash(r, append(body, r.URL.RawQuery...))}
	zones := intake.Zones(r.Context(), path, intake.Options{CRS: crs, Encoding: q.text("encoding"), Map: columns, Transformer: out.store.Reader})
	result, err := out.store.ImportZones(r.Context(), write, readable(r.Context(), path, zones), opt)
	var known *registry.Error
	switch {
	case errors.As(err, &known):
		known.Fields = append(slices.Clone(known.Fields), rowErrors(v.LeftOut)...)
		return known
	case err != nil:
		return err
	}
	v.fill(result)
	status := http.StatusOK
	if result.Applied {
		status = http.StatusCreated
	}
	return writeVersion(w, r, status, 0, v)
}

func (v *zoneImportView) fill(r postgres.ImportResult) {
	v.Applied, v.Source, v.Rows, v.Gone, v.Fields = r.Applied, r.Source, r.Rows, r.Gone, r.Fields
	v.New, v.Changed, v.Same, v.Ambiguous, v.Rejected = r.New, r.Changed, r.Same, r.Ambiguous, r.Rejected
	if r.New+r.Changed > 0 && r.Applied {
		id := r.Event.String()
		v.Event = &id
	}
}

// readable makes what the reader of a file says of it an answer to the caller,
// without the name of our copy. What fails on our side stays a fault.
func readable[T any](ctx context.Context, path string, items iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range items {
			if err != nil && ctx.Err() == nil && !ourFault(err) {
				text := strings.ReplaceAll(err.Error(), path, "the file")
				err = &registry.Error{Kind: registry.Invalid, Slug: "unreadable_file", Detail: "the file cannot be read: " + text}
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

// ourFault tells what the database says while coordinates are transformed from
// what the file is guilty of: a file that ends too early is no lost connection.
func ourFault(err error) bool {
	var stated interface{ SQLState() string }
	var network *net.OpError
	return errors.As(err, &stated) || errors.As(err, &network)
}

// rowErrors names rows as fields of a problem.
func rowErrors(left []leftOutView) []registry.FieldError {
	out := []registry.FieldError{}
	for _, l := range left {
		out = append(out, registry.FieldError{Field: strings.TrimSuffix(fmt.Sprintf("row %d.%s", l.Row, l.Field), "."), Reason: l.Detail})
	}
	return out
}

// readUpload reads a file of at most limit bytes. Its media type is not looked
// at beyond refusing a form: what browsers say of files is guessed.
func readUpload(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if c := r.Header.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return nil, &httpError{status: http.StatusUnsupportedMediaType, slug: "content_coding",
			detail: "request bodies are taken uncompressed", fields: []registry.FieldError{{Field: "Content-Encoding", Reason: "must be absent"}}}
	}
	if media == "multipart/form-data" || media == "application/x-www-form-urlencoded" {
		return nil, &httpError{status: http.StatusUnsupportedMediaType, slug: "media_type", detail: "send the file itself as the body, not a form",
			fields: []registry.FieldError{{Field: "Content-Type", Reason: "must be that of the file"}}}
	}
	tooLarge := registry.Errorf(registry.TooLarge, "too_large", "the file is larger than %d bytes", limit)
	if r.ContentLength > limit {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge
	case err != nil:
		return nil, malformed(registry.FieldError{Field: "body", Reason: "ended before it was complete"})
	}
	return body, nil
}

// keepUpload gives an upload as a file, which is what the readers take.
func keepUpload(body []byte) (path string, err error) {
	f, err := os.CreateTemp("", "fangma-upload-*")
	if err != nil {
		return "", fmt.Errorf("keep the upload: %w", err)
	}
	_, err = f.Write(body)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("keep the upload: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// columns are FROM=TO with commas between: which column of a file is which field.
func (q *query) columns(name string) map[string]string {
	if !q.values.Has(name) {
		return nil
	}
	out := map[string]string{}
	for pair := range strings.SplitSeq(q.text(name), ",") {
		from, to, ok := strings.Cut(pair, "=")
		if !ok || strings.TrimSpace(from) == "" {
			q.fault(name, "must be FROM=TO with commas between")
			return nil
		}
		out[from] = strings.TrimSpace(to)
	}
	return out
}
