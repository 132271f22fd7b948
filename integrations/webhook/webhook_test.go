package webhook_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/integrationstest"
	"holdfast/integrations/webhook"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/rehearse/standin"
)

const secret = "correct-horse-battery-staple"

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// world is an endpoint over TLS, and what a provider needs to call it.
type world struct {
	*standin.Webhook
	pager   *standin.Pager
	tracker *standin.Tracker
	url     string
	http    *outbound.Client
	clock   *clock.Manual

	mu   sync.Mutex
	seen map[string]int // events by kind
	hung context.CancelFunc
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c := clock.NewManual(start)
	w := &world{clock: c, pager: standin.NewPager(c), tracker: standin.NewTracker(c, "OPS"), seen: map[string]int{}, hung: func() {}}
	w.Webhook = standin.NewWebhook(w.pager, w.tracker, c, secret)
	note := func(e standin.Event) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen[e.Kind]++
	}
	w.pager.On(note)
	w.tracker.On(note)
	w.OnCall(w.giveUp)
	server, err := standin.ServeTLS(t.Context(), w.Webhook, c, w.Spoiled)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	w.url = server.URL
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, server.Roots, 0o600); err != nil {
		t.Fatal(err)
	}
	if w.http, err = outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: c}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) options(path string) webhook.Options {
	return webhook.Options{URL: w.url + path, Secrets: []string{secret}, HTTP: w.http, Clock: w.clock}
}

func (w *world) openPager(t *testing.T, o webhook.Options) *webhook.Pager {
	t.Helper()
	p, err := webhook.NewPager(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) openTracker(t *testing.T, o webhook.Options) *webhook.Tracker {
	t.Helper()
	k, err := webhook.NewTracker(o)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// of counts what the endpoint has done.
func (w *world) of(kind string) func() int {
	return func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.seen[kind]
	}
}

// patient returns a context for one call, which ends as soon as the endpoint
// hangs, so that no test waits for a time-out.
func (w *world) patient(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hung = cancel
	return ctx
}

func (w *world) giveUp(c standin.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Fault == standin.Hang {
		w.hung()
	}
}

func failing(t *testing.T, f *standin.Faults) func(string, int) {
	return func(mode string, times int) {
		if err := f.Fault(mode, time.Time{}, times); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPagerKeepsTheContract(t *testing.T) {
	integrationstest.Pager(t, func(t *testing.T) integrationstest.PagerBench {
		w := newWorld(t)
		p := patientPager{w.openPager(t, w.options("/pager")), w}
		return integrationstest.PagerBench{Pager: p, Called: w.of(standin.Page), Fail: failing(t, w.pager.Faults)}
	})
}

func TestTrackerKeepsTheContract(t *testing.T) {
	integrationstest.Tracker(t, func(t *testing.T) integrationstest.TrackerBench {
		w := newWorld(t)
		k := patientTracker{w.openTracker(t, w.options("/tracker")), w}
		return integrationstest.TrackerBench{Tracker: k, Project: "OPS", Fail: failing(t, w.tracker.Faults),
			Tickets: w.of(standin.Ticket), Links: w.of(standin.Link), Comments: w.of(standin.Comment)}
	})
}

type patientPager struct {
	*webhook.Pager
	w *world
}

func (p patientPager) Page(ctx context.Context, r integrations.PageRequest) (string, error) {
	return p.Pager.Page(p.w.patient(ctx), r)
}

func (p patientPager) Find(ctx context.Context, key string) (string, bool, error) {
	return p.Pager.Find(p.w.patient(ctx), key)
}

type patientTracker struct {
	*webhook.Tracker
	w *world
}

func (k patientTracker) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	return k.Tracker.Create(k.w.patient(ctx), n)
}

func (k patientTracker) Find(ctx context.Context, key string) (string, bool, error) {
	return k.Tracker.Find(k.w.patient(ctx), key)
}

func (k patientTracker) Link(ctx context.Context, ticket, incident, globalID string) error {
	return k.Tracker.Link(k.w.patient(ctx), ticket, incident, globalID)
}

func (k patientTracker) Comment(ctx context.Context, ticket, text, key string) error {
	return k.Tracker.Comment(k.w.patient(ctx), ticket, text, key)
}
