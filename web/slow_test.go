package web_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fangma/web"
)

// drip opens a connection and sends a request a byte at a time, until the
// server has had enough. It says whether the server ended it.
func drip(address, begin string, pause time.Duration, stop <-chan struct{}) bool {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	cut := make(chan struct{})
	go func() {
		defer close(cut)
		_, _ = io.Copy(io.Discard, conn) // until the server closes it
	}()
	if _, err := conn.Write([]byte(begin)); err != nil {
		return true
	}
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-cut:
			return true
		case <-stop:
			return false
		case <-tick.C:
			_, _ = conn.Write([]byte("x")) // an error shows in cut
		}
	}
}

const (
	drippingHeader = "GET /api/v1/map HTTP/1.1\r\nHost: x\r\nX-Slow: "
	drippingBody   = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
)

// TestDrippingClientsAreCutOff: sockets that send a request a byte at a time
// are all ended by the server, and meanwhile everybody else is served.
func TestDrippingClientsAreCutOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	address := strings.TrimPrefix(s.url, "http://")
	const each = 150
	stop := make(chan struct{})
	var cut atomic.Int32
	var all sync.WaitGroup
	for i := range 2 * each {
		all.Go(func() {
			if drip(address, []string{drippingHeader, drippingBody}[i%2], 300*time.Millisecond, stop) {
				cut.Add(1)
			}
		})
	}
	v, served := s.visitor(t), 0
	for range 100 {
		if v.get("/api/v1/map").status == http.StatusOK {
			served++
		}
	}
	if served != 100 {
		t.Errorf("%d of 100 good requests were served", served)
	}
	patience := time.AfterFunc(2*time.Minute, func() { close(stop) })
	all.Wait()
	patience.Stop()
	if n := cut.Load(); n != 2*each {
		t.Errorf("the server cut off %d of %d", n, 2*each)
	}
}

func TestNoTimeoutIsLeftOut(t *testing.T) {
	t.Parallel()
	s := web.NewHTTPServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkAmongDrippingClients times a good client alone, and while
// FANGMA_BENCH_DRIPS sockets (500 if unset) of another process drip and come
// back as soon as they are cut off. It reports both 99th percentiles:
//
//	FANGMA_BENCH_DRIPS=10000 go test ./web -run '^$' -bench Dripping -benchtime 3000x
func BenchmarkAmongDrippingClients(b *testing.B) {
	drips := 500
	if n, err := strconv.Atoi(os.Getenv("FANGMA_BENCH_DRIPS")); err == nil {
		drips = n
	}
	s := newSite(b)
	good := &http.Client{}
	ask := func() time.Duration {
		start := time.Now()
		res, err := good.Get(s.url + "/api/v1/buildings?limit=1")
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			b.Fatal(res.Status)
		}
		time.Sleep(time.Millisecond)
		return time.Since(start) - time.Millisecond
	}
	p99 := func(n int) float64 {
		took := make([]time.Duration, n)
		for i := range took {
			took[i] = ask()
		}
		slices.Sort(took)
		return float64(took[n*99/100].Microseconds()) / 1000
	}
	p99(200)
	alone := p99(b.N)
	helper := exec.Command(os.Args[0], "-test.run", "^TestDripHelper$")
	helper.Env = append(os.Environ(), "FANGMA_DRIP="+strings.TrimPrefix(s.url, "http://")+" "+strconv.Itoa(drips))
	out, err := helper.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := helper.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = helper.Process.Kill(); _ = helper.Wait() }()
	if _, err := fmt.Fscanf(out, "open\n"); err != nil {
		b.Fatal("the dripping clients do not begin: ", err)
	}
	b.ResetTimer()
	among := p99(b.N)
	b.ReportMetric(alone, "alone-p99-ms")
	b.ReportMetric(among, "among-p99-ms")
	b.ReportMetric(among/alone, "ratio")
}

// TestDripHelper is the other process of the benchmark; by itself it does
// nothing.
func TestDripHelper(t *testing.T) {
	address, count, ok := strings.Cut(os.Getenv("FANGMA_DRIP"), " ")
	if !ok {
		t.Skip("only for BenchmarkAmongDrippingClients")
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		go func() {
			for {
				drip(address, drippingHeader, time.Second, nil)
				time.Sleep(100 * time.Millisecond)
			}
		}()
		time.Sleep(200 * time.Microsecond) // not all at the same moment
	}
	time.Sleep(2 * time.Second)
	fmt.Println("open")
	time.Sleep(time.Hour)
}
