package intake

import (
	"bufio"
	"io"
)

// Text reads a stream as UTF-8: a byte order mark tells what it is, else the
// label (a WHATWG label or a code page's number; "" for UTF-8). It fails for a
// label that is no encoding's. Bytes that are not UTF-8 after all come as they
// are, for the reader of the rows to refuse.
func Text(r io.Reader, label string) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	d, err := textEncoding(label, head)
	if err != nil {
		return nil, err
	}
	return d.reader(b), nil
}
