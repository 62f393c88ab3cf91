package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fangma/registry"
	"fangma/registry/intake"
)

// showOutcome says what an event over several codes made of each.
func showOutcome(c *console, r registry.Receipt, today registry.Date) {
	c.printf("%s from %s, event %s\n", r.Event.Type, r.Event.ValidFrom, r.Event.ID)
	for _, b := range r.Buildings {
		c.printf("  %s %s%s, version %d\n", b.Code, b.StatusOn, ending(b.Standing, b.StatusOn), b.Version)
	}
	for _, d := range r.Dwellings {
		status := d.Standing.On(today)
		label := ""
		if s, ok := d.Timeline.Nearest(today); ok {
			label = " " + s.Label
		}
		c.printf("  %s%s %s%s, version %d\n", d.Code, label, status, ending(d.Standing, status), d.Version)
	}
	for _, l := range r.Lineage {
		share := ""
		if l.Share != nil {
			share = fmt.Sprintf(" (%.0f %%)", *l.Share*100)
		}
		c.printf("  %s → %s %s%s\n", l.Parent, l.Child, l.Relation, share)
	}
}

func ending(s registry.Standing, on registry.Status) string {
	if on == registry.Retired && s.As != "" {
		return " (" + string(s.As) + ")"
	}
	return ""
}

// codesFrom reads codes in any spelling; one typed with spaces is several words.
func codesFrom(words []string) ([]registry.Code, error) {
	var out []registry.Code
	for _, text := range codeTexts(words) {
		code, err := registry.ParseCode(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %v%s", text, err, slipHint(text))
		}
		out = append(out, code)
	}
	return out, nil
}

// dispositionConfig says what becomes of dwellings.
type dispositionConfig struct {
	Dwelling []string `sep:"none" placeholder:"CODE=WHAT" help:"What becomes of a dwelling: end; move:TO or recreate:TO, and after another colon a new label. TO is a code, or the place of a new building, from 0. May be given several times."`
}

func (cfg dispositionConfig) dispositions() ([]registry.Disposition, error) {
	var out []registry.Disposition
	for _, text := range cfg.Dwelling {
		name, what, _ := strings.Cut(text, "=")
		code, err := registry.ParseCode(name)
		if err != nil {
			return nil, fmt.Errorf("--dwelling %s: %v", text, err)
		}
		words := strings.SplitN(what, ":", 3)
		d := registry.Disposition{Dwelling: code, Action: registry.DispositionAction(words[0])}
		if len(words) > 1 {
			if d.To, err = destination(words[1]); err != nil {
				return nil, fmt.Errorf("--dwelling %s: %w", text, err)
			}
		}
		if len(words) > 2 {
			d.Label = &words[2]
		}
		out = append(out, d)
	}
	return out, nil
}

func destination(text string) (*registry.Destination, error) {
	if code, err := registry.ParseCode(text); err == nil {
		return &registry.Destination{Code: code}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("%q is neither a code nor the place of a new building", text)
	}
	return &registry.Destination{Child: &n}, nil
}

// inputsFrom reads what a file says of buildings, in its order. A file with a
// row that cannot be taken is refused as a whole.
func inputsFrom(ctx context.Context, o *opened, path string) ([]registry.Input, error) {
	var out []registry.Input
	for item, err := range intake.Buildings(ctx, path, intake.Options{Transformer: o.Reader}) {
		switch {
		case err != nil:
			return nil, err
		case item.Reject != nil:
			return nil, fmt.Errorf("%s: feature %d: %s", path, item.Reject.Row, item.Reject.Detail)
		}
		out = append(out, inputOf(item.Value))
	}
	return out, nil
}

// inputOf leaves out what the file does not say, which then stays as it is.
func inputOf(b intake.Building) registry.Input {
	in := registry.Input{Shape: &registry.Shape{Geometry: b.Footprint.Geometry}, Floors: known(b.Floors), Height: known(b.Height)}
	if b.Name != "" {
		in.Name = &b.Name
	}
	if b.Address != "" {
		in.Address = &b.Address
	}
	if b.State != "" {
		state := registry.State(b.State)
		in.State = &state
	}
	return in
}

// oneInputFrom is inputsFrom for a file of one building.
func oneInputFrom(ctx context.Context, o *opened, path string) (registry.Input, error) {
	all, err := inputsFrom(ctx, o, path)
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("%s holds %d buildings, not one", path, len(all))
	}
	if err != nil {
		return registry.Input{}, err
	}
	return all[0], nil
}

// shapeFrom is the outline in a file of one building; nil without a file.
func shapeFrom(ctx context.Context, o *opened, path string) (*registry.Shape, error) {
	if path == "" {
		return nil, nil
	}
	in, err := oneInputFrom(ctx, o, path)
	return in.Shape, err
}
