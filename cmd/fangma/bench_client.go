package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// reader asks a server over one connection, with as little work of its own as will do: on a small machine what a client
// costs is taken from the server.
type reader struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
	body bytes.Buffer
}

func dial(address string) (*reader, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("reach the server: %w", err)
	}
	return &reader{conn: conn, in: bufio.NewReaderSize(conn, 1<<16)}, nil
}

func (r *reader) close() { _ = r.conn.Close() }

// reply is what came. Body is good until the next request.
type reply struct {
	status int
	etag   string
	body   []byte
}

// get asks for a path. Only answers that state their length are understood.
func (r *reader) get(path string) (reply, error) {
	r.out = append(append(append(r.out[:0], "GET "...), path...), " HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n"...)
	if _, err := r.conn.Write(r.out); err != nil {
		return reply{}, fmt.Errorf("ask for %s: %w", path, err)
	}
	a, length, err := r.head()
	if err != nil {
		return a, fmt.Errorf("answer for %s: %w", path, err)
	}
	r.body.Reset()
	if _, err := io.CopyN(&r.body, r.in, length); err != nil {
		return a, fmt.Errorf("answer for %s: %w", path, err)
	}
	a.body = r.body.Bytes()
	if a.status != http.StatusOK && a.status != http.StatusNoContent {
		return a, fmt.Errorf("answer for %s: status %d: %.200s", path, a.status, a.body)
	}
	return a, nil
}

// wait asks for a path until the server has what it takes to answer.
func (r *reader) wait(ctx context.Context, path string) error {
	for {
		a, err := r.get(path)
		if a.status != http.StatusServiceUnavailable {
			return err
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *reader) head() (a reply, length int64, err error) {
	line, err := r.in.ReadSlice('\n')
	if err != nil {
		return a, 0, err
	}
	if len(line) < 12 {
		return a, 0, errors.New("this is no HTTP")
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, 0, errors.New("this is no HTTP")
	}
	for {
		line, err = r.in.ReadSlice('\n')
		if err != nil || len(line) <= 2 {
			return a, length, err
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Content-Length":
			length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		case "Etag":
			a.etag = string(bytes.TrimSpace(value))
		case "Transfer-Encoding":
			err = errors.New("its length is not stated")
		}
		if err != nil {
			return a, 0, err
		}
	}
}

// serveLocally serves on a free port of this machine until the context ends.
func serveLocally(ctx context.Context, h http.Handler) (address string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("serve: %w", err)
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }() // until closed
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return l.Addr().String(), nil
}

// throughput lets some clients ask for paths, each in an order of its own, and says how many were answered a second and
// how long each took.
func throughput(address string, clients int, paths []string, lasting time.Duration) (float64, []time.Duration, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var group sync.WaitGroup
	began := time.Now()
	for c := range clients {
		group.Go(func() {
			took, err := askUntil(address, paths, c*len(paths)/clients, began.Add(lasting))
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			failed = errors.Join(failed, err)
		})
	}
	group.Wait()
	return float64(len(all)) / time.Since(began).Seconds(), all, failed
}

func askUntil(address string, paths []string, first int, end time.Time) (took []time.Duration, err error) {
	r, err := dial(address)
	if err != nil {
		return nil, err
	}
	defer r.close()
	for i := first; ; i++ {
		began := time.Now()
		if began.After(end) {
			return took, nil
		}
		if _, err := r.get(paths[i%len(paths)]); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
	}
}

// quantile gives the time within which the share q of all was done, in milliseconds.
func quantile(all []time.Duration, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return milliseconds(all[min(int(q*float64(len(all))), len(all)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
