package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

// write puts content into a file of its own.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// all reads a whole file.
func all[T any](seq iter.Seq2[Item[T], error]) (values []T, rejects []Reject, err error) {
	for item, e := range seq {
		switch {
		case e != nil:
			err = e
		case item.Reject != nil:
			rejects = append(rejects, *item.Reject)
		default:
			values = append(values, item.Value)
		}
	}
	return values, rejects, err
}

func buildings(t testing.TB, path string, opt Options) ([]Building, []Reject) {
	t.Helper()
	values, rejects, err := all(Buildings(context.Background(), path, opt))
	if err != nil {
		t.Fatal(err)
	}
	return values, rejects
}

// brief writes a building in one line: row, id, geometry type and what is known.
func brief(b Building) string {
	s := fmt.Sprintf("%d %s %s", b.Row, b.ID, b.Footprint.Geometry.GeoJSONType())
	if p, ok := b.Footprint.Geometry.(orb.Polygon); ok && len(p) > 1 {
		s += fmt.Sprintf(" holes=%d", len(p)-1)
	}
	for _, f := range [][2]string{{"name", b.Name}, {"address", b.Address}, {"use", b.Use}, {"state", b.State}} {
		if f[1] != "" {
			s += fmt.Sprintf(" %s=%s", f[0], f[1])
		}
	}
	if b.Floors != nil {
		s += fmt.Sprintf(" floors=%d", *b.Floors)
	}
	if b.Height != nil {
		s += fmt.Sprintf(" height=%g", *b.Height)
	}
	for _, n := range b.Notes {
		s += fmt.Sprintf(" -%s:%s", n.Field, n.Reason)
	}
	return s
}

func briefs(list []Building) []string {
	var out []string
	for _, b := range list {
		out = append(out, brief(b))
	}
	return out
}

func reasons(list []Reject) []string {
	var out []string
	for _, r := range list {
		out = append(out, fmt.Sprintf("%d %s %s %s", r.Row, r.ID, r.Field, r.Reason))
	}
	return out
}

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// box is the coordinates of a square house.
func box(lon, lat float64) string {
	const s = 0.0002
	return fmt.Sprintf("[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]", lon, lat, lon+s, lat, lon+s, lat+s, lon, lat+s, lon, lat)
}

func house(id, properties string, lon, lat float64) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"properties":%s,"geometry":{"type":"Polygon","coordinates":[%s]}}`, id, properties, box(lon, lat))
}

// mercator stands in for the database: it knows Web Mercator and a system that never answers.
type mercator struct{}

func (mercator) Transform(_ context.Context, crs string, shapes []orb.Geometry) ([]orb.Geometry, []error, error) {
	if crs != "EPSG:3857" {
		return nil, nil, fmt.Errorf("no such system: %s", crs)
	}
	const radius = 6378137
	back := func(p *orb.Point) {
		p[0] = p[0] / radius * 180 / math.Pi
		p[1] = math.Atan(math.Sinh(p[1]/radius)) * 180 / math.Pi
	}
	out, errs := make([]orb.Geometry, len(shapes)), make([]error, len(shapes))
	for i, g := range shapes {
		if p, ok := g.(orb.Point); ok {
			back(&p)
			out[i] = p
			continue
		}
		out[i] = orb.Clone(g)
		eachPoint(out[i], back)
		if b := out[i].Bound(); b.Max[0] > 180 {
			errs[i] = fmt.Errorf("east of the world")
		}
	}
	return out, errs, nil
}
