package intake

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangma/geo"
	"fangma/registry"
	"github.com/paulmach/orb"
)

// Longest texts the registry takes, in characters.
const (
	maxNameLength    = 200
	maxAddressLength = 300
	maxIDLength      = 200
)

// Slugs of what is left out of a row.
const (
	personalReason = "personal_data"
	numberReason   = "not_a_number"
	rangeReason    = "out_of_bounds"
	lengthReason   = "too_long"
	valueReason    = "unknown_value"
)

// builder makes buildings of features in WGS84.
type builder struct{ opt Options }

// buildings returns one item, or with Explode one for every part.
func (b builder) buildings(f feature) []Item[Building] {
	parts, ok := f.geometry.(orb.MultiPolygon)
	if !b.opt.Explode || !ok || len(parts) < 2 {
		return []Item[Building]{b.building(f)}
	}
	items := make([]Item[Building], len(parts))
	for i, p := range parts {
		part := f
		part.geometry = p
		if f.id != "" {
			part.id = fmt.Sprintf("%s#%d", f.id, i+1)
		}
		items[i] = b.building(part)
	}
	return items
}

func (b builder) building(f feature) Item[Building] {
	reject := func(field, reason, detail string) Item[Building] {
		return Item[Building]{Reject: &Reject{Row: f.row, ID: f.id, Field: field, Reason: reason, Detail: detail}}
	}
	f.id = printable(f.id)
	if utf8.RuneCountInString(f.id) > maxIDLength {
		f.id = ""
		return reject("id", lengthReason, fmt.Sprintf("the id is longer than %d characters", maxIDLength))
	}
	if f.geometry == nil {
		return reject("geometry", geo.Empty, "the row has no geometry")
	}
	footprint, err := geo.Clean(f.geometry)
	if err != nil {
		var d *geo.Defect
		if errors.As(err, &d) {
			return reject("geometry", d.Reason, d.Detail)
		}
		return reject("geometry", malformed, err.Error())
	}
	v := reading{values: &f.values.value}
	out := Building{Row: f.row, ID: f.id, Footprint: footprint}
	out.Name = v.text(fieldName, "name", maxNameLength)
	out.Address = v.address()
	out.Floors = v.floors()
	out.Height = v.height()
	out.Use = v.use(f.osm)
	out.State = v.state(f.osm)
	out.Notes = v.notes
	return Item[Building]{Value: out}
}

// reading takes the fields out of a record and notes what it has to leave out.
type reading struct {
	values *[fieldCount]string
	notes  []Note
}

func (v *reading) note(field, reason, detail string) {
	v.notes = append(v.notes, Note{Field: field, Reason: reason, Detail: detail})
}

// text takes a field that people wrote, unless it looks personal or is too long to be meant.
func (v *reading) text(f field, name string, limit int) string {
	return v.checked(strings.TrimSpace(v.values[f]), name, limit)
}

func (v *reading) checked(s, name string, limit int) string {
	switch {
	case s == "":
		return ""
	case registry.LooksPersonal(s):
		v.note(name, personalReason, "looks like an identity or mobile number: left out")
		return ""
	case utf8.RuneCountInString(s) > limit:
		v.note(name, lengthReason, fmt.Sprintf("longer than %d characters: left out", limit))
		return ""
	}
	return printable(s)
}

// shown quotes a value in a message, unless it is one that must not be repeated.
func shown(s string) string {
	if registry.LooksPersonal(s) {
		return "the value"
	}
	return fmt.Sprintf("%.40q", s)
}

// printable turns control characters, line ends and those that a database refuses among them, into spaces.
func printable(s string) string {
	if strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) }), " ")
}

// address takes the whole address, else puts street and number together as the script wants it.
func (v *reading) address() string {
	if whole := v.text(fieldAddress, "address", maxAddressLength); whole != "" {
		return whole
	}
	street, number := strings.TrimSpace(v.values[fieldStreet]), strings.TrimSpace(v.values[fieldNumber])
	if street == "" {
		return "" // a number alone is no address
	}
	join := " "
	if strings.IndexFunc(street, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
		join = ""
		if number != "" && strings.Trim(number, "0123456789") == "" {
			number += "号"
		}
	}
	return v.checked(strings.TrimSpace(street+join+number), "address", maxAddressLength)
}

// floors takes a whole number of floors; 0 and negative values stand for unknown in most files.
func (v *reading) floors() *int {
	s := strings.TrimSpace(v.values[fieldFloors])
	if s == "" {
		return nil
	}
	n, err := number(strings.TrimRight(s, "层F楼"))
	switch {
	case err != nil:
		v.note("floors", numberReason, shown(s)+" is not a number of floors: left out")
		return nil
	case n < 1:
		return nil
	case n > registry.MaxFloors:
		v.note("floors", rangeReason, fmt.Sprintf("more than %d floors: left out", registry.MaxFloors))
		return nil
	}
	floors := int(n) // half a floor under the roof is none
	return &floors
}

// height takes metres, or feet where they are named.
func (v *reading) height() *float64 {
	s := strings.ToLower(strings.TrimSpace(v.values[fieldHeight]))
	if s == "" {
		return nil
	}
	h, err := metres(s)
	switch {
	case err != nil:
		v.note("height", numberReason, shown(s)+" is not a height: left out")
		return nil
	case h <= 0:
		return nil
	case h > registry.MaxHeight:
		v.note("height", rangeReason, fmt.Sprintf("more than %g m: left out", registry.MaxHeight))
		return nil
	}
	h = math.Round(h*100) / 100
	return &h
}

// metres reads "12", "12.5 m", "12,5", "40 ft", 40' and 5'11".
func metres(s string) (float64, error) {
	for _, unit := range []string{"metres", "meters", "m", "米"} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			return number(rest)
		}
	}
	const foot = 0.3048
	for _, unit := range []string{"feet", "ft", "'"} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			n, err := number(rest)
			return n * foot, err
		}
	}
	if feet, inches, ok := strings.Cut(strings.TrimSuffix(s, `"`), "'"); ok {
		f, err1 := number(feet)
		i, err2 := number(inches)
		return (f + i/12) * foot, errors.Join(err1, err2)
	}
	return number(s)
}

// number reads a finite decimal number, with a decimal comma too.
func number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
		err = strconv.ErrRange
	}
	return f, err
}

// use takes what the building is for. OSM's building=yes says nothing, building=ruins a state.
func (v *reading) use(kind osmKind) string {
	s := v.text(fieldUse, "use", maxNameLength)
	if strings.EqualFold(s, "yes") {
		return ""
	}
	if kind.state != "" {
		if _, isState := stateNames(strings.ToLower(s)); isState {
			return ""
		}
	}
	return s
}

// state translates what registers call the physical state.
func (v *reading) state(kind osmKind) string {
	if kind.state != "" {
		return string(kind.state)
	}
	s := strings.TrimSpace(v.values[fieldState])
	if s == "" {
		return ""
	}
	if i := strings.LastIndexAny(s, "/#"); i >= 0 { // INSPIRE gives the URL of a code list entry
		s = s[i+1:]
	}
	if state, ok := stateNames(strings.ToLower(s)); ok {
		return string(state)
	}
	v.note("state", valueReason, shown(s)+" is not a state known here: left out")
	return ""
}

func stateNames(s string) (registry.State, bool) {
	if state := registry.State(s); state.Valid() {
		return state, true
	}
	letters := strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, s)
	switch letters {
	case "planned", "projected", "proposed", "approved", "规划", "拟建", "未建", "1001", "1002":
		return registry.Planned, true
	case "underconstruction", "construction", "在建", "建设中", "施工中", "1003":
		return registry.UnderConstruction, true
	case "inuse", "functional", "existing", "active", "built", "completed", "使用中", "在用", "使用", "已建", "已建成", "建成", "正常", "现状", "1004", "pandingebruik":
		return registry.InUse, true
	case "unusable", "ruin", "ruins", "declined", "collapsed", "disused", "abandoned", "停用", "危房", "废弃", "1005":
		return registry.Unusable, true
	case "demolished", "removed", "razed", "destroyed", "拆除", "已拆除", "已拆", "灭失", "1007", "pandgesloopt":
		return registry.Demolished, true
	case "notrealised", "notrealized", "cancelled", "canceled", "取消", "未实施", "1008":
		return registry.NotRealised, true
	}
	return "", false
}
