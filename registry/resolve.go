package registry

import (
	"slices"
	"strings"
)

// Successor is a code to which a retired one leads.
type Successor struct {
	Code Code `json:"code"`
	// Relation is the last step's: how the successor came about.
	Relation Relation `json:"relation"`
	// Share is the part of the asked building's floor area that went to the
	// successor, 0 to 1; nil where one of the steps has none.
	Share  *float64 `json:"share"`
	Status Status   `json:"status"`
}

// Family is the part of the ledger and the lineage that is needed to resolve
// some codes: everything that descends from them.
type Family struct {
	Standing map[Code]Standing
	Children map[Code][]Lineage // by parent
}

// Resolve gives the codes that a code leads to on a day: itself while it is
// active or reserved, else the nearest descendants that are, with the shares
// multiplied along the way and summed where ways meet. A code without
// successors resolves to nothing.
func (f Family) Resolve(code Code, day Date) []Successor {
	found := map[Code]*Successor{}
	f.walk(code, day, ptr(1.0), "", found, map[Code]bool{})
	out := make([]Successor, 0, len(found))
	for _, s := range found {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Successor) int { return strings.Compare(a.Code.String(), b.Code.String()) })
	return out
}

func (f Family) walk(code Code, day Date, share *float64, how Relation, found map[Code]*Successor, path map[Code]bool) {
	s, known := f.Standing[code]
	if !known || path[code] {
		return
	}
	if status := s.On(day); status == Active || status == Reserved {
		if old := found[code]; old != nil {
			old.Share = add(old.Share, share)
			return
		}
		found[code] = &Successor{Code: code, Relation: how, Share: share, Status: status}
		return
	}
	path[code] = true
	defer delete(path, code)
	for _, edge := range f.Children[code] {
		if edge.Relation == RelationRebuild || edge.ValidFrom > day {
			continue // what was built anew is not the old house
		}
		f.walk(edge.Child, day, multiply(share, edge.Share), edge.Relation, found, path)
	}
}

func add(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return ptr(min(*a+*b, 1))
}

func multiply(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return ptr(*a * *b)
}

func ptr[T any](v T) *T { return &v }
