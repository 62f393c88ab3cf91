package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"fangma/web"
)

// TestAWholeAnswerIsWhole: whatever its length, an answer that was held back
// comes complete, and the connection goes on to the next.
func TestAWholeAnswerIsWhole(t *testing.T) {
	t.Parallel()
	bytesOf := func(n int) []byte { return bytes.Repeat([]byte{byte('a' + n%26)}, n) }
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.NewHTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		w.Header().Set("Content-Length", strconv.Itoa(n))
		if sent := web.WriteWhole(w, r, bytesOf(n)); sent != n {
			t.Errorf("%d bytes of %d are said to have been sent", sent, n)
		}
	}))
	go func() { _ = server.Serve(web.Whole(l)) }()
	t.Cleanup(func() { _ = server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	var lengths []int
	for n := range 60 {
		lengths = append(lengths, n, 1990+n) // around the buffer of an answer
	}
	for n := 3900; n < 4200; n++ { // around the buffer of a connection, with and without the header
		lengths = append(lengths, n)
	}
	for _, n := range append(lengths, 5000, 8191, 8192, 8193, 100_000, 3_000_000, 17) {
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "GET /?n=%d HTTP/1.1\r\nHost: x\r\n\r\n", n); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil || !bytes.Equal(body, bytesOf(n)) {
			t.Fatalf("%d bytes: %d came, %v", n, len(body), err)
		}
	}
}

// TestAWholeAnswerToNobody: a caller that goes away in the middle takes nothing
// with it.
func TestAWholeAnswerToNobody(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, 32<<20) // more than any buffer on the way
	sent := make(chan int, 1)
	server := web.NewHTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		sent <- web.WriteWhole(w, r, body)
	}))
	go func() { _ = server.Serve(web.Whole(l)) }()
	t.Cleanup(func() { _ = server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 10_000)); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	select {
	case n := <-sent:
		if n < 0 || n >= len(body) {
			t.Errorf("%d bytes of %d are said to have been sent", n, len(body))
		}
	case <-time.After(20 * time.Second):
		t.Error("the answer never ended")
	}
}
