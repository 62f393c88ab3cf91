package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
)

// Bounds of one row when Options give none. The largest footprint needs less than one MB; boundaries of
// provinces, with every bend of the coast, some tens.
const (
	maxBuildingRow = 8 << 20
	maxDivisionRow = 64 << 20
)

// A compressed file may grow by this factor before it counts as an attack; text shrinks 5 to 30 times.
const (
	maxGrowth  = 250
	freeGrowth = 16 << 20 // bytes that may come out whatever went in
)

// source is a file that can be read from its start more than once.
type source struct {
	path     string
	member   *zip.File // the file inside a zip, if it is one
	archive  *zip.ReadCloser
	gzipped  bool
	size     int64
	passes   int64
	count    atomic.Int64
	progress func(read, total int64)
}

// open tells the format of a file from its content and prepares to read it.
func open(ctx context.Context, path string, opt Options, names naming, want osmWanted) (reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder", path)
	}
	s := &source{path: path, size: info.Size(), passes: 1, progress: opt.Progress}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return openZip(s, opt, names, want)
	}
	return s.reader(ctx, head, opt, names, want)
}

// headBytes is how much of a file is looked at to tell what it is.
const headBytes = 1 << 20

// head returns the first bytes of the content, decompressed.
func (s *source) head() ([]byte, error) {
	progress := s.progress
	s.progress = nil // looking is not reading
	defer func() { s.progress = progress }()
	for {
		in, err := s.open()
		if err != nil {
			return nil, err
		}
		head := make([]byte, headBytes)
		n, err := io.ReadFull(in, head)
		in.Close()
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return nil, fmt.Errorf("read %s: %w", s.path, err)
		}
		head = head[:n]
		if s.gzipped || !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
			s.count.Store(0)
			return head, nil
		}
		s.gzipped = true
	}
}

// reader makes the reader for content that begins with head.
func (s *source) reader(_ context.Context, head []byte, opt Options, names naming, want osmWanted) (reader, error) {
	if len(head) == 0 {
		return nil, errors.New("the file is empty")
	}
	if isPBF(head) {
		return newOSMReader(s, opt, names, want)
	}
	if isShape(head) {
		if s.gzipped || s.member != nil {
			return nil, errors.New("a shapefile is several files: zip them together")
		}
		return newShapeFolder(s, opt, names)
	}
	if name := foreignFormat(head); name != "" {
		return nil, fmt.Errorf("%s is not read; convert it first, for example with ogr2ogr -f GeoJSONSeq out.geojsonl IN", name)
	}
	enc, err := textEncoding(opt.Encoding, head)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(enc.reader(bytes.NewReader(head)), headBytes))
	if err != nil {
		return nil, err
	}
	switch trimmed := bytes.TrimLeft(text, " \t\r\n"); {
	case len(trimmed) == 0:
		return nil, errors.New("the file is empty")
	case trimmed[0] == '{' || trimmed[0] == recordSeparator:
		return newJSONReader(s, enc, trimmed, opt, names)
	case trimmed[0] == '[':
		return nil, errors.New("the file is a JSON array, not GeoJSON: a FeatureCollection or one Feature a line is read")
	}
	return newCSVReader(s, enc, text, opt, names)
}

// foreignFormat names well-known formats that are not read.
func foreignFormat(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return "GeoPackage or SQLite"
	case bytes.HasPrefix(head, []byte("fgb\x03")):
		return "FlatGeobuf"
	case bytes.HasPrefix(head, []byte("PAR1")):
		return "Parquet"
	case bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("<")):
		return "XML (GML, KML, OSM XML)"
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")), bytes.HasPrefix(head, []byte("BZh")),
		bytes.HasPrefix(head, []byte("\xfd7zXZ")), bytes.HasPrefix(head, []byte("7z\xbc\xaf")), bytes.HasPrefix(head, []byte("Rar!")):
		return "this kind of compression (gzip and zip are)"
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "a PDF or Office document"
	}
	return ""
}

// openZip takes a zipped shapefile, or the one other file of a zip that can be read.
func openZip(s *source, opt Options, names naming, want osmWanted) (reader, error) {
	archive, err := zip.OpenReader(s.path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.path, err)
	}
	r, err := readZip(archive, s, opt, names, want)
	if err != nil {
		archive.Close()
	}
	return r, err
}

func readZip(archive *zip.ReadCloser, s *source, opt Options, names naming, want osmWanted) (reader, error) {
	var shapes, others []*zip.File
	for _, f := range archive.File {
		base := path.Base(f.Name)
		if f.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		switch strings.ToLower(path.Ext(base)) {
		case ".shp":
			shapes = append(shapes, f)
		case ".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".csv", ".tsv", ".pbf":
			others = append(others, f)
		}
	}
	switch {
	case len(shapes) == 1:
		return newShapeZip(archive, shapes[0], s, opt, names)
	case len(shapes) > 1:
		return nil, fmt.Errorf("the zip holds %d shapefiles (%s, %s, …): give one", len(shapes), shapes[0].Name, shapes[1].Name)
	case len(others) == 1:
		s.archive, s.member, s.size = archive, others[0], int64(others[0].CompressedSize64)
		head, err := s.head()
		if err != nil {
			return nil, err
		}
		return s.reader(context.Background(), head, opt, names, want)
	}
	return nil, fmt.Errorf("the zip holds no shapefile and %d other files that could be read: one is needed", len(others))
}

// open starts reading the content from its beginning.
func (s *source) open() (io.ReadCloser, error) {
	if s.member != nil {
		return s.openMember(s.member)
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	in := &counted{ReadCloser: f, s: s}
	if !s.gzipped {
		return in, nil
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(in, 1<<16))
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", s.path, err)
	}
	return &guarded{Reader: z, spent: in.read, closer: f}, nil
}

// openMember starts reading a file of the archive; progress counts what comes out, scaled to what went in.
func (s *source) openMember(f *zip.File) (io.ReadCloser, error) {
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, err)
	}
	packed := int64(f.CompressedSize64)
	return &guarded{Reader: in, spent: func() int64 { return packed }, closer: in, scaled: s, whole: int64(f.UncompressedSize64), packed: packed}, nil
}

func (s *source) close() error {
	if s.archive != nil {
		return s.archive.Close()
	}
	return nil
}

// advance reports progress of n more bytes.
func (s *source) advance(n int64) {
	done := s.count.Add(n)
	if s.progress != nil {
		s.progress(min(done, s.size*s.passes), s.size*s.passes)
	}
}

// counted reports what is read of the file as it is stored.
type counted struct {
	io.ReadCloser
	s     *source
	bytes atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.bytes.Add(int64(n))
	c.s.advance(int64(n))
	return n, err
}

func (c *counted) read() int64 { return c.bytes.Load() }

// guarded stops a decompression bomb: much out of little.
type guarded struct {
	io.Reader
	spent  func() int64 // compressed bytes used so far, at most
	out    int64
	closer io.Closer

	scaled        *source // where progress goes, for members of a zip
	whole, packed int64
}

func (g *guarded) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	g.out += int64(n)
	if g.out > freeGrowth && g.out > maxGrowth*max(g.spent(), 1) {
		return n, fmt.Errorf("the compressed file grows more than %d times: refused as a decompression bomb", maxGrowth)
	}
	if g.scaled != nil && g.whole > 0 {
		g.scaled.advance(int64(float64(n) / float64(g.whole) * float64(g.packed)))
	}
	return n, err
}

func (g *guarded) Close() error { return g.closer.Close() }
