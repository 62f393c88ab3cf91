package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/registry/dbtest"
)

// TestTwoServersBehindOneAddress runs two servers on one database behind a
// round-robin. Both come to serve the same new bytes after each commit,
// whichever took it. One of them is killed and comes back: a client that tries
// a failed request once more notices nothing else.
func TestTwoServersBehindOneAddress(t *testing.T) {
	db := dbtest.New(t)
	t.Setenv("FANGMA_DATABASE_URL", db.AppURL)
	dir := openTempDir(t)
	var servers [2]*killable
	for i := range servers {
		servers[i] = &killable{t: t, dir: dir, listen: freeAddress(t)}
		servers[i].start()
		t.Cleanup(servers[i].end)
	}
	const password = "correct horse battery"
	servers[0].command(password, "user", "add", "clerk", "--role", "clerk", "--password-stdin")
	token := strings.TrimSpace(servers[0].command("", "user", "token", "clerk"))

	front := httptest.NewServer(roundRobin(servers[0].listen, servers[1].listen))
	defer front.Close()
	client := &killable{t: t, dir: dir, listen: strings.TrimPrefix(front.URL, "http://")}

	readers := startReaders(t, front.URL)
	var before []byte
	for row := range 12 {
		if row == 4 {
			servers[1].kill()
		}
		if row == 8 {
			servers[1].start()
		}
		if a, ok := client.register(t.Context(), token, 0, row); !ok {
			t.Fatalf("row %d was not registered: %v", row, a)
		}
		up := servers[:]
		if 4 <= row && row < 8 {
			up = servers[:1]
		}
		before = sameNewTile(t, up, before)
	}
	if read := readers(); read == 0 {
		t.Error("nobody read meanwhile")
	}
}

// rest is how long a server that failed gets no requests.
const rest = 300 * time.Millisecond

// roundRobin sends each request to the next server. One that is away or not
// ready yet is left alone for a while, as balancers do; the request that found
// it out fails.
func roundRobin(listen ...string) http.Handler {
	var next atomic.Uint64
	resting := make([]atomic.Int64, len(listen)) // until when, in Unix nanoseconds
	proxies := make([]*httputil.ReverseProxy, len(listen))
	for i, address := range listen {
		fell := func() { resting[i].Store(time.Now().Add(rest).UnixNano()) }
		proxies[i] = httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
		proxies[i].ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
			fell()
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		proxies[i].ModifyResponse = func(r *http.Response) error {
			if r.StatusCode == http.StatusServiceUnavailable {
				fell()
			}
			return nil
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range proxies {
			i := next.Add(1) % uint64(len(proxies))
			if resting[i].Load() < time.Now().UnixNano() {
				proxies[i].ServeHTTP(w, r)
				return
			}
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	})
}

// townTile is where the houses of killable.register are.
func townTile() string {
	at := maptile.At(orb.Point{9.4, 47.0}, 14)
	return fmt.Sprintf("/tiles/buildings/%d/%d/%d.mvt", at.Z, at.X, at.Y)
}

// sameNewTile waits until all servers give the same tile, another than before,
// and returns it.
func sameNewTile(t *testing.T, servers []*killable, before []byte) []byte {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var tiles [][]byte
		for _, s := range servers {
			if tile, err := getTile("http://" + s.listen); err == nil {
				tiles = append(tiles, tile)
			}
		}
		if len(tiles) != len(servers) || bytes.Equal(tiles[0], before) {
			continue
		}
		if len(tiles) == 1 || bytes.Equal(tiles[0], tiles[1]) {
			return tiles[0]
		}
	}
	t.Fatal("the servers do not come to serve the same new tile")
	return nil
}

func getTile(server string) ([]byte, error) {
	resp, err := http.Get(server + townTile())
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("tile: %s", resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// startReaders reads the tile all the time, trying once more what failed. stop
// ends it and tells how often it was read.
func startReaders(t *testing.T, address string) (stop func() int64) {
	var read atomic.Int64
	var working sync.WaitGroup
	over := make(chan struct{})
	for range 4 {
		working.Go(func() {
			for {
				select {
				case <-over:
					return
				case <-time.After(10 * time.Millisecond):
				}
				_, first := getTile(address)
				if first == nil {
					read.Add(1)
					continue
				}
				if _, again := getTile(address); again != nil && !strings.Contains(again.Error(), "204") {
					t.Errorf("twice in a row: %v, then %v", first, again)
				}
			}
		})
	}
	return func() int64 {
		close(over)
		working.Wait()
		return read.Load()
	}
}
