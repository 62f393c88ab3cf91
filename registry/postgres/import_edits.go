package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// edits remember, of buildings that a source knows, which facts a person has
// set since, and what the source has said of them so far. A clerk's correction
// is not undone by the next import of the same file; a file that says
// something new is heard.
type edits map[registry.Code]map[string]*editedFact

type editedFact struct {
	value  string          // as it is now
	person bool            // whether that was set by anything but this source's imports
	said   map[string]bool // what this source has said
}

// editsOf reads the events of the buildings that had more than their first.
func (im *buildingImport) editsOf(ctx context.Context, tx pgx.Tx, known map[registry.Code]*registry.Building) (edits, error) {
	var codes []registry.Code
	for code, b := range known {
		if b.Version > 1 {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `
		select p.code, p.after, e.type = 'import' and e.detail->>'source' = $2
		from event_code p join event e using (event_id)
		where p.building_code = any ($1) and p.code = p.building_code
		order by p.code, p.version`, codes, im.opt.Source)
	if err != nil {
		return nil, fmt.Errorf("read earlier events: %w", err)
	}
	out := edits{}
	var code registry.Code
	var after []byte
	var imported bool
	_, err = pgx.ForEachRow(rows, []any{&code, &after, &imported}, func() error {
		var b registry.Building
		if err := json.Unmarshal(after, &b); err != nil {
			return err
		}
		if span, ok := b.Timeline.Nearest(im.from); ok {
			out.add(code, span.Facts, imported)
		}
		return nil
	})
	return out, wrap("read earlier events", err)
}

func (e edits) add(code registry.Code, f registry.Facts, imported bool) {
	if e[code] == nil {
		e[code] = map[string]*editedFact{}
	}
	for name, value := range map[string]any{
		"geometry": f.Shape, "state": f.State, "floors": f.Floors, "height": f.Height, "name": f.Name, "address": f.Address,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			continue // what cannot be written down was not recorded either
		}
		fact := e[code][name]
		if fact == nil {
			fact = &editedFact{said: map[string]bool{}, person: !imported}
			e[code][name] = fact
		}
		if imported {
			fact.said[string(text)] = true
		}
		if fact.value != string(text) {
			fact.value, fact.person = string(text), !imported
		}
	}
}

// hold takes out of the input what the source has said before and a person has
// changed since.
func (e edits) hold(code registry.Code, in *registry.Input) {
	old := func(name string, value any) bool {
		fact := e[code][name]
		text, err := json.Marshal(value)
		return err == nil && fact != nil && fact.person && fact.said[string(text)]
	}
	if in.Shape != nil && old("geometry", in.Shape) {
		in.Shape = nil
	}
	if in.State != nil && old("state", in.State) {
		in.State = nil
	}
	if in.Floors.Set && old("floors", in.Floors) {
		in.Floors = registry.Optional[int]{}
	}
	if in.Height.Set && old("height", in.Height) {
		in.Height = registry.Optional[float64]{}
	}
	if in.Name != nil && old("name", in.Name) {
		in.Name = nil
	}
	if in.Address != nil && old("address", in.Address) {
		in.Address = nil
	}
}
