package intake

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// dbfHeader is the plan of a dBase table.
type dbfHeader struct {
	headerSize int
	recordSize int
	left       uint32 // records not yet read
	language   byte
	columns    []dbfColumn
	wanted     []dbfColumn // those with a field of ours
}

type dbfColumn struct {
	name       []byte
	kind       byte
	start, end int // in the record
	slot       slot
}

func readDBFHeader(in *bufio.Reader) (*dbfHeader, error) {
	var head [32]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil, fmt.Errorf("the .dbf ends in its header: %w", err)
	}
	h := &dbfHeader{
		left:       binary.LittleEndian.Uint32(head[4:]),
		headerSize: int(binary.LittleEndian.Uint16(head[8:])),
		recordSize: int(binary.LittleEndian.Uint16(head[10:])),
		language:   head[29],
	}
	if h.headerSize < 33 || h.recordSize < 1 {
		return nil, errors.New("the .dbf does not begin like a dBase table")
	}
	start := 1 // the first byte of a record marks deletion
	for i := 0; i < (h.headerSize-33)/32; i++ {
		var d [32]byte
		if _, err := io.ReadFull(in, d[:1]); err != nil || d[0] == '\r' {
			break
		}
		if _, err := io.ReadFull(in, d[1:]); err != nil {
			return nil, fmt.Errorf("the .dbf ends in its header: %w", err)
		}
		name, _, _ := bytes.Cut(d[:11], []byte{0})
		size := int(d[16])
		if d[11] == 'C' {
			size |= int(d[17]) << 8 // long texts keep their high byte here
		}
		if start+size > h.recordSize {
			return nil, fmt.Errorf("column %q of the .dbf reaches beyond its record", name)
		}
		h.columns = append(h.columns, dbfColumn{name: bytes.Clone(name), kind: d[11], start: start, end: start + size})
		start += size
	}
	return h, nil
}

// name finds our fields for the columns.
func (h *dbfHeader) name(enc textDecoder, names naming) error {
	for _, c := range h.columns {
		name := string(c.name)
		if enc.utf8() {
			if name = string(trimPartialRune(c.name)); !utf8.ValidString(name) {
				return fmt.Errorf("a column of the .dbf: %w", errNotUTF8)
			}
		} else {
			decoded, err := enc.enc.NewDecoder().String(name)
			if err != nil {
				return fmt.Errorf("a column of the .dbf: %w", err)
			}
			name = decoded
		}
		s, ok := names.lookup(name)
		if !ok && len(c.name) == 10 {
			s, ok = names.lookupCut(name)
		}
		if ok {
			c.slot = s
			h.wanted = append(h.wanted, c)
		}
	}
	return nil
}

// next reads one record. A table that ends before the shapes gives nothing.
func (h *dbfHeader) next(in io.Reader) ([]byte, error) {
	if h.left == 0 {
		return nil, nil
	}
	h.left--
	record := make([]byte, h.recordSize)
	if _, err := io.ReadFull(in, record); err == io.EOF || err == io.ErrUnexpectedEOF {
		h.left = 0
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return record, nil
}

// clean takes away how dBase writes nothing.
func (c dbfColumn) clean(text string) string {
	if c.kind == 'N' || c.kind == 'F' {
		if strings.Trim(text, "*") == "" {
			return "" // stars: unknown, or too wide for the column
		}
		if whole, zeros, ok := strings.Cut(text, "."); ok && strings.Trim(zeros, "0") == "" {
			return whole // an id kept in a column with decimals
		}
	}
	return text
}

// codePage names the encoding that the language byte of a table stands for; empty if it says nothing.
func codePage(language byte) string {
	switch language {
	case 0x03, 0x58, 0x59:
		return "windows-1252"
	case 0x4d, 0x7a:
		return "gb18030"
	case 0x4f, 0x78:
		return "big5"
	case 0x13, 0x7b:
		return "shift_jis"
	case 0x4e, 0x79:
		return "euc-kr"
	case 0xc8:
		return "windows-1250"
	case 0xc9:
		return "windows-1251"
	case 0xca:
		return "windows-1254"
	case 0xcb:
		return "windows-1253"
	case 0x26, 0x65:
		return "ibm866"
	}
	return ""
}
