package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzip"

	"fangma/registry"
	"fangma/registry/export"
)

const (
	exportPath = "/api/v1/exports/buildings"
	// exportTime is how long one export may take. Each holds a connection to
	// the database while its reader reads, so there are few at a time.
	exportTime    = 30 * time.Minute
	exportsAtOnce = 2
	// deadlineEvery is after how many buildings the client gets more time.
	deadlineEvery = 1000
)

// exportMedia is the media type of a format.
func exportMedia(format string) string {
	return map[string]string{"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/jsonl",
		"geojsonseq": "application/geo+json-seq"}[format]
}

// exportBuildings answers GET /api/v1/exports/buildings: a stream, so that a
// large town needs no memory. It is broken off when something fails midway,
// because a file that looks whole and is not would be worse.
func (in *reading) exportBuildings(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	format := q.oneOf("format", "csv", "jsonl", "geojsonseq")
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	select {
	case in.exports <- struct{}{}:
		defer func() { <-in.exports }()
	default:
		return limited("too_many_exports", "other exports are under way", 10*time.Second)
	}
	day := in.day(at)
	at.ValidOn = &day // one date, even over midnight
	ctx, cancel := context.WithTimeout(r.Context(), exportTime)
	defer cancel()
	stateOf(r).live = true
	h := w.Header()
	h.Set("Content-Type", exportMedia(format))
	h.Set("Content-Disposition", `attachment; filename="buildings-`+day.String()+"."+format+`"`)
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept-Encoding")
	if r.Method == http.MethodHead {
		return nil
	}
	out := &download{w: w, conn: http.NewResponseController(w)}
	if err := in.writeExport(ctx, out, format, at, accepts(r, "gzip")); err != nil {
		if !out.begun {
			return err
		}
		stateOf(r).log.WarnContext(ctx, "an export broke off", "request", requestID(r), "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (in *reading) writeExport(ctx context.Context, out *download, format string, at registry.AsOf, zip bool) error {
	body := io.WriteCloser(out)
	if zip {
		out.w.Header().Set("Content-Encoding", "gzip")
		z := zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		z.Reset(out)
		body = z
	}
	rows, err := exportWriter(body, format)
	if err != nil {
		return err
	}
	n := 0
	err = in.store.EachRecord(ctx, at, func(rec registry.Record) error {
		if n%deadlineEvery == 0 {
			out.moreTime()
		}
		n++
		return rows.Write(rec)
	})
	if err != nil {
		return err
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	if err := body.Close(); err != nil {
		return err
	}
	return out.release()
}

func exportWriter(w io.Writer, format string) (export.Writer, error) {
	switch format {
	case "csv":
		return export.CSV(w)
	case "geojsonseq":
		return export.GeoJSONSeq(w), nil
	}
	return jsonLines{json.NewEncoder(w)}, nil
}

// jsonLines writes buildings as the rest of this API does, one a line.
type jsonLines struct{ out *json.Encoder }

func (j jsonLines) Write(rec registry.Record) error { return j.out.Encode(viewBuilding(rec)) }
func (j jsonLines) Flush() error                    { return nil }

// download is a body that remembers whether anything of it has gone out. What
// is small is held back, so that an error at the start can still be told.
type download struct {
	w     http.ResponseWriter
	conn  *http.ResponseController
	held  []byte
	begun bool
}

const downloadBuffer = 64 << 10

func (d *download) Write(b []byte) (int, error) {
	if !d.begun && len(d.held)+len(b) <= downloadBuffer {
		d.held = append(d.held, b...)
		return len(b), nil
	}
	if err := d.release(); err != nil {
		return 0, err
	}
	return d.w.Write(b)
}

func (d *download) release() error {
	if d.begun {
		return nil
	}
	d.begun = true
	_, err := d.w.Write(d.held)
	d.held = nil
	return err
}

// Close is there for what is written without a coding.
func (d *download) Close() error { return nil }

// moreTime lets a slow client that does read go on; one that does not is cut
// off.
func (d *download) moreTime() {
	_ = d.conn.SetWriteDeadline(time.Now().Add(exportTime / 30)) // a connection without deadlines needs none
}
