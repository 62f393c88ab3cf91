package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"fangma/registry"
	"fangma/registry/postgres"
)

// maxReverts is how many events one request names.
const maxReverts = 1000

// revert answers POST /api/v1/reverts.
func (out *writing) revert(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	rev := readReversal(o, out.store.Zone())
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.Revert(r.Context(), write, rev)
	if err != nil {
		return err
	}
	v := viewOutcome(receipt, out.store.Today())
	status := http.StatusCreated
	if rev.DryRun {
		status = http.StatusOK
	}
	return writeVersion(w, r, status, 0, v)
}

func readReversal(o *object, zone *time.Location) postgres.Reversal {
	rev := postgres.Reversal{Why: readWhy(o), Actor: plain(o, "actor")}
	if v := value[bool](o, "dryRun", "true or false"); v != nil {
		rev.DryRun = *v
	}
	if o.has("events") == o.has("actor") {
		o.fault("events", "give either events, or actor with from and to")
		o.has("from")
		o.has("to")
		return rev
	}
	if rev.Actor == "" && o.has("actor") {
		o.fault("actor", "must not be empty")
	}
	if o.has("actor") {
		o.need("from", "to")
		rev.From, rev.To = instant(o, "from", 0, zone), instant(o, "to", 1, zone)
		if !rev.To.IsZero() && !rev.From.Before(rev.To) {
			o.fault("to", "must be after from")
		}
		return rev
	}
	rev.Events = readEvents(o)
	return rev
}

func readEvents(o *object) []uuid.UUID {
	list := value[[]string](o, "events", "an array of events' ids")
	if list == nil {
		return nil
	}
	if len(*list) == 0 || len(*list) > maxReverts {
		o.fault("events", "must have 1 to %d items", maxReverts)
		return nil
	}
	seen := map[uuid.UUID]bool{}
	var out []uuid.UUID
	for _, s := range *list {
		id, err := uuid.Parse(s)
		switch {
		case err != nil:
			o.fault("events", "must be ids of events as this API gives them")
			return nil
		case !seen[id]:
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// instant reads RFC 3339, or a date, which stands for the beginning of the day
// some days later.
func instant(o *object, name string, later registry.Date, zone *time.Location) time.Time {
	s := text(o, name)
	if s == nil {
		return time.Time{}
	}
	if d, err := registry.ParseDate(*s); err == nil {
		return (d + later).Start(zone)
	}
	t, err := time.Parse(time.RFC3339, *s)
	if err != nil || t.Year() < 1000 {
		o.fault(name, "must be an instant of the form 2006-01-02T15:04:05Z, or a date")
	}
	return t
}
