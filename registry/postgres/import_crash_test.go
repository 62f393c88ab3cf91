package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// Single writes while an import runs are neither lost nor overwritten, and never at one place with an imported house.
func TestImportBesideSingleWrites(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{MaxConns: 8})
	const houses = 300
	var rows []intake.Building
	for i := range houses {
		rows = append(rows, candidate(i+1, fmt.Sprint("i", i), plot(float64(i%20)*30, float64(i/20)*30, 10, 10)))
	}
	var registered, refused int
	var writers sync.WaitGroup
	writers.Go(func() {
		for i := range 60 {
			shape := registry.Shape{Geometry: rows[i*5].Footprint.Geometry}
			_, err := s.Register(t.Context(), postgres.Write{}, registry.Registration{Input: registry.Input{Shape: &shape}})
			var answer *registry.Error
			switch {
			case err == nil:
				registered++
			case errors.As(err, &answer) && answer.Slug == "overlap":
				refused++
			default:
				t.Error(err)
			}
		}
	})
	results := make([]postgres.ImportResult, 2)
	for i := range results {
		writers.Go(func() {
			result, err := s.ImportBuildings(t.Context(), registry.Actor{}, stream(rows...),
				postgres.ImportOptions{Source: "survey", Apply: true})
			if err != nil {
				t.Error(err)
			}
			results[i] = result
		})
	}
	writers.Wait()
	if registered+refused != 60 || results[0].New+results[1].New+registered != houses {
		t.Errorf("%d registered, %d refused, imports %s and %s", registered, refused, counts(results[0]), counts(results[1]))
	}
	all := buildings(t, s)
	ids := map[string]bool{}
	for _, r := range all {
		for _, id := range r.ExternalIDs {
			ids[id.ID] = true
		}
	}
	if len(all) != houses || len(ids) != houses {
		t.Errorf("%d houses with %d ids, want %d", len(all), len(slices.Collect(maps.Keys(ids))), houses)
	}
}

func TestImportOfABrokenFileChangesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{MaxConns: 1}) // the connection must be clean again
	before := everything(t, db)
	cut := errors.New("row 2: unexpected end of file")
	items := func(yield func(intake.Item[intake.Building], error) bool) {
		if yield(intake.Item[intake.Building]{Value: candidate(1, "a", plot(0, 0, 10, 10))}, nil) {
			yield(intake.Item[intake.Building]{}, cut)
		}
	}
	_, err := s.ImportBuildings(t.Context(), registry.Actor{}, items, postgres.ImportOptions{Source: "survey", Apply: true})
	if !errors.Is(err, cut) || everything(t, db) != before {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	items = func(yield func(intake.Item[intake.Building], error) bool) {
		yield(intake.Item[intake.Building]{Value: candidate(1, "a", plot(0, 0, 10, 10))}, nil)
		cancel()
	}
	if _, err = s.ImportBuildings(ctx, registry.Actor{}, items, postgres.ImportOptions{Source: "survey", Apply: true}); err == nil {
		t.Error("a cancelled import says that it succeeded")
	}
	result, _ := imported(t, s, postgres.ImportOptions{Apply: true}, candidate(1, "a", plot(0, 0, 10, 10)))
	wantCounts(t, result, "1 rows: 1 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
}

// A process that is killed while it writes leaves nothing behind, and nobody has to wait for it.
func TestImportKilledWhileWriting(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	imported(t, s, postgres.ImportOptions{Apply: true}, manyHouses()[:50]...)
	before := everything(t, db)

	cmd := exec.Command(os.Args[0], "-test.run=^TestImportingProcess$")
	cmd.Env = append(os.Environ(), "FANGMA_IMPORT_URL="+db.AppURL)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "writing") {
	}
	if lines.Text() != "writing 1000" {
		t.Errorf("the other process says %q", lines.Text())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if everything(t, db) != before {
		t.Error("half an import is left")
	}
	result, _ := imported(t, s, postgres.ImportOptions{Apply: true}, manyHouses()...)
	wantCounts(t, result, "2500 rows: 2450 new, 0 changed, 50 same, 0 ambiguous, 0 rejected, 0 gone")
	var codes, parts int
	err = connect(t, db.OwnerURL).QueryRow(t.Context(), `
		select (select count(distinct code) from code), (select count(*) from event_code)`).Scan(&codes, &parts)
	if err != nil || codes != 2500 || parts != 2500 {
		t.Errorf("%d codes with %d after-images, %v", codes, parts, err)
	}
}

func manyHouses() []intake.Building {
	var rows []intake.Building
	for i := range 2500 {
		rows = append(rows, candidate(i+1, fmt.Sprint("k", i), plot(float64(i%50)*30, float64(i/50)*30, 10, 10)))
	}
	return rows
}

// TestImportingProcess is the process that TestImportKilledWhileWriting kills: it stops in the middle of its transaction.
func TestImportingProcess(t *testing.T) {
	url := os.Getenv("FANGMA_IMPORT_URL")
	if url == "" {
		return // only of use as a process of another test
	}
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.ImportBuildings(t.Context(), clerk, stream(manyHouses()...), postgres.ImportOptions{Source: "survey", Apply: true,
		Progress: func(step postgres.ImportStep, done, _ int) {
			if step == postgres.ImportWriting && done < 2450 {
				fmt.Println("writing", done)
				select {}
			}
		}})
	t.Fatalf("the import came to its end: %v", err)
}
