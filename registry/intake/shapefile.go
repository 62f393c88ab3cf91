package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"unicode/utf8"
)

// shapeReader reads a shapefile: .shp and .dbf side by side, .prj and .cpg if they are there. The
// libraries for it give up the file at the first odd record, refuse heights without measures, hold
// everything in memory, or give holes to the wrong shell.
type shapeReader struct {
	src    *source
	names  naming
	maxRow int
	parts  shapeParts
	system CRS
	enc    textDecoder
	table  *dbfHeader // nil without .dbf
}

// shapeParts opens the files of a shapefile by extension, such as ".dbf". A missing one is nil.
type shapeParts func(ext string) (io.ReadCloser, error)

// isShape knows the first bytes of a .shp file.
func isShape(head []byte) bool {
	return len(head) >= 100 && binary.BigEndian.Uint32(head) == 9994 && binary.LittleEndian.Uint32(head[28:]) == 1000
}

// newShapeZip reads the shapefile whose .shp is given, with its namesakes in the same folder.
func newShapeZip(archive *zip.ReadCloser, shp *zip.File, s *source, opt Options, names naming) (reader, error) {
	stem := strings.TrimSuffix(shp.Name, path.Ext(shp.Name))
	s.archive, s.size = archive, int64(shp.CompressedSize64)
	find := func(ext string) (io.ReadCloser, error) {
		for _, f := range archive.File {
			if !strings.EqualFold(f.Name, stem+ext) {
				continue
			}
			if ext == ".shp" {
				return s.openMember(f)
			}
			silent := source{path: s.path}
			return silent.openMember(f)
		}
		return nil, nil
	}
	return newShapeReader(s, find, opt, names)
}

// newShapeFolder reads a .shp file with its namesakes beside it.
func newShapeFolder(s *source, opt Options, names naming) (reader, error) {
	stem := strings.TrimSuffix(s.path, path.Ext(s.path))
	find := func(ext string) (io.ReadCloser, error) {
		if ext == ".shp" {
			return s.open()
		}
		for _, name := range []string{stem + ext, stem + strings.ToUpper(ext)} {
			f, err := os.Open(name)
			if err == nil || !errors.Is(err, os.ErrNotExist) {
				return f, err
			}
		}
		return nil, nil
	}
	return newShapeReader(s, find, opt, names)
}

func newShapeReader(s *source, parts shapeParts, opt Options, names naming) (reader, error) {
	r := &shapeReader{src: s, names: names, maxRow: opt.MaxRow, parts: parts}
	if !opt.CRS.set() {
		wkt, err := r.small(".prj")
		if err != nil {
			return nil, err
		}
		if r.system, err = crsFromWKT(wkt); err != nil {
			return nil, err
		}
	}
	dbf, err := parts(".dbf")
	if err != nil {
		return nil, err
	}
	if dbf == nil {
		return r, nil
	}
	defer dbf.Close()
	if r.table, err = readDBFHeader(bufio.NewReader(dbf)); err != nil {
		return nil, err
	}
	if err := r.chooseEncoding(opt.Encoding); err != nil {
		return nil, err
	}
	return r, r.table.name(r.enc, names)
}

// chooseEncoding takes the person's word, the .cpg file's or the DBF's own code page, in that order.
func (r *shapeReader) chooseEncoding(label string) (err error) {
	if label == "" {
		if label, err = r.small(".cpg"); err != nil {
			return err
		}
	}
	if label = strings.TrimSpace(label); label == "" {
		label = codePage(r.table.language)
	}
	if label == "" {
		return nil
	}
	r.enc, err = labelled(label)
	return err
}

// small reads one of the short text files, empty if there is none.
func (r *shapeReader) small(ext string) (string, error) {
	in, err := r.parts(ext)
	if in == nil || err != nil {
		return "", err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, 1<<16))
	return string(text), err
}

func (r *shapeReader) crs() CRS     { return r.system }
func (r *shapeReader) close() error { return r.src.close() }

func (r *shapeReader) read(_ context.Context, emit func(row) error) error {
	shp, err := r.parts(".shp")
	if err != nil {
		return err
	}
	defer shp.Close()
	shapes := bufio.NewReaderSize(shp, 1<<18)
	if err := checkShapeHeader(shapes); err != nil {
		return err
	}
	records, closeTable, err := r.records()
	if err != nil {
		return err
	}
	defer closeTable()
	for number := 1; ; number++ {
		x, err := r.record(shapes, number)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("record %d of the .shp: %w", number, err)
		}
		if records != nil {
			if x.table, err = r.table.next(records); err != nil {
				return fmt.Errorf("record %d of the .dbf: %w", number, err)
			}
			if len(x.table) > 0 && x.table[0] == '*' {
				continue // deleted, and not yet packed away
			}
		}
		if err := emit(x); err != nil {
			return err
		}
	}
}

// records opens the table at its first record; nil without one.
func (r *shapeReader) records() (*bufio.Reader, func() error, error) {
	if r.table == nil {
		return nil, func() error { return nil }, nil
	}
	dbf, err := r.parts(".dbf")
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReaderSize(dbf, 1<<18)
	if _, err := in.Discard(r.table.headerSize); err != nil {
		dbf.Close()
		return nil, nil, fmt.Errorf("the .dbf ends in its header: %w", err)
	}
	return in, dbf.Close, nil
}

func checkShapeHeader(in io.Reader) error {
	head := make([]byte, 100)
	if _, err := io.ReadFull(in, head); err != nil {
		return fmt.Errorf("the .shp ends in its header: %w", err)
	}
	if !isShape(head) {
		return errors.New("the .shp does not begin like a shapefile")
	}
	return nil
}

// record cuts out one shape. A large one is passed over.
func (r *shapeReader) record(in *bufio.Reader, number int) (row, error) {
	var head [8]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		if err == io.ErrUnexpectedEOF {
			err = io.EOF // a few stray bytes at the end do no harm
		}
		return row{}, err
	}
	size := int64(binary.BigEndian.Uint32(head[4:])) * 2
	if size > int64(r.maxRow) {
		if _, err := io.CopyN(io.Discard, in, size); err != nil {
			return row{}, io.ErrUnexpectedEOF
		}
		return row{number: number, reject: tooLarge(r.maxRow)}, nil
	}
	var raw bytes.Buffer // grows with what is there, not with what the header promises
	if n, err := io.CopyN(&raw, in, size); err != nil {
		return row{}, fmt.Errorf("it has %d of %d bytes: %w", n, size, io.ErrUnexpectedEOF)
	}
	return row{number: number, raw: raw.Bytes()}, nil
}

func (r *shapeReader) parse(x row) feature {
	f := feature{row: x.number}
	if r.table != nil {
		for _, c := range r.table.wanted {
			if c.end > len(x.table) {
				continue
			}
			value := bytes.TrimRight(x.table[c.start:c.end], "\x00 ")
			text, err := r.decode(value)
			if err != nil {
				f.fatal = err
				return f
			}
			f.values.put(c.slot, c.clean(text))
		}
	}
	f.id = f.values.value[fieldID]
	f.geometry, f.reject = parseShape(x.raw)
	return f
}

// decode turns the bytes of a cell into text.
func (r *shapeReader) decode(value []byte) (string, error) {
	if r.enc.utf8() {
		if utf8.Valid(value) {
			return strings.TrimSpace(string(value)), nil
		}
		// Writers cut long texts at the width of the column, through the middle of a character.
		if cut := trimPartialRune(value); utf8.Valid(cut) {
			return strings.TrimSpace(string(cut)), nil
		}
		return "", errNotUTF8
	}
	text, err := r.enc.enc.NewDecoder().Bytes(value)
	return strings.TrimSpace(strings.TrimRight(string(text), "\ufffd")), err
}

// trimPartialRune takes away up to three bytes of a character that was cut.
func trimPartialRune(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i >= len(b)-3; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			break
		}
	}
	return b
}
