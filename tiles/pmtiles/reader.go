package pmtiles

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Reader reads what an archive says of itself, if it is compressed with gzip as Writer's are.
type Reader struct {
	in   io.ReaderAt
	head []byte
}

// section is where a part of the archive is written in the header.
type section int

const (
	rootAt     section = 8
	metadataAt section = 24
	leavesAt   section = 40
	dataAt     section = 56
	countsAt           = 72 // from here on: what the archive holds
)

// Open reads the header of an archive of so many bytes, which must be all that the header speaks of.
func Open(in io.ReaderAt, size int64) (*Reader, error) {
	r := &Reader{in: in, head: make([]byte, headerSize)}
	if _, err := in.ReadAt(r.head, 0); err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	if string(r.head[:8]) != magic || r.head[97] != isGzip || r.head[98] != isGzip {
		return nil, errors.New("pmtiles: this is no archive of version 3 that is compressed with gzip")
	}
	for _, s := range []section{rootAt, metadataAt, leavesAt, dataAt} {
		if offset, length := r.place(s); offset > uint64(size) || length > uint64(size)-offset {
			return nil, errors.New("pmtiles: a part of the archive is missing")
		}
	}
	return r, nil
}

func (r *Reader) place(s section) (offset, length uint64) {
	return binary.LittleEndian.Uint64(r.head[s:]), binary.LittleEndian.Uint64(r.head[s+8:])
}

func (r *Reader) section(s section) *io.SectionReader {
	offset, length := r.place(s)
	return io.NewSectionReader(r.in, int64(offset), int64(length))
}

// Metadata is the JSON object that the archive was finished with.
func (r *Reader) Metadata() ([]byte, error) {
	z, err := gzip.NewReader(r.section(metadataAt))
	if err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	return b, nil
}

// Same tells whether two archives have the same tiles, byte for byte, and say the same in their headers. Their metadata
// may differ.
func Same(a, b *Reader) (bool, error) {
	if !bytes.Equal(a.head[countsAt:], b.head[countsAt:]) {
		return false, nil
	}
	for _, s := range []section{rootAt, leavesAt, dataAt} {
		if same, err := sameBytes(a.section(s), b.section(s)); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

func sameBytes(a, b *io.SectionReader) (bool, error) {
	if a.Size() != b.Size() {
		return false, nil
	}
	x, y := make([]byte, 1<<16), make([]byte, 1<<16)
	for left := a.Size(); left > 0; {
		n := min(left, int64(len(x)))
		if _, err := io.ReadFull(a, x[:n]); err != nil {
			return false, fmt.Errorf("pmtiles: %w", err)
		}
		if _, err := io.ReadFull(b, y[:n]); err != nil {
			return false, fmt.Errorf("pmtiles: %w", err)
		}
		if !bytes.Equal(x[:n], y[:n]) {
			return false, nil
		}
		left -= n
	}
	return true, nil
}
