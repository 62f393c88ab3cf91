package intake

import (
	"bufio"
	"fmt"
	"io"
)

// document walks over the top of a JSON document of any size and copies out only single values.
type document struct {
	in     *bufio.Reader
	maxRow int
	copied []byte
	copies bool
	over   bool
}

// keep starts copying what is read; drop ends it and kept returns it.
func (d *document) keep() { d.copied, d.copies, d.over = nil, true, false }
func (d *document) drop() { d.copied, d.copies = nil, false }

// kept returns the copy, or that it has grown over the limit.
func (d *document) kept() (raw []byte, over bool) {
	raw, over = d.copied, d.over
	d.copied, d.copies = nil, false
	return raw, over
}

// next reads a byte.
func (d *document) next() (byte, error) {
	c, err := d.in.ReadByte()
	if err == nil && d.copies {
		if len(d.copied) >= d.maxRow {
			d.copied, d.copies, d.over = nil, false, true
		} else {
			d.copied = append(d.copied, c)
		}
	}
	return c, err
}

// peek passes over white space and shows the next byte.
func (d *document) peek() (byte, error) {
	for {
		c, err := d.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case ' ', '\t', '\r', '\n', recordSeparator:
			continue
		}
		return c, d.in.UnreadByte()
	}
}

func (d *document) take(want byte) error {
	if _, err := d.peek(); err != nil {
		return err
	}
	c, err := d.next()
	if err == nil && c != want {
		err = fmt.Errorf("the JSON has %q where %q is due", c, want)
	}
	return err
}

// more passes over a comma and reports true, or over the closing byte and reports false.
func (d *document) more(closing byte) (bool, error) {
	if _, err := d.peek(); err != nil {
		return false, err
	}
	c, err := d.next()
	if err == nil && c != ',' && c != closing {
		err = fmt.Errorf("the JSON has %q where a comma or %q is due", c, closing)
	}
	return c == ',', err
}

// object calls member for each name.
func (d *document) object(member func(name string) error) error {
	if err := d.take('{'); err != nil {
		return err
	}
	if c, err := d.peek(); err != nil || c == '}' {
		_, _ = d.next()
		return err
	}
	for {
		name, err := d.name()
		if err != nil {
			return err
		}
		if err := d.take(':'); err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
		if more, err := d.more('}'); !more || err != nil {
			return err
		}
	}
}

// array calls element for each element.
func (d *document) array(element func() error) error {
	if err := d.take('['); err != nil {
		return err
	}
	if c, err := d.peek(); err != nil || c == ']' {
		_, _ = d.next()
		return err
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if more, err := d.more(']'); !more || err != nil {
			return err
		}
	}
}

// name reads the name of a member; longer ones than any that matter are cut.
func (d *document) name() (string, error) {
	if err := d.take('"'); err != nil {
		return "", err
	}
	var name []byte
	for {
		c, err := d.next()
		if err != nil || c == '"' {
			return string(name), err
		}
		if c == '\\' {
			if c, err = d.next(); err != nil {
				return "", err
			}
		}
		if len(name) < 64 {
			name = append(name, c)
		}
	}
}

// value copies out the next value. Over the limit it is passed over.
func (d *document) value() (raw []byte, over bool, err error) {
	d.keep()
	err = d.skip()
	raw, over = d.kept()
	return raw, over, err
}

// skip passes over a value of any size and depth without recursion. What it holds is not checked.
func (d *document) skip() error {
	if _, err := d.peek(); err != nil {
		return err
	}
	for depth := 0; ; {
		c, err := d.next()
		if err != nil {
			return err
		}
		switch c {
		case '"':
			if err := d.skipString(); err != nil {
				return err
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			continue
		default:
			if depth == 0 {
				return d.skipLiteral()
			}
			continue
		}
		if depth < 0 {
			return fmt.Errorf("the JSON has %q where a value is due", c)
		}
		if depth == 0 {
			return nil
		}
	}
}

func (d *document) skipString() error {
	for {
		c, err := d.next()
		if err != nil || c == '"' {
			return err
		}
		if c == '\\' {
			if _, err := d.next(); err != nil {
				return err
			}
		}
	}
}

// skipLiteral passes over the rest of a number, true, false or null.
func (d *document) skipLiteral() error {
	for {
		next, err := d.in.Peek(1)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch next[0] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return nil
		}
		if _, err := d.next(); err != nil {
			return err
		}
	}
}
