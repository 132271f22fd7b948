package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

const (
	// largestBody bounds what is read of a request before anybody knows whether
	// it is from Slack.
	largestBody = 256 << 10
	// mostAtWork bounds the deliveries that are being answered or followed up.
	mostAtWork = 400
	// longestWork is how long an answer is waited for: after that no address of
	// Slack takes it any more.
	longestWork = urlLife
	// repeatedFor is how long Slack may repeat an event, with some to spare.
	repeatedFor = 15 * time.Minute
	mostEvents  = 1 << 16
)

// Receiving is what a receiver needs. Hooks, Refused and Log may be left out.
type Receiving struct {
	Secrets   []string          // signing secrets in force; none where everything comes over a socket
	Team      string            // the workspace that is served: T...
	App       string            // the app's id, A...; empty is any that has the secret
	Self      string            // the bot's own Slack id: U...
	Roots     map[string]string // the name of each slash command, without "/", and the root it means
	Reactions Reactions
	Answering *bot.Answering
	Directory directory
	Responder responder
	Messages  messages
	Hooks     Hooks
	Clock     clock.Clock
	Refused   func(reason string) // counts what is turned away
	Log       *slog.Logger
}

// Receiver takes in what Slack delivers and answers it. Whether it comes over
// HTTP or a socket, one delivery makes one request, under the same id.
//
// Slack has its acknowledgement before anything is done, except where it shows
// what it is answered with: a slash command over HTTP and a form. They are
// answered when they are recorded, or after two seconds with an interim answer.
//
// It is safe for concurrent use.
type Receiver struct {
	o        Receiving
	reader   *reader
	verifier *Verifier // nil where nothing comes over HTTP
	handler  http.Handler
	events   *recent

	slots   chan struct{}
	mu      sync.Mutex // guards closed against running
	closed  bool
	running sync.WaitGroup
}

// NewReceiver returns a receiver. What would let strangers in is refused.
func NewReceiver(o Receiving) (*Receiver, error) {
	if o.Team == "" {
		return nil, fault.New(fault.Usage, "Give the id of the workspace, T....", "Slack's workspace is not named.")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Refused == nil {
		o.Refused = func(string) {}
	}
	r := &Receiver{o: o, events: newRecent(mostEvents), slots: make(chan struct{}, mostAtWork), reader: &reader{
		team: o.Team, app: o.App, self: o.Self, roots: o.Roots, reactions: o.Reactions, directory: o.Directory, forms: forms{account: o.Directory.Account, person: o.Directory.Person}, hooks: o.Hooks}}
	if o.Secrets != nil {
		v, err := NewVerifier(o.Secrets, o.Clock)
		if err != nil {
			return nil, err
		}
		r.verifier = v
	}
	r.handler = r.routes()
	return r, nil
}

// Handler serves what Slack calls:
//
//	/slack/commands      slash commands
//	/slack/interactions  buttons, forms, menus and shortcuts
//	/slack/events        events
//	/slack/options       lists that are completed while somebody types
//
// Whoever cannot prove to be Slack gets an empty 401, whatever the reason.
func (r *Receiver) Handler() http.Handler { return r.handler }

// ServeWhole serves a request as Handler does, and returns when what was left to
// do after the answer is done as well: for whoever looks at what has come of it.
func (r *Receiver) ServeWhole(w http.ResponseWriter, req *http.Request) {
	var rest sync.WaitGroup
	r.handler.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), restKey{}, &rest)))
	rest.Wait()
}

// restKey is where ServeWhole says that it waits.
type restKey struct{}

func (r *Receiver) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/commands", r.signed(r.commands))
	mux.HandleFunc("POST /slack/interactions", r.signed(r.interactions))
	mux.HandleFunc("POST /slack/events", r.signed(r.eventsOf))
	mux.HandleFunc("POST /slack/options", r.signed(r.options))
	return mux
}

// Stop takes nothing more in and waits for what is being answered, or for ctx.
func (r *Receiver) Stop(ctx context.Context) {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	over := make(chan struct{})
	go func() {
		r.running.Wait()
		close(over)
	}()
	select {
	case <-over:
	case <-ctx.Done():
	}
}

// signed lets in what Slack has signed. Nothing else of a request is looked at
// before.
func (r *Receiver) signed(next func(w http.ResponseWriter, req *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				r.o.Log.Error("a request of Slack panicked", "path", req.URL.Path, "panic", p, "stack", string(debug.Stack()))
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, largestBody))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			r.refuse(w, req, http.StatusRequestEntityTooLarge, "size", err)
			return
		case err != nil:
			r.refuse(w, req, http.StatusBadRequest, "body", err)
			return
		}
		err = errors.New("no signing secret is configured")
		if r.verifier != nil {
			err = r.verifier.Verify(req.Header, body)
		}
		if err != nil {
			r.refuse(w, req, http.StatusUnauthorized, "signature", err)
			return
		}
		next(w, req, body)
	}
}

func (r *Receiver) refuse(w http.ResponseWriter, req *http.Request, status int, reason string, err error) {
	r.o.Refused(reason)
	r.o.Log.Warn("refused a request that should be from Slack", "remote", req.RemoteAddr, "path", req.URL.Path, "reason", err)
	w.WriteHeader(status)
}

func (r *Receiver) commands(w http.ResponseWriter, req *http.Request, body []byte) {
	var d delivery
	c, err := slashForm(body)
	if err == nil {
		d, err = r.reader.slash(c)
	}
	r.serve(w, req, d, err)
}

func (r *Receiver) interactions(w http.ResponseWriter, req *http.Request, body []byte) {
	var d delivery
	payload, err := interactionForm(body)
	if err == nil {
		d, err = r.reader.interaction(payload)
	}
	r.serve(w, req, d, err)
}

func (r *Receiver) eventsOf(w http.ResponseWriter, req *http.Request, body []byte) {
	e, err := r.reader.envelope(body)
	if err == nil && e.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, e.Challenge) // who asked has gone
		return
	}
	var d delivery
	if err == nil {
		d, err = r.happened(e)
	}
	r.serve(w, req, d, err)
	if d.spared {
		r.o.Log.Debug("Slack repeats an event", "event", e.EventID)
	}
}

// happened reads an event, once: what Slack repeats has been seen to.
func (r *Receiver) happened(e envelope) (delivery, error) {
	d, err := r.reader.event(e)
	if err != nil || e.EventID == "" {
		return d, err
	}
	if e.Type == "app_rate_limited" {
		r.o.Log.Warn("Slack holds back events: there are too many", "team", e.TeamID)
	}
	now := r.o.Clock.Now()
	if !r.events.first(e.EventID, now, now.Add(repeatedFor)) {
		return delivery{spared: true}, nil
	}
	d.event = e.EventID
	return d, nil
}

func (r *Receiver) options(w http.ResponseWriter, req *http.Request, body []byte) {
	var answer struct {
		Options []*slackgo.OptionBlockObject `json:"options"`
	}
	answer.Options = []*slackgo.OptionBlockObject{} // Slack wants a list, even an empty one
	var c slackgo.InteractionCallback
	payload, err := interactionForm(body)
	if err == nil {
		err = decode(payload, &c)
	}
	if err == nil {
		err = r.reader.ours(c.APIAppID, c.Team.ID)
	}
	if err != nil {
		r.o.Log.Warn("Slack asks for a list in vain", "err", err)
	} else if suggest := r.o.Hooks.Suggest; suggest != nil {
		if found := suggest(req.Context(), c.ActionID, c.Value); found != nil {
			answer.Options = found
		}
	}
	r.write(w, answer)
}

// serve acknowledges a delivery and has it answered. What cannot be read is
// acknowledged too: it would be the same if Slack sent it again.
func (r *Receiver) serve(w http.ResponseWriter, req *http.Request, d delivery, err error) {
	if d.instead != nil {
		r.write(w, d.instead)
	}
	switch {
	case errors.Is(err, errElsewhere):
		r.elsewhere(w, req, d)
		return
	case err != nil:
		r.o.Refused("payload")
		r.o.Log.Warn("could not read a delivery of Slack", "path", req.URL.Path, "err", err)
		return
	case !d.asks():
		return
	}
	done, ok := r.begin()
	if !ok {
		// Slack repeats an event, and tells a person that it has not worked.
		r.verifier.Forget(req.Header)
		r.events.forget(d.event)
		r.o.Refused("crowd")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if !d.back.instant {
		w.WriteHeader(http.StatusOK)
		r.later(req.Context(), done, d, func(ctx context.Context) { r.work(ctx, d) })
		return
	}
	then := func(context.Context) {} // also when the answer panics
	defer func() { r.later(req.Context(), done, d, then) }()
	body, next := r.instantly(req.Context(), d)
	if next != nil {
		then = next
	}
	if body != nil {
		r.write(w, body)
	}
}

func (r *Receiver) write(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		r.o.Log.Warn("answer Slack", "err", err)
	}
}

const notServed = "This Slack workspace is not the one Holdfast serves."

// elsewhere turns away what is signed, and for another workspace: an app that
// was installed twice.
func (r *Receiver) elsewhere(w http.ResponseWriter, req *http.Request, d delivery) {
	r.o.Refused("workspace")
	r.o.Log.Warn("refused a delivery from another workspace", "path", req.URL.Path)
	switch {
	case d.back.instant:
		r.write(w, privately(answer{text: notServed}, false))
	case d.back.url != nil:
		if done, ok := r.begin(); ok {
			r.later(req.Context(), done, d, func(ctx context.Context) {
				if err := r.o.Responder.Respond(ctx, d.back.url, answer{text: notServed}, false); err != nil {
					r.o.Log.Warn("turn away another workspace", "err", err)
				}
			})
		}
	}
}

// begin takes a place among those at work; done gives it back.
func (r *Receiver) begin() (done func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, false
	}
	select {
	case r.slots <- struct{}{}:
	default:
		return nil, false
	}
	r.running.Add(1)
	return func() { <-r.slots; r.running.Done() }, true
}

// later does the work of a delivery that has been acknowledged, whether or not
// anybody still waits, and gives its place back.
func (r *Receiver) later(ctx context.Context, done func(), d delivery, work func(context.Context)) {
	rest, waited := ctx.Value(restKey{}).(*sync.WaitGroup)
	if waited {
		rest.Add(1)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestWork)
	go func() {
		if waited {
			defer rest.Done()
		}
		defer done()
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				r.o.Log.Error("a delivery of Slack panicked", "delivery", d.request.Delivery, "panic", p, "stack", string(debug.Stack()))
			}
		}()
		work(ctx)
	}()
}

// work answers a delivery through Slack's Web API.
func (r *Receiver) work(ctx context.Context, d delivery) {
	if d.tell != nil {
		d.tell(ctx)
		return
	}
	if d.notice != "" {
		r.notify(ctx, d, d.notice)
		return
	}
	if d.reaction != nil {
		if err := r.reader.say(ctx, r.o.Messages, &d); err != nil {
			r.o.Log.Warn("a reaction comes to nothing", "delivery", d.request.Delivery, "err", err)
			r.notify(ctx, d, unseen)
			return
		}
	}
	reply, later := r.o.Answering.Answer(ctx, d.request)
	if later != nil {
		if d.reaction == nil && d.request.Change == nil {
			r.deliver(ctx, d, reply)
		}
		var err error
		if reply, err = later(ctx); err != nil {
			r.o.Log.Warn("an answer came too late to be given", "delivery", d.request.Delivery, "err", err)
			return
		}
	}
	r.deliver(ctx, d, reply)
}
