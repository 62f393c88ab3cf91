package registry

import "encoding/json"

// Optional tells three things apart that a pointer cannot: a field that is
// absent, one that is null (take the value away), and one with a value.
type Optional[T any] struct {
	Set   bool
	Value *T
}

// Some is a stated value.
func Some[T any](v T) Optional[T] { return Optional[T]{Set: true, Value: &v} }

// IsZero says that the field was absent; encoding/json asks it for omitzero.
func (o Optional[T]) IsZero() bool { return !o.Set }

// MarshalJSON writes the value, or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.Value) }

// UnmarshalJSON is called only for a field that is there.
func (o *Optional[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	return json.Unmarshal(b, &o.Value)
}
