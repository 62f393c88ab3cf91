package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"

	"fangma/registry/postgres/yardstick"
	"fangma/tiles"
	"fangma/web"
)

// serveFangma starts the server as `fangma serve` does, with a cache of some bytes, and says where it is at once; its map
// is whole when ready is closed.
func (b *bench) serveFangma(ctx context.Context, cache uint64) (address string, ready <-chan struct{}, err error) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	live := web.NewLive(web.LiveConfig{Store: b.registry.Store, CacheBytes: cache, Log: log})
	handler, err := web.New(web.Config{Store: b.registry.Store, Live: live, Log: log})
	if err != nil {
		return "", nil, err
	}
	go func() { _ = live.Run(ctx) }() // ends with its context
	address, err = serveAsServed(ctx, handler)
	return address, live.Ready(), err
}

// plainLevel is the level that Fangma's tiles are compressed with, and by the same library.
const plainLevel = 2

// servePlain starts a server that asks PostGIS for every tile and compresses it.
func servePlain(ctx context.Context, t *yardstick.Tiles) (string, error) {
	writers := sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, plainLevel); return w }}
	m := http.NewServeMux()
	m.HandleFunc("GET /tiles/buildings/{z}/{x}/{y}", func(w http.ResponseWriter, r *http.Request) {
		id, err := tiles.ParseTile(r.PathValue("z"), r.PathValue("x"), trimMVT(r.PathValue("y")))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		raw, err := t.Tile(r.Context(), id.Z, id.X, id.Y)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		z := writers.Get().(*gzip.Writer)
		defer writers.Put(z)
		body := compressed(z, raw)
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	return serveLocally(ctx, m)
}

func trimMVT(y string) string { return y[:max(0, len(y)-len(".mvt"))] }

// serveBytes starts a bare server that hands out slices it has.
func serveBytes(ctx context.Context, bodies map[string][]byte) (string, error) {
	return serveLocally(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := bodies[r.URL.Path]
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
}

func tilePath(layer tiles.Layer, id tiles.TileID) string {
	return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, id.Z, id.X, id.Y)
}
