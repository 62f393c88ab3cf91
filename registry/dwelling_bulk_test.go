package registry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

func labelsOf(ds []registry.DwellingRegistration) []string {
	var out []string
	for _, d := range ds {
		out = append(out, *d.Label)
	}
	return out
}

func fieldsOf(err error) string {
	var known *registry.Error
	if !errors.As(err, &known) {
		return ""
	}
	var out []string
	for _, f := range known.Fields {
		out = append(out, f.Field)
	}
	return strings.Join(out, " ")
}

func TestPatternOfDwellings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ floors, rooms, label, want string }{
		{"1-2,4", "01-02", "", "101 102 201 202 401 402"},
		{"-1-1", "A-C", "{floor}/{room}", "-1/A -1/B -1/C 0/A 0/B 0/C 1/A 1/B 1/C"},
		{"-2--1", "1", "B{floor}", "B-2 B-1"},
		{"3", "08-11,20", "单元{room}", "单元08 单元09 单元10 单元11 单元20"},
		{"1，2", " 1 , 3 ", "{floor}-{room}", "1-1 1-3 2-1 2-3"},
	} {
		got, err := registry.DwellingPattern{Floors: c.floors, Rooms: c.rooms, Label: c.label}.Expand()
		if err != nil || strings.Join(labelsOf(got), " ") != c.want {
			t.Errorf("%s × %s: %v %v, want %s", c.floors, c.rooms, labelsOf(got), err, c.want)
		}
	}
	got, err := registry.DwellingPattern{Floors: "-1-2", Rooms: "01"}.Expand()
	if err != nil || *got[0].Floor.Value != -1 || *got[3].Floor.Value != 2 {
		t.Errorf("%v %v", got, err)
	}
	if all, err := (registry.DwellingPattern{Floors: "1-50", Rooms: "001-100"}).Expand(); err != nil || len(all) != 5000 {
		t.Errorf("%d dwellings, %v", len(all), err)
	}
}

func TestBadPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ floors, rooms, label, fields string }{
		{"", "", "", "floors rooms"},
		{"1-", "01", "", "floors"},
		{"six", "01", "", "floors"},
		{"6-1", "04-01", "", "floors rooms"},
		{"1-301", "01", "", "floors"},
		{"1-51", "001-100", "", "floors"},
		{"1-300", "0-65535", "", "rooms"},
		{"1,1", "01,01", "", "floors rooms"},
		{"1", "A-3,1-Z", "", "rooms"},
		{"1", "A-d", "", "rooms"},
		{"1-2", "1-2", "x", "label label"},
		{"1,11", "1-11", "", "label"}, // 1 11 and 11 1
		{"9999999999999999999", "99999999999999999999", "", "floors rooms"},
	} {
		_, err := registry.DwellingPattern{Floors: c.floors, Rooms: c.rooms, Label: c.label}.Expand()
		if fieldsOf(err) != c.fields {
			t.Errorf("%s × %s: %v, want %s", c.floors, c.rooms, err, c.fields)
		}
	}
}

func TestDwellingsFromCSV(t *testing.T) {
	t.Parallel()
	for _, table := range []string{
		"label,floor,use,area,validFrom\n101,1,residential,78.5,2020-01-01\n\"1,02\",-1,,,\n",
		"\uFEFF楼层;房号;用途;面积;起始日期\r\n1;101;住宅;78.5;2020-01-01\r\n-1;1,02;;;\r\n",
		"Floor\tLabel\tUse\tArea\tvalid_from\n1\t101\tresidential\t78.5\t2020-01-01\n-1\t1,02",
	} {
		got, err := registry.DwellingsFromCSV([]byte(table))
		if err != nil || !slices.Equal(labelsOf(got), []string{"101", "1,02"}) {
			t.Fatalf("%q: %v %v", table, labelsOf(got), err)
		}
		first, second := got[0], got[1]
		if *first.Floor.Value != 1 || *first.Use != registry.Residential || *first.Area.Value != 78.5 || first.ValidFrom.String() != "2020-01-01" {
			t.Errorf("%q: %+v", table, first)
		}
		if *second.Floor.Value != -1 || second.Use != nil || second.Area.Set || second.ValidFrom != nil {
			t.Errorf("%q: %+v", table, second)
		}
	}
}

func TestBadCSV(t *testing.T) {
	t.Parallel()
	for table, fields := range map[string]string{
		"":                     "line 1",
		"label\n":              "line 2",
		"floor,room\n1,2\n":    "line 1 line 1",
		"label,房号\n1,2\n":      "line 1",
		"label\n\xff\n":        "body",
		"label,floor\n1,2,3\n": "line 2",
		"label\n\"1\n2\n":      "line 2",
		"label,floor,use,area\n,x,palace,-1\n101,1.5,,NaN\n\n11010519491231002X,,,\n": "line 2.floor line 2.use line 2.area line 2.label line 3.floor line 3.area line 5.label",
		"label\n" + strings.Repeat("x\n", 5001):                                       "line 5002",
	} {
		_, err := registry.DwellingsFromCSV([]byte(table))
		if fieldsOf(err) != fields {
			t.Errorf("%.60q: %v, want %s", table, err, fields)
		}
	}
}
