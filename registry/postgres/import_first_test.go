package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// untidy is a file with everything in it that can be wrong: shapes over and in each other, the same again, points on and
// beside them, planned houses, ids that repeat, fields that cannot be.
func untidy(seed uint64, n int) []intake.Item[intake.Building] {
	random := rand.New(rand.NewPCG(seed, 7))
	var items []intake.Item[intake.Building]
	var shapes []orb.Geometry
	for row := 1; row <= n; row++ {
		if random.IntN(40) == 0 {
			items = append(items, intake.Item[intake.Building]{Reject: &intake.Reject{Row: row, ID: "broken", Field: "geometry", Reason: "empty"}})
			continue
		}
		shape := untidyShape(random, shapes)
		shapes = append(shapes, shape)
		id := ""
		if random.IntN(4) > 0 {
			id = fmt.Sprint("h", random.IntN(4*n))
		}
		b := candidate(row, id, shape)
		b.State = []string{"", "", "", "in_use", "planned", "unusable"}[random.IntN(6)]
		b.Name = []string{"", "", "福田 <3> \"号\"", "Mill"}[random.IntN(4)]
		switch random.IntN(30) {
		case 0:
			b.State = "demolished"
		case 1:
			b.Address = "a\x00b"
		case 2:
			b.Floors = ptr(1000)
		case 3:
			b.Notes = []intake.Note{{Field: "name", Reason: "personal_data", Detail: "left out"}, {Field: "floors", Reason: "x"}}
		default:
			b.Floors, b.Height = ptr(1+random.IntN(30)), ptr(float64(random.IntN(900)+1)/10)
		}
		items = append(items, intake.Item[intake.Building]{Value: b})
	}
	return items
}

func untidyShape(random *rand.Rand, others []orb.Geometry) orb.Geometry {
	x, y := random.Float64()*120, random.Float64()*120
	turned := func(x, y, w, h float64) orb.Polygon {
		sin, cos := math.Sincos(random.Float64() * math.Pi)
		var ring orb.Ring
		for _, c := range [5][2]float64{{0, 0}, {w, 0}, {w, h}, {0, h}, {0, 0}} {
			ring = append(ring, metres(x+c[0]*cos-c[1]*sin, y+c[0]*sin+c[1]*cos))
		}
		return orb.Polygon{ring}
	}
	switch random.IntN(10) {
	case 0:
		return metres(x, y)
	case 1:
		return metres(math.Round(x/8)*8+random.Float64()*1.6, math.Round(y/8)*8)
	case 2:
		if len(others) > 0 {
			return others[random.IntN(len(others))]
		}
	case 3:
		return orb.MultiPolygon{turned(x, y, 5, 5), turned(x+300, y, 5, 5)}
	case 4: // a little beside a place where others are too
		return plot(math.Round(x/20)*20+random.Float64()*3, math.Round(y/20)*20, 10, 10)
	case 5: // large, so that others are inside
		return turned(x, y, 30+random.Float64()*900, 40)
	}
	return turned(x, y, 4+random.Float64()*12, 4+random.Float64()*12)
}

func run(t *testing.T, s *postgres.Store, opt postgres.ImportOptions, items []intake.Item[intake.Building]) (postgres.ImportResult, []postgres.LeftOut) {
	t.Helper()
	var left []postgres.LeftOut
	opt.Source, opt.Apply = "survey", true
	opt.Left = func(l postgres.LeftOut) error {
		left = append(left, l)
		return nil
	}
	result, err := s.ImportBuildings(t.Context(), clerk, func(yield func(intake.Item[intake.Building], error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return result, left
}

// without writes all that was registered but for codes and the event's id, house by house.
func without(t *testing.T, db dbtest.Database) []string {
	t.Helper()
	rows, err := connect(t, db.OwnerURL).Query(t.Context(), `
		select concat_ws(' | ', v.geom::text, c.kind, c.status, c.status_from, c.status_before, c.retired_as, b.version, b.sole,
			v.version, v.part, v.sole, v.valid, v.recorded_from, v.recorded_to, v.point::text, v.cell, v.community_id, v.state, v.evidence,
			v.in_question, v.legality, v.floors, v.height, v.name, v.address, p.version, p.after::jsonb - 'code', p.code = v.building_code,
			(select string_agg(concat_ws(' ', x.source, x.external_id, x.recorded_from, x.recorded_to), ',')
				from external_id x where x.building_code = v.building_code),
			e.type, e.class, e.actor_name, e.reason, e.valid_from, e.recorded_at, e.parts, e.detail)
		from building_version v join building b using (building_code) join code c on c.code = v.building_code
			join event_code p on p.building_code = v.building_code and p.event_id = v.event_id join event e on e.event_id = v.event_id
		order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}

// In one pass into an unused registry comes what comes in by comparison, with the very same answers.
func TestFirstImportIsLikeAnyOther(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		items := untidy(seed, 700)
		clock := at("2026-11-23")
		one, other := dbtest.New(t), dbtest.New(t)
		s, o := one.Open(t, postgres.Options{Clock: clock}), other.Open(t, postgres.Options{Clock: clock})
		for _, s := range []*postgres.Store{s, o} {
			importedDivisions(t, s, postgres.ImportOptions{Apply: true}, area(1, "west", "West", 5, plot(-50, -50, 100, 1500)))
		}
		first, left := run(t, s, postgres.ImportOptions{OwnerURL: one.OwnerURL}, items)
		compared, leftOther := run(t, o, postgres.ImportOptions{}, items)
		first.Event, compared.Event = [16]byte{}, [16]byte{}
		if diff := cmp.Diff(compared, first); diff != "" {
			t.Errorf("seed %d: results differ (-compared +first):\n%s", seed, diff)
		}
		if diff := cmp.Diff(leftOther, left); diff != "" {
			t.Errorf("seed %d: rows left out differ (-compared +first):\n%s", seed, diff)
		}
		if diff := cmp.Diff(without(t, other), without(t, one)); diff != "" {
			t.Errorf("seed %d: registries differ (-compared +first):\n%s", seed, diff)
		}
		if first.New < 200 || first.Rejected < 100 || first.Notes < 10 || first.Outside < 50 || first.Outside > first.Rows/2+200 {
			t.Errorf("seed %d: the file proves little: %s", seed, counts(first))
		}
		if err := s.Verify(t.Context(), func(string) {}, func(name, key string) { t.Errorf("%s: %s", name, key) }); err != nil {
			t.Error(err)
		}
	}
}

// The guard's answers are those of PostGIS about every pair.
func TestImportGuardsAFileAsPostGISWould(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	var rows []intake.Building
	for _, item := range untidy(11, 500) {
		if b := item.Value; item.Reject == nil && b.State != "demolished" && b.Address == "" && (b.Floors == nil || *b.Floors < 300) {
			b.ID, b.Notes = "", nil
			rows = append(rows, b)
		}
	}
	_, left := imported(t, db.Open(t, postgres.Options{}), postgres.ImportOptions{Apply: true, OwnerURL: db.OwnerURL}, rows...)
	var want []string
	taken := map[int]bool{}
	conn := connect(t, db.OwnerURL)
	var texts []string
	for _, b := range rows {
		shape, err := registry.Shape{Geometry: b.Footprint.Geometry}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(shape))
	}
	for i, b := range rows {
		var shares []bool
		err := conn.QueryRow(t.Context(), `
			with shape as (select n, st_setsrid(st_geomfromgeojson(g), 4326) as g from unnest($1::text[]) with ordinality as s (g, n)),
				mine as (select g as me from shape where n = $2)
			select array_agg(case
				when st_dimension(g) = 2 and st_dimension(me) = 2 then st_area(st_intersection(g, me)) / least(st_area(g), st_area(me)) > 0.8
				when st_dimension(g) = 0 and st_dimension(me) = 0 then st_dwithin(g::geography, me::geography, 1.0)
				else st_intersects(g, me) end order by n)
			from shape, mine where n < $2`, texts, i+1).Scan(&shares)
		if err != nil {
			t.Fatal(err)
		}
		for k, share := range shares {
			same := orb.Equal(rows[k].Footprint.Geometry, b.Footprint.Geometry)
			if (rows[k].State == "planned") == (b.State == "planned") && (same || share && !taken[k]) {
				taken[i] = true
				want = append(want, fmt.Sprintf("%d rejected overlap", b.Row))
				break
			}
		}
	}
	if diff := cmp.Diff(want, left); diff != "" || len(want) < 100 {
		t.Errorf("%d rows have no place; (-want +got):\n%s", len(want), diff)
	}
}

func TestFirstImportThatIsStrictLeavesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	before, made := everything(t, db), structure(t, db)
	var left int
	result, err := s.ImportBuildings(t.Context(), clerk, stream(
		candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(0, 0, 10, 10)), candidate(3, "c", plot(30, 0, 10, 10))),
		postgres.ImportOptions{Source: "survey", Apply: true, Strict: true, OwnerURL: db.OwnerURL,
			Left: func(postgres.LeftOut) error { left++; return nil }})
	wantError(t, err, registry.Invalid, "strict")
	wantCounts(t, result, "3 rows: 2 new, 0 changed, 0 same, 0 ambiguous, 1 rejected, 0 gone")
	if left != 1 || everything(t, db) != before || !slices.Equal(structure(t, db), made) {
		t.Errorf("something was applied, or %d rows were reported", left)
	}
	nothing, err := s.ImportBuildings(t.Context(), clerk, stream(), postgres.ImportOptions{Source: "survey", Apply: true, OwnerURL: db.OwnerURL})
	if err != nil || !nothing.Applied || everything(t, db) != before || !slices.Equal(structure(t, db), made) {
		t.Errorf("an empty file: %+v, %v", nothing, err)
	}
}

// Coordinates are transformed by the database while the tables are locked.
func TestFirstImportOfOtherFormats(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{MaxConns: 1})
	crs, err := intake.ParseCRS("EPSG:2056")
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"id,wkt,levels"}
	for i := range 2000 {
		e, n := swiss(metres(float64(i%50)*30, float64(i/50)*30))
		lines = append(lines, fmt.Sprintf(`%d,"POLYGON((%f %f,%f %f,%f %f,%f %f))",3`, i, e, n, e+9, n, e+9, n+9, e, n))
	}
	path := writeFile(t, "lv95.csv", strings.Join(lines, "\n"))
	result, err := s.ImportBuildings(t.Context(), clerk, intake.Buildings(t.Context(), path, intake.Options{CRS: crs, Transformer: s}),
		postgres.ImportOptions{Source: "survey", Apply: true, OwnerURL: db.OwnerURL})
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, result, "2000 rows: 2000 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
}

func TestFirstImportStoppedWhileReading(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	before, made := everything(t, db), structure(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.ImportBuildings(ctx, clerk, stream(manyHouses()...), postgres.ImportOptions{Source: "survey", Apply: true, OwnerURL: db.OwnerURL,
		Progress: func(step postgres.ImportStep, done, _ int) {
			if step == postgres.ImportReading && done > 1000 {
				cancel()
			}
		}})
	if err == nil || everything(t, db) != before || !slices.Equal(structure(t, db), made) {
		t.Errorf("a cancelled import left something, or says %v", err)
	}
}

// A process that is killed in its one pass, or while it makes the indexes, leaves nothing behind, and nobody has to wait.
func TestFirstImportKilled(t *testing.T) {
	t.Parallel()
	for _, step := range []postgres.ImportStep{postgres.ImportReading, postgres.ImportIndexing} {
		db := dbtest.New(t)
		s := db.Open(t, postgres.Options{})
		before, made := everything(t, db), structure(t, db)
		cmd := exec.Command(os.Args[0], "-test.run=^TestFirstImportingProcess$")
		cmd.Env = append(os.Environ(), "FANGMA_FIRST_URL="+db.AppURL, "FANGMA_FIRST_OWNER="+db.OwnerURL, "FANGMA_FIRST_STEP="+string(step))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != "at "+string(step) {
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if lines.Text() != "at "+string(step) {
			t.Errorf("the other process says %q", lines.Text())
		}
		if everything(t, db) != before || !slices.Equal(structure(t, db), made) {
			t.Errorf("half an import is left of one killed while %s", step)
		}
		result, _ := imported(t, s, postgres.ImportOptions{Apply: true, OwnerURL: db.OwnerURL}, manyHouses()...)
		wantCounts(t, result, "2500 rows: 2500 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
	}
}

// TestFirstImportingProcess is the process that TestFirstImportKilled kills: it stops in the middle of its transaction.
func TestFirstImportingProcess(t *testing.T) {
	url := os.Getenv("FANGMA_FIRST_URL")
	if url == "" {
		return // only of use as a process of another test
	}
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.ImportBuildings(t.Context(), clerk, stream(manyHouses()...), postgres.ImportOptions{Source: "survey", Apply: true,
		OwnerURL: os.Getenv("FANGMA_FIRST_OWNER"), Progress: func(step postgres.ImportStep, done, _ int) {
			if string(step) == os.Getenv("FANGMA_FIRST_STEP") && (done > 1000 || step == postgres.ImportIndexing) {
				fmt.Println("at " + string(step))
				select {}
			}
		}})
	t.Fatalf("the import came to its end: %v", err)
}
