package intake

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
	"google.golang.org/protobuf/encoding/protowire"
)

// The format's own bounds.
const (
	maxBlobHeader = 64 << 10
	maxBlob       = 32 << 20
)

// isPBF knows the first block of an OSM file: its length, then the field that says OSMHeader.
func isPBF(head []byte) bool {
	return len(head) > 15 && binary.BigEndian.Uint32(head) < maxBlobHeader && bytes.Equal(head[4:15], []byte("\x0a\x09OSMHeader"))
}

// pbfHandler is told what a pass over a file finds; nil functions pass over their kind. The byte
// slices hold only during the call.
type pbfHandler struct {
	node     func(id int64, lon, lat float64) error
	way      func(id int64, tags pbfTags, refs []int64) error
	relation func(id int64, tags pbfTags, members []pbfMember) error
}

// pbfTags are the tags of one object.
type pbfTags struct{ keys, values [][]byte }

// get returns the value of a tag, empty without it.
func (t pbfTags) get(key string) string {
	for i, k := range t.keys {
		if string(k) == key {
			return string(t.values[i])
		}
	}
	return ""
}

// pbfMember is a member of a relation.
type pbfMember struct {
	id   int64
	way  bool // else a node or another relation
	role string
}

// errPBF is for contents that contradict the format.
var errPBF = errors.New("the OSM file is damaged")

// scanPBF reads a file from its beginning to its end. The usual library panics, in goroutines of its own, on nodes
// that are not packed densely and on damaged tables, and does not bound what a block unpacks to.
func scanPBF(in io.Reader, h pbfHandler) error {
	r := bufio.NewReaderSize(in, 1<<18)
	var blob, data []byte
	for n := 1; ; n++ {
		kind, err := readBlob(r, &blob)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("block %d of the OSM file: %w", n, err)
		}
		if data, err = unpackBlob(blob, data[:0]); err != nil {
			return fmt.Errorf("block %d of the OSM file: %w", n, err)
		}
		switch kind {
		case "OSMHeader":
			err = checkOSMHeader(data)
		case "OSMData":
			b := pbfBlock{handler: h}
			err = b.scan(data)
		}
		if err != nil {
			return fmt.Errorf("block %d of the OSM file: %w", n, err)
		}
	}
}

// readBlob reads one block as it is packed, into a buffer that is used again.
func readBlob(in io.Reader, blob *[]byte) (kind string, err error) {
	var size [4]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return "", err // io.EOF between blocks is the end
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxBlobHeader {
		return "", fmt.Errorf("%w: a block header of %d bytes", errPBF, n)
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(in, head); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	var length uint64
	err = eachField(head, func(f pbfField) error {
		switch f.number {
		case 1:
			kind = string(f.bytes)
		case 3:
			length = f.value
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if length > maxBlob {
		return "", fmt.Errorf("%w: a block of %d bytes", errPBF, length)
	}
	buffer := bytes.NewBuffer((*blob)[:0]) // grows with what is there, not with what the header promises
	if _, err := io.CopyN(buffer, in, int64(length)); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	*blob = buffer.Bytes()
	return kind, nil
}

// unpackBlob appends the content of a block to out.
func unpackBlob(blob, out []byte) ([]byte, error) {
	var raw, packed []byte
	other := protowire.Number(0)
	err := eachField(blob, func(f pbfField) error {
		switch f.number {
		case 1:
			raw = f.bytes
		case 3:
			packed = f.bytes
		case 4, 5, 6, 7:
			other = f.number
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case raw != nil:
		if len(raw) > maxBlob {
			return nil, errPBF
		}
		return append(out, raw...), nil
	case packed == nil && other != 0:
		return nil, errors.New("the block is compressed in a rare way; rewrite the file with osmium cat")
	case packed == nil:
		return out, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPBF, err)
	}
	buffer := bytes.NewBuffer(out)
	n, err := io.Copy(buffer, io.LimitReader(z, maxBlob+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errPBF, err)
	case n > maxBlob:
		return nil, fmt.Errorf("%w: a block unpacks to more than %d MB", errPBF, maxBlob>>20)
	}
	return buffer.Bytes(), nil
}

// checkOSMHeader refuses files that need more than is understood here.
func checkOSMHeader(data []byte) error {
	return eachField(data, func(f pbfField) error {
		if f.number != 4 {
			return nil
		}
		switch feature := string(f.bytes); feature {
		case "OsmSchema-V0.6", "DenseNodes", "LocationsOnWays":
			return nil
		case "HistoricalInformation":
			return errors.New("the file holds the history of OSM; make a snapshot with osmium time-filter")
		default:
			return fmt.Errorf("the file needs %.40q, which is not understood", feature)
		}
	})
}

// pbfField is one field of a message: a number, or bytes.
type pbfField struct {
	number protowire.Number
	value  uint64
	bytes  []byte
}

// eachField walks over the fields of a message.
func eachField(message []byte, do func(pbfField) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errPBF
		}
		message = message[n:]
		f := pbfField{number: number}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return errPBF
		}
		message = message[n:]
		if err := do(f); err != nil {
			return err
		}
	}
	return nil
}

// varints walks over packed numbers.
type varints []byte

func (v *varints) next() (uint64, bool) {
	n, size := protowire.ConsumeVarint(*v)
	if size < 0 {
		*v = nil
		return 0, false
	}
	*v = (*v)[size:]
	return n, true
}

// delta walks over packed differences.
type deltas struct {
	v   varints
	sum int64
}

func (d *deltas) next() (int64, bool) {
	n, ok := d.v.next()
	d.sum += protowire.DecodeZigZag(n)
	return d.sum, ok
}
