package registry_test

import (
	"errors"
	"strings"
	"testing"

	"fangma/registry"
)

func TestHeadcountsFromCSV(t *testing.T) {
	t.Parallel()
	const today registry.Date = 20000 // 2024-10-04
	table := "\uFEFF房屋编码;居住人数;居住证人数;依据;申报人;日期\n" +
		"1123 4567 8973;４;1;申报;房东;2024/6/1\n" +
		"编码：200000000185;2;;走访;;\n" +
		"112345678972;x;;talk;nobody;2999-01-01\n" +
		";;;;;\n" +
		"160072051981;3;4;估算;统计;2024-01-01\n"
	var rows []registry.HeadcountRow
	for row, err := range registry.HeadcountsFromCSV(strings.NewReader(table), registry.HeadcountInput{}, today) {
		if err != nil {
			t.Fatal(err)
		}
		row.Wrong = append([]registry.FieldError(nil), row.Wrong...)
		rows = append(rows, row)
	}
	if len(rows) != 4 || rows[3].Line != 6 { // the empty row is none
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	if r := rows[0]; r.Wrong != nil || r.Code != 112345678973 || r.Heads != 4 || *r.Permits != 1 || r.Evidence != registry.Declared ||
		r.Declarer != registry.ByLandlord || r.From.String() != "2024-06-01" {
		t.Errorf("first row: %+v", r)
	}
	if r := rows[1]; r.Wrong != nil || r.Permits != nil || r.Evidence != registry.Observed || r.Declarer != registry.ByOfficer || r.From != today {
		t.Errorf("second row: %+v", r)
	}
	fields := func(r registry.HeadcountRow) (out []string) {
		for _, e := range r.Wrong {
			out = append(out, e.Field)
		}
		return out
	}
	for i, want := range map[int]string{2: "code heads evidence declarer from", 3: "permits"} {
		if got := strings.Join(fields(rows[i]), " "); got != want {
			t.Errorf("row %d: wrong are %q, want %q", i, got, want)
		}
	}
}

func TestHeadcountsFromCSVRefusesOtherTables(t *testing.T) {
	t.Parallel()
	for table, want := range map[string]string{
		"":                      "line 1",
		"code,heads,姓名\n":       "takes no other",
		"code,heads,code\n":     "twice",
		"code\n":                "has no column heads",
		"code,heads\n ,\n\n":    "no rows",
		"code,heads\n\"1,2\n":   "line 2",
		"\xb7\xbf,\xce\xdd\n1,": "UTF-8",
	} {
		var last error
		for _, err := range registry.HeadcountsFromCSV(strings.NewReader(table), registry.HeadcountInput{}, 0) {
			last = err
		}
		var answer *registry.Error
		if !errors.As(last, &answer) || !strings.Contains(answer.Error(), want) {
			t.Errorf("%q: %v, want %s", table, last, want)
		}
	}
}

func TestCleanHeadcountsNamesEveryField(t *testing.T) {
	t.Parallel()
	n, minus, lots := 3, -1, 100_001
	e, bad := registry.Declared, registry.Documented
	tomorrow := registry.Date(11)
	_, err := registry.CleanHeadcounts([]registry.HeadcountInput{
		{Code: 112345678973, Heads: &n, Evidence: &e},
		{Code: 112345678973, Heads: &n, Evidence: &e},
		{Code: 300000000000, Heads: &minus, Evidence: &bad, From: &tomorrow},
		{Code: 112345678973, Heads: &n, Permits: &lots, Evidence: &e, From: &tomorrow},
	}, registry.Why{Reason: "tel 13800138000"}, 10)
	var answer *registry.Error
	if !errors.As(err, &answer) {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range answer.Fields {
		got[f.Field] = true
	}
	for _, want := range []string{"reason", "statements[1].code", "statements[2].code", "statements[2].heads", "statements[2].evidence",
		"statements[2].from", "statements[3].permits", "statements[3].from"} {
		if !got[want] {
			t.Errorf("%s is not named in %v", want, answer.Fields)
		}
	}
}
