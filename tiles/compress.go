package tiles

import (
	"bytes"
	"encoding/hex"
	"errors"
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
		return &searcher{w: w}
	}
	return c, nil
}

// searcher finds repeats by itself.
type searcher struct {
	w   *gzip.Writer
	buf bytes.Buffer
}

func (s *searcher) gzip(raw []byte) ([]byte, error) {
	s.buf.Reset()
	s.w.Reset(&s.buf)
	_, err := s.w.Write(raw)
	if err = errors.Join(err, s.w.Close()); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return s.buf.Bytes(), nil
}

// encode compresses a tile, one with blocks by gzip; the result is the caller's.
func (c *compressor) encode(t drawn, enc Encoding) ([]byte, error) {
	switch {
	case t.blocks != nil && enc != Gzip:
		return nil, fmt.Errorf("a tile compressed for gzip cannot be sent as %q", enc)
	case enc == Identity:
		return bytes.Clone(t.raw), nil
	case enc == Gzip && t.blocks != nil:
		return t.gzip(), nil
	case enc == Gzip:
		s := c.gzip.Get().(*searcher)
		defer c.gzip.Put(s)
		out, err := s.gzip(t.raw)
		return bytes.Clone(out), err
	case enc == Zstd:
		return bytes.Clone(c.zstd.EncodeAll(t.raw, make([]byte, 0, len(t.raw)/2+64))), nil
	}
	return nil, fmt.Errorf("unknown encoding %d", enc)
}

// etag names the bytes of a tile in an encoding. It depends on nothing but the raw tile and the coding, so
// several servers agree on it.
func etag(t drawn, enc Encoding) string {
	var hash xxhash.Digest
	hash.Reset()
	_, _ = hash.Write(t.raw)
	for _, b := range t.blocks {
		_, _ = hash.Write(b.raw)
	}
	var sum [8]byte
	h := hash.Sum64()
	for i := range sum {
		sum[i] = byte(h >> (56 - 8*i))
	}
	tag := hex.EncodeToString(sum[:])
	if name := enc.String(); name != "" {
		tag += "-" + name
	}
	return `"` + tag + `"`
}
