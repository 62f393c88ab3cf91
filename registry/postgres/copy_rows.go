package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// copyRows gathers rows of one table in COPY's binary form. Each row is a call of row and one of the others for every
// column in turn; that no value travels through an interface is what makes loading a city a matter of seconds.
type copyRows struct {
	into    string // table and columns
	columns int16
	n       int
	buf     []byte
	err     error // the first
}

func newCopyRows(table string, columns ...string) copyRows {
	into := table + " ("
	for i, c := range columns {
		if i > 0 {
			into += ", "
		}
		into += c
	}
	return copyRows{into: into + ")", columns: int16(len(columns))}
}

// copyHead is the signature, no flags and no extension.
const copyHead = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"

func (r *copyRows) row() {
	if len(r.buf) == 0 {
		r.buf = append(r.buf, copyHead...)
	}
	r.buf = binary.BigEndian.AppendUint16(r.buf, uint16(r.columns))
	r.n++
}

// send copies what was gathered into the table, and empties r. Nothing else may use the transaction meanwhile.
func (r *copyRows) send(ctx context.Context, tx pgx.Tx) error {
	if r.err != nil {
		return r.err
	}
	if r.n == 0 {
		return nil
	}
	r.buf = binary.BigEndian.AppendUint16(r.buf, math.MaxUint16) // no further row
	_, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(r.buf), "copy "+r.into+" from stdin (format binary)")
	r.buf, r.n = r.buf[:0], 0
	return wrap("copy into "+r.into, err)
}

func (r *copyRows) null() { r.length(-1) }

func (r *copyRows) length(n int) { r.buf = binary.BigEndian.AppendUint32(r.buf, uint32(int32(n))) }

func (r *copyRows) int8(v int64) {
	r.length(8)
	r.buf = binary.BigEndian.AppendUint64(r.buf, uint64(v))
}

func (r *copyRows) int4(v int) {
	r.length(4)
	r.buf = binary.BigEndian.AppendUint32(r.buf, uint32(int32(v)))
}

func (r *copyRows) int2(v int) {
	r.length(2)
	r.buf = binary.BigEndian.AppendUint16(r.buf, uint16(int16(v)))
}

func (r *copyRows) float8(v float64) {
	r.length(8)
	r.buf = binary.BigEndian.AppendUint64(r.buf, math.Float64bits(v))
}

func (r *copyRows) bool(v bool) {
	r.length(1)
	if v {
		r.buf = append(r.buf, 1)
	} else {
		r.buf = append(r.buf, 0)
	}
}

func (r *copyRows) text(v string) {
	r.length(len(v))
	r.buf = append(r.buf, v...)
}

func (r *copyRows) uuid(v uuid.UUID) {
	r.length(len(v))
	r.buf = append(r.buf, v[:]...)
}

// postgresDay is the day from which PostgreSQL counts days, and microseconds.
var postgresDay = registry.DateOf(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))

func (r *copyRows) date(d registry.Date) { r.int4(int(d - postgresDay)) }

func (r *copyRows) instant(t time.Time) { r.int8(t.Sub(postgresDay.Time()).Microseconds()) }

// period writes a daterange.
func (r *copyRows) period(p registry.Period) {
	const lowerIncluded, upperInfinite = 0x02, 0x10
	if p.To == registry.Forever {
		r.length(9)
		r.buf = append(r.buf, lowerIncluded|upperInfinite)
		r.date(p.From)
		return
	}
	r.length(17)
	r.buf = append(r.buf, lowerIncluded)
	r.date(p.From)
	r.date(p.To)
}

func (r *copyRows) geometry(g orb.Geometry) {
	r.sized(func(to []byte) ([]byte, error) { return geo.AppendEWKB(to, g) })
}

// after writes an after-image.
func (r *copyRows) after(b *registry.Building) { r.sized(b.AppendAfter) }

// sized writes a value whose length is known once it is written.
func (r *copyRows) sized(write func([]byte) ([]byte, error)) {
	at := len(r.buf)
	r.length(0)
	buf, err := write(r.buf)
	if err != nil {
		if r.err == nil {
			r.err = fmt.Errorf("write a row of %s: %w", r.into, err)
		}
		return
	}
	binary.BigEndian.PutUint32(buf[at:], uint32(len(buf)-at-4))
	r.buf = buf
}
