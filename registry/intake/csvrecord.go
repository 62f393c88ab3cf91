package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// csvRecords cuts a table into records, so that a quote that is opened and
// never closed costs its own row and not all that follow. It is the reader of
// the csv.Reader that takes them apart: one record at a time, then EOF.
type csvRecords struct {
	in      *bufio.Reader
	comma   byte
	columns int
	limit   int // bytes of a record

	line   int      // of the record in hand
	ahead  [][]byte // lines read and not yet given out
	record []byte
	read   int // how much of the record was read
}

// maxRecordLines is how many lines of a table one quoted cell may take.
const maxRecordLines = 5000

const unclosedQuote = "a quote is opened and never closed"

var errRowLimit = errors.New("a row is too large")

func newCSVRecords(in io.Reader, comma rune, columns, limit int) *csvRecords {
	return &csvRecords{in: bufio.NewReaderSize(in, 1<<16), comma: byte(comma), columns: columns, limit: limit}
}

// next puts the next record in front of the csv.Reader, and says on which line
// it begins and what is wrong with it; then it must not be used.
func (c *csvRecords) next() (line int, fault string, err error) {
	first, err := c.peek(0)
	if err != nil {
		return c.line + 1, "", err
	}
	start := c.line + 1
	lines, fields, open := 1, 1, false
	fields, open = c.scan(first, fields, false)
	for open && lines < maxRecordLines {
		more, err := c.peek(lines)
		if err == io.EOF || errors.Is(err, errRowLimit) {
			break
		}
		if err != nil {
			return start, "", err
		}
		lines++
		if alone, unfinished := c.scan(more, 1, false); c.columns > 1 && alone == c.columns && !unfinished {
			break // a whole row by itself: the quote before was never closed
		}
		fields, open = c.scan(more, fields, true)
	}
	if open || lines > 1 && fields != c.columns {
		lines, fault = 1, unclosedQuote
	}
	c.record, c.read = c.record[:0], 0
	for _, l := range c.ahead[:lines] {
		c.record = append(c.record, l...)
	}
	if fault != "" {
		c.record = c.record[:0]
	}
	c.ahead, c.line = c.ahead[lines:], c.line+lines
	return start, fault, nil
}

// peek is the line so many lines ahead, with its line end.
func (c *csvRecords) peek(n int) ([]byte, error) {
	for len(c.ahead) <= n {
		line, err := c.readLine()
		if err != nil {
			return nil, err
		}
		c.ahead = append(c.ahead, line)
	}
	size := 0
	for _, l := range c.ahead[:n+1] {
		if size += len(l); size > c.limit {
			return nil, errRowLimit
		}
	}
	return c.ahead[n], nil
}

func (c *csvRecords) readLine() ([]byte, error) {
	var line []byte
	for {
		part, err := c.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil, err == io.EOF && len(line) > 0:
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(line) > c.limit:
			return nil, errRowLimit
		}
	}
}

// scan counts the fields that a line adds and says whether it ends within
// quotes. A quote within a cell that does not begin with one is a character,
// as is one within quotes that no separator follows.
func (c *csvRecords) scan(line []byte, fields int, quoted bool) (int, bool) {
	line = bytes.TrimRight(line, "\r\n")
	begins := !quoted
	for i := 0; i < len(line); i++ {
		switch b := line[i]; {
		case quoted && b == '"':
			switch {
			case i+1 < len(line) && line[i+1] == '"':
				i++
			case i+1 == len(line) || line[i+1] == c.comma:
				quoted = false
			case i > 0 && line[i-1] == c.comma:
				return 0, false // here a cell begins: the quote before was never closed
			}
		case quoted:
		case b == c.comma:
			fields, begins = fields+1, true
			continue
		case b == '"' && begins:
			quoted = true
		}
		begins = false
	}
	return fields, quoted
}

// Read gives what is left of the record, then EOF.
func (c *csvRecords) Read(p []byte) (int, error) {
	if c.read == len(c.record) {
		return 0, io.EOF
	}
	n := copy(p, c.record[c.read:])
	c.read += n
	return n, nil
}
