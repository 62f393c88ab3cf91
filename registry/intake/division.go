package intake

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"fangma/geo"
)

// divider makes divisions of features in WGS84.
type divider struct{ opt Options }

// divisions returns one item, or none for a level that the person has not asked for.
func (d divider) divisions(f feature) []Item[Division] {
	reject := func(field, reason, detail string) []Item[Division] {
		return []Item[Division]{{Reject: &Reject{Row: f.row, ID: f.id, Field: field, Reason: reason, Detail: detail}}}
	}
	v := reading{values: &f.values.value}
	level, wanted, problem := d.level(strings.TrimSpace(f.values.value[fieldLevel]))
	if !wanted {
		return nil
	}
	f.id = printable(f.id)
	out := Division{Row: f.row, ID: f.id, Level: level}
	out.Name = v.text(fieldName, "name", maxNameLength)
	out.Code = printable(strings.TrimSpace(f.values.value[fieldCode]))
	out.ParentCode = printable(strings.TrimSpace(f.values.value[fieldParent]))
	if f.osm.id != "" && f.values.rank[fieldCode] != 0 || out.Code == "" && f.osm.id != "" {
		out.Code = "osm:" + f.osm.id // a tag "code" may be anything, unless the person has named it
	}
	if out.Code == "" {
		out.Code = f.id
	}
	if out.ID == "" {
		out.ID = out.Code
	}
	switch {
	case problem != "":
		return reject("level", valueReason, problem)
	case out.Code == "":
		return reject("code", "missing", "a division needs a code")
	case max(utf8.RuneCountInString(out.Code), utf8.RuneCountInString(out.ID)) > maxIDLength:
		return reject("code", lengthReason, fmt.Sprintf("the code is longer than %d characters", maxIDLength))
	case out.Name == "":
		return reject("name", "missing", "a division needs a name")
	case out.ParentCode == out.Code:
		return reject("parent", valueReason, "a division cannot be its own parent")
	}
	if f.geometry != nil {
		boundary, _, err := geo.CleanBoundary(f.geometry)
		var bad *geo.Defect
		if errors.As(err, &bad) {
			return reject("geometry", bad.Reason, bad.Detail)
		}
		out.Boundary = boundary
	}
	out.Notes = v.notes
	return []Item[Division]{{Value: out}}
}

// level reads the level of a division: a word, or a number that Levels translates. A number that Levels
// does not hold is not wanted.
func (d divider) level(s string) (level int, wanted bool, problem string) {
	if level, ok := levelNames(strings.ToLower(s)); ok {
		return level, true, ""
	}
	n, err := strconv.Atoi(s)
	switch {
	case s == "":
		return 0, true, "a division needs a level: province, city, district, street or community"
	case err != nil:
		return 0, true, shown(s) + " is not a level: province, city, district, street or community"
	case d.opt.Levels != nil:
		level, ok := d.opt.Levels[n]
		return level, ok, ""
	case n < 1 || n > 5:
		return 0, true, fmt.Sprintf("level %d is not from 1 (province) to 5 (community): say with --level what it is", n)
	}
	return n, true, ""
}

// levelNames are the five levels of the tree in the words of files.
func levelNames(s string) (int, bool) {
	switch s {
	case "province", "省", "省级", "自治区", "直辖市", "state":
		return 1, true
	case "city", "市", "市级", "地级", "地市", "prefecture":
		return 2, true
	case "district", "county", "区", "县", "区县", "县级", "区级":
		return 3, true
	case "street", "township", "town", "subdistrict", "街道", "镇", "乡", "乡镇", "镇街", "乡级", "街道级":
		return 4, true
	case "community", "village", "社区", "村", "居委会", "村委会", "村居", "社区级":
		return 5, true
	}
	return 0, false
}
