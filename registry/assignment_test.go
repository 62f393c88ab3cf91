package registry_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"fangma/geo"
	"fangma/registry"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

func term(from, to int) registry.Term {
	t := registry.Term{From: hours(from)}
	if to > from {
		end := hours(to)
		t.To = &end
	}
	return t
}

// drawTenure is a tenure that some wishes made, each row with an event.
func drawTenure(t *rapid.T) registry.Tenure {
	var tenure registry.Tenure
	for range rapid.IntRange(0, 4).Draw(t, "wishes") {
		from := rapid.IntRange(0, 20).Draw(t, "from")
		tenure = stored(tenure.Give(rapid.Int64Range(0, 3).Draw(t, "account"), term(from, from+rapid.IntRange(0, 10).Draw(t, "long"))))
	}
	return tenure
}

// stored gives new rows an event, as the store does.
func stored(t registry.Tenure) registry.Tenure {
	for i := range t {
		if t[i].Event == uuid.Nil {
			t[i].Event = uuid.New()
		}
	}
	return t
}

// Whatever was before: within the term the account holds, or nobody; outside
// nothing is different; nothing overlaps; giving again changes nothing; and
// the change, done to the rows, gives the tenure.
func TestGiving(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		was := drawTenure(t)
		account, from := rapid.Int64Range(0, 3).Draw(t, "to"), rapid.IntRange(0, 20).Draw(t, "at")
		wish := term(from, from+rapid.IntRange(0, 10).Draw(t, "for"))
		next := was.Give(account, wish)
		for h := -1; h < 40; h++ {
			want := was.At(hours(h))
			if wish.Holds(hours(h)) {
				want = account
			}
			if got := next.At(hours(h)); got != want {
				t.Fatalf("at %d %d holds, want %d: %v then %v", h, got, want, was, next)
			}
		}
		checkChange(t, was, next)
		if again := stored(slices.Clone(next)); !again.ChangeTo(again.Give(account, wish)).Empty() {
			t.Fatalf("giving again changes %v", again)
		}
	})
}

func TestHandingOver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		was := drawTenure(t)
		at, to := rapid.IntRange(0, 25).Draw(t, "at"), rapid.Int64Range(0, 3).Draw(t, "to")
		next := was.Hand(1, to, hours(at))
		for h := -1; h < 40; h++ {
			want := was.At(hours(h))
			if h >= at && want == 1 {
				want = to
			}
			if got := next.At(hours(h)); got != want {
				t.Fatalf("at %d %d holds, want %d: %v then %v", h, got, want, was, next)
			}
		}
		checkChange(t, was, next)
	})
}

// checkChange does to the rows what a change says, as the store does.
func checkChange(t *rapid.T, was, next registry.Tenure) {
	if next.Doubles() > 0 {
		t.Fatalf("doubles in %v", next)
	}
	c := was.ChangeTo(next)
	rows := map[uuid.UUID]map[time.Time]registry.Held{}
	put := func(h registry.Held) {
		if rows[h.Event] == nil {
			rows[h.Event] = map[time.Time]registry.Held{}
		}
		rows[h.Event][h.From] = h
	}
	for _, h := range was {
		put(h)
	}
	for _, h := range c.Withdrawn {
		delete(rows[h.Event], h.From)
	}
	for _, h := range slices.Concat(c.Ended, c.Begun) {
		put(h)
	}
	var done registry.Tenure
	for _, byFrom := range rows {
		for _, h := range byFrom {
			done = append(done, h)
		}
	}
	for h := -1; h < 40; h++ {
		if done.At(hours(h)) != next.At(hours(h)) {
			t.Fatalf("%+v done to %v gives %v, not %v", c, was, done, next)
		}
	}
	if done.Doubles() > 0 {
		t.Fatalf("%+v done to %v has doubles", c, was)
	}
}

func TestATermBeginsNowOrLater(t *testing.T) {
	t.Parallel()
	past, grace := noon.Add(-2*time.Minute), noon.Add(-30*time.Second)
	for _, c := range []struct {
		term  registry.Term
		from  time.Time
		wrong string
	}{
		{registry.Term{}, noon, ""},
		{registry.Term{From: grace}, noon, ""},
		{registry.Term{From: hours(5)}, hours(5), ""},
		{registry.Term{From: past}, past, "from"},
		{registry.Term{From: noon.AddDate(11, 0, 0)}, noon.AddDate(11, 0, 0), "from"},
		{registry.Term{From: hours(5), To: &noon}, hours(5), "to"},
		{registry.Term{To: &noon}, noon, "to"},
	} {
		got, err := c.term.Begin(noon)
		wrong := ""
		if e, ok := err.(*registry.Error); ok {
			wrong = e.Fields[0].Field
		}
		if wrong != c.wrong || !got.From.Equal(c.from) {
			t.Errorf("%v begins %v, %q is wrong; want %v, %q", c.term, got, wrong, c.from, c.wrong)
		}
	}
}

func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	post := func(name string) *registry.Post {
		return &registry.Post{Person: registry.Person{Name: name}, Works: true}
	}
	gone := post("gone")
	gone.Works = false
	away, covered, badly := post("away"), post("covered"), post("badly")
	away.Absent = true
	covered.Absent, covered.Substitute, covered.SubstituteWorks = true, &registry.Person{Name: "substitute"}, true
	badly.Absent, badly.Substitute = true, &registry.Person{Name: "substitute"}
	name := func(p *registry.Person) string {
		if p == nil {
			return "-"
		}
		return p.Name
	}
	for _, c := range []struct {
		officer, administrator *registry.Post
		want                   string
		missing                int
	}{
		{post("o"), post("a"), "o a -", 0}, {nil, post("a"), "- a - uncovered", 1}, {nil, nil, "- - - uncovered", 2},
		{gone, post("a"), "- a - uncovered", 1}, {post("o"), gone, "o - -", 1}, {away, post("a"), "- a - uncovered", 1},
		{covered, post("a"), "substitute a covered", 0}, {badly, post("a"), "- a - uncovered", 1},
	} {
		a := registry.Answering(c.officer, c.administrator)
		got := name(a.Officer) + " " + name(a.Administrator) + " " + name(a.StandsInFor)
		if a.Uncovered {
			got += " uncovered"
		}
		if got != c.want || len(a.Missing()) != c.missing {
			t.Errorf("got %q and %v missing, want %q", got, a.Missing(), c.want)
		}
	}
}

func TestRegranting(t *testing.T) {
	t.Parallel()
	have := []registry.Grant{{registry.Officer, term(-100, 0)}, {registry.Clerk, term(10, 20)}}
	have[0].To = nil
	until := hours(50)
	for _, c := range []struct {
		name  string
		want  []registry.Grant
		text  string
		wrong string
	}{
		{"the same", []registry.Grant{have[0], have[1]}, "", ""},
		{"now is the same", []registry.Grant{{Role: registry.Officer}, have[1]}, "", ""},
		{"nothing", nil, "officer ends 12:00:00; clerk ends 22:00:00; ", ""},
		{"an end", []registry.Grant{{registry.Officer, registry.Term{From: have[0].From, To: &until}}, have[1]}, "officer ends 14:00:00; ", ""},
		{"one more", []registry.Grant{have[0], have[1], {Role: registry.Planner}}, "planner begins 12:00:00; ", ""},
		{"past", []registry.Grant{have[0], have[1], {registry.Planner, term(-5, 0)}}, "", "roles.2.from"},
		{"no role", []registry.Grant{have[0], have[1], {Role: "king"}}, "", "roles.2.role"},
		{"twice", []registry.Grant{have[0], have[1], {registry.Officer, term(5, 6)}}, "", "roles"},
	} {
		change, err := registry.Regrant(have, c.want, noon)
		text, wrong := "", ""
		for _, g := range change.Ended {
			text += string(g.Role) + " ends " + g.To.Format(time.TimeOnly) + "; "
		}
		for _, g := range change.Begun {
			text += string(g.Role) + " begins " + g.From.Format(time.TimeOnly) + "; "
		}
		if e, ok := err.(*registry.Error); ok {
			wrong = e.Fields[0].Field
		}
		if wrong != c.wrong || err == nil && text != c.text {
			t.Errorf("%s: %q, %q is wrong; want %q, %q", c.name, text, wrong, c.text, c.wrong)
		}
	}
}

func TestHandingsFromCSV(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("east", 8*3600)
	today := registry.DateOf(noon.In(zone))
	table := "\uFEFF网格单元;人员;角色;开始;结束;姓名\r\n" +
		"8a1f8e7290dffff;mei;网格员;" + today.String() + ";2026-12-01;王\r\n" +
		"8A1F8E7292E7FFF;;administrator;2026-06-01T00:00:00Z;;\r\n"
	all, err := registry.HandingsFromCSV([]byte(table), today, zone)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if h := all[0]; h.Line != 2 || h.Person != "mei" || h.Role != registry.Officer || !h.From.IsZero() || h.To.UTC().Hour() != 16 || h.Cells[0].String() != "8a1f8e7290dffff" {
		t.Errorf("line 2: %+v", h)
	}
	if h := all[1]; h.Person != "" || h.Role != registry.Administrator || h.From.Month() != time.June || h.To != nil {
		t.Errorf("line 3: %+v", h)
	}
	all, err = registry.HandingsFromCSV([]byte("wkt,community,person\n\"POLYGON((0 0,1 0,1 1,0 0))\",,mei\n,Vaduz,lan\n"), today, zone)
	if err != nil || all[0].Area == nil || all[1].Community != "Vaduz" {
		t.Errorf("%+v, %v", all, err)
	}
	for table, want := range map[string]string{
		"":                             "line 1",
		"cell\n8a1f8e7290dffff\n":      "line 1",
		"person\nmei\n":                "line 1",
		"cell,person,age\n":            "line 1",
		"cell,cell,person\n":           "line 1",
		"cell,person\n":                "line 2",
		"cell,person\nx,mei\n":         "line 2.cell",
		"cell,person\n,mei\n":          "line 2.cell",
		"wkt,person\nPOINT(1 1),mei\n": "line 2.wkt",
		"wkt,person\nnonsense,mei\n":   "line 2.wkt",
		"cell,person,from\n8a1f8e7290dffff,mei,soon\n":   "line 2.from",
		"cell,person\n8a1f8e7290dffff,mei,more\n":        "line 2",
		"cell,community,person\n8a1f8e7290dffff,V,mei\n": "line 2.cell",
		"cell,person\n\"8a,mei\n":                        "line 2",
		"cell,person\n\xff,mei\n":                        "body",
	} {
		_, err := registry.HandingsFromCSV([]byte(table), today, zone)
		e, ok := err.(*registry.Error)
		if !ok || e.Kind != registry.Invalid || e.Fields[0].Field != want {
			t.Errorf("%q: %v, want a fault of %s", table, err, want)
		}
	}
}

func FuzzHandingsFromCSV(f *testing.F) {
	f.Add([]byte("cell,person,role,from,to\n8a1f8e7290dffff,mei,officer,2026-01-01,\n"))
	f.Add([]byte("wkt;person\n\"MULTIPOLYGON(((0 0,1 0,1 1,0 0)))\";mei\n"))
	f.Add([]byte("wkt,person\n\"POLYGON((0 0,1 0,NaN 1,0 0))\",\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		all, err := registry.HandingsFromCSV(table, 20000, time.UTC)
		if _, answer := err.(*registry.Error); err != nil && !answer {
			t.Fatalf("not an answer: %v", err)
		}
		for _, h := range all {
			if h.Area != nil {
				_, _ = h.Shape()
			}
		}
	})
}

func TestTwoWishesForOneCell(t *testing.T) {
	t.Parallel()
	c, err := geo.ParseCell("8a1f8e7290dffff")
	if err != nil {
		t.Fatal(err)
	}
	wish := func(role registry.Role, from, to, line int) registry.Handing {
		return registry.Handing{Role: role, Person: "mei", Cells: []geo.Cell{c, c}, Term: term(from, to), Line: line}
	}
	fine := []registry.Handing{wish(registry.Officer, 1, 2, 2), wish(registry.Officer, 2, 0, 3), wish(registry.Administrator, 1, 0, 4)}
	if err := registry.CheckHandings(fine, 10, noon); err != nil || len(fine[0].Cells) != 1 {
		t.Error(err)
	}
	err = registry.CheckHandings([]registry.Handing{wish(registry.Officer, 1, 3, 2), wish(registry.Officer, 2, 0, 3)}, 10, noon)
	if err == nil || !strings.Contains(err.Error(), "line 3.cells") {
		t.Errorf("doubles: %v", err)
	}
	if n := registry.Most(map[int64]int{0: 9, 7: 2, 5: 2, 8: 1}); n != 5 {
		t.Errorf("most are in %d", n)
	}
}
