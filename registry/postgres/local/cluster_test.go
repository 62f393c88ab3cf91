package local

import (
	"context"
	"os"
	"testing"
	"time"
)

func TestSecondStart(t *testing.T) {
	dir := openTemp(t)
	ctx := context.Background()
	for range 2 {
		t0 := time.Now()
		c, err := Start(ctx, Config{Dir: dir + "/data", Log: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("started", time.Since(t0))
		t0 = time.Now()
		if err := c.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		t.Log("stopped", time.Since(t0), c.AppURL("fangma"))
	}
}

// openTemp is t.TempDir, but the user whom root drops to can get into it.
func openTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fangma")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}
