package slack

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	slackgo "github.com/slack-go/slack"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan"
)

// Options say how a workspace is reached.
type Options struct {
	Token  string            // of the bot, xoxb-...
	API    string            // the base of Slack's Web API; empty is Slack's own
	HTTP   *http.Client      // makes each call once, with a limit of its own
	Way    outbound.Way      // how Socket Mode connects; the zero value reaches public addresses only
	People func() *plan.Plan // the plan in force, which knows people by their member ids
	Clock  clock.Clock       // nil is the machine's
	Log    *slog.Logger      // may be nil
	// Unpaced posts as soon as it is told to, for a Slack that takes more than
	// one post a second into a channel.
	Unpaced bool
}

// Workspace is one Slack workspace, as the bot sees it. It retries nothing: the
// engine decides what is tried again.
type Workspace struct {
	client *slackgo.Client
	http   *http.Client
	way    outbound.Way
	token  string
	base   string // of the Web API, with its stroke
	// responses is where response_urls lead; empty is Slack's own.
	responses string
	people    func() *plan.Plan
	clock     clock.Clock
	log       *slog.Logger
	rooms     rooms
	direct    names // a person's member id -> their direct conversation
	pace      pace
	groups    userGroups

	scopes atomic.Pointer[[]string] // of the last answer
	mu     sync.Mutex
	me     Identity // zero until Slack has told it
}

// Identity is who the bot is, as Slack tells it.
type Identity struct {
	Team string // the workspace, T...
	Bot  string // B...
	User string // the bot as a member, U...
	Name string // of the workspace, for people
	// Scopes are what the token allows, sorted; empty when Slack does not say.
	Scopes []string
}

// slackAPI is where Slack is reached when nothing else is said.
const slackAPI = "https://slack.com/api/"

// New makes a workspace without calling Slack, so that a server starts on the
// day when Slack is down.
func New(o Options) (*Workspace, error) {
	if o.Token == "" {
		return nil, fault.New(fault.Usage, "There is no token for Slack.", "Set slack.token; docs/slack.md says where it is found.")
	}
	w := &Workspace{http: o.HTTP, way: o.Way, token: o.Token, base: slackAPI, people: o.People, clock: o.Clock, log: o.Log, pace: pace{off: o.Unpaced}}
	if w.clock == nil {
		w.clock = clock.System{}
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	if w.way.Dial == nil {
		public, err := outbound.New(outbound.Options{Clock: w.clock})
		if err != nil {
			return nil, err
		}
		w.way = public.Way()
	}
	if o.API != "" {
		at, err := url.Parse(o.API)
		if err != nil || at.Host == "" {
			return nil, fault.New(fault.Usage, "The address of Slack's Web API cannot be read.", "Correct slack.api, or leave it out.")
		}
		w.base = strings.TrimSuffix(o.API, "/") + "/" // without it the library reads a wrong port
		w.responses = at.Scheme + "://" + at.Host
	}
	w.client = slackgo.New(o.Token, slackgo.OptionAPIURL(w.base), slackgo.OptionHTTPClient(o.HTTP), slackgo.OptionLog(quiet{w.log}),
		slackgo.OptionOnResponseHeaders(w.noteScopes))
	return w, nil
}

// Me returns who the bot is; Slack is asked until it has once told. The error
// says what is wrong with the token, or why Slack was not reached; it never
// holds the token.
func (w *Workspace) Me(ctx context.Context) (Identity, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.me.Team != "" {
		return w.me, nil
	}
	said, err := w.client.AuthTestContext(ctx)
	if err != nil {
		return Identity{}, w.failure("sign in to", "Slack", err)
	}
	w.me = Identity{Team: said.TeamID, Bot: said.BotID, User: said.UserID, Name: said.Team}
	if scopes := w.scopes.Load(); scopes != nil {
		w.me.Scopes = *scopes
	}
	return w.me, nil
}

// Receive returns what takes in and answers what people say in this workspace.
// Team, Self, Directory, Responder and Messages are the workspace's own. Slack
// must have told who the bot is: without that a stranger's workspace could not
// be told from this one.
func (w *Workspace) Receive(ctx context.Context, o Receiving) (*Receiver, error) {
	me, err := w.Me(ctx)
	if err != nil {
		return nil, err
	}
	replies, err := NewReplies(w.client, w.http, w.responses, w.clock)
	if err != nil {
		return nil, err
	}
	o.Team, o.Self, o.Directory, o.Responder, o.Messages, o.Clock = me.Team, me.User, w, replies, replies, w.clock
	if o.Log == nil {
		o.Log = w.log
	}
	o.Hooks.Room, o.Hooks.Group = w.roomChanged, w.groupChanged
	return NewReceiver(o)
}

// roomChanged keeps what is known of channels true.
func (w *Workspace) roomChanged(_ context.Context, c RoomChange) {
	switch c.What {
	case "renamed":
		w.rooms.know(c.ID, c.Name)
	case "deleted":
		w.rooms.forget(c.ID)
	}
}

// Socket returns what receives over Socket Mode, with the token of the app.
func (w *Workspace) Socket(r *Receiver, appToken string) *Socket {
	return NewSocket(r, slackgo.New(w.token, slackgo.OptionAPIURL(w.base), slackgo.OptionHTTPClient(w.http),
		slackgo.OptionLog(quiet{w.log}), slackgo.OptionAppLevelToken(appToken)), w.way)
}

// noteScopes reads what Slack says of the token beside each answer.
func (w *Workspace) noteScopes(_ string, headers http.Header) {
	var all []string
	for s := range strings.SplitSeq(headers.Get("X-Oauth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	if len(all) > 0 {
		slices.Sort(all)
		w.scopes.Store(&all)
	}
}

// Name implements bot.Platform.
func (w *Workspace) Name() string { return Name }

// quiet writes what the library has to say where details go. It logs no body.
type quiet struct{ log *slog.Logger }

// Output implements the library's logger.
func (q quiet) Output(_ int, line string) error {
	q.log.Debug("slack client", "says", fmt.Sprintf("%.200s", line))
	return nil
}
