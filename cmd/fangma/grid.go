package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/registry/territory"
)

type gridCommand struct {
	Propose gridProposeCommand `cmd:"" help:"Propose a fair division of an area among officers. It is a plan until --apply, or until its table is imported."`
}

type gridProposeCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	Officers       int    `placeholder:"N" help:"How many territories."`
	Per            string `placeholder:"MEASURE=N" help:"Instead of --officers: how much one officer is for, such as heads=500, dwellings=200 or houses=80."`
	Measure        string `default:"houses" help:"What is shared fairly: houses, dwellings or heads."`
	Division       int64  `placeholder:"ID" help:"Only this division and all below it."`
	Polygon        string `type:"existingfile" placeholder:"FILE" help:"Only what lies in a polygon: a GeoJSON file."`
	MaxChange      string `default:"100%" placeholder:"SHARE" help:"How many of the houses may get another officer, such as 15%."`
	Seed           uint64 `default:"1" help:"The same seed gives the same plan."`
	People         string `placeholder:"NAMES" help:"Officers for the territories that nobody has yet, separated by commas."`
	Out            string `placeholder:"FILE" help:"Write the plan as a table for fangma assignment import."`
	Apply          bool   `help:"Assign the cells, as one event."`
}

func (cmd *gridProposeCommand) Run(ctx context.Context, c *console) error {
	task, err := cmd.task()
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		start := time.Now()
		ground, plan, err := o.DivideFairly(ctx, machine(), task)
		if err != nil {
			return err
		}
		people := cmd.people(ground, plan)
		if err := showPlan(c, task, ground, plan, people, time.Since(start)); err != nil {
			return err
		}
		if cmd.Out != "" {
			if err := writePlan(cmd.Out, ground, plan, people); err != nil {
				return err
			}
			c.printf("%s holds the plan; apply it with: fangma assignment import %s --apply\n", cmd.Out, cmd.Out)
		}
		if !cmd.Apply {
			return nil
		}
		return cmd.apply(ctx, c, o, ground, plan, people)
	})
}

func (cmd *gridProposeCommand) task() (registry.DivisionTask, error) {
	t := registry.DivisionTask{Area: registry.Area{Division: cmd.Division}, Measure: registry.Measure(cmd.Measure), Officers: cmd.Officers, Seed: cmd.Seed}
	var err error
	if t.MaxChange, err = shareOf(cmd.MaxChange); err != nil {
		return t, fmt.Errorf("--max-change: %w", err)
	}
	if cmd.Per != "" {
		measure, number, _ := strings.Cut(cmd.Per, "=")
		t.Measure = registry.Measure(measure)
		if t.Per, err = strconv.ParseInt(number, 10, 64); err != nil || t.Per < 1 {
			return t, fmt.Errorf("--per is like heads=500, not %q", cmd.Per)
		}
	}
	if cmd.Polygon != "" {
		if t.Area.Polygon, err = readArea(cmd.Polygon); err != nil {
			return t, fmt.Errorf("--polygon: %w", err)
		}
	}
	return t, t.Check()
}

// shareOf reads 15% or 0.15.
func shareOf(text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	share, err := strconv.ParseFloat(number, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1) {
		return 0, fmt.Errorf("%q is no share between 0%% and 100%%", text)
	}
	return share, nil
}

// readArea reads the polygons of a GeoJSON file of any kind.
func readArea(file string) (orb.MultiPolygon, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var shapes []orb.Geometry
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, fmt.Errorf("not GeoJSON: %w", err)
	}
	switch kind.Type {
	case "FeatureCollection":
		all, err := geojson.UnmarshalFeatureCollection(text)
		if err != nil {
			return nil, err
		}
		for _, f := range all.Features {
			shapes = append(shapes, f.Geometry)
		}
	case "Feature":
		f, err := geojson.UnmarshalFeature(text)
		if err != nil {
			return nil, err
		}
		shapes = append(shapes, f.Geometry)
	default:
		g, err := geojson.UnmarshalGeometry(text)
		if err != nil {
			return nil, err
		}
		shapes = append(shapes, g.Geometry())
	}
	var area orb.MultiPolygon
	for _, g := range shapes {
		part, _, err := geo.CleanBoundary(g)
		if err != nil {
			return nil, err
		}
		area = append(area, part...)
	}
	return area, nil
}

// people names the officer of each territory: today's, then those given, then
// new-1 and so on for whom there is nobody.
func (cmd *gridProposeCommand) people(g postgres.Ground, p territory.Plan) []string {
	var given []string
	for name := range strings.SplitSeq(cmd.People, ",") {
		if name = strings.TrimSpace(name); name != "" {
			given = append(given, name)
		}
	}
	out := make([]string, len(p.Holder))
	missing := 0
	for i, h := range p.Holder {
		switch {
		case h != territory.Nobody:
			out[i] = g.Holders[h].Name
		case len(given) > 0:
			out[i], given = given[0], given[1:]
		default:
			missing++
			out[i] = fmt.Sprintf("%s%d", unnamed, missing)
		}
	}
	return out
}

// unnamed marks territories without a person. It is no account's name, so that
// such a table is refused.
const unnamed = "NEW-"

func showPlan(c *console, task registry.DivisionTask, g postgres.Ground, p territory.Plan, people []string, took time.Duration) error {
	cells := make([]int, len(people))
	for i := range g.Cells {
		cells[p.Territory[i]]++
	}
	mean := float64(g.Load) / float64(len(people))
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "officer\tcells\t%s\tof the mean\n", task.Measure)
	for i, name := range people {
		fmt.Fprintf(table, "%s\t%d\t%d\t%.0f %%\n", name, cells[i], p.Loads[i], 100*float64(p.Loads[i])/mean)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	whole := "every territory in one piece"
	if !p.Contiguous {
		whole = "some territories in pieces"
	}
	c.printf("\n%d cells, %d territories, %s; largest load %.0f %% of the mean, smallest %.0f %%; compactness %.2f;\n"+
		"%.0f %% of the borders along rivers and main roads; %d houses change hands, %.1f %% of those that have an officer\n",
		len(g.Cells), len(people), whole, 100*p.MaxOverMean, 100*p.MinOverMean, p.Compactness, 100*p.BarrierShare, p.ChangedHouses, 100*p.ChangedShare)
	for _, problem := range p.Problems {
		c.printf("%s: %s\n", problem.Reason, problem.Detail)
	}
	c.note("worked out in %s", took.Round(time.Millisecond))
	return nil
}

func writePlan(file string, g postgres.Ground, p territory.Plan, people []string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"cell", "person", "role"})
	for i, cell := range g.Cells {
		w.Write([]string{cell.Cell.String(), people[p.Territory[i]], string(registry.Officer)})
	}
	w.Flush()
	return os.WriteFile(file, b.Bytes(), 0o644)
}

func (cmd *gridProposeCommand) apply(ctx context.Context, c *console, o *opened, g postgres.Ground, p territory.Plan, people []string) error {
	if limit, _ := shareOf(cmd.MaxChange); p.ChangedShare > limit {
		return fmt.Errorf("nothing was assigned: the plan changes %.1f %% of the houses' officers, --max-change allows %s", 100*p.ChangedShare, cmd.MaxChange)
	}
	wishes := make([]registry.Handing, len(people))
	for i, name := range people {
		if strings.HasPrefix(name, unnamed) {
			return errors.New("some territories have no officer: name people with --people, or write the plan with --out and fill it in")
		}
		wishes[i] = registry.Handing{Role: registry.Officer, Person: name}
	}
	for i, cell := range g.Cells {
		h := &wishes[p.Territory[i]]
		h.Cells = append(h.Cells, cell.Cell)
	}
	receipt, err := o.Assign(ctx, postgres.Write{Actor: machine()}, wishes, cmd.why())
	if err != nil {
		return err
	}
	c.printf("assigned, event %s\n", receipt.Event.ID)
	return nil
}
