package statuspage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/integrationstest"
	"holdfast/integrations/statuspage"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/rehearse/standin"
	standinpage "holdfast/rehearse/standin/statuspage"
)

const (
	token  = "an-api-key-of-statuspage-0123456789"
	pageID = "8ykd9w4b2v1r"
	portal = "8kbf7d35c070"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// world is a Statuspage over TLS, and a page of it.
type world struct {
	*standinpage.Statuspage
	page    *statuspage.Page
	clock   *clock.Manual
	url     string
	http    *outbound.Client
	options statuspage.Options

	mu   sync.Mutex
	hung context.CancelFunc
}

func newWorld(t *testing.T, edits ...func(*standinpage.Options)) *world {
	t.Helper()
	return newWorldAt(t, clock.NewManual(start), edits...)
}

func newWorldAt(t *testing.T, c *clock.Manual, edits ...func(*standinpage.Options)) *world {
	t.Helper()
	o := standinpage.Options{Clock: c, Token: token, Page: pageID, Components: []string{portal, "vtnh60py4yd7"}}
	for _, edit := range edits {
		edit(&o)
	}
	w := &world{Statuspage: standinpage.New(o), clock: c, hung: func() {}}
	w.OnCall(func(call standinpage.Call) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if call.Fault == standin.Hang {
			w.hung()
		}
	})
	server, err := standin.ServeTLS(t.Context(), w.Statuspage, c, w.Spoiled)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, server.Roots, 0o600); err != nil {
		t.Fatal(err)
	}
	if w.http, err = outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: c}); err != nil {
		t.Fatal(err)
	}
	w.url = server.URL + "/v1"
	w.options = statuspage.Options{API: w.url, Token: token, Page: pageID, HTTP: w.http, Clock: c}
	w.page = w.open(t, w.options)
	return w
}

func (w *world) open(t *testing.T, o statuspage.Options) *statuspage.Page {
	t.Helper()
	p, err := statuspage.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) fail(t *testing.T) func(string, int) {
	return func(mode string, times int) {
		if err := w.Fault(mode, time.Time{}, times); err != nil {
			t.Fatal(err)
		}
	}
}

// patient gives a call up as soon as the page hangs, so that no test waits.
type patient struct {
	w    *world
	page *statuspage.Page
}

func (p patient) ctx(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.hung = cancel
	return ctx
}

// spend spends on the engine's clock what a call that hangs takes.
func (p patient) spend(ctx context.Context) {
	if all := p.w.Calls(); len(all) > 0 && all[len(all)-1].Fault == standin.Hang {
		clock.Spend(ctx, standin.Patience)
	}
}

func (p patient) Find(ctx context.Context, incident string) (integrations.OnPage, bool, error) {
	defer p.spend(ctx)
	return p.page.Find(p.ctx(ctx), incident)
}

func (p patient) Open(ctx context.Context, n integrations.Notice) (string, error) {
	defer p.spend(ctx)
	return p.page.Open(p.ctx(ctx), n)
}

func (p patient) Update(ctx context.Context, id string, n integrations.Notice) error {
	defer p.spend(ctx)
	return p.page.Update(p.ctx(ctx), id, n)
}

func notice(incident, key, status string) integrations.Notice {
	return integrations.Notice{Incident: incident, Key: key, Name: "Disruption of Customer portal", Status: status, Text: "Card payments fail.",
		Components: map[string]string{portal: "major_outage"}}
}

func TestStatuspageMeetsTheContract(t *testing.T) {
	integrationstest.StatusPage(t, func(t *testing.T) integrationstest.StatusPageBench {
		w := newWorld(t)
		return integrationstest.StatusPageBench{StatusPage: patient{w, w.page}, Component: portal, Shows: w.Stands, Delete: w.Delete, Fail: w.fail(t),
			Incidents: func() int { return len(w.Incidents()) },
			Notices: func() (n int) {
				for _, i := range w.Incidents() {
					n += len(i.Updates)
				}
				return n
			},
			Says: func() string {
				all := w.Incidents()
				if len(all) == 0 {
					return ""
				}
				return all[len(all)-1].Status
			}}
	})
}

func TestAnIncidentIsFoundBehindThoseThatOthersHaveWritten(t *testing.T) {
	w := newWorld(t)
	id, err := w.page.Open(t.Context(), notice("a", "a1", "investigating"))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 250 {
		w.Write(fmt.Sprintf("by hand %d", n))
	}
	before := len(w.Calls())
	if p, found, err := w.page.Find(t.Context(), "a"); err != nil || !found || p.ID != id {
		t.Errorf("found %+v, %v, %v", p, found, err)
	}
	if n := len(w.Calls()) - before; n != 3 {
		t.Errorf("it took %d calls", n)
	}
}

func TestALimitOfCallsIsKeptToAsItIsTold(t *testing.T) {
	for _, calm := range []bool{false, true} {
		w := newWorld(t, func(o *standinpage.Options) { o.Limit, o.Calm = 2, calm })
		for range 2 {
			if _, _, err := w.page.Find(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.Add(20 * time.Second)
		_, err := w.page.Open(t.Context(), notice("a", "a1", "investigating"))
		var hint interface {
			RetryAfter() time.Duration
			Untouched() bool
		}
		if !errors.As(err, &hint) || hint.RetryAfter() != 41*time.Second || !hint.Untouched() {
			t.Fatalf("calm %v: got %v", calm, err)
		}
		w.clock.Add(hint.RetryAfter())
		if _, err := w.page.Open(t.Context(), notice("a", "a1", "investigating")); err != nil {
			t.Error(err)
		}
	}
}

func TestSubscribersAreWrittenToUnlessTheOperatorSaysOtherwise(t *testing.T) {
	w := newWorld(t)
	o := w.options
	o.Quiet = true
	for key, p := range map[string]*statuspage.Page{"a": w.page, "b": w.open(t, o)} {
		if _, err := p.Open(t.Context(), notice(key, key+"1", "investigating")); err != nil {
			t.Fatal(err)
		}
	}
	notified := 0
	for _, i := range w.Incidents() {
		notified += i.Notified
	}
	if notified != 1 {
		t.Errorf("%d of two were sent to subscribers", notified)
	}
}

func TestALookNamesThePageAndItsComponents(t *testing.T) {
	var many []string
	for n := range 130 {
		many = append(many, fmt.Sprintf("component%03d", n))
	}
	w := newWorld(t, func(o *standinpage.Options) { o.Components = many })
	x, err := w.page.Examine(t.Context())
	if err != nil || x.Name != "Northbridge" || len(x.Components) != 130 || x.Components["component129"] != "Component component129" {
		t.Errorf("it is %q with %d components, %v", x.Name, len(x.Components), err)
	}
	if n := len(w.Calls()); n != 3 {
		t.Errorf("it took %d calls", n)
	}
}

func TestWhatCannotBeMendedIsSaidAndGivenUp(t *testing.T) {
	for sentence, test := range map[string]struct {
		spoil func(*statuspage.Options)
		n     integrations.Notice
		says  string
	}{
		"a page that is not there":    {func(o *statuspage.Options) { o.Page = "nopage" }, notice("a", "a1", "investigating"), `no status page "nopage"`},
		"a component that is gone":    {nil, integrations.Notice{Incident: "a", Key: "a1", Name: "x", Status: "resolved", Text: "x", Components: map[string]string{"gone": "operational", portal: "operational"}}, `no component "gone"`},
		"a component that is none":    {nil, integrations.Notice{Incident: "a", Key: "a1", Name: "x", Status: "resolved", Text: "x", Components: map[string]string{"../x": "operational"}}, `no component "../x"`},
		"a text that is too long":     {nil, integrations.Notice{Incident: "a", Key: "a1", Name: "x", Status: "resolved", Text: strings.Repeat("ä", 25001)}, "25001 characters"},
		"a headline that is too long": {nil, integrations.Notice{Incident: "a", Key: "a1", Name: strings.Repeat("x", 256), Status: "resolved", Text: "x"}, "256 characters"},
		"a status there is not":       {nil, notice("a", "a1", "recovering"), "recovering"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			o := w.options
			if test.spoil != nil {
				test.spoil(&o)
			}
			_, err := w.open(t, o).Open(t.Context(), test.n)
			f := fault.From(err)
			if err == nil || !f.Permanent || f.Next == "" || !strings.Contains(f.Text, test.says) || strings.Contains(err.Error(), token) {
				t.Errorf("got %v", err)
			}
			if n := len(w.Incidents()); n != 0 {
				t.Errorf("%d incidents", n)
			}
		})
	}
}

func TestAKeyThatIsNotAcceptedIsTriedAgainAndNeverShown(t *testing.T) {
	w := newWorld(t)
	o := w.options
	o.Token = "hunter2-hunter2"
	_, err := w.open(t, o).Open(t.Context(), notice("a", "a1", "investigating"))
	if err == nil || fault.From(err).Permanent || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestAWebPageInFrontIsNoAnswerAndNoEnd(t *testing.T) {
	w := newWorld(t)
	w.AnswerPages("<html>Please sign on</html>")
	_, err := w.page.Open(t.Context(), notice("a", "a1", "investigating"))
	if err == nil || fault.From(err).Permanent || !strings.Contains(err.Error(), "statuspage.api") {
		t.Errorf("got %v", err)
	}
	if _, err := w.page.Examine(t.Context()); err == nil {
		t.Error("a web page was examined")
	}
}

func TestOptionsThatCannotWorkAreRefusedAtOnce(t *testing.T) {
	for sentence, spoil := range map[string]func(*statuspage.Options){
		"no key":             func(o *statuspage.Options) { o.Token = "" },
		"a key with a blank": func(o *statuspage.Options) { o.Token = "hunter2 hunter2" },
		"no page":            func(o *statuspage.Options) { o.Page = "" },
		"a path":             func(o *statuspage.Options) { o.Page = "x/../y" },
		"another protocol":   func(o *statuspage.Options) { o.API = "ftp://statuspage.example" },
		"a user":             func(o *statuspage.Options) { o.API = "https://hunter2@statuspage.example" },
	} {
		o := statuspage.Options{Token: token, Page: pageID}
		if _, err := statuspage.New(o); err != nil {
			t.Fatal(err)
		}
		spoil(&o)
		if _, err := statuspage.New(o); fault.CodeOf(err) != fault.Usage || fault.From(err).Next == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}
