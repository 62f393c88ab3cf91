package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unsafe"
)

// maxDepth bounds the nesting of a JSON row; the deepest geometry needs seven.
const maxDepth = 32

var (
	errDepth     = fmt.Errorf("JSON is nested deeper than %d levels", maxDepth)
	errTruncated = errors.New("JSON ends in the middle")
)

// jsonText walks over one JSON text. encoding/json would build maps of everything in a row to use a
// tenth of it, at six times the cost; this passes over what is not wanted.
type jsonText struct {
	b     []byte
	i     int
	depth int
}

func (t *jsonText) fail(want string) error {
	if t.i >= len(t.b) {
		return errTruncated
	}
	return fmt.Errorf("JSON has %q at byte %d where %s is due", t.b[t.i], t.i+1, want)
}

// peek passes over white space and returns the next byte, 0 at the end.
func (t *jsonText) peek() byte {
	for ; t.i < len(t.b); t.i++ {
		switch t.b[t.i] {
		case ' ', '\t', '\r', '\n':
		default:
			return t.b[t.i]
		}
	}
	return 0
}

// take passes over the byte c or fails.
func (t *jsonText) take(c byte, want string) error {
	if t.peek() != c {
		return t.fail(want)
	}
	t.i++
	return nil
}

// object calls member for each name, with the walker in front of its value, which member must consume.
func (t *jsonText) object(member func(name []byte) error) error {
	if err := t.enter('{', "an object"); err != nil {
		return err
	}
	for first := true; ; first = false {
		if t.peek() == '}' && first {
			break
		}
		name, err := t.text()
		if err != nil {
			return err
		}
		if err := t.take(':', "a colon"); err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
		if t.peek() != ',' {
			break
		}
		t.i++
	}
	t.depth--
	return t.take('}', "a comma or the end of the object")
}

// array calls element with the walker in front of each element.
func (t *jsonText) array(element func() error) error {
	if err := t.enter('[', "an array"); err != nil {
		return err
	}
	for first := true; ; first = false {
		if t.peek() == ']' && first {
			break
		}
		if err := element(); err != nil {
			return err
		}
		if t.peek() != ',' {
			break
		}
		t.i++
	}
	t.depth--
	return t.take(']', "a comma or the end of the array")
}

func (t *jsonText) enter(c byte, want string) error {
	if err := t.take(c, want); err != nil {
		return err
	}
	if t.depth++; t.depth > maxDepth {
		return errDepth
	}
	return nil
}

// text reads a string. Without escapes it is a piece of the input, not a copy.
func (t *jsonText) text() ([]byte, error) {
	if err := t.take('"', "a string"); err != nil {
		return nil, err
	}
	start, plain := t.i, true
	for ; t.i < len(t.b); t.i++ {
		switch c := t.b[t.i]; {
		case c == '"':
			t.i++
			if plain {
				return t.b[start : t.i-1], nil
			}
			var s string
			if err := json.Unmarshal(t.b[start-1:t.i], &s); err != nil {
				return nil, fmt.Errorf("JSON string at byte %d: %w", start, err)
			}
			return []byte(s), nil
		case c == '\\':
			plain = false
			t.i++
		case c < ' ':
			return nil, t.fail("a string without control characters")
		}
	}
	return nil, errTruncated
}

// number reads a number. Python writes NaN and Infinity, which the validity check will name.
func (t *jsonText) number() (float64, error) {
	raw, err := t.literal()
	if err != nil {
		return 0, err
	}
	if c := raw[0]; c != '-' && (c < '0' || c > '9') && !bytes.Equal(raw, []byte("NaN")) && !bytes.Equal(raw, []byte("Infinity")) {
		return 0, fmt.Errorf("JSON has %.20q where a number is due", raw)
	}
	f, err := strconv.ParseFloat(unsafe.String(&raw[0], len(raw)), 64) // read only while raw is
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("JSON has %.20q where a number is due", raw)
	}
	return f, nil
}

// literal reads a number, true, false or null as it stands.
func (t *jsonText) literal() ([]byte, error) {
	t.peek()
	start := t.i
	for ; t.i < len(t.b); t.i++ {
		switch c := t.b[t.i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '+', c == '.':
			continue
		}
		break
	}
	if t.i == start {
		return nil, t.fail("a value")
	}
	return t.b[start:t.i], nil
}

// skip passes over any value.
func (t *jsonText) skip() error {
	switch t.peek() {
	case '{':
		return t.object(func([]byte) error { return t.skip() })
	case '[':
		return t.array(t.skip)
	case '"':
		_, err := t.text()
		return err
	}
	_, err := t.literal()
	return err
}

// end fails if anything but white space is left.
func (t *jsonText) end() error {
	if t.peek() != 0 || t.i < len(t.b) {
		return t.fail("the end of the row")
	}
	return nil
}
