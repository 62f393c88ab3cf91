package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// One headcount of one dwelling in a house of forty, with its total.
func BenchmarkStateHeadcount(b *testing.B) {
	s := dbtest.Store(b, postgres.Options{})
	ctx := b.Context()
	r, err := s.Register(ctx, postgres.Write{Actor: clerk}, registry.Registration{Input: registry.Input{Shape: box(0, 0, 4, 2)}, ValidFrom: date("2000-01-01")})
	if err != nil {
		b.Fatal(err)
	}
	labels := make([]string, 40)
	for i := range labels {
		labels[i] = fmt.Sprint(i)
	}
	units, err := s.RegisterDwellings(ctx, postgres.Write{Actor: clerk}, r.Building.Code, dwellings(labels...))
	if err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		_, err := s.StateHeadcounts(ctx, postgres.Write{Actor: clerk}, []registry.HeadcountInput{
			counted(units.Dwellings[n%40].Code, n%90+n/40%2, registry.Declared, "")}, registry.Why{})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// A table of two thousand dwellings' headcounts; the metric is rows a second.
func BenchmarkImportHeadcounts(b *testing.B) {
	s := dbtest.Store(b, postgres.Options{})
	ctx := b.Context()
	var codes []registry.Code
	for i := range 50 {
		r, err := s.Register(ctx, postgres.Write{Actor: clerk}, registry.Registration{
			Input: registry.Input{Shape: box(float64(10*i), 0, float64(10*i+5), 5)}, ValidFrom: date("2000-01-01")})
		if err != nil {
			b.Fatal(err)
		}
		labels := make([]string, 40)
		for j := range labels {
			labels[j] = fmt.Sprint(j)
		}
		units, err := s.RegisterDwellings(ctx, postgres.Write{Actor: clerk}, r.Building.Code, dwellings(labels...))
		if err != nil {
			b.Fatal(err)
		}
		for _, u := range units.Dwellings {
			codes = append(codes, u.Code)
		}
	}
	rows := 0
	for n := 0; b.Loop(); n++ {
		var table strings.Builder
		table.WriteString("code,heads,evidence,from\n")
		for _, c := range codes {
			fmt.Fprintf(&table, "%s,%d,declared,2020-01-01\n", c, n%7+1)
		}
		r, err := s.ImportHeadcounts(ctx, postgres.Write{Actor: clerk},
			registry.HeadcountsFromCSV(strings.NewReader(table.String()), registry.HeadcountInput{}, s.Today()), postgres.HeadcountImport{Apply: true})
		if err != nil || !r.Applied {
			b.Fatalf("%+v, %v", r, err)
		}
		rows += r.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
