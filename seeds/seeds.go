// Package seeds holds the data that travels with Fangma, and loads it through
// the import that everybody uses: there is no private way in.
//
// The sample is the OpenStreetMap extract of Liechtenstein of 2013-08-03; see
// README.md in this folder for its origin and licence.
package seeds

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

//go:embed liechtenstein-2013-08-03.osm.pbf
var sample []byte

const (
	// Document is the file's name, under which its events are recorded.
	Document = "liechtenstein-2013-08-03.osm.pbf"
	// Source is whose ids the sample's objects bear.
	Source = "osm"
	// Timezone is the sample's own.
	Timezone = "Europe/Vaduz"
	// Actor is who loads it, as history tells it.
	Actor = "fangma demo"
)

// Levels says which level of the registry's tree each admin_level of the
// sample is: the country, its two electoral districts, its eleven communes.
func Levels() map[int]int {
	return map[int]int{2: int(registry.Province), 6: int(registry.District), 8: int(registry.Community)}
}

// Began says whether the registry was begun by Load, and not by somebody who
// has work of their own in it: the first event tells.
func Began(ctx context.Context, s *postgres.Store) (bool, error) {
	if _, err := s.Position(ctx); err != nil {
		return false, err
	}
	first, _, err := s.Feed(ctx, postgres.Cursor{Class: registry.ClassRegistry}, 1)
	if err != nil || len(first) == 0 {
		return false, err
	}
	return first[0].Event.ActorName == Actor, nil
}

// Load puts the sample into the registry: divisions, buildings, base map,
// published populations, each in one transaction (the populations in one a
// day), and each only if the registry has none of its kind. What
// people have changed since a first load stays theirs, and a load that was
// interrupted goes on where it stopped. note takes a line for each part loaded.
func Load(ctx context.Context, s *postgres.Store, note func(format string, args ...any)) error {
	l := loading{Store: s, by: registry.Actor{Name: Actor, Roles: []registry.Role{registry.Operator, registry.Clerk}}, note: note}
	defer l.forget()
	for _, part := range []struct {
		there func(context.Context) (bool, error)
		load  func(context.Context) error
	}{
		{l.hasDivisions, l.divisions},
		{l.hasBuildings, l.buildings},
		{l.hasBasemap, l.basemap},
		{l.hasHeadcounts, l.headcounts},
		{l.hasZones, l.zones},
	} {
		there, err := part.there(ctx)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if err := part.load(ctx); err != nil {
			return err
		}
	}
	return nil
}

type loading struct {
	*postgres.Store
	by   registry.Actor
	note func(format string, args ...any)
	dir  string // where the sample was written for the readers; "" until it was needed
}

func (l *loading) hasDivisions(ctx context.Context) (bool, error) {
	d, err := l.Divisions(ctx, postgres.DivisionFilter{})
	return len(d) > 0, err
}

func (l *loading) hasBuildings(ctx context.Context) (bool, error) {
	b, _, err := l.Buildings(ctx, postgres.Filter{Limit: 1})
	return len(b) > 0, err
}

func (l *loading) hasBasemap(ctx context.Context) (bool, error) {
	enough := errors.New("one is enough")
	err := l.EachBasemapFeature(ctx, func(registry.BasemapFeature) error { return enough })
	if errors.Is(err, enough) {
		return true, nil
	}
	return false, err
}

func (l *loading) divisions(ctx context.Context) error {
	path, err := l.file()
	if err != nil {
		return err
	}
	r, err := l.ImportDivisions(ctx, l.by, intake.Divisions(ctx, path, intake.Options{Levels: Levels()}), l.options())
	if err != nil {
		return err
	}
	l.note("loaded %d divisions; %d boundaries reach beyond the sample and were left out", r.New, r.LeftOut())
	return nil
}

func (l *loading) buildings(ctx context.Context) error {
	path, err := l.file()
	if err != nil {
		return err
	}
	r, err := l.ImportBuildings(ctx, l.by, intake.Buildings(ctx, path, intake.Options{}), l.options())
	if err != nil {
		return err
	}
	l.note("loaded %d buildings; %d were left out", r.New, r.LeftOut())
	return nil
}

func (l *loading) basemap(ctx context.Context) error {
	path, err := l.file()
	if err != nil {
		return err
	}
	r, err := l.ImportBasemap(ctx, l.by, intake.Basemap(ctx, path, intake.Options{}), l.options())
	if err != nil {
		return err
	}
	l.note("loaded %d roads, waters, greens and other features of the base map", r.New)
	return nil
}

// options are those of a person who imports the file with --apply. What it
// says has held since the day it was made.
func (l *loading) options() postgres.ImportOptions {
	day := registry.Date(15920) // 2013-08-03
	return postgres.ImportOptions{Source: Source, Document: Document, ValidFrom: &day, Apply: true}
}

// file gives the sample as a file, which is what the readers take.
func (l *loading) file() (string, error) {
	if l.dir == "" {
		dir, err := os.MkdirTemp("", "fangma-sample-")
		if err != nil {
			return "", fmt.Errorf("unpack the sample: %w", err)
		}
		l.dir = dir
		if err := os.WriteFile(filepath.Join(dir, Document), sample, 0o600); err != nil {
			return "", fmt.Errorf("unpack the sample: %w", err)
		}
	}
	return filepath.Join(l.dir, Document), nil
}

func (l *loading) forget() {
	if l.dir != "" {
		_ = os.RemoveAll(l.dir) // a temporary file that stays does no harm
	}
}
