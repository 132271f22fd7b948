// Package statuspage is an Atlassian Statuspage that stands in for the true one,
// as far as Holdfast uses it: one page with components, incidents and their
// updates, the data that an incident keeps for its maker, lists by the page, a
// limit of calls. It shares no code with the side that calls. What it does not
// know it refuses, so that a call that Statuspage would refuse is refused here.
package statuspage

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

// Options are one Statuspage.
type Options struct {
	Clock      clock.Clock
	Token      string   // the API key that is accepted
	Page       string   // the id of the one page
	Components []string // ids
	Limit      int      // calls a minute; 0: as many as come
	Calm       bool     // a limit is told by 420, as it was before 429
}

// Statuspage is the server. Safe for concurrent use.
type Statuspage struct {
	*standin.Faults
	o Options

	mu         sync.Mutex
	incidents  []*incident // oldest first
	components map[string]string
	made       int
	web        string // an HTML page that is answered to everything; empty: none
	recent     []time.Time
	calls      []Call
	told       []func(Call)
}

// Call is one request as it came.
type Call struct {
	Method, Path, Query, Body string
	Fault                     string // the mode that struck it
	Status                    int    // what it is answered; 0: nothing
}

type incident struct {
	id, name, status string
	metadata         json.RawMessage
	components       []string
	updates          []update // oldest first
	at               time.Time
}

type update struct {
	status, body string
	deliver      bool
	at           time.Time
}

// New returns a page on which everything works.
func New(o Options) *Statuspage {
	s := &Statuspage{Faults: standin.NewFaults("statuspage", o.Clock), o: o, components: map[string]string{}}
	for _, id := range o.Components {
		s.components[id] = "operational"
	}
	return s
}

// AnswerPages has every call answered with a web page from now on, as a sign-on
// page or a proxy does; empty ends that.
func (s *Statuspage) AnswerPages(html string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.web = html
}

// OnCall has f told of every call from now on, before it is answered.
func (s *Statuspage) OnCall(f func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, f)
}

// Calls returns all calls so far.
func (s *Statuspage) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Incident is one incident as readers of the page see it.
type Incident struct {
	ID, Name, Status string
	Updates          []string // "identified: the text", oldest first
	Notified         int      // how many of them went to subscribers
	Components       []string
}

// Incidents returns what the page shows, oldest first.
func (s *Statuspage) Incidents() []Incident {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Incident
	for _, i := range s.incidents {
		x := Incident{ID: i.id, Name: i.name, Status: i.status, Components: slices.Clone(i.components)}
		for _, u := range i.updates {
			x.Updates = append(x.Updates, u.status+": "+u.body)
			if u.deliver {
				x.Notified++
			}
		}
		all = append(all, x)
	}
	return all
}

// Stands returns how a component stands.
func (s *Statuspage) Stands(component string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.components[component]
}

// Delete takes an incident off the page, as a person may.
func (s *Statuspage) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.incidents = slices.DeleteFunc(s.incidents, func(i *incident) bool { return i.id == id })
}

// Write has somebody write an incident on the page by hand.
func (s *Statuspage) Write(name string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open(&incident{name: name, status: "investigating", metadata: json.RawMessage("{}")}).id
}

func (s *Statuspage) open(i *incident) *incident {
	s.made++
	i.id, i.at = fmt.Sprintf("p31zjtc%05d", s.made), s.o.Clock.Now()
	s.incidents = append(s.incidents, i)
	return i
}

// ServeHTTP answers one call.
func (s *Statuspage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	struck := s.Strike(r.Context())
	c := Call{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body), Fault: struck.Mode}
	a := s.answer(r, body, struck)
	c.Status = a.status
	s.mu.Lock()
	s.calls = append(s.calls, c)
	told := slices.Clone(s.told)
	s.mu.Unlock()
	for _, f := range told {
		f(c)
	}
	if struck.Mode == standin.Hang {
		<-r.Context().Done()
	}
	if a.status == 0 {
		panic(http.ErrAbortHandler) // ends the connection without an answer
	}
	w.Header().Set("Content-Type", a.media)
	if a.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(a.after))
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // whoever has hung up does not read it
}

// answer is what goes back; without a status nothing does.
type answer struct {
	status int
	media  string
	body   string
	after  int // seconds
}

// object is a JSON object.
type object map[string]any

func with(status int, body any) answer {
	text, err := json.Marshal(body)
	if err != nil {
		return answer{status: http.StatusInternalServerError, media: "text/plain", body: err.Error()}
	}
	return answer{status: status, media: "application/json; charset=utf-8", body: string(text)}
}

// wrong is how Statuspage words an error: a text, and a list of them for what it
// cannot take.
func wrong(status int, says ...string) answer {
	if status == http.StatusUnprocessableEntity {
		return with(status, object{"error": says})
	}
	return with(status, object{"error": strings.Join(says, " ")})
}

func (s *Statuspage) answer(r *http.Request, body []byte, struck standin.Outcome) answer {
	switch struck.Mode {
	case standin.Unauthorized:
		return wrong(http.StatusUnauthorized, "Could not authenticate")
	case standin.Throttle:
		return s.throttled(30)
	case standin.ServerError:
		return answer{status: http.StatusInternalServerError, media: "text/html", body: "<html>We're sorry, but something went wrong.</html>"}
	case standin.Unavailable:
		return answer{status: http.StatusServiceUnavailable, media: "text/html", body: "<html>Statuspage is down for maintenance</html>"}
	case standin.Garbage:
		return answer{status: http.StatusOK, media: "application/json", body: "{\"id\": \"p31"}
	case standin.Refuse, standin.BadTLS, standin.Hang:
		return answer{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.web != "" {
		return answer{status: http.StatusOK, media: "text/html; charset=utf-8", body: s.web}
	}
	if r.Header.Get("Authorization") != "OAuth "+s.o.Token {
		return wrong(http.StatusUnauthorized, "Could not authenticate")
	}
	if over, wait := s.limited(); over {
		return s.throttled(wait)
	}
	a := s.route(r, body)
	if struck.Mode == standin.LostReply {
		return answer{}
	}
	return a
}

func (s *Statuspage) throttled(seconds int) answer {
	status := http.StatusTooManyRequests
	if s.o.Calm {
		status = 420
	}
	a := wrong(status, "Rate limit exceeded")
	a.after = seconds
	return a
}

// limited counts a call and says whether it is one too many in the last minute.
func (s *Statuspage) limited() (over bool, wait int) {
	if s.o.Limit == 0 {
		return false, 0
	}
	now := s.o.Clock.Now()
	s.recent = slices.DeleteFunc(s.recent, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(s.recent) >= s.o.Limit {
		return true, int(time.Minute-now.Sub(s.recent[0]))/int(time.Second) + 1
	}
	s.recent = append(s.recent, now)
	return false, 0
}
