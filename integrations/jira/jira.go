// Package jira keeps tickets in Jira, Cloud or Data Center: it opens them once,
// ties, comments and moves them, tells what others have done with them, and
// hears of it by webhook. docs/jira.md leads there.
//
// Everything goes through version 2 of the REST API, which both kinds have and
// which takes text in wiki markup. The library's client makes the calls; where
// what it sends is not what Jira wants, the body is written here.
package jira

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	jira "github.com/andygrunwald/go-jira"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// Options say where Jira is, who Holdfast is there, and what it opens.
type Options struct {
	URL   string           // the base: https://example.atlassian.net, https://jira.example.com/jira
	User  string           // with an API token or a password: the mail address (Cloud), the name (Data Center)
	Token string           // without a User it is a personal access token, or an OAuth one
	HTTP  *outbound.Client // makes the calls
	Clock clock.Clock      // nil: the system's

	Type       string // of tickets; "Task" when empty
	SubType    string // of those below another one; "Sub-task" when empty
	Resolution string // given where a transition asks for one; empty: none

	Instance string                       // tells the tickets of one Holdfast from those of another in the same Jira
	Page     func(incident string) string // where people read about an incident; nil: nowhere
}

// Tracker keeps tickets in one Jira. Safe for concurrent use.
type Tracker struct {
	options Options
	name    string // in errors
	api     *jira.Client

	mu       sync.Mutex
	isCloud  *bool                      // nil: not known yet
	me       *jira.User                 // nil: not known yet
	done     map[string]bool            // status id -> work is over in it
	started  time.Time                  // before it, somebody else may have opened anything
	doubtful map[string]time.Time       // label -> when the last ticket that it may have got was asked for
	own      []int                      // ids of the last tickets that were opened, newest last
	led      map[string]string          // ticket and transition -> where that has led
	read     map[string]rememberedState // by ticket
}

var (
	_ integrations.Tracker      = (*Tracker)(nil)
	_ integrations.Mover        = (*Tracker)(nil)
	_ integrations.TicketStates = (*Tracker)(nil)
)

// New returns a tracker, without calling Jira.
func New(o Options) (*Tracker, error) {
	u, err := outbound.ParseURL(o.URL)
	switch {
	case err != nil:
		return nil, err
	case u.User != nil || u.RawQuery != "":
		return nil, fault.New(fault.Usage, "The URL of Jira holds a user or a query.", "Give the user as jira.user and the token as jira.token.")
	case o.Token == "" || strings.ContainsAny(o.Token, "\r\n"):
		return nil, fault.New(fault.Usage, "There is no token for Jira, or it is not one line.", "docs/jira.md says where to make one.")
	case strings.Contains(o.User, ":"):
		return nil, fault.New(fault.Usage, "The user of Jira holds a colon.", "It is a mail address on Cloud, a name on Data Center.")
	}
	orElse := func(s *string, els string) {
		if *s == "" {
			*s = els
		}
	}
	orElse(&o.Type, "Task")
	orElse(&o.SubType, "Sub-task")
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	api, err := jira.NewClient(&caller{http: o.HTTP, clock: o.Clock, auth: authorization(o)}, strings.TrimRight(u.String(), "/")+"/")
	if err != nil {
		return nil, fault.New(fault.Usage, "The URL of Jira cannot be used.", "Write https://HOST/PATH.")
	}
	return &Tracker{options: o, name: "Jira at " + u.Host, api: api, started: o.Clock.Now(),
		doubtful: map[string]time.Time{}, led: map[string]string{}, read: map[string]rememberedState{}}, nil
}

func authorization(o Options) string {
	if o.User == "" {
		return "Bearer " + o.Token
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(o.User+":"+o.Token))
}

var (
	keyForm     = regexp.MustCompile(`^[A-Z][A-Z0-9_]+-[0-9]+$`)
	projectForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)
)

// checkKey keeps what is no key out of paths, into which the library pastes it.
func checkKey(ticket string) error {
	if len(ticket) > 100 || !keyForm.MatchString(ticket) {
		return integrations.UnknownTicket(outbound.Sentence(ticket))
	}
	return nil
}

// cloud says whether this is Jira Cloud, which is asked once.
func (t *Tracker) cloud(ctx context.Context) (bool, error) {
	t.mu.Lock()
	known := t.isCloud
	t.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	about, err := t.serverInfo(ctx)
	if err != nil {
		return false, err
	}
	is := about.Deployment == "Cloud"
	t.mu.Lock()
	defer t.mu.Unlock()
	t.isCloud = &is
	return is, nil
}

// about is what Jira says of itself. Old Data Centers, called servers, do not
// name their deployment.
type about struct {
	Version    string `json:"version"`
	Deployment string `json:"deploymentType"`
}

func (t *Tracker) serverInfo(ctx context.Context) (about, error) {
	var a about
	if err := t.call(ctx, http.MethodGet, "rest/api/2/serverInfo", nil, &a); err != nil {
		return a, t.failed(err)
	}
	if a.Version == "" {
		return a, t.failed(outbound.Unreadable(http.StatusOK, "does not say that it is Jira"))
	}
	return a, nil
}

// myself is who Holdfast is in Jira, which is asked once.
func (t *Tracker) myself(ctx context.Context) (jira.User, error) {
	t.mu.Lock()
	known := t.me
	t.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	me, _, err := t.api.User.GetSelfWithContext(ctx)
	if err != nil {
		return jira.User{}, t.failed(err)
	}
	if me.AccountID == "" && me.Name == "" {
		return jira.User{}, t.failed(outbound.Unreadable(http.StatusOK, "does not say who Holdfast is"))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.me = me
	return *me, nil
}

func same(a, b jira.User) bool {
	if a.AccountID != "" || b.AccountID != "" {
		return a.AccountID == b.AccountID
	}
	return a.Name != "" && a.Name == b.Name
}

// segment is a name fit for a path.
func segment(s string) string { return url.PathEscape(s) }
