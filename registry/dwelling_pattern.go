package registry

import (
	"fmt"
	"strconv"
	"strings"
)

// DwellingPattern describes the dwellings of a block: every room on every
// floor.
type DwellingPattern struct {
	// Floors are numbers and ranges of them, "1-6,8"; "-2--1" is two floors
	// below ground.
	Floors string `json:"floors"`
	// Rooms are numbers with their leading zeros, single letters, and ranges of
	// either: "01-04", "A-D,F".
	Rooms string `json:"rooms"`
	// Label holds {floor} and {room}; "{floor}{room}" if empty.
	Label string            `json:"label,omitempty"`
	Use   *Use              `json:"use,omitempty"`
	Area  Optional[float64] `json:"area,omitzero"`
}

const defaultLabel = "{floor}{room}"

// Expand writes the pattern out, floor by floor. It fails with Invalid, naming
// every field: for what is no list, for labels that repeat, and for more than
// one event may register.
func (p DwellingPattern) Expand() ([]DwellingRegistration, error) {
	var f fieldErrors
	floors := expandList(&f, "floors", p.Floors, floorRange)
	rooms := expandList(&f, "rooms", p.Rooms, roomRange)
	template := p.Label
	if template == "" {
		template = defaultLabel
	}
	if len(rooms) > 1 && !strings.Contains(template, "{room}") {
		f.add("label", "must hold {room}: there are %d rooms on a floor", len(rooms))
	}
	if len(floors) > 1 && !strings.Contains(template, "{floor}") {
		f.add("label", "must hold {floor}: there are %d floors", len(floors))
	}
	if n := len(floors) * len(rooms); n > maxDwellings {
		f.add("floors", "make %d dwellings with these rooms; at most %d are registered at once", n, maxDwellings)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	out := make([]DwellingRegistration, 0, len(floors)*len(rooms))
	seen := make(map[string]bool, cap(out))
	for _, floor := range floors {
		number, _ := strconv.Atoi(floor) // floorRange wrote it
		for _, room := range rooms {
			label := strings.NewReplacer("{floor}", floor, "{room}", room).Replace(template)
			if seen[label] {
				f.add("label", "gives %q twice; put something between {floor} and {room}", label)
				return nil, f.err()
			}
			seen[label] = true
			out = append(out, DwellingRegistration{DwellingInput: DwellingInput{
				Label: &label, Floor: Some(number), Use: p.Use, Area: p.Area}})
		}
	}
	return out, nil
}

// expandList writes out a list of items and ranges; an item given twice is an
// error.
func expandList(f *fieldErrors, field, text string, expand func(string) ([]string, error)) []string {
	var out []string
	seen := map[string]bool{}
	if strings.TrimSpace(text) == "" {
		f.add(field, "is required")
		return nil
	}
	for item := range strings.SplitSeq(strings.ReplaceAll(text, "，", ","), ",") {
		items, err := expand(strings.TrimSpace(item))
		if err != nil {
			f.add(field, "%v", err)
			return nil
		}
		for _, v := range items {
			if seen[v] {
				f.add(field, "%s is given twice", v)
				return nil
			}
			seen[v] = true
		}
		if out = append(out, items...); len(out) > maxDwellings {
			f.add(field, "are more than %d", maxDwellings)
			return nil
		}
	}
	return out
}

// cutRange parts "3-7" at the hyphen that is no sign.
func cutRange(item string) (from, to string) {
	if i := strings.Index(strings.TrimPrefix(item, "-"), "-"); i >= 0 {
		i += len(item) - len(strings.TrimPrefix(item, "-"))
		return strings.TrimSpace(item[:i]), strings.TrimSpace(item[i+1:])
	}
	return item, item
}

func floorRange(item string) ([]string, error) {
	from, to := cutRange(item)
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	switch {
	case errA != nil || errB != nil:
		return nil, fmt.Errorf("must be numbers and ranges such as 1-6,8")
	case a > b:
		return nil, fmt.Errorf("must rise in a range: %d-%d", a, b)
	case a < minFloor || b > maxFloor:
		return nil, fmt.Errorf("must be between %d and %d", minFloor, maxFloor)
	}
	out := make([]string, 0, b-a+1)
	for n := a; n <= b; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out, nil
}

func roomRange(item string) ([]string, error) {
	from, to := cutRange(item)
	if isLetter(from) && isLetter(to) && from[0] <= to[0] && (from[0] >= 'a') == (to[0] >= 'a') {
		var out []string
		for c := from[0]; c <= to[0]; c++ {
			out = append(out, string(c))
		}
		return out, nil
	}
	a, errA := strconv.ParseUint(from, 10, 16)
	b, errB := strconv.ParseUint(to, 10, 16)
	switch {
	case errA != nil || errB != nil:
		return nil, fmt.Errorf("must be numbers, letters and ranges such as 01-04 or A-D")
	case a > b:
		return nil, fmt.Errorf("must rise in a range: %s-%s", from, to)
	case b-a >= maxDwellings:
		return nil, fmt.Errorf("are more than %d", maxDwellings)
	}
	var out []string
	for n := a; n <= b; n++ {
		out = append(out, fmt.Sprintf("%0*d", len(from), n)) // as many digits as the first has
	}
	return out, nil
}

func isLetter(s string) bool {
	return len(s) == 1 && (s[0] >= 'A' && s[0] <= 'Z' || s[0] >= 'a' && s[0] <= 'z')
}
