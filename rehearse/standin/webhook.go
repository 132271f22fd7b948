package standin

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

// Webhook is an endpoint of the contract of docs/webhook.md, on top of a pager
// and a tracker: /pager calls people, /tracker keeps tickets. It reads the
// contract for itself and shares no code with the side that calls, so that the
// two are witnesses of each other. It fails as its pager and tracker are told
// to, in real time and on the wire; BadTLS is a certificate that has expired
// where it is served by ServeTLS, else a lost connection. Serve it to as many
// programs at once as a test likes.
type Webhook struct {
	pager   *Pager
	tracker *Tracker
	clock   clock.Clock
	secrets []string

	ticketing sync.Mutex // keeps one key from opening two tickets at once
	mu        sync.Mutex
	calls     []Call
	told      []func(Call)
}

// NewWebhook returns an endpoint that takes what one of the secrets has signed
// within five minutes of the clock's time.
func NewWebhook(p *Pager, t *Tracker, c clock.Clock, secrets ...string) *Webhook {
	return &Webhook{pager: p, tracker: t, clock: c, secrets: secrets}
}

// Call is one request as it came in, whatever became of it.
type Call struct {
	At     time.Time
	Path   string
	Kind   string // page, ticket, link, comment, or find; empty when it cannot be read
	Key    string
	Fault  string // the mode that struck it; empty when none did
	Status int    // what it is answered; 0 when the connection ends without an answer
	Ref    string // the name it is answered, or would have been
}

// Find is the kind of a call that looks for what is there.
const Find = "find"

// Calls returns all calls so far, in the order in which they were recorded.
func (w *Webhook) Calls() []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// OnCall has f told of every call from now on, when it has been done and
// recorded and before it is answered. f runs inside the call, which waits for
// it; several calls may be under way at once.
func (w *Webhook) OnCall(f func(Call)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, f)
}

// ServeHTTP answers one request.
func (w *Webhook) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	c := Call{At: w.clock.Now(), Path: r.URL.Path}
	a := w.handle(r, &c)
	c.Status = a.status
	w.record(c)
	if a.hangs {
		<-r.Context().Done()
	}
	if a.status == 0 {
		panic(http.ErrAbortHandler) // ends the connection without an answer
	}
	out.Header().Set("Content-Type", a.media)
	if a.status == http.StatusTooManyRequests {
		out.Header().Set("Retry-After", fmt.Sprint(int(comeBack.Seconds())))
	}
	out.WriteHeader(a.status)
	_, _ = io.WriteString(out, a.body) // whoever has hung up does not read it
}

// Spoiled tells whether the next connection is to show an expired certificate:
// what ServeTLS asks.
func (w *Webhook) Spoiled() bool {
	return w.pager.nextIs(BadTLS) || w.tracker.nextIs(BadTLS)
}

func (w *Webhook) record(c Call) {
	w.mu.Lock()
	w.calls = append(w.calls, c)
	told := slices.Clone(w.told)
	w.mu.Unlock()
	for _, f := range told {
		f(c)
	}
}

// handle does what a request asks for and returns what to answer.
func (w *Webhook) handle(r *http.Request, c *Call) reply {
	d, ok := w.desk(r.URL.Path)
	if !ok {
		return refusal(http.StatusNotFound, "there is nothing at "+r.URL.Path)
	}
	asked, content, unread := readAsked(r)
	c.Kind, c.Key = asked.Kind, asked.Key
	mode, slow := d.faults.next()
	c.Fault = mode
	if !waited(r, slow) {
		return reply{}
	}
	if mode != "" && mode != LostReply {
		return failing(mode)
	}
	switch {
	case !signed(r.Header.Get("Holdfast-Signature"), content, w.secrets, c.At):
		return refusal(http.StatusUnauthorized, "the signature does not hold")
	case unread != nil:
		return refusal(http.StatusBadRequest, unread.Error())
	}
	a := d.serve(asked, c)
	if mode == LostReply {
		return reply{}
	}
	return a
}

// desk is one of the two paths.
type desk struct {
	faults *Faults
	named  func(key string) (id string, found bool)
	do     func(asked) (id string, err error)
}

func (w *Webhook) desk(path string) (desk, bool) {
	switch path {
	case "/pager":
		return desk{w.pager.Faults, w.pager.named, w.page}, true
	case "/tracker":
		return desk{w.tracker.Faults, w.tracker.named, w.keep}, true
	}
	return desk{}, false
}

func (d desk) serve(a asked, c *Call) reply {
	if a.Kind == Find {
		id, found := d.named(a.Key)
		if !found {
			return refusal(http.StatusNotFound, "there is nothing under "+a.Key)
		}
		c.Ref = id
		return named(http.StatusOK, id)
	}
	id, err := d.do(a)
	if err != nil {
		if fault.CodeOf(err) == fault.UnknownID {
			return refusal(http.StatusNotFound, fault.From(err).Text)
		}
		return refusal(http.StatusBadRequest, err.Error())
	}
	c.Ref = id
	return named(http.StatusCreated, id)
}

func (w *Webhook) page(a asked) (string, error) {
	if a.Kind != Page {
		return "", fmt.Errorf("the pager does not take a %s", a.Kind)
	}
	return w.pager.call(integrations.PageRequest{Key: a.Key, Target: a.Target, Summary: a.Summary, Severity: a.Severity, Incident: a.Incident})
}

func (w *Webhook) keep(a asked) (string, error) {
	switch a.Kind {
	case Ticket:
		w.ticketing.Lock()
		defer w.ticketing.Unlock()
		if id, again := w.tracker.named(a.Key); again {
			return id, nil
		}
		return w.tracker.open(integrations.NewTicket{Key: a.Key, Project: a.Project, Title: a.Summary, Body: a.Text, Severity: a.Severity})
	case Link:
		return a.Ticket, w.tracker.add(Event{Kind: Link, To: a.Ticket, Ref: a.Ticket, Text: a.Incident, Key: a.Key})
	case Comment:
		return a.Ticket, w.tracker.add(Event{Kind: Comment, To: a.Ticket, Ref: a.Ticket, Text: a.Text, Key: a.Key})
	}
	return "", fmt.Errorf("the tracker does not take a %s", a.Kind)
}

// reply is what goes back. Without a status nothing does, and the connection
// ends, when hangs is set not before the caller gives up.
type reply struct {
	status int
	media  string
	body   string
	hangs  bool
}

func named(status int, id string) reply { return jsonReply(status, map[string]string{"id": id}) }

func refusal(status int, why string) reply {
	return jsonReply(status, map[string]string{"error": why})
}

func jsonReply(status int, says map[string]string) reply {
	body, err := json.Marshal(says)
	if err != nil {
		return reply{status: http.StatusInternalServerError, media: "text/plain", body: err.Error()}
	}
	return reply{status: status, media: "application/json", body: string(body)}
}

// failing is what a mode of failure looks like on the wire.
func failing(mode string) reply {
	switch mode {
	case Hang:
		return reply{hangs: true}
	case Unauthorized:
		return refusal(http.StatusUnauthorized, "the signature does not hold")
	case Throttle:
		return refusal(http.StatusTooManyRequests, "too many requests")
	case ServerError:
		return reply{status: http.StatusInternalServerError, media: "text/plain", body: "it failed"}
	case Unavailable:
		return reply{status: http.StatusServiceUnavailable, media: "text/plain", body: "it is down"}
	case Garbage:
		return reply{status: http.StatusOK, media: "text/html", body: "<html>Welcome</html>"}
	}
	return reply{} // Refuse, BadTLS
}

// waited waits as long as an answer takes; it is false when the caller has
// given up meanwhile.
func waited(r *http.Request, slow time.Duration) bool {
	timer := time.NewTimer(slow)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
