package postgres_test

import (
	"testing"

	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

func TestOpenReadsTheSettings(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	if s.Zone().String() != dbtest.Timezone || s.GridResolution() != dbtest.GridResolution {
		t.Fatalf("got %s, %d", s.Zone(), s.GridResolution())
	}
}
