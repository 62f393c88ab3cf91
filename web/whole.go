package web

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// Whole lets answers from memory leave in one piece. A server writes the first
// 4 KiB, the header among them, and then the rest: that is a system call more
// for each side, and a reader that is woken for a beginning. A server of
// NewHTTPServer on such a listener writes both at once.
func Whole(l net.Listener) net.Listener { return wholeListener{l} }

type wholeListener struct{ net.Listener }

func (l wholeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &wholeConn{TCPConn: tcp}, nil
	}
	return c, err
}

// wholeConn is a connection that can hold back the beginning of an answer. All
// of it belongs to the goroutine that answers.
type wholeConn struct {
	*net.TCPConn
	holding bool
	held    []byte // the beginning; nil if there is none
}

type wholeKey struct{}

// withWhole is an http.Server's ConnContext.
func withWhole(ctx context.Context, c net.Conn) context.Context {
	if whole, ok := c.(*wholeConn); ok {
		return context.WithValue(ctx, wholeKey{}, whole)
	}
	return ctx
}

// beginnings are what is held for the time of one answer, so that connections
// that wait cost nothing.
var beginnings = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

// Write keeps the first piece while an answer is held, and sends it with the
// second. That the first could not be sent shows with the second.
func (c *wholeConn) Write(b []byte) (int, error) {
	switch {
	case len(c.held) > 0:
		return c.send(b)
	case c.holding:
		c.held = append(c.held, b...)
		return len(b), nil
	}
	return c.TCPConn.Write(b)
}

func (c *wholeConn) send(b []byte) (int, error) {
	first := len(c.held)
	both := net.Buffers{c.held, b}
	n, err := both.WriteTo(c.TCPConn)
	c.held = c.held[:0]
	return max(0, int(n)-first), err
}

// writeWhole writes a body in one piece with its header where the connection
// can, and as usual where not.
func writeWhole(w http.ResponseWriter, r *http.Request, body []byte) int {
	c, ok := r.Context().Value(wholeKey{}).(*wholeConn)
	if !ok {
		n, _ := w.Write(body) // a caller that has gone is no fault
		return n
	}
	buffer := beginnings.Get().(*[]byte)
	c.holding, c.held = true, (*buffer)[:0]
	defer func() {
		c.holding = false
		if len(c.held) > 0 {
			if _, err := c.send(nil); err != nil {
				_ = c.Close() // nothing may follow half an answer
			}
		}
		*buffer, c.held = c.held[:0], nil
		beginnings.Put(buffer)
	}()
	n, _ := w.Write(body)
	if len(c.held) > 0 { // the rest is short and in the server's buffer
		_ = http.NewResponseController(w).Flush() // the same
	}
	return n
}
