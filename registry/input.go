package registry

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangma/geo"
)

// Limits of what people write, in characters.
const (
	maxName     = 200
	maxAddress  = 300
	maxReason   = 2000
	maxDocument = 200
	maxSource   = 60
	maxID       = 200
	maxIDs      = 50
)

// Limits of what a building can be.
const (
	MaxFloors = 300
	MaxHeight = 1500.0 // metres
)

// Why is what a writer says about an event: the reason in words and the
// document it rests on.
type Why struct {
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"`
}

// Overriding gives the event's reason when the overlap guard was overridden:
// the writer's own, and the reason for overriding.
func (w Why) Overriding(o *Override) Why {
	switch {
	case o == nil:
	case w.Reason == "":
		w.Reason = o.Reason
	case w.Reason != o.Reason:
		w.Reason += "; overlap: " + o.Reason
	}
	return w
}

func (w Why) check(f *fieldErrors) {
	checkText(f, "reason", w.Reason, maxReason)
	checkText(f, "document", w.Document, maxDocument)
}

// CheckWhy returns Invalid if reason or document are not acceptable.
func CheckWhy(w Why) error {
	var f fieldErrors
	w.check(&f)
	return f.err()
}

// Input is what a writer states about a building. A nil field is left as it
// is, or as its default for a new building.
type Input struct {
	Shape       *Shape            `json:"geometry,omitempty"`
	State       *State            `json:"state,omitempty"`
	Evidence    *Evidence         `json:"evidence,omitempty"`
	InQuestion  *bool             `json:"inQuestion,omitempty"`
	Legality    *Legality         `json:"legality,omitempty"`
	Floors      Optional[int]     `json:"floors,omitzero"`
	Height      Optional[float64] `json:"height,omitzero"`
	Name        *string           `json:"name,omitempty"`
	Address     *string           `json:"address,omitempty"`
	ExternalIDs *[]ExternalID     `json:"externalIds,omitempty"`
}

// Clean checks every field, gathers all that is wrong, and puts the shape into
// the registry's form. It returns a copy.
func (in Input) clean(f *fieldErrors) Input {
	if in.Shape != nil {
		in.Shape = cleanShape(f, *in.Shape)
	}
	checkOneOf(f, "state", in.State, States())
	checkOneOf(f, "evidence", in.Evidence, Evidences())
	checkOneOf(f, "legality", in.Legality, Legalities())
	if n := in.Floors.Value; n != nil && (*n < 1 || *n > MaxFloors) {
		f.add("floors", "must be between 1 and %d", MaxFloors)
	}
	if h := in.Height.Value; h != nil && !(*h > 0 && *h <= MaxHeight) {
		f.add("height", "must be above 0 and at most %g metres", MaxHeight)
	}
	in.Name = cleanText(f, "name", in.Name, maxName)
	in.Address = cleanText(f, "address", in.Address, maxAddress)
	if in.ExternalIDs != nil {
		checkExternalIDs(f, *in.ExternalIDs)
	}
	return in
}

func cleanShape(f *fieldErrors, s Shape) *Shape {
	fp, err := geo.Clean(s.Geometry)
	var defect *geo.Defect
	switch {
	case errors.As(err, &defect):
		f.add("geometry", "%s: %s", defect.Reason, defect.Detail)
	case err != nil:
		f.add("geometry", "%v", err)
	}
	return &Shape{fp.Geometry}
}

func checkOneOf[T ~string](f *fieldErrors, field string, v *T, all []T) {
	if v == nil || slices.Contains(all, *v) {
		return
	}
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	f.add(field, "must be one of %s", strings.Join(words, ", "))
}

func cleanText(f *fieldErrors, field string, v *string, limit int) *string {
	if v == nil {
		return nil
	}
	s := strings.TrimSpace(*v)
	checkText(f, field, s, limit)
	return &s
}

// checkText refuses what could not be shown, and what looks like a person's
// number; the text itself is never repeated.
func checkText(f *fieldErrors, field, s string, limit int) {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, isControl):
		f.add(field, "must be plain text")
	case utf8.RuneCountInString(s) > limit:
		f.add(field, "must not be longer than %d characters", limit)
	case LooksPersonal(s):
		f.add(field, "looks like an identity or mobile number; the registry holds no personal data")
	}
}

// checkNote is checkText for what is written at somebody's door.
func checkNote(f *fieldErrors, field, s string, limit int) {
	before := len(*f)
	checkText(f, field, s, limit)
	if len(*f) == before && LooksLikeContact(s) {
		f.add(field, "looks like an identity or telephone number; the registry holds no personal data")
	}
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

func checkExternalIDs(f *fieldErrors, ids []ExternalID) {
	if len(ids) > maxIDs {
		f.add("externalIds", "must not be more than %d", maxIDs)
		return
	}
	seen := map[ExternalID]bool{}
	for _, id := range ids {
		switch {
		case id.Source == "" || utf8.RuneCountInString(id.Source) > maxSource || strings.ContainsFunc(id.Source, unicode.IsControl):
			f.add("externalIds", "a source has 1 to %d characters", maxSource)
		case id.ID == "" || utf8.RuneCountInString(id.ID) > maxID || strings.ContainsFunc(id.ID, unicode.IsControl):
			f.add("externalIds", "an id has 1 to %d characters", maxID)
		case seen[id]:
			f.add("externalIds", "%s %s is given twice", id.Source, id.ID)
		}
		seen[id] = true
	}
}

// apply writes the stated fields, other than state, shape and external ids,
// into the facts.
func (in Input) apply(f *Facts) {
	setIf(&f.Evidence, in.Evidence)
	setIf(&f.InQuestion, in.InQuestion)
	setIf(&f.Legality, in.Legality)
	if in.Floors.Set {
		f.Floors = in.Floors.Value
	}
	if in.Height.Set {
		f.Height = in.Height.Value
	}
	setIf(&f.Name, in.Name)
	setIf(&f.Address, in.Address)
}

func setIf[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}
