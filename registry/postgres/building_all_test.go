package postgres_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// TestEachBuildingInShares: shares are disjoint and make up all buildings, those with a history too, however many shares
// there are; an error in one ends all.
func TestEachBuildingInShares(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-03-01"), MaxConns: 3})
	var rows []intake.Building
	for i := range 600 { // more than a few pages
		rows = append(rows, candidate(i+1, fmt.Sprint(i), plot(float64(i%30)*20, float64(i/30)*20, 10, 10)))
	}
	imported(t, s, postgres.ImportOptions{Apply: true, Source: "city", ValidFrom: date("2026-01-01")}, rows...)
	var codes []registry.Code
	want := map[registry.Code]string{}
	read := func(b *registry.Building) string {
		return fmt.Sprint(b.Version, len(b.Timeline), b.Timeline[0].Cell, b.Timeline[0].Period)
	}
	all := func() {
		err := s.EachBuilding(t.Context(), func(b *registry.Building) error {
			codes, want[b.Code] = append(codes, b.Code), read(b)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all()
	for _, code := range codes[100:110] {
		correction := registry.Correction{Input: registry.Input{Name: ptr("x")}, ValidFrom: date("2026-03-02")}
		if _, err := s.Correct(t.Context(), postgres.Write{Actor: clerk}, code, correction); err != nil {
			t.Fatal(err)
		}
	}
	all()
	if len(want) != len(rows) {
		t.Fatalf("%d buildings of %d", len(want), len(rows))
	}
	for n := 1; n <= 3; n++ {
		var mu sync.Mutex
		got := map[registry.Code]string{}
		var shares []func(*registry.Building) error
		for range n {
			shares = append(shares, func(b *registry.Building) error {
				mu.Lock()
				defer mu.Unlock()
				if got[b.Code] != "" {
					return fmt.Errorf("%s comes twice", b.Code)
				}
				got[b.Code] = read(b)
				return nil
			})
		}
		if err := s.EachBuildingInShares(t.Context(), shares...); err != nil {
			t.Fatal(err)
		}
		for code, is := range want {
			if got[code] != is {
				t.Errorf("%d shares: %s is %s, want %s", n, code, got[code], is)
			}
		}
	}
	broken := errors.New("broken")
	err := s.EachBuildingInShares(t.Context(), func(*registry.Building) error { return nil }, func(*registry.Building) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
