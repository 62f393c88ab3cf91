package tiles

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is a content coding that clients accept.
type Encoding uint8

const (
	Identity Encoding = iota
	Gzip
	Zstd
)

// String returns the token of Content-Encoding, "" for identity.
func (e Encoding) String() string {
	switch e {
	case Gzip:
		return "gzip"
	case Zstd:
		return "zstd"
	}
	return ""
}

// gzipLevel was chosen by BenchmarkCompress.
const gzipLevel = 2

// compressor holds writers for reuse.
type compressor struct {
	gzip sync.Pool
	zstd *zstd.Encoder
}

func newCompressor() (*compressor, error) {
	if _, err := gzip.NewWriterLevel(nil, gzipLevel); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	c := &compressor{zstd: z}
	c.gzip.New = func() any {
		w, _ := gzip.NewWriterLevel(nil, gzipLevel) // the level was tried above
		return &deflater{w: w}
	}
	return c, nil
}

type deflater struct {
	w   *gzip.Writer
	buf bytes.Buffer
}

// encode compresses raw; the result is the caller's.
func (c *compressor) encode(raw []byte, enc Encoding) ([]byte, error) {
	switch enc {
	case Identity:
		return raw, nil
	case Gzip:
		d := c.gzip.Get().(*deflater)
		defer c.gzip.Put(d)
		d.buf.Reset()
		d.w.Reset(&d.buf)
		if _, err := d.w.Write(raw); err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		if err := d.w.Close(); err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return bytes.Clone(d.buf.Bytes()), nil
	case Zstd:
		return bytes.Clone(c.zstd.EncodeAll(raw, make([]byte, 0, len(raw)/2+64))), nil
	}
	return nil, fmt.Errorf("unknown encoding %d", enc)
}

// etag names the bytes of a tile in an encoding. It depends on nothing but the raw tile and the coding, so
// several servers agree on it.
func etag(raw []byte, enc Encoding) string {
	var sum [8]byte
	h := xxhash.Sum64(raw)
	for i := range sum {
		sum[i] = byte(h >> (56 - 8*i))
	}
	tag := hex.EncodeToString(sum[:])
	if name := enc.String(); name != "" {
		tag += "-" + name
	}
	return `"` + tag + `"`
}
