package registry

// Touched is one code that reverted events touched: the building as it was
// before the first of them and as it is now. Before is nil if the events made
// the code.
type Touched struct {
	Before, Now         *Building
	BeforeUnit, NowUnit *Dwelling
}

// Blocker is a later event that depends on one that is to be reverted.
type Blocker struct {
	Code  Code   `json:"code"`
	Event string `json:"event"`
}

// Revert decides what is known after events are taken back: every code they
// touched is again what it was before, and a code they made is void. Whether
// later events stand in the way is for the caller to find out first.
func Revert(touched []Touched) Outcome {
	var out Outcome
	for _, t := range touched {
		switch {
		case t.NowUnit != nil:
			back := t.NowUnit.backTo(t.BeforeUnit)
			out.Dwellings = append(out.Dwellings, DwellingChange{t.NowUnit, &back})
		default:
			out.building(t.Now, t.Now.backTo(t.Before))
		}
	}
	return out
}

func (b *Building) backTo(before *Building) Building {
	if before == nil {
		return b.voided()
	}
	back := *before
	back.Version = b.Version + 1
	return back
}

func (d *Dwelling) backTo(before *Dwelling) Dwelling {
	if before == nil {
		return d.voided()
	}
	back := *before
	back.Version = d.Version + 1
	return back
}
