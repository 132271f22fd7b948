// Package slack is a workspace of Slack in memory: its Web API, the requests
// it signs and its Socket Mode, for tests, the demo and rehearsals. It refuses
// what Slack refuses, in Slack's own words, and shares no code with the side
// that calls.
package slack

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"holdfast/internal/clock"
)

// Options says what a workspace is made of. Only the clock is required.
type Options struct {
	Clock         clock.Clock
	BotToken      string   // what the bot calls with; default xoxb-holdfast
	AppToken      string   // what Socket Mode is opened with; default xapp-holdfast
	SigningSecret string   // default 8f742231b10e8888abcd99yyyzzz85a5, as in Slack's example
	Team          string   // default T0HOLDFAST
	Scopes        []string // what the bot was granted; nil: every scope of Scopes
	Unlimited     bool     // no rate limits

	// Before, unless nil, is asked before each call of the Web API, without a
	// lock held, and may take as long as it likes. A status is answered in place
	// of the method's answer, with a Retry-After unless retryAfter is 0; an error
	// word is answered as Slack words a refusal; with either, nothing is done.
	// With lose the answer is lost: alone, after the method has been carried out.
	Before func(method string, form url.Values) (status int, errorWord string, retryAfter time.Duration, lose bool)
}

// Workspace is one workspace with one app in it, whose bot is a person too. It
// is an http.Handler that answers POST /api/METHOD, the uploads and
// response_urls it has given out, and Socket Mode. It is safe for concurrent
// use; make it with New.
type Workspace struct {
	o      Options
	bot    string // the bot's user id
	socket *socket

	mu        sync.Mutex
	base      string // the address that people reach it at
	count     int
	last      int64 // microseconds of the newest ts
	revoked   string
	denied    map[string]bool
	people    []*User
	groups    []*Group
	channels  []*room
	views     []*View
	homes     map[string]*View
	files     []*File
	triggers  map[string]*trigger
	urls      map[string]*responseURL
	buckets   map[string]*bucket
	calls     []Call
	told      []func(Call)
	watchers  []func(Sight)
	responses []Response
}

// New returns a workspace with nobody in it but the bot, and no channel.
func New(o Options) *Workspace {
	for at, els := range map[*string]string{
		&o.BotToken:      "xoxb-holdfast",
		&o.AppToken:      "xapp-holdfast",
		&o.SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5",
		&o.Team:          "T0HOLDFAST",
	} {
		if *at == "" {
			*at = els
		}
	}
	if o.Scopes == nil {
		o.Scopes = Scopes()
	}
	w := &Workspace{
		o: o, base: "http://slack.invalid",
		denied: map[string]bool{}, homes: map[string]*View{}, triggers: map[string]*trigger{},
		urls: map[string]*responseURL{}, buckets: map[string]*bucket{},
	}
	w.socket = newSocket(w)
	w.bot = w.AddUser("holdfast", User{Bot: true})
	return w
}

// The app's own ids.
const (
	appID = "A0HOLDFAST"
	botID = "B0HOLDFAST"
)

// At tells the workspace the address, without a path, that it is served at. It
// stands in the URLs of requests made from now on; a call of the Web API tells
// it too.
func (w *Workspace) At(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base = strings.TrimSuffix(address, "/")
}

// Bot returns the bot's user id.
func (w *Workspace) Bot() string { return w.bot }

// Revoke has every call of the bot answered with a word from now on, such as
// token_revoked or account_inactive; the empty word ends that.
func (w *Workspace) Revoke(word string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked = word
}

// Restrict has these methods answered with restricted_action from now on, as
// by a preference of the workspace's owners.
func (w *Workspace) Restrict(methods ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range methods {
		w.denied[m] = true
	}
}

// Call is one call of the Web API as it came in, whatever became of it.
type Call struct {
	Method string
	At     time.Time
	Form   url.Values // without the token
	Status int        // of the answer; 0 when it was lost
	Error  string     // the word of a refusal; empty for none
}

// Calls returns all calls so far, in the order in which they were answered.
func (w *Workspace) Calls() []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Call(nil), w.calls...)
}

// OnCall has f told of every call from now on, when it has been done and before
// it is answered. f runs inside the call; several may be under way at once.
func (w *Workspace) OnCall(f func(Call)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, f)
}

// id returns a new id of a kind, the kind being its first letter. mu is held.
func (w *Workspace) id(kind string) string {
	w.count++
	return kind + "0" + strings.ToUpper(fmt.Sprintf("%09s", strconv.FormatInt(int64(w.count), 36)))
}

// ts returns the time of a new message: unique in the workspace and growing,
// though the clock stands still. mu is held.
func (w *Workspace) ts() string {
	w.last = max(w.o.Clock.Now().UnixMicro(), w.last+1)
	return fmt.Sprintf("%d.%06d", w.last/1e6, w.last%1e6)
}
