package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/tiles"
	"fangma/tiles/pmtiles"
	"fangma/web"
)

// foundArchive is what the npm package found in an archive; tiles are in the order in which they were asked for.
type foundArchive struct {
	Header struct {
		SpecVersion, TileType, TileCompression, InternalCompression int
		NumAddressedTiles, NumTileEntries, NumTileContents          int
		LeafDirectoryLength                                         int
		Clustered                                                   bool
		MinZoom, MaxZoom, CenterZoom                                int
		MinLon, MinLat, MaxLon, MaxLat, CenterLon, CenterLat        float64
	}
	Metadata struct {
		Name         string
		VectorLayers []struct {
			ID               string
			MinZoom, MaxZoom int
			Fields           map[string]string
		} `json:"vector_layers"`
	}
	Tiles []*string // base64
}

// readByNode reads an archive with the npm package pmtiles. Where the web interface's packages are not installed it
// cannot, and the test is skipped, but not on a build server.
func readByNode(t *testing.T, path string, ask []pmtiles.Tile) (found foundArchive, contents [][]byte) {
	t.Helper()
	const app = "../../web/app"
	if _, err := os.Stat(app + "/node_modules/pmtiles"); errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("npm --prefix web/app ci installs the package that reads archives here")
	}
	list := make([][3]uint32, len(ask))
	for i, a := range ask {
		list[i] = [3]uint32{uint32(a.Z), a.X, a.Y}
	}
	in, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", app+"/e2e/pmtiles/read.mjs", path)
	var out, trouble bytes.Buffer
	node.Stdin, node.Stdout, node.Stderr = bytes.NewReader(in), &out, &trouble
	if err := node.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, &trouble)
	}
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	for _, text := range found.Tiles {
		var b []byte
		if text != nil {
			if b, err = base64.StdEncoding.DecodeString(*text); err != nil {
				t.Fatal(err)
			}
		}
		contents = append(contents, b)
	}
	return found, contents
}

// TestOthersReadArchives holds exported archives of all layers against the package with which maps in browsers read
// them: every tile is the one that the map's snapshot gives.
func TestOthersReadArchives(t *testing.T) {
	db, dir := dbtest.New(t), t.TempDir()
	fangma := func(args ...string) {
		t.Helper()
		var said bytes.Buffer
		if code := run(t.Context(), append(args, "--database-url", db.AppURL), nil, &said, &said); code != 0 && code != exitRejects {
			t.Fatalf("fangma %v: exit code %d\n%s", args, code, &said)
		}
	}
	houses := filepath.Join(dir, "houses.geojsonl")
	writeHouses(t, houses, 300)
	zones := filepath.Join(dir, "zones.geojson")
	writeText(t, zones, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"North","kind":"priority"},`+
		`"geometry":{"type":"Polygon","coordinates":[[[9.51,47.13],[9.53,47.13],[9.53,47.15],[9.51,47.15],[9.51,47.13]]]}}]}`)
	fangma("import", "buildings", houses, "--source", "test", "--apply", "--valid-from", "2020-01-01")
	fangma("import", "zones", zones, "--apply", "--valid-from", "2020-01-01")
	fangma("import", "basemap", "../../seeds/liechtenstein-2013-08-03.osm.pbf", "--source", "osm", "--apply", "--rejects", filepath.Join(dir, "rejects.csv"))
	day, err := registry.ParseDate("2021-05-01")
	if err != nil {
		t.Fatal(err)
	}
	town, err := web.ReadTown(t.Context(), db.Open(t, postgres.Options{}).Reader, registry.AsOf{ValidOn: &day})
	if err != nil {
		t.Fatal(err)
	}
	defer town.Close()
	for name, layer := range map[string]tiles.Layer{"buildings": tiles.Buildings, "zones": tiles.Zones, "cells": tiles.Density, "basemap": tiles.Basemap} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name+".pmtiles")
			fangma("export", name, "--format", "pmtiles", "--valid-on", "2021-05-01", "-o", path)
			ask, bound := tilesOf(town, layer)
			ask = append(ask, pmtiles.Tile{Z: 14}, pmtiles.Tile{Z: 17, X: 69000, Y: 45000}) // far away, and too deep
			found, got := readByNode(t, path, ask)
			n, different := 0, map[string]bool{}
			for i, id := range ask {
				var want []byte
				if id.Z <= tiles.MaxZoom {
					if want, err = town.Tile(layer, tiles.TileID{Z: id.Z, X: id.X, Y: id.Y}); err != nil {
						t.Fatal(err)
					}
				}
				if !bytes.Equal(got[i], want) || (found.Tiles[i] == nil) != (len(want) == 0) {
					t.Fatalf("tile %v has %d bytes in the archive, %d on the map", id, len(got[i]), len(want))
				}
				if len(want) > 0 {
					n++
					different[string(want)] = true
				}
			}
			checkFound(t, found, layer, bound)
			if h := found.Header; n == 0 || h.NumAddressedTiles != n || h.NumTileContents != len(different) || h.NumTileEntries > n {
				t.Errorf("%d tiles, %d of them different, are told as %+v", n, len(different), h)
			}
		})
	}
}

// checkFound holds what an archive says of itself against the layer.
func checkFound(t *testing.T, found foundArchive, layer tiles.Layer, bound orb.Bound) {
	t.Helper()
	const gzipped, mvt = 2, 1
	first, last := layer.Zooms()
	h := found.Header
	if h.SpecVersion != 3 || h.TileType != mvt || h.TileCompression != gzipped || h.InternalCompression != gzipped || !h.Clustered ||
		h.MinZoom != first || h.MaxZoom != last || h.CenterZoom < first || h.CenterZoom > last {
		t.Errorf("the header is %+v", h)
	}
	center := bound.Center()
	for i, pair := range [][2]float64{{h.MinLon, bound.Min[0]}, {h.MinLat, bound.Min[1]}, {h.MaxLon, bound.Max[0]}, {h.MaxLat, bound.Max[1]},
		{h.CenterLon, center[0]}, {h.CenterLat, center[1]}} {
		if math.Abs(pair[0]-pair[1]) > 1e-7 {
			t.Errorf("coordinate %d of the header is %v, want %v", i, pair[0], pair[1])
		}
	}
	m := found.Metadata
	if m.Name != string(layer) || len(m.VectorLayers) == 0 {
		t.Fatalf("the metadata are %+v", m)
	}
	for _, v := range m.VectorLayers {
		if v.ID == "" || len(v.Fields) == 0 || v.MinZoom < first || v.MaxZoom != last {
			t.Errorf("a layer of the metadata is %+v", v)
		}
	}
}

// TestOthersReadLeaves has more tiles than a root directory holds.
func TestOthersReadLeaves(t *testing.T) {
	w, err := pmtiles.NewWriter(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var all []pmtiles.Tile
	for x := range uint32(1) << 8 {
		for y := range uint32(1) << 7 {
			all = append(all, pmtiles.Tile{Z: 8, X: x, Y: y})
		}
	}
	slices.SortFunc(all, func(a, b pmtiles.Tile) int { return cmp.Compare(a.ID(), b.ID()) })
	content := func(tile pmtiles.Tile) []byte { // of many lengths, so that directories are long
		return fmt.Append(nil, tile, strings.Repeat(".", rand.New(rand.NewPCG(1, tile.ID())).IntN(256)))
	}
	var stored bytes.Buffer
	plain, err := gzip.NewWriterLevel(nil, gzip.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, tile := range all {
		stored.Reset()
		plain.Reset(&stored)
		if _, err := plain.Write(content(tile)); err != nil {
			t.Fatal(err)
		}
		if err := plain.Close(); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(tile, stored.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "leaves.pmtiles"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := w.Finish(file, pmtiles.About{MinZoom: 8, MaxZoom: 8, Metadata: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	var ask []pmtiles.Tile
	for i := 0; i < len(all); i += 97 {
		ask = append(ask, all[i])
	}
	ask = append(ask, all[len(all)-1], pmtiles.Tile{Z: 8, X: 3, Y: 200})
	found, got := readByNode(t, file.Name(), ask)
	if h := found.Header; h.LeafDirectoryLength == 0 || h.NumTileEntries != len(all) {
		t.Errorf("%d tiles are told as %+v", len(all), h)
	}
	for i, tile := range ask {
		want := content(tile)
		if i == len(ask)-1 {
			want = nil
		}
		if !bytes.Equal(got[i], want) || (found.Tiles[i] == nil) != (want == nil) {
			t.Errorf("tile %v is %.80q", tile, got[i])
		}
	}
}

// writeHouses writes rows of small houses.
func writeHouses(t *testing.T, path string, n int) {
	t.Helper()
	var out bytes.Buffer
	for i := range n {
		lon, lat := 9.51+float64(i%20)*0.0007, 47.13+float64(i/20)*0.0009
		fmt.Fprintf(&out, `{"type":"Feature","properties":{"id":"%d"},"geometry":{"type":"Polygon","coordinates":[[[%[2]f,%[3]f],[%[4]f,%[3]f],[%[4]f,%[5]f],[%[2]f,%[5]f],[%[2]f,%[3]f]]]}}`+"\n",
			i, lon, lat, lon+0.0002, lat+0.0002)
	}
	writeText(t, path, out.String())
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
