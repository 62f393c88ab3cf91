package seeds

import (
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fangma/registry"
	"fangma/registry/postgres"
)

//go:embed liechtenstein-population.csv
var population []byte

// PopulationDocument is the name of the table of published populations.
const PopulationDocument = "liechtenstein-population.csv"

// published are the totals that hold from one day.
type published struct {
	on     registry.Date
	totals []registry.NamedTotal
}

// publishedPopulations reads the table, by day.
func publishedPopulations() ([]published, error) {
	rows, err := csv.NewReader(strings.NewReader(string(population))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", PopulationDocument, err)
	}
	var out []published
	for _, row := range rows[1:] {
		day, err := registry.ParseDate(row[0])
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", PopulationDocument, err)
		}
		heads, err := strconv.Atoi(row[2])
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", PopulationDocument, err)
		}
		if n := len(out); n == 0 || out[n-1].on != day {
			out = append(out, published{on: day})
		}
		last := &out[len(out)-1]
		last.totals = append(last.totals, registry.NamedTotal{Division: row[1], Heads: heads})
	}
	return out, nil
}

// estimated counts the estimates that Load made already.
func (l *loading) estimated(ctx context.Context) (n int, err error) {
	if _, err := l.Position(ctx); err != nil {
		return 0, err
	}
	first, _, err := l.Feed(ctx, postgres.Cursor{Class: registry.ClassPeople}, 100)
	for _, e := range first {
		if e.Event.ActorName == Actor && e.Event.Type == registry.EventHeadcountEstimate {
			n++
		}
	}
	return n, err
}

func (l *loading) hasHeadcounts(ctx context.Context) (bool, error) {
	all, err := publishedPopulations()
	if err != nil {
		return false, err
	}
	n, err := l.estimated(ctx)
	return n >= len(all), err
}

// headcounts spreads the published populations over the houses: every figure
// of a house is an estimate, every sum over a division the published one.
func (l *loading) headcounts(ctx context.Context) error {
	all, err := publishedPopulations()
	if err != nil {
		return err
	}
	done, err := l.estimated(ctx)
	if err != nil {
		return err
	}
	for _, p := range all[done:] {
		divisions, err := l.Divisions(ctx, postgres.DivisionFilter{AsOf: registry.AsOf{ValidOn: &p.on}})
		if err != nil {
			return err
		}
		e := registry.Estimate{Why: registry.Why{Reason: "published populations spread over floor area", Document: PopulationDocument}, On: p.on, Apply: true}
		if e.Totals, err = registry.NameTotals(p.totals, divisions); err != nil {
			return err
		}
		r, err := l.EstimateHeadcounts(ctx, postgres.Write{Actor: l.by}, e, nil)
		var refused *registry.Error
		if errors.As(err, &refused) { // people have stated more than was published: theirs counts
			l.note("left the published populations of %s out: %s", p.on, refused.Detail)
			continue
		}
		if err != nil {
			return err
		}
		heads := 0
		for _, d := range r.Divisions {
			heads += d.Heads
		}
		l.note("estimated where %d people of %s live, in %d houses", heads, p.on, r.Houses)
	}
	return nil
}
