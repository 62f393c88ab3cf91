package intake

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// recordSeparator starts every text of a JSON text sequence (RFC 8142).
const recordSeparator = 0x1e

// jsonReader reads GeoJSON (one document, streamed) and GeoJSONSeq (a Feature a line, or a text after
// each record separator).
type jsonReader struct {
	src      *source
	enc      textDecoder
	names    naming
	maxRow   int
	lines    bool // else a document
	declared CRS
	given    bool // the person has named the CRS: the file's word does not count
}

func newJSONReader(s *source, enc textDecoder, head []byte, opt Options, names naming) (reader, error) {
	r := &jsonReader{src: s, enc: enc, names: names, maxRow: opt.MaxRow, given: opt.CRS.set()}
	r.lines = head[0] == recordSeparator || isLines(head)
	return r, nil
}

// isLines tells a file of one Feature a line from a document, by its first object.
func isLines(head []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(head); i++ {
		c := head[i]
		switch {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			if depth == 1 && (bytes.HasPrefix(head[i:], []byte(`"features"`)) || bytes.HasPrefix(head[i:], []byte(`"FeatureCollection"`))) {
				return false
			}
			inString = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return true
			}
		case c == '\n':
			// The first object goes over several lines: pretty-printed, or broken.
			return lineIsBroken(head[:i])
		}
	}
	return true
}

// lineIsBroken guesses that a line that does not close was meant as a whole Feature.
func lineIsBroken(line []byte) bool {
	return bytes.Contains(line, []byte(`"geometry"`)) || bytes.Contains(line, []byte(`"coordinates"`))
}

func (r *jsonReader) crs() CRS     { return r.declared }
func (r *jsonReader) close() error { return r.src.close() }

func (r *jsonReader) parse(x row) feature { return parseFeature(x.number, x.raw, r.names) }

func (r *jsonReader) read(ctx context.Context, emit func(row) error) error {
	in, err := r.src.open()
	if err != nil {
		return err
	}
	defer in.Close()
	text := bufio.NewReaderSize(r.enc.reader(in), 1<<18)
	if r.lines {
		return r.readLines(text, emit)
	}
	d := document{in: text, maxRow: r.maxRow}
	return r.readDocument(&d, emit)
}

// readLines cuts at line ends, or at record separators if the file begins with one.
func (r *jsonReader) readLines(text *bufio.Reader, emit func(row) error) error {
	cut, number := byte('\n'), 0
	if first, err := text.Peek(1); err == nil && first[0] == recordSeparator {
		cut, number = recordSeparator, -1 // what is before the first separator is nothing
	}
	for {
		line, over, err := readUntil(text, cut, r.maxRow)
		if err != nil && err != io.EOF {
			return fmt.Errorf("row %d: %w", number+1, err)
		}
		number++
		line = bytes.Trim(line, " \t\r\n\x1e")
		switch {
		case over:
			if err := emit(row{number: number, reject: tooLarge(r.maxRow)}); err != nil {
				return err
			}
		case len(line) > 0 && number > 0:
			if err := emit(row{number: number, raw: line}); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

func tooLarge(limit int) *Reject {
	return &Reject{Reason: "too_large", Detail: fmt.Sprintf("the row is larger than %d MB", limit>>20)}
}

// readUntil returns a copy of the text up to and with the byte cut. Of a text over the limit it returns
// nothing but passes over the whole.
func readUntil(in *bufio.Reader, cut byte, limit int) (text []byte, over bool, err error) {
	for {
		piece, err := in.ReadSlice(cut)
		if over = over || len(text)+len(piece) > limit; over {
			text = nil
		} else {
			text = append(text, piece...)
		}
		if err != bufio.ErrBufferFull {
			return text, over, err
		}
	}
}

// readDocument finds the array "features" of a FeatureCollection and emits its elements. A document
// that is a single Feature or geometry is one row, and several such may follow each other.
func (r *jsonReader) readDocument(d *document, emit func(row) error) error {
	for number := 0; ; {
		c, err := d.peek()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("after row %d: %w", number, err)
		}
		if c != '{' {
			return fmt.Errorf("after row %d: the text has %q where a GeoJSON object is due", number, c)
		}
		if number, err = r.readObject(d, number, emit); err != nil {
			return err
		}
	}
}

// readObject reads one top-level object and returns the number of the last row.
func (r *jsonReader) readObject(d *document, number int, emit func(row) error) (int, error) {
	d.keep()
	fail := func(err error) (int, error) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return number, fmt.Errorf("after row %d: %w", number, err)
	}
	collection := false
	err := d.object(func(name string) error {
		switch name {
		case "features":
			if c, err := d.peek(); err != nil || c != '[' {
				return err
			}
			collection = true
			d.drop()
			return d.array(func() error {
				number++
				raw, over, err := d.value()
				if err != nil {
					number--
					return err
				}
				if over {
					return stop(emit(row{number: number, reject: tooLarge(r.maxRow)}))
				}
				return stop(emit(row{number: number, raw: raw}))
			})
		case "crs":
			return r.readCRS(d, number > 0)
		case "objects", "arcs":
			return errors.New("the file is TopoJSON; convert it to GeoJSON first")
		}
		return d.skip()
	})
	var stopped *stoppedError
	if errors.As(err, &stopped) {
		return number, stopped.error
	}
	if err != nil {
		return fail(err)
	}
	if raw, over := d.kept(); !collection {
		number++
		x := row{number: number, raw: raw}
		if over {
			x = row{number: number, reject: tooLarge(r.maxRow)}
		}
		if err := emit(x); err != nil {
			return number, err
		}
	}
	return number, nil
}

// stoppedError is the receiver's wish to end, not a fault of the text.
type stoppedError struct{ error }

func stop(err error) error {
	if err != nil {
		return &stoppedError{err}
	}
	return nil
}

// readCRS takes the coordinate system of GeoJSON as it was before RFC 7946.
func (r *jsonReader) readCRS(d *document, late bool) error {
	raw, over, err := d.value()
	if err != nil || over || r.given || string(raw) == "null" {
		return err
	}
	name, err := namedCRS(raw)
	if err != nil {
		return err
	}
	declared, err := ParseCRS(name)
	if err != nil {
		return fmt.Errorf("the file's \"crs\" member: %w (or give --crs)", err)
	}
	if late && declared.datum != wgs84 {
		return fmt.Errorf("the file names its coordinate system %s after its features: give --crs", declared)
	}
	r.declared = declared
	return nil
}

// namedCRS finds the name in {"type":"name","properties":{"name":"EPSG:2056"}} or the older
// {"type":"EPSG","properties":{"code":2056}}.
func namedCRS(raw []byte) (string, error) {
	name := ""
	p := featureParser{text: jsonText{b: raw}}
	err := p.text.object(func(key []byte) error {
		if string(key) != "properties" || p.text.peek() != '{' {
			return p.text.skip()
		}
		return p.text.object(func(key []byte) error {
			if k := string(key); k != "name" && k != "code" {
				return p.text.skip()
			}
			return p.value(func(v string) { name = v })
		})
	})
	if err == nil && name == "" {
		err = errors.New("the file's \"crs\" member is not understood: give --crs")
	}
	return name, err
}
