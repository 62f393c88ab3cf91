package registry

import (
	"fmt"
	"strings"
)

// ErrorKind says what a caller can do about an error. The web layer turns each
// kind into one status; anything that is not an *Error is a fault of ours.
type ErrorKind int

const (
	Invalid             ErrorKind = iota + 1 // understood, but breaks a rule of the registry
	Malformed                                // cannot be read at all
	Unauthenticated                          // nobody is signed in
	Forbidden                                // signed in, but not for this
	NotFound                                 // never issued, never existed
	Conflict                                 // clashes with what is there
	Stale                                    // the caller saw an older version
	PreconditionMissing                      // the caller did not say which version it saw
	TooLarge                                 // over a stated limit
	Limited                                  // too often
	Unavailable                              // not now; the detail says what must happen first
)

// FieldError names one field that is wrong and why. Field is the JSON name, or
// a dotted path; Reason is a sentence without the offending value when that
// could be personal.
type FieldError struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Error is an answer to the caller, not a fault: it is shown as it stands.
type Error struct {
	Kind   ErrorKind
	Slug   string // stable name for programs and translators, e.g. "overlap"
	Detail string // one English sentence
	Fields []FieldError
	Codes  []Code // the codes it is about: the winner of a race, the house overlapped
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Detail
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + ": " + f.Reason
	}
	return e.Detail + " (" + strings.Join(parts, "; ") + ")"
}

// Errorf makes an Error of a kind.
func Errorf(kind ErrorKind, slug, format string, args ...any) *Error {
	return &Error{Kind: kind, Slug: slug, Detail: fmt.Sprintf(format, args...)}
}

// fieldErrors gathers what is wrong with an input, so that all of it is told
// at once.
type fieldErrors []FieldError

func (f *fieldErrors) add(field, format string, args ...any) {
	*f = append(*f, FieldError{Field: field, Reason: fmt.Sprintf(format, args...)})
}

func (f fieldErrors) err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable", Fields: f}
}
