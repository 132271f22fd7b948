package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/bot"
	"holdfast/bot/slack"
	"holdfast/commands"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	slackstandin "holdfast/rehearse/standin/slack"
	"holdfast/storage/file"
	"holdfast/templates"
	"holdfast/web"
)

// The time that a call of Slack takes is drawn between these.
const (
	quickestCall = 80 * time.Millisecond
	slowestCall  = 150 * time.Millisecond
)

const signingSecret = "benchmark"

// slackSite is a server, on a store in files, that people reach in a Slack that
// takes its time.
type slackSite struct {
	engine *engine.Engine
	slack  *slackstandin.Workspace
	doors  []*web.Serving // the server's and Slack's
	door   string         // where Slack delivers
	client *http.Client
	end    context.CancelFunc
	done   chan struct{}
	store  io.Closer
	hanger atomic.Pointer[hanging]

	mu    sync.Mutex
	rand  *rand.Rand
	calls []slackCall
}

// slackCall is one call of Slack and the time that was drawn for it.
type slackCall struct {
	method string
	form   url.Values
	took   time.Duration
	began  time.Time
}

// hanging has the next call of a method hang until it is let go, or the limit of
// a call is over.
type hanging struct {
	method string
	begun  chan struct{}
	let    chan struct{}
	once   sync.Once
}

func openSlackSite(ctx context.Context, dir string, callers int) (*slackSite, error) {
	s := &slackSite{done: make(chan struct{}), rand: rand.New(rand.NewPCG(seed, 2))}
	now := clock.System{}
	s.slack = slackstandin.New(slackstandin.Options{Clock: now, SigningSecret: signingSecret, Scopes: slack.Scopes(), Before: s.before})
	at, err := s.serve(ctx, s.slack)
	if err != nil {
		return nil, err
	}
	s.slack.At(at)
	p := plan.Empty()
	for _, id := range []string{"alice", "bob", "carol"} {
		if p, err = p.WithPerson(plan.Person{ID: id, Name: id, Slack: s.slack.AddUser(id, slackstandin.User{}), Groups: []string{"responders", "commanders", "comms"}}); err != nil {
			return nil, err
		}
	}
	s.slack.AddChannel("ops", slackstandin.Channel{Members: []string{s.slack.Bot(), "alice", "bob", "carol"}})
	inForce := func() *plan.Plan { return p }
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	workspace, err := slack.New(slack.Options{Token: "xoxb-holdfast", API: at + "/api/", HTTP: s.client, People: inForce, Clock: now})
	if err != nil {
		return nil, err
	}
	store, err := file.Open(dir, file.Options{})
	if err != nil {
		return nil, err
	}
	s.store = store
	pager := integrations.Paging{Pager: standin.NewPager(now)}
	posting := &bot.Posting{Platform: workspace, Templates: templates.Shipped, Now: now.Now}
	s.engine = engine.New(engine.Options{Store: store, Clock: now, Apart: map[string]time.Duration{slack.Name: slack.Apart},
		Performers: map[string]engine.Performer{journal.Room: posting, journal.Invite: posting, journal.Post: posting, journal.DM: posting, journal.Page: pager},
		Displays: []engine.Display{&bot.Headline{Platform: workspace, Templates: templates.Shipped}, &bot.Topic{Platform: workspace},
			&bot.Bookmark{Platform: workspace, Page: func(id string) string { return "https://holdfast.example.com/incidents/" + id }}}})
	if err := s.engine.Open(ctx); err != nil {
		return nil, err
	}
	desk := &commands.Bot{Engine: s.engine, Plan: inForce, Templates: templates.Shipped, Clock: now}
	receiver, err := workspace.Receive(ctx, slack.Receiving{Secrets: []string{signingSecret}, Roots: map[string]string{"incident": "incident"},
		Answering: &bot.Answering{Handler: desk, Templates: templates.Shipped}})
	if err != nil {
		return nil, err
	}
	if s.door, err = s.serve(ctx, receiver.Handler()); err != nil {
		return nil, err
	}
	running, end := context.WithCancel(ctx)
	s.end = end
	go func() {
		defer close(s.done)
		s.engine.Run(running)
	}()
	return s, nil
}

func (s *slackSite) serve(ctx context.Context, h http.Handler) (address string, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	serving := web.Serve(l, h, web.Limits{Connections: 1000, Refused: func(string) {}, Log: slog.New(slog.DiscardHandler)})
	s.doors = append(s.doors, serving)
	return "http://" + serving.Address(), nil
}

// before lets every call take its time.
func (s *slackSite) before(method string, form url.Values) (status int, word string, retryAfter time.Duration, lose bool) {
	s.mu.Lock()
	took := quickestCall + time.Duration(s.rand.Int64N(int64(slowestCall-quickestCall)))
	s.calls = append(s.calls, slackCall{method, form, took, time.Now()})
	s.mu.Unlock()
	<-time.After(took)
	if h := s.hanger.Load(); h != nil && h.method == method {
		h.once.Do(func() { close(h.begun) })
		select {
		case <-h.let:
		case <-time.After(10 * time.Second):
		}
		return 0, "", 0, true
	}
	return 0, "", 0, false
}

// take returns the calls since it was last asked.
func (s *slackSite) take() []slackCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.calls
	s.calls = nil
	return all
}

// slash types a command and returns the answer.
func (s *slackSite) slash(ctx context.Context, channel, text string) (string, error) {
	r := s.slack.Slash("alice", channel, "/incident", text).Clone(ctx)
	at, err := url.Parse(s.door)
	if err != nil {
		return "", err
	}
	r.URL.Scheme, r.URL.Host, r.Host, r.RequestURI = at.Scheme, at.Host, at.Host, ""
	resp, err := s.client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || strings.Contains(string(answer), "E_")) {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return string(answer), err
}

// state waits until an incident is as it should be.
func (s *slackSite) state(ctx context.Context, id string, want func(incident.State) bool) error {
	for range 1000 {
		state, err := s.engine.State(ctx, id)
		if err != nil {
			return err
		}
		if want(state) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not come to rest", id)
}

func (s *slackSite) close(ctx context.Context) error {
	s.end()
	<-s.done
	var errs []error
	for _, d := range s.doors {
		errs = append(errs, d.Stop(ctx))
	}
	s.client.CloseIdleConnections()
	return errors.Join(append(errs, s.store.Close())...)
}
