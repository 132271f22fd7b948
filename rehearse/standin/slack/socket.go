package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Envelope is what Socket Mode wraps a request in.
type Envelope struct {
	ID             string          `json:"envelope_id"`
	Type           string          `json:"type"` // slash_commands, interactive, events_api
	Payload        json.RawMessage `json:"payload"`
	AcceptsPayload bool            `json:"accepts_response_payload"`
	Attempt        int             `json:"retry_attempt"`
	Reason         string          `json:"retry_reason"`
}

// Ack is how the app has answered an envelope.
type Ack struct {
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"` // nil for none
	At         time.Time       `json:"-"`
}

// socket holds the connections of Socket Mode.
type socket struct {
	w *Workspace

	mu      sync.Mutex
	tickets map[string]bool // of URLs that nobody has connected to yet
	lines   []*line
	acks    []Ack
	changed chan struct{} // closed and replaced when anything here changes
}

// line is one connection.
type line struct {
	conn *websocket.Conn
	mu   sync.Mutex // one writes at a time
}

func newSocket(w *Workspace) *socket {
	return &socket{w: w, tickets: map[string]bool{}, changed: make(chan struct{})}
}

// change tells those who wait. mu is held.
func (s *socket) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// openConnection gives out a URL to which one connection may be made.
func (w *Workspace) openConnection(call) (answer, error) {
	ticket := w.id("L")
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	w.socket.tickets[ticket] = true
	return answer{"url": "ws" + strings.TrimPrefix(w.base, "http") + "/socket/" + ticket}, nil
}

// serve keeps one connection until either side ends it. The calling goroutine
// is the one that reads.
func (s *socket) serve(out http.ResponseWriter, r *http.Request, ticket string) {
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(out, "invalid ticket", http.StatusNotFound)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // clients name Slack's own
	conn, err := up.Upgrade(out, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close()
	defer context.AfterFunc(r.Context(), func() { _ = conn.Close() })()
	l := &line{conn: conn}
	defer s.forget(l)
	if s.greet(l) == nil {
		s.listen(l)
	}
}

// greet takes a connection up. It is one before the client hears so, and hello
// is the first that it hears.
func (s *socket) greet(l *line) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.mu.Lock()
	s.lines = append(s.lines, l)
	hello := marshal(answer{
		"type": "hello", "num_connections": len(s.lines), "connection_info": answer{"app_id": appID},
		"debug_info": answer{"host": "applink-1", "approximate_connection_time": 18060},
	})
	s.change()
	s.mu.Unlock()
	return l.conn.WriteMessage(websocket.TextMessage, hello)
}

func (s *socket) forget(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = slices.DeleteFunc(s.lines, func(one *line) bool { return one == l })
	s.change()
}

// listen notes acks until the connection ends.
func (s *socket) listen(l *line) {
	for {
		var a Ack
		_, message, err := l.conn.ReadMessage()
		if err != nil {
			return
		}
		if json.Unmarshal(message, &a) != nil || a.EnvelopeID == "" {
			continue // Slack ignores what it cannot read
		}
		a.At = s.w.o.Clock.Now()
		s.mu.Lock()
		s.acks = append(s.acks, a)
		s.change()
		s.mu.Unlock()
	}
}

func (l *line) write(message []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn.WriteMessage(websocket.TextMessage, message)
}

var errNobody = errors.New("nobody is connected by Socket Mode")

// send writes to one of the connections, as Slack chooses one.
func (s *socket) send(write func(*line) error) error {
	s.mu.Lock()
	lines := slices.Clone(s.lines)
	s.mu.Unlock()
	if len(lines) == 0 {
		return errNobody
	}
	return write(lines[len(lines)-1])
}

// EnvelopeOf wraps a request made here, such as Slash or Press makes, as Socket
// Mode carries it instead.
func (w *Workspace) EnvelopeOf(r *http.Request) Envelope {
	w.mu.Lock()
	id := w.id("E")
	w.mu.Unlock()
	body := bodyOf(r)
	if r.URL.Path == EventsPath {
		return Envelope{ID: id, Type: "events_api", Payload: body}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		panic(err) // it was made here
	}
	if p := form.Get("payload"); p != "" {
		return Envelope{ID: id, Type: "interactive", Payload: json.RawMessage(p), AcceptsPayload: strings.Contains(p, `"view_submission"`)}
	}
	flat := answer{}
	for name := range form {
		flat[name] = form.Get(name)
	}
	return Envelope{ID: id, Type: "slash_commands", Payload: marshal(flat), AcceptsPayload: true}
}

// Send sends an envelope to a connection. To send one again, count its Attempt.
// It is an error when nobody is connected.
func (w *Workspace) Send(e Envelope) error { return w.SendRaw(marshal(e)) }

// SendRaw sends any text to a connection, such as half an envelope.
func (w *Workspace) SendRaw(message []byte) error {
	return w.socket.send(func(l *line) error { return l.write(message) })
}

// Disconnect tells the app that a connection is about to end, so that it makes
// another; reason is warning, refresh_requested or link_disabled.
func (w *Workspace) Disconnect(reason string) error {
	return w.SendRaw(marshal(answer{"type": "disconnect", "reason": reason, "debug_info": answer{"host": "applink-1"}}))
}

// Ping pings a connection, as Slack does every few seconds.
func (w *Workspace) Ping() error {
	return w.socket.send(func(l *line) error {
		return l.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Time{})
	})
}

// Hangup ends all connections without a word.
func (w *Workspace) Hangup() {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	for _, l := range w.socket.lines {
		_ = l.conn.Close()
	}
}

// Acks returns how envelopes have been answered, in the order of the answers.
func (w *Workspace) Acks() []Ack {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	return slices.Clone(w.socket.acks)
}

// Acked waits until an envelope is answered, or the context ends.
func (w *Workspace) Acked(ctx context.Context, envelopeID string) (a Ack, err error) {
	err = w.socket.until(ctx, func() bool {
		i := slices.IndexFunc(w.socket.acks, func(a Ack) bool { return a.EnvelopeID == envelopeID })
		if i >= 0 {
			a = w.socket.acks[i]
		}
		return i >= 0
	})
	return a, err
}

// Connected waits until so many connections are open, or the context ends.
func (w *Workspace) Connected(ctx context.Context, n int) error {
	return w.socket.until(ctx, func() bool { return len(w.socket.lines) == n })
}

func (s *socket) until(ctx context.Context, holds func() bool) error {
	for {
		s.mu.Lock()
		done, changed := holds(), s.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
