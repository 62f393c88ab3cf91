package web

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const (
	// replayed is how many messages are kept for clients that reconnect.
	replayed = 512
	// waiting is how many messages a client may be behind before it is told to
	// start over.
	waiting = 64
	// maxStreams bounds the open streams of a server, and of one address.
	maxStreams           = 10_000
	maxStreamsPerAddress = 200
)

// message is one server-sent event, ready to be written.
type message struct {
	number int64
	event  string
	data   []byte
}

// hub passes messages to open maps. Publishing never waits for anybody.
type hub struct {
	epoch string // of this process: numbers of another one mean nothing here

	mu        sync.Mutex
	number    int64
	recent    []message // in order, the last replayed ones
	open      map[*subscriber]struct{}
	perSource map[string]int
	closed    bool
}

// subscriber is one open stream.
type subscriber struct {
	address string
	queue   chan message
	missed  chan struct{} // holds one token once a message did not fit
}

func newHub() *hub {
	return &hub{epoch: rand.Text()[:6], open: map[*subscriber]struct{}{}, perSource: map[string]int{}}
}

// publish sends v to everybody who is listening.
func (h *hub) publish(event string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", event, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.number++
	m := message{h.number, event, data}
	if h.recent = append(h.recent, m); len(h.recent) > replayed {
		h.recent = slices.Delete(h.recent, 0, len(h.recent)-replayed)
	}
	for s := range h.open {
		select {
		case s.queue <- m:
		default:
			select {
			case s.missed <- struct{}{}:
			default:
			}
		}
	}
	return nil
}

// join opens a stream after the message with the given id. It returns what was
// missed since, and whether that is everything: if not, the client must start
// over. A nil subscriber means that there are too many.
func (h *hub) join(address, lastID string) (s *subscriber, missed []message, whole bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.open) >= maxStreams || h.perSource[address] >= maxStreamsPerAddress {
		return nil, nil, false
	}
	s = &subscriber{address: address, queue: make(chan message, waiting), missed: make(chan struct{}, 1)}
	h.open[s] = struct{}{}
	h.perSource[address]++
	missed, whole = h.since(lastID)
	return s, missed, whole
}

// since gives the messages after an id, and whether they are all there are.
func (h *hub) since(id string) ([]message, bool) {
	epoch, text, ok := strings.Cut(id, "-")
	number, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || epoch != h.epoch || number > h.number {
		return nil, false
	}
	first := h.number + 1
	if len(h.recent) > 0 {
		first = h.recent[0].number
	}
	if number+1 < first {
		return nil, false
	}
	return slices.Clone(h.recent[number+1-first:]), true
}

func (h *hub) leave(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.open[s]; !ok {
		return
	}
	delete(h.open, s)
	if h.perSource[s.address]--; h.perSource[s.address] == 0 {
		delete(h.perSource, s.address)
	}
}

// close ends every stream; nobody can join any more.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.open {
		close(s.queue)
		delete(h.open, s)
	}
}

// id is how the present state is named in the stream.
func (h *hub) id(number int64) string { return h.epoch + "-" + strconv.FormatInt(number, 10) }

func (h *hub) last() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.number
}

func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.open)
}
