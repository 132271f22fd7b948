package jira_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/integrationstest"
	"holdfast/integrations/jira"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/rehearse/standin"
	standinjira "holdfast/rehearse/standin/jira"
)

const token = "a-token-of-jira-0123456789"

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// world is a Jira over TLS, and a tracker that has been there for a while.
type world struct {
	*standinjira.Jira
	*jira.Tracker
	clock   *clock.Manual
	options jira.Options

	mu   sync.Mutex
	hung context.CancelFunc
}

// flavour is one kind of Jira.
type flavour struct {
	name    string
	options standinjira.Options
}

var flavours = []flavour{
	{"Cloud", standinjira.Options{Cloud: true, User: "bot@example.com", Token: token, Lag: 4 * time.Second, Page: 2}},
	{"Data Center", standinjira.Options{Base: "/jira", Token: token, Page: 2}},
}

// both runs a test in either kind.
func both(t *testing.T, f func(t *testing.T, w *world)) {
	for _, x := range flavours {
		t.Run(x.name, func(t *testing.T) { f(t, newWorld(t, x.options)) })
	}
}

func newWorld(t *testing.T, o standinjira.Options) *world {
	t.Helper()
	c := clock.NewManual(start)
	o.Clock, o.Projects, o.Secret = c, []string{"OPS", "PAY"}, secret
	w := &world{Jira: standinjira.New(o), clock: c, hung: func() {}}
	w.OnCall(func(call standinjira.Call) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if call.Fault == standin.Hang {
			w.hung()
		}
	})
	server, err := standin.ServeTLS(t.Context(), w.Jira, c, w.Spoiled)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, server.Roots, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	w.options = jira.Options{URL: server.URL + o.Base, User: o.User, Token: token, HTTP: out, Clock: c, Page: func(id string) string { return "https://holdfast.example.com/i/" + id }}
	w.Tracker = w.open(t)
	c.Add(time.Minute) // nothing is in doubt any more
	return w
}

func (w *world) open(t *testing.T) *jira.Tracker {
	t.Helper()
	k, err := jira.New(w.options)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (w *world) fail(t *testing.T, mode string, times int) {
	t.Helper()
	if err := w.Fault(mode, time.Time{}, times); err != nil {
		t.Fatal(err)
	}
}

func (w *world) create(t *testing.T, key string) string {
	t.Helper()
	id, err := w.Create(t.Context(), integrations.NewTicket{Key: key, Project: "OPS", Title: "checkout failing", Body: "Incident INC-1, SEV1."})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// count adds up something of all tickets.
func (w *world) count(of func(standinjira.Ticket) int) func() int {
	return func() (n int) {
		for _, x := range w.Tickets() {
			n += of(x)
		}
		return n
	}
}

// patient gives each call up as soon as Jira hangs, so that no test waits.
type patient struct {
	*jira.Tracker
	w *world
}

func (p patient) ctx(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.hung = cancel
	return ctx
}

func (p patient) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	return p.Tracker.Create(p.ctx(ctx), n)
}

// Find lets time pass: until then a search is not believed.
func (p patient) Find(ctx context.Context, key string) (string, bool, error) {
	p.w.clock.Add(31 * time.Second)
	return p.Tracker.Find(p.ctx(ctx), key)
}

func (p patient) Link(ctx context.Context, ticket, incident, globalID string) error {
	return p.Tracker.Link(p.ctx(ctx), ticket, incident, globalID)
}

func (p patient) Comment(ctx context.Context, ticket, text, key string) error {
	return p.Tracker.Comment(p.ctx(ctx), ticket, text, key)
}

func (p patient) Move(ctx context.Context, m integrations.Move) error {
	return p.Tracker.Move(p.ctx(ctx), m)
}

func TestBothKindsKeepTheContract(t *testing.T) {
	for _, x := range flavours {
		t.Run(x.name, func(t *testing.T) {
			integrationstest.Tracker(t, func(t *testing.T) integrationstest.TrackerBench {
				w := newWorld(t, x.options)
				return integrationstest.TrackerBench{Tracker: patient{w.Tracker, w}, Project: "OPS", Step: "Done", Nowhere: "Reopen",
					Fail: func(mode string, times int) { w.fail(t, mode, times) }, Heal: w.Heal, Now: w.clock.Now,
					Tickets:  w.count(func(standinjira.Ticket) int { return 1 }),
					Links:    w.count(func(x standinjira.Ticket) int { return len(x.Links) }),
					Comments: w.count(func(x standinjira.Ticket) int { return len(x.Comments) }),
					Moves:    w.count(func(x standinjira.Ticket) int { return len(x.Moves) }),
				}
			})
		})
	}
}

var _ http.Handler = (*standinjira.Jira)(nil)
