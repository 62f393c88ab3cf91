package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// TestOpenRefusesAnotherSchema: neither a store nor a reader works on a schema
// that is older or newer than the program, and each says what helps.
func TestOpenRefusesAnotherSchema(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	super, err := pgx.Connect(t.Context(), db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(t.Context())
	for _, c := range []struct{ change, helps string }{
		{`update schema_version set version = version - 1`, "fangma db migrate"},
		{`update schema_version set version = version + 2`, "newer fangma"},
	} {
		if _, err := super.Exec(t.Context(), c.change); err != nil {
			t.Fatal(err)
		}
		_, reader := postgres.OpenReader(t.Context(), db.AppURL, postgres.Options{})
		_, store := postgres.Open(t.Context(), db.AppURL, postgres.Options{})
		for _, err := range []error{reader, store} {
			var known *registry.Error
			if !errors.As(err, &known) || known.Slug != "schema_version" || !strings.Contains(known.Detail, c.helps) {
				t.Errorf("after %q: %v", c.change, err)
			}
		}
	}
}

// TestReaderCannotWrite: whatever a reader would send, its transactions are
// read-only.
func TestReaderCannotWrite(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	r, err := postgres.OpenReader(t.Context(), db.AppURL, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	state, err := r.Replica(t.Context())
	if err != nil || state != (postgres.Replica{}) {
		t.Errorf("a database that takes writes: %+v, %v", state, err)
	}
	if err := postgres.TryToWrite(t.Context(), r); err == nil || !strings.Contains(err.Error(), "25006") {
		t.Errorf("a reader writes: %v", err)
	}
}

func TestOpenReadsTheSettings(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	if s.Zone().String() != dbtest.Timezone || s.GridResolution() != dbtest.GridResolution {
		t.Fatalf("got %s, %d", s.Zone(), s.GridResolution())
	}
}
