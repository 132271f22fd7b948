package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/integrations/jira"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/journal"
	"holdfast/rehearse/standin"
	standinjira "holdfast/rehearse/standin/jira"
	"holdfast/web"
)

const (
	jiraToken  = "a-token-of-jira-0123456789"
	jiraSecret = "a-secret-of-jira-s-webhooks"
)

// kinds are the two that there are.
var jiraKinds = map[string]standinjira.Options{
	"Cloud":       {Cloud: true, User: "bot@example.com", Token: jiraToken, Lag: 4 * time.Second},
	"Data Center": {Base: "/jira", Token: jiraToken},
}

// inJira is a world of engines whose tickets are kept in a Jira over TLS.
type inJira struct {
	*enginetest.World
	jira    *standinjira.Jira
	options jira.Options
	tracker *jira.Tracker
	desk    *desk

	mu   sync.Mutex
	hung context.CancelFunc
}

func openInJira(t *testing.T, o standinjira.Options) *inJira {
	t.Helper()
	w := &inJira{World: enginetest.New(t), hung: func() {}}
	o.Clock, o.Projects, o.Secret = w.Clock, []string{"OPS"}, jiraSecret
	w.jira = standinjira.New(o)
	w.jira.OnCall(func(c standinjira.Call) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if c.Fault == standin.Hang {
			w.hung()
		}
	})
	server, err := standin.ServeTLS(t.Context(), w.jira, w.Clock, w.jira.Spoiled)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, server.Roots, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: w.Clock})
	if err != nil {
		t.Fatal(err)
	}
	w.options = jira.Options{URL: server.URL + o.Base, User: o.User, Token: jiraToken, HTTP: out, Clock: w.Clock}
	if w.tracker, err = jira.New(w.options); err != nil {
		t.Fatal(err)
	}
	w.Keeps = hurried{w.tracker, w}
	w.Restart()
	w.desk = deskOf(w.tracker, nil)
	w.desk.engine = w.Engine
	return w
}

// hurried gives a call up as soon as Jira hangs, so that no test waits for it.
type hurried struct {
	*jira.Tracker
	w *inJira
}

func (h hurried) ctx(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	h.w.hung = cancel
	return ctx
}

func (h hurried) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	return h.Tracker.Create(h.ctx(ctx), n)
}

func (h hurried) Find(ctx context.Context, key string) (string, bool, error) {
	return h.Tracker.Find(h.ctx(ctx), key)
}

func (h hurried) Link(ctx context.Context, ticket, incident, globalID string) error {
	return h.Tracker.Link(h.ctx(ctx), ticket, incident, globalID)
}

func (h hurried) Comment(ctx context.Context, ticket, text, key string) error {
	return h.Tracker.Comment(h.ctx(ctx), ticket, text, key)
}

func (h hurried) Move(ctx context.Context, m integrations.Move) error {
	return h.Tracker.Move(h.ctx(ctx), m)
}

// deskOutage is an outage under terms that keep Jira in step.
func deskOutage() incident.Declare {
	d := enginetest.Outage()
	d.Terms.TaskTickets, d.Terms.TicketLink, d.Terms.Comments = true, true, incident.CommentsAll
	d.Terms.Moves = map[string]string{incident.TurnDone: "Done", incident.TurnBlocked: "Block", incident.TurnResolved: "Done"}
	return d
}

var (
	anAlice = enginetest.Person("alice", "responders")
	aDan    = enginetest.Person("dan")
)

// look has the tickets looked at, as a server does every minute.
func (w *inJira) look(t *testing.T) {
	t.Helper()
	if err := w.desk.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Settle()
}

func TestWhateverHappensToJiraEverythingIsDoneOnceWhenItIsBack(t *testing.T) {
	for kind, o := range jiraKinds {
		for _, mode := range standin.Modes {
			t.Run(kind+" "+mode, func(t *testing.T) {
				w := openInJira(t, o)
				if err := w.jira.Fault(mode, w.Clock.Now().Add(4*time.Minute), 0); err != nil {
					t.Fatal(err)
				}
				w.Declare(anAlice, deskOutage())
				w.Do(aDan, "INC-1", incident.AddTask{Text: "look at the queue"})
				w.Do(aDan, "INC-1", incident.AddTask{Text: "call the bank"})
				w.Pass(time.Minute)
				w.Do(anAlice, "INC-1", incident.MakeDecision{Text: "fail over", Because: "lag"})
				w.Do(anAlice, "INC-1", incident.SendUpdate{Audience: incident.Team, Text: "failing over"})
				w.Do(aDan, "INC-1", incident.FinishTask{ID: "T1"})
				w.Do(anAlice, "INC-1", incident.Resolve{Summary: "B serves"})
				w.Pass(30 * time.Second)
				if s := w.State("INC-1"); len(w.jira.Calls()) == 0 && mode != standin.BadTLS || s.Pending < 9 {
					t.Fatalf("void: %d calls, %d pending", len(w.jira.Calls()), s.Pending)
				}
				w.Pass(10 * time.Minute)
				if s := w.State("INC-1"); s.Pending != 0 || s.Failed != 0 {
					t.Errorf("%d pending, %d given up", s.Pending, s.Failed)
				}
				all := w.jira.Tickets()
				if len(all) != 3 {
					t.Fatalf("%d tickets", len(all))
				}
				main := all[0]
				if main.Type != "Task" || len(main.Links) != 1 || len(main.Comments) != 3 || !slices.Equal(main.Moves, []string{"To Do > Done by Holdfast"}) {
					t.Errorf("the incident's ticket is %+v", main)
				}
				for n, want := range []string{"D1: fail over", "U1: failing over", "resolved: B serves"} {
					if len(main.Comments) == 3 && !strings.Contains(main.Comments[n], want) {
						t.Errorf("comment %d is %q", n, main.Comments[n])
					}
				}
				if one, two := all[1], all[2]; one.Parent != main.Key || two.Parent != main.Key || len(one.Moves) != 1 || len(two.Moves) != 0 || !strings.Contains(one.Labels[1], "-T1-") {
					t.Errorf("the tasks' tickets are %+v and %+v", one, two)
				}
			})
		}
	}
}

func TestWhereTheFirstAnswerToEverythingIsLostEverythingIsDoneOnce(t *testing.T) {
	for kind, o := range jiraKinds {
		t.Run(kind, func(t *testing.T) {
			w := openInJira(t, o)
			w.jira.LoseFirst()
			w.Declare(anAlice, deskOutage())
			w.Do(aDan, "INC-1", incident.AddTask{Text: "look at the queue"})
			w.Do(anAlice, "INC-1", incident.MakeDecision{Text: "fail over", Because: "lag"})
			w.Pass(time.Minute)
			w.Do(aDan, "INC-1", incident.BlockTask{ID: "T1", Because: "no access"})
			w.Do(anAlice, "INC-1", incident.Resolve{Summary: "B serves"})
			w.Pass(5 * time.Minute)
			lost := 0
			for _, c := range w.jira.Calls() {
				if c.Status == 0 {
					lost++
				}
			}
			all := w.jira.Tickets()
			if s := w.State("INC-1"); lost != 7 || s.Pending != 0 || s.Failed != 0 || len(all) != 2 {
				t.Fatalf("%d answers were lost, %d pending, %d given up, %d tickets", lost, s.Pending, s.Failed, len(all))
			}
			if len(all[0].Links) != 1 || len(all[0].Comments) != 2 || len(all[0].Moves) != 1 || len(all[1].Moves) != 1 {
				t.Errorf("got %+v", all)
			}
		})
	}
}

func TestNineTicketsWaitForTheDeskAndComeOnceAndInOrder(t *testing.T) {
	for kind, o := range jiraKinds {
		for _, mode := range []string{standin.Refuse, standin.LostReply} {
			t.Run(kind+" "+mode, func(t *testing.T) {
				w := openInJira(t, o)
				if err := w.jira.Fault(mode, w.Clock.Now().Add(4*time.Minute), 0); err != nil {
					t.Fatal(err)
				}
				d := deskOutage()
				d.Terms.TicketLink = false
				w.Declare(anAlice, d)
				for n := range 8 {
					w.Do(aDan, "INC-1", incident.AddTask{Text: fmt.Sprintf("step %d", n+1)})
				}
				w.Pass(3 * time.Minute)
				queued := 0
				for _, x := range w.State("INC-1").Outbox.Open() {
					if x.Type == journal.Ticket {
						queued++
					}
				}
				if queued != 9 {
					t.Errorf("%d effects are queued", queued)
				}
				w.Pass(10 * time.Minute)
				var order []string
				for _, x := range w.jira.Tickets() {
					order = append(order, x.Summary)
				}
				want := []string{"checkout failing", "step 1", "step 2", "step 3", "step 4", "step 5", "step 6", "step 7", "step 8"}
				if !slices.Equal(order, want) {
					t.Errorf("the tickets are %q", order)
				}
			})
		}
	}
}

func TestAStepThatTheWorkflowDoesNotOfferIsSaidAndTheTaskIsDone(t *testing.T) {
	w := openInJira(t, jiraKinds["Cloud"])
	w.Declare(anAlice, deskOutage())
	w.Do(aDan, "INC-1", incident.AddTask{Text: "look at the queue"})
	w.Pass(2 * time.Minute)
	w.Do(aDan, "INC-1", incident.BlockTask{ID: "T1", Because: "no access"})
	w.Pass(time.Minute)
	w.Do(aDan, "INC-1", incident.FinishTask{ID: "T1"})
	w.Pass(time.Minute)
	s := w.State("INC-1")
	x, _ := s.Outbox.Get("INC-1/transition:done:T1")
	if s.Tasks[0].State != "done" || x.Outcome != journal.Dead || x.Reason != "Done not reachable from Blocked (OPS-2)." || len(w.Said("gave-up")) != 1 {
		t.Errorf("T1 is %s, the move %s: %s, said %d", s.Tasks[0].State, x.Outcome, x.Reason, len(w.Said("gave-up")))
	}
}

func TestWhatTheDeskDoesIsDoneHereOnceAndComesBackToNobody(t *testing.T) {
	for kind, o := range jiraKinds {
		t.Run(kind, func(t *testing.T) {
			w := openInJira(t, o)
			w.Declare(anAlice, deskOutage())
			w.Do(aDan, "INC-1", incident.AddTask{Text: "look at the queue"})
			w.Do(aDan, "INC-1", incident.AddTask{Text: "call the bank"})
			w.Pass(2 * time.Minute)
			w.look(t)
			w.Do(aDan, "INC-1", incident.FinishTask{ID: "T1"})
			w.Pass(10 * time.Second)
			w.jira.Move("OPS-3", "In Progress", "Jana")
			w.Pass(10 * time.Second)
			w.jira.Move("OPS-3", "Done", "Jana")
			for range 5 {
				w.Pass(time.Minute)
				w.look(t)
			}
			if n := w.Count("INC-1", "task.done"); n != 2 {
				t.Errorf("%d tasks done", n)
			}
			if n := w.Count("INC-1", "ticket.moved"); n != 2 { // ours is none of them
				t.Errorf("%d moves on record", n)
			}
			if n := w.Count("INC-1", "transition.requested"); n != 1 {
				t.Errorf("%d moves of ours", n)
			}
			if got := w.jira.Ticket("OPS-3").Moves; len(got) != 2 {
				t.Errorf("the ticket has moved %q", got)
			}
		})
	}
}

func TestADeskAndAResponderAtTheSameMoment(t *testing.T) {
	w := openInJira(t, jiraKinds["Data Center"])
	w.Declare(anAlice, deskOutage())
	w.Do(aDan, "INC-1", incident.AddTask{Text: "look at the queue"})
	w.Pass(2 * time.Minute)
	w.jira.Move("OPS-2", "Done", "Jana")
	w.Clock.Add(2 * time.Second)
	w.Do(aDan, "INC-1", incident.BlockTask{ID: "T1", Because: "no access"})
	w.look(t)
	w.Pass(5 * time.Minute)
	w.look(t)
	s, k := w.State("INC-1"), w.jira.Ticket("OPS-2")
	if s.Tasks[0].State != "blocked" || len(k.Comments) != 1 || !strings.Contains(k.Comments[0], "T1 was marked blocked in the incident's room at") {
		t.Errorf("T1 is %s, the ticket says %q", s.Tasks[0].State, k.Comments)
	}
	if w.Count("INC-1", "ticket.moved") != 1 || s.Pending != 0 {
		t.Errorf("%d moves on record, %d pending", w.Count("INC-1", "ticket.moved"), s.Pending)
	}
}

// atJira is a server whose tickets are kept in a Jira.
type atJira struct {
	*site
	jira *standinjira.Jira
}

func openAtJira(t *testing.T, change ...func(*config.Config)) *atJira {
	t.Helper()
	o := jiraKinds["Cloud"]
	o.Clock, o.Projects, o.Secret, o.Lag = clock.System{}, []string{"OPS"}, jiraSecret, 0
	j := standinjira.New(o)
	served, err := standin.Serve(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	c := settingsFor(t, shareProviders(t))
	dir := filepath.Join(t.TempDir(), "plan")
	if err := os.CopyFS(dir, os.DirFS(c.PlanDir)); err != nil {
		t.Fatal(err)
	}
	withSetting(t, dir, "ticket.tasks", "yes")
	withSetting(t, dir, "ticket.move.done", "Done")
	c.PlanDir, c.TrackerURL, c.TrackerSecret = dir, "", config.Secret{}
	c.JiraURL, c.JiraUser, c.JiraToken, c.JiraHook = served.URL, o.User, secretFile(t, jiraToken), secretFile(t, jiraSecret)
	for _, f := range change {
		f(&c)
	}
	s := &atJira{openSite(t, c), j}
	s.as("alice").say("", `declare "checkout failing" sev:1 service:payments-api`)
	s.as("alice").say(war, `task add "look at the queue"`)
	eventually(t, func() bool { return len(j.Tickets()) == 2 }) // so that the tasks have their numbers
	s.as("alice").say(war, `task add "call the bank"`)
	eventually(t, func() bool { return len(j.Tickets()) == 3 && s.as("alice").state("INC-1").Pending == 0 })
	return s
}

// deliver hands the server a webhook and returns how it is answered.
func (s *atJira) deliver(body []byte, header http.Header) int {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+"/webhooks/jira", bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header = header
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (s *atJira) count(kind string) (n int) {
	for _, e := range s.entriesOf("INC-1") {
		if e.Fact.Kind() == kind {
			n++
		}
	}
	return n
}

func TestAWebhookIsOnRecordBeforeItIsAnswered(t *testing.T) {
	s := openAtJira(t)
	type hook struct {
		body   []byte
		header http.Header
	}
	var hooks []hook
	note := func(key, to string) {
		s.jira.Move(key, to, "Jana")
		body, header := s.jira.Webhook(key)
		hooks = append(hooks, hook{body, header})
	}
	note("OPS-2", "In Progress")
	note("OPS-3", "In Progress")
	note("OPS-2", "Done")
	slices.Reverse(hooks)
	for n := range 5 * len(hooks) { // each five times, out of order
		h := hooks[n%len(hooks)]
		if got := s.deliver(h.body, h.header); got != http.StatusAccepted {
			t.Fatalf("answered %d", got)
		}
		if n == 0 && s.count("task.done") != 1 {
			t.Error("it was answered before it was on record")
		}
	}
	state := s.as("alice").state("INC-1")
	if state.Tasks[0].State != "done" || state.Tasks[1].State != "open" || s.count("task.done") != 1 || s.count("ticket.moved") != 3 {
		t.Errorf("tasks %+v, %d done, %d moved", state.Tasks, s.count("task.done"), s.count("ticket.moved"))
	}
	forged := http.Header{"X-Hub-Signature": {standinjira.Sign("a-secret-of-somebody-else", hooks[0].body)}}
	if got := s.deliver(hooks[0].body, forged); got != http.StatusUnauthorized {
		t.Errorf("a forged one is answered %d", got)
	}
	body, header := s.jira.Webhook(s.jira.Open("OPS", "none of ours"))
	if got := s.deliver(body, header); got != http.StatusAccepted {
		t.Errorf("one about a strange ticket is answered %d", got)
	}
}

func TestWhoeverHearsOfItFirstItIsOnRecordOnce(t *testing.T) {
	s := openAtJira(t)
	s.jira.Move("OPS-2", "In Progress", "Jana")
	s.jira.Move("OPS-2", "Done", "Jana")
	body, header := s.jira.Webhook("OPS-2")
	var all sync.WaitGroup
	for n := range 12 {
		all.Go(func() {
			if n%2 == 0 {
				if err := s.desk.look(t.Context()); err != nil {
					t.Error(err)
				}
			} else if got := s.deliver(body, header); got != http.StatusAccepted {
				t.Errorf("answered %d", got)
			}
		})
	}
	all.Wait()
	if s.count("task.done") != 1 || s.count("ticket.moved") != 2 {
		t.Errorf("%d done, %d moved", s.count("task.done"), s.count("ticket.moved"))
	}
}

func TestWhileJiraCannotBeReachedAWebhookIsAskedToComeAgain(t *testing.T) {
	s := openAtJira(t)
	s.jira.Move("OPS-2", "Done", "Jana")
	body, header := s.jira.Webhook("OPS-2")
	if err := s.jira.Fault(standin.Unavailable, time.Time{}, 0); err != nil {
		t.Fatal(err)
	}
	if got := s.deliver(body, header); got != http.StatusServiceUnavailable {
		t.Errorf("answered %d", got)
	}
	s.jira.Heal()
	if got := s.deliver(body, header); got != http.StatusAccepted || s.count("task.done") != 1 {
		t.Errorf("answered %d, %d done", got, s.count("task.done"))
	}
}

func TestAWebhookThatWasLostIsFoundByLooking(t *testing.T) {
	s := openAtJira(t, func(c *config.Config) { c.JiraHook = config.Secret{} })
	s.jira.Move("OPS-2", "Done", "Jana")
	if err := s.desk.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.as("alice").state("INC-1").Tasks[0].State; got != "done" || s.count("task.done") != 1 {
		t.Errorf("T1 is %s", got)
	}
	if got := s.deliver([]byte("{}"), http.Header{}); got != http.StatusNotFound && got != http.StatusUnauthorized {
		t.Errorf("where there is no secret, a webhook is answered %d", got)
	}
	a := s.as("alice").hear(web.Command{Text: "timeline", Room: war})
	if !strings.Contains(a.Text, "Jana finished task T1 in the tracker (OPS-2)") {
		t.Errorf("the timeline says\n%s", a.Text)
	}
}

func TestAServerWithAnEmptyWebhookSecretDoesNotStart(t *testing.T) {
	c := settingsFor(t, nil)
	tokensFor(t, c)
	c.OutboundAllow = []string{"127.0.0.1"}
	c.JiraURL, c.JiraToken, c.JiraHook = "http://127.0.0.1:1", secretFile(t, jiraToken), secretFile(t, "")
	if s, err := newServer(t.Context(), c, hookEnv, slog.New(slog.DiscardHandler)); err == nil {
		_ = s.close(t.Context())
		t.Error("it started")
	}
}
