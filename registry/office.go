package registry

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	EventOffice      EventType = "office"       // opened, changed or closed
	EventPerson      EventType = "person"       // an account's name, office or roles
	EventAbsence     EventType = "absence"      // an officer will be away
	EventAbsenceOver EventType = "absence_over" // withdrawn, or back early
	EventHolding     EventType = "holding"      // a landlord's house
)

// Office is where officers and administrators work. Its telephone is the one
// that everybody is told.
type Office struct {
	ID       int64
	Name     string
	Phone    string
	Address  string
	Division int64 // whose office it is; 0 for none
	OpenedAt time.Time
	ClosedAt *time.Time
}

// OfficeInput is what a writer states about an office. A nil field is left as
// it is.
type OfficeInput struct {
	Name     *string
	Phone    *string
	Address  *string
	Division Optional[int64]
	Closed   *bool
}

const (
	maxOfficeName = 100
	maxPhone      = 40
)

// Apply states the input about an office. It returns Invalid with every wrong
// field.
func (in OfficeInput) Apply(o Office, now time.Time) (Office, error) {
	var f fieldErrors
	in.Name = cleanText(&f, "name", in.Name, maxOfficeName)
	in.Address = cleanText(&f, "address", in.Address, maxAddress)
	if in.Phone != nil {
		phone := strings.TrimSpace(*in.Phone)
		if utf8.RuneCountInString(phone) > maxPhone || strings.ContainsFunc(phone, func(r rune) bool {
			return !unicode.IsDigit(r) && !strings.ContainsRune("+-/()., extEXT#*", r)
		}) {
			f.add("phone", "must be a telephone number of up to %d digits and signs", maxPhone)
		}
		in.Phone = &phone
	}
	setIf(&o.Name, in.Name)
	setIf(&o.Phone, in.Phone)
	setIf(&o.Address, in.Address)
	if o.Name == "" {
		f.add("name", "is required")
	}
	if in.Division.Set {
		o.Division = 0
		if in.Division.Value != nil {
			o.Division = *in.Division.Value
		}
	}
	if in.Closed != nil {
		switch {
		case *in.Closed && o.ClosedAt == nil:
			o.ClosedAt = &now
		case !*in.Closed:
			o.ClosedAt = nil
		}
	}
	return o, f.err()
}
