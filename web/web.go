// Package web is the way in over HTTP: commands with the grammar of chat, where
// incidents stand, records, and what happens as it happens. A terminal on
// another machine, a script and later a browser use the same API.
//
// web.go       what a server needs, and its routes
// auth.go      who is calling: a token or a certificate
// commands.go  a command and its answer
// incidents.go states and records
// page.go      the same for people with a browser
// events.go    what happens, as a stream; stream.go follows the journals
// platform.go  the chat platform of those who sit at a terminal
// health.go    for those who operate it
// listen.go    how many connections, how slow, how large
package web

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"sync"

	"holdfast/bot"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/templates"
)

// Desk answers what is asked about incidents, as the person who asks may know.
type Desk interface {
	// Look returns an incident. The errors are *fault.Error: E_UNKNOWN_ID,
	// E_ROLE where it is private, which is recorded.
	Look(ctx context.Context, r bot.Request, id string) (incident.State, error)
	// List returns the incidents, oldest first, titles withheld where they are
	// private.
	List(ctx context.Context, r bot.Request, all bool) ([]incident.State, error)
}

// Journals is what a stream reads of the engine.
type Journals interface {
	State(ctx context.Context, id string) (incident.State, error)
	Entries(ctx context.Context, journalName string, after uint64) iter.Seq2[journal.Entry, error]
	Incidents(ctx context.Context) ([]incident.Listed, error)
}

// Growth tells which journals grow from now on, until ctx ends.
type Growth interface {
	Watch(ctx context.Context) <-chan engine.Growth
}

// Options are what a server needs. Counted and Log may be left out.
type Options struct {
	Platform  *Platform
	Answering *bot.Answering
	Desk      Desk
	Journals  Journals
	Growth    Growth
	Plan      func() *plan.Plan
	Templates func() *templates.Set
	Draw      func(s incident.State, e journal.Effect) (templates.Message, error)
	Export    func(ctx context.Context, w io.Writer, id, format string) error
	People    People
	Standing  bot.Standing // a platform whose groups count too; may be nil
	Clock     clock.Clock
	Refused   func(reason string) // counts what is turned away
	Log       *slog.Logger
}

// Server serves the API. It is safe for concurrent use.
type Server struct {
	o       Options
	streams chan struct{} // holds one for each open stream
	over    chan struct{} // closed by Close
	close   sync.Once
}

// New returns a server.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Refused == nil {
		o.Refused = func(string) {}
	}
	return &Server{o: o, streams: make(chan struct{}, mostStreams), over: make(chan struct{})}
}

// Close ends every stream, so that nothing holds up the end of the server.
func (s *Server) Close() { s.close.Do(func() { close(s.over) }) }

// Handler serves the API to those who say who they are.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/commands", s.command)
	mux.HandleFunc("GET /api/v1/incidents", s.incidents)
	mux.HandleFunc("GET /api/v1/incidents/{id}", s.incident)
	mux.HandleFunc("GET /api/v1/incidents/{id}/export", s.export)
	mux.HandleFunc("GET /api/v1/events", s.events)
	mux.HandleFunc("GET /api/v1/whoami", s.whoami)
	mux.HandleFunc("GET "+pages, s.listPage)
	mux.HandleFunc("GET "+pages+"/{id}", s.incidentPage)
	mux.HandleFunc("/", s.nothing)
	return s.guarded(mux)
}

func (s *Server) nothing(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusNotFound, notHere(r))
}

// guarded lets in whom a token or a certificate names, and sets what every
// answer carries.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'")
		page := isPage(r)
		if page {
			r = asBearer(r)
		}
		person, err := s.o.People.Who(r)
		if err != nil {
			h.Set("WWW-Authenticate", `Bearer realm="holdfast"`)
			s.o.Refused("token")
			s.o.Log.Warn("refused a caller", "remote", r.RemoteAddr, "path", r.URL.Path, "reason", fault.From(err).Text)
			if page {
				h.Set("WWW-Authenticate", signIn)
				s.sayOnPage(w, http.StatusUnauthorized, err)
				return
			}
			s.refuse(w, r, http.StatusUnauthorized, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personKey{}, person)))
	})
}

type personKey struct{}

// personOf is who is calling; guarded has let them in.
func personOf(r *http.Request) string {
	p, _ := r.Context().Value(personKey{}).(string)
	return p
}

// asked is a request for reading, by whoever calls.
func asked(r *http.Request, text string) bot.Request {
	return bot.Request{Platform: Name, Person: personOf(r), Root: "incident", Text: text, Origin: "api"}
}
