package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/alecthomas/kong"
	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/registry"
	"fangma/tiles"
	"fangma/tiles/pmtiles"
	"fangma/web"
)

// exportTilesCommand writes all tiles of the layer that it is named after into one archive.
type exportTilesCommand struct {
	registryConfig `embed:""`
	Format         string      `enum:"pmtiles" default:"pmtiles" help:"pmtiles. Default: ${default}."`
	ValidOn        dateFlag    `placeholder:"DATE" help:"As it was on a day. Default: today."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day. Default: now."`
	Output         string      `short:"o" type:"path" placeholder:"FILE" help:"Write here, once it is complete. Default: the layer's name with .pmtiles, in the current folder. An archive that would come out the same is left alone."`
}

func (cmd *exportTilesCommand) Run(ctx context.Context, c *console, call *kong.Context) error {
	layer, err := tiles.ParseLayer(call.Selected().Name)
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		at, err := cmd.KnownAt.in(o.Zone())
		if err != nil {
			return err
		}
		return exportTiles(ctx, c, o, layer, registry.AsOf{ValidOn: cmd.ValidOn.day, KnownAt: at}, cmd.Output)
	})
}

// exportTiles writes an archive of a layer as of a moment. A file that would come out the same is left as it is, so
// that copies of it stay up to date; if nothing was recorded since it was made, without reading the town.
func exportTiles(ctx context.Context, c *console, o *opened, layer tiles.Layer, at registry.AsOf, path string) (err error) {
	path = cmp.Or(path, string(layer)+".pmtiles")
	if at.ValidOn == nil {
		today := o.Today()
		at.ValidOn = &today
	}
	old, err := openArchive(path)
	if err != nil {
		return err
	}
	defer old.close()
	now, waiting, err := shows(ctx, o, layer, at)
	if err != nil {
		return err
	}
	if before, ok := old.shows(); ok && !waiting {
		if same, err := now.asBefore(ctx, o, before); err != nil {
			return err
		} else if same {
			fmt.Fprintf(c.Err, "%s has not changed: nothing was recorded since that it shows\n", path)
			return nil
		}
	}
	town, err := web.ReadTown(ctx, o.Reader, at)
	if err != nil {
		return err
	}
	defer town.Close()
	part, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	defer func() {
		if err := part.Close(); err == nil {
			_ = os.Remove(part.Name()) // unless it has been renamed
		}
	}()
	n, err := writeArchive(ctx, c, town, now, part, filepath.Dir(path))
	if err != nil {
		return err
	}
	if same, err := old.same(part); err != nil {
		return err
	} else if same {
		fmt.Fprintf(c.Err, "%s has not changed: %s tiles\n", path, grouped(n))
		return nil
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "%s tiles in %s\n", grouped(n), path)
	return nil
}

// writeArchive writes every tile of a layer that holds anything.
func writeArchive(ctx context.Context, c *console, town *tiles.Snapshot, says archived, out io.Writer, dir string) (n int, err error) {
	w, err := pmtiles.NewWriter(dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	bar := newProgress(c.Err)
	defer bar.end()
	layer := says.Layer
	ids, bound := tilesOf(town, layer)
	const batch = 512
	for from := 0; from < len(ids); from += batch {
		some := ids[from:min(from+batch, len(ids))]
		packed, err := packTiles(town, layer, some)
		if err != nil {
			return n, err
		}
		for i, data := range packed {
			if data == nil {
				continue
			}
			if err := w.Add(some[i], data); err != nil {
				return n, err
			}
			n++
		}
		bar.at("tiles", int64(from+len(some)), int64(len(ids)), "tiles")
		if err := ctx.Err(); err != nil {
			return n, err
		}
	}
	metadata, err := says.metadata(town)
	if err != nil {
		return n, err
	}
	first, last := layer.Zooms()
	return n, w.Finish(out, pmtiles.About{MinZoom: first, MaxZoom: last, Bounds: bound, Center: bound.Center(),
		CenterZoom: max(first, 12), Metadata: metadata})
}

// tilesOf lists the tiles that a layer may have something in, in an archive's order, and what they cover.
func tilesOf(town *tiles.Snapshot, layer tiles.Layer) ([]pmtiles.Tile, orb.Bound) {
	bound, ok := town.LayerBounds(layer)
	if !ok {
		return nil, orb.Bound{}
	}
	type numbered struct {
		id   uint64
		tile pmtiles.Tile
	}
	var all []numbered
	first, last := layer.Zooms()
	for z := first; z <= last; z++ {
		zoom := maptile.Zoom(z)
		from, to := maptile.At(orb.Point{bound.Min[0], bound.Max[1]}, zoom), maptile.At(orb.Point{bound.Max[0], bound.Min[1]}, zoom)
		end := uint32(1)<<z - 1
		for x := max(from.X, 1) - 1; x <= min(to.X+1, end); x++ { // a tile reaches a little into its neighbours
			for y := max(from.Y, 1) - 1; y <= min(to.Y+1, end); y++ {
				t := pmtiles.Tile{Z: z, X: x, Y: y}
				all = append(all, numbered{t.ID(), t})
			}
		}
	}
	slices.SortFunc(all, func(a, b numbered) int { return cmp.Compare(a.id, b.id) })
	ids := make([]pmtiles.Tile, len(all))
	for i, n := range all {
		ids[i] = n.tile
	}
	return ids, bound
}

// packTiles encodes and compresses tiles on all processors; nil for those with nothing in them.
func packTiles(town *tiles.Snapshot, layer tiles.Layer, ids []pmtiles.Tile) ([][]byte, error) {
	out := make([][]byte, len(ids))
	errs := make([]error, len(ids))
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		group.Go(func() {
			z := gzip.NewWriter(nil)
			for i := k; i < len(ids); i += workers {
				raw, err := town.Tile(layer, tiles.TileID{Z: ids[i].Z, X: ids[i].X, Y: ids[i].Y})
				if errs[i] = err; len(raw) > 0 {
					out[i] = compressed(z, raw)
				}
			}
		})
	}
	group.Wait()
	return out, errors.Join(errs...)
}

// compressed runs raw through a writer.
func compressed(w *gzip.Writer, raw []byte) []byte {
	var out bytes.Buffer
	w.Reset(&out)
	_, _ = w.Write(raw) // into memory
	_ = w.Close()
	return out.Bytes()
}
