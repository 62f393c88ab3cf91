// Package pmtiles writes PMTiles version 3 archives, and tells whether two are alike: all tiles of a layer in one file,
// which any web server that answers for ranges of bytes can serve. The format is at https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
//
// Equal tiles are kept once, and the tiles lie in the order of their ids, so that equal tiles make equal archives.
package pmtiles

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/paulmach/orb"
)

// Tile addresses a tile: zoom, column from the west, row from the north.
type Tile struct {
	Z    int
	X, Y uint32
}

// ID is the tile's number in an archive: zooms one after the other, each along a Hilbert curve.
func (t Tile) ID() uint64 {
	id := (uint64(1)<<(2*t.Z) - 1) / 3
	x, y := t.X, t.Y
	for s := uint32(1) << t.Z >> 1; s > 0; s >>= 1 {
		var right, down uint32
		if x&s > 0 {
			right = 1
		}
		if y&s > 0 {
			down = 1
		}
		id += uint64(s) * uint64(s) * uint64(3*right^down)
		if down == 0 { // turn the quarter
			if right == 1 {
				x, y = s-1-x&(s-1), s-1-y&(s-1)
			}
			x, y = y, x
		}
	}
	return id
}

// About describes an archive as a whole.
type About struct {
	MinZoom, MaxZoom int
	Bounds           orb.Bound // lon,lat
	Center           orb.Point
	CenterZoom       int
	Metadata         []byte // a JSON object: name, description, attribution, vector_layers
}

// Writer collects tiles. Their bytes wait in a temporary file, so that memory grows with the number of different tiles
// only.
type Writer struct {
	data      *os.File
	out       *bufio.Writer
	size      uint64
	entries   []entry
	known     map[[sha256.Size]byte]place
	last      uint64
	addressed uint64
}

type place struct {
	offset uint64
	length uint32
}

// entry stands for run equal tiles from id on; with run 0 for a leaf directory.
type entry struct {
	id  uint64
	run uint32
	place
}

// NewWriter begins an archive. The temporary file is made in dir, the system's folder for such if that is empty. Close
// takes it away.
func NewWriter(dir string) (*Writer, error) {
	f, err := os.CreateTemp(dir, ".pmtiles-")
	if err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	return &Writer{data: f, out: bufio.NewWriterSize(f, 1<<20), known: map[[sha256.Size]byte]place{}}, nil
}

// Close takes the temporary file away, whether or not the archive was finished.
func (w *Writer) Close() error {
	_ = w.data.Close() // nothing in it is needed any more
	if err := os.Remove(w.data.Name()); err != nil {
		return fmt.Errorf("pmtiles: %w", err)
	}
	return nil
}

// Add takes a vector tile, compressed with gzip. Tiles come in the order of their ids.
func (w *Writer) Add(t Tile, data []byte) error {
	id := t.ID()
	if w.addressed > 0 && id <= w.last {
		return fmt.Errorf("pmtiles: tile %d/%d/%d comes after one with a higher id", t.Z, t.X, t.Y)
	}
	w.last = id
	w.addressed++
	sum := sha256.Sum256(data)
	at, there := w.known[sum]
	if !there {
		at = place{w.size, uint32(len(data))}
		if _, err := w.out.Write(data); err != nil {
			return fmt.Errorf("pmtiles: %w", err)
		}
		w.size += uint64(len(data))
		w.known[sum] = at
	}
	if n := len(w.entries); n > 0 {
		if e := &w.entries[n-1]; e.place == at && e.id+uint64(e.run) == id {
			e.run++
			return nil
		}
	}
	w.entries = append(w.entries, entry{id, 1, at})
	return nil
}

// headerSize and rootSize bound what a reader fetches first.
const (
	headerSize = 127
	rootSize   = 16384 - headerSize
)

// What the header says in numbers.
const (
	magic  = "PMTiles\x03"
	isGzip = 2
	isMVT  = 1
)

// Finish writes the archive.
func (w *Writer) Finish(out io.Writer, about About) error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("pmtiles: %w", err)
	}
	root, leaves, err := directories(w.entries)
	if err != nil {
		return err
	}
	metadata, err := zipped(about.Metadata)
	if err != nil {
		return err
	}
	head := w.header(about, len(root), len(metadata), len(leaves))
	if _, err := w.data.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("pmtiles: %w", err)
	}
	for _, part := range []io.Reader{bytes.NewReader(head), bytes.NewReader(root), bytes.NewReader(metadata), bytes.NewReader(leaves), w.data} {
		if _, err := io.Copy(out, part); err != nil {
			return fmt.Errorf("pmtiles: %w", err)
		}
	}
	return nil
}

// header is the first 127 bytes: where the parts are, how many tiles there are, what they are.
func (w *Writer) header(about About, root, metadata, leaves int) []byte {
	h := make([]byte, 0, headerSize)
	h = append(h, magic...)
	at := uint64(headerSize)
	for _, length := range []uint64{uint64(root), uint64(metadata), uint64(leaves), w.size} {
		h = binary.LittleEndian.AppendUint64(h, at)
		h = binary.LittleEndian.AppendUint64(h, length)
		at += length
	}
	for _, n := range []uint64{w.addressed, uint64(len(w.entries)), uint64(len(w.known))} {
		h = binary.LittleEndian.AppendUint64(h, n)
	}
	h = append(h, 1, isGzip, isGzip, isMVT, byte(about.MinZoom), byte(about.MaxZoom)) // 1: tiles lie in the order of ids
	degrees := func(v float64) {
		h = binary.LittleEndian.AppendUint32(h, uint32(int32(math.Round(v*1e7))))
	}
	degrees(about.Bounds.Min[0])
	degrees(about.Bounds.Min[1])
	degrees(about.Bounds.Max[0])
	degrees(about.Bounds.Max[1])
	h = append(h, byte(about.CenterZoom))
	degrees(about.Center[0])
	degrees(about.Center[1])
	return h
}

// directories packs the entries into a root that is small enough, with leaves below it if need be.
func directories(entries []entry) (root, leaves []byte, err error) {
	if root, err = directory(entries); err != nil || len(root) <= rootSize {
		return root, nil, err
	}
	for size := max(len(entries)/3500, 4096); ; size += size / 5 {
		var above []entry
		leaves = leaves[:0]
		for from := 0; from < len(entries); from += size {
			leaf, err := directory(entries[from:min(from+size, len(entries))])
			if err != nil {
				return nil, nil, err
			}
			above = append(above, entry{id: entries[from].id, place: place{uint64(len(leaves)), uint32(len(leaf))}})
			leaves = append(leaves, leaf...)
		}
		if root, err = directory(above); err != nil || len(root) <= rootSize {
			return root, leaves, err
		}
	}
}

// directory writes entries column by column: differences of ids, runs, lengths, offsets; then gzip.
func directory(entries []entry) ([]byte, error) {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0) // right behind the one before
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return zipped(b)
}

func zipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	return out.Bytes(), nil
}
