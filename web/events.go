package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"holdfast/internal/fault"
	"holdfast/templates"
)

// The limits of streams.
const (
	mostStreams = 200
	beat        = time.Second      // how often an edit that had to wait is looked at
	silence     = 15 * time.Second // after it a remark keeps the connection open
	writeLimit  = 10 * time.Second // who reads more slowly is let go
)

// Record is an entry of a journal as a stream tells it.
type Record struct {
	Ref      string    `json:"ref"` // INC-42#17
	Incident string    `json:"incident"`
	Seq      uint64    `json:"seq"`
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded_at"`
	Actor    string    `json:"actor"`
	Because  string    `json:"because,omitempty"`
	Text     string    `json:"text"` // the entry in a sentence
	Data     any       `json:"data"`
}

// Happening is something that people see in a chat.
type Happening struct {
	Kind    string            `json:"kind"` // post, edit, dm, reply, room, invite, topic
	At      time.Time         `json:"at"`
	To      string            `json:"to"`             // #room or @person
	Room    string            `json:"room,omitempty"` // of an invitation and a reply
	Ref     string            `json:"ref,omitempty"`  // of a message; an edit has that of the message it replaces
	Text    string            `json:"text"`
	Message templates.Message `json:"message"`
}

// events streams what happens from now on, or after what the Last-Event-ID
// names: each entry, and what people see of it in rooms and direct messages.
// ?of=records or ?of=chat leaves the other out.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		s.o.Refused("streams")
		s.refuse(w, r, http.StatusServiceUnavailable, fault.New(fault.Store, "Too many follow the events already.", "Try again in a moment, or on another replica."))
		return
	}
	out := &sender{w: w, control: http.NewResponseController(w), of: r.URL.Query().Get("of")}
	growths := s.o.Growth.Watch(r.Context()) // before anything is read: what grows meanwhile is told
	heard, stop := s.o.Platform.private.listen(personOf(r))
	defer stop()
	st, err := s.open(r.Context(), personOf(r), r.Header.Get("Last-Event-ID"), out)
	if err != nil {
		s.refuse(w, r, 0, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // proxies must not keep it back
	w.WriteHeader(http.StatusOK)
	out.remark("holdfast")
	if err := st.run(r.Context(), growths, heard); err != nil && r.Context().Err() == nil {
		s.o.Log.Info("a stream of events ended", "person", personOf(r), "err", err)
	}
}

// sender writes events; after the first failure it writes nothing more.
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
	of      string
	quiet   time.Duration // since something was written
	err     error
}

func (o *sender) event(name, id string, v any) {
	if name == "record" && o.of == "chat" || name == "chat" && o.of == "records" {
		return
	}
	data, err := json.Marshal(v)
	if err != nil {
		o.err = fmt.Errorf("write an event: %w", err)
		return
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	o.write(fmt.Sprintf("%sevent: %s\ndata: %s\n\n", id, name, data))
}

func (o *sender) remark(text string) { o.write(": " + text + "\n\n") }

func (o *sender) write(text string) {
	if o.err != nil {
		return
	}
	o.quiet = 0
	if o.err = o.control.SetWriteDeadline(time.Now().Add(writeLimit)); o.err != nil {
		return
	}
	if _, o.err = o.w.Write([]byte(text)); o.err == nil {
		o.err = o.control.Flush()
	}
}
