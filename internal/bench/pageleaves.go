package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"holdfast/engine"
	"holdfast/integrations"
	"holdfast/integrations/pagerduty"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	standinpager "holdfast/rehearse/standin/pagerduty"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/web"
)

// pagerKey is what the stand-in accepts.
const pagerKey = "a-key-of-the-rest-api"

// pageLeaves measures how long it takes from the request with `page @alice` to
// the moment at which PagerDuty has been asked to call her: over HTTP, through
// the rules, durable in a file store, and out. PagerDuty is a stand-in on this
// machine. The control checks the same token behind the same listener, makes as
// many bytes durable in a plain file, and makes one call.
func pageLeaves(ctx context.Context, b *bench) ([]row, error) {
	var asked, commits []float64
	r, err := b.inTurns(ctx,
		func() (float64, error) { return b.bareCalls(ctx) },
		func() (float64, error) {
			p := paging{bench: b}
			median, err := p.measure(ctx)
			asked, commits = append(asked, p.callsEach), append(commits, p.commitsEach)
			return median, err
		},
	)
	if err != nil {
		return nil, err
	}
	return []row{
		r.row("command to the page leaving, p50", seconds, "token, fdatasync, one call, p50", figureBelow(0.005, seconds)),
		{what: "calls to PagerDuty for each", figure: figure{median(asked), calls}, against: "one call", control: figure{1, calls}, target: figureAtMost(1, "1")},
		{what: "commits for each: asked, and settled", figure: figure{median(commits), calls}, against: "one write", control: figure{1, calls}, target: figureAtMost(2, "2")},
	}, nil
}

// paging is one round.
type paging struct {
	*bench
	callsEach, commitsEach float64
}

// counted counts what is appended.
type counted struct {
	storage.Store
	commits atomic.Int64
}

func (c *counted) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	c.commits.Add(1)
	return c.Store.Append(ctx, command, writes...)
}

func (p *paging) measure(ctx context.Context) (_ float64, err error) {
	dir := filepath.Join(p.dir, "paging")
	defer os.RemoveAll(dir)
	opened, err := file.Open(dir, file.Options{})
	if err != nil {
		return 0, err
	}
	defer opened.Close()
	store := &counted{Store: opened}
	left := make(chan time.Time, p.paged)
	duty := standinpager.New(standinpager.Account{Key: pagerKey, Users: []standinpager.User{{ID: "PUSERBOT", Name: "Holdfast", Mail: "bot@example.com"}, {ID: "PUSERALI", Name: "Alice", Mail: "alice@example.com"}},
		Policies: []standinpager.Policy{{ID: "PPOLALL", Levels: [][]string{{"PUSERALI"}}}}, Services: []standinpager.Service{{ID: "PSVCALL", Policy: "PPOLALL"}}}, clock.System{})
	duty.OnCall(func(c standinpager.Call) {
		if c.Method == http.MethodPost {
			left <- time.Now()
		}
	})
	server, err := standin.Serve(ctx, duty)
	if err != nil {
		return 0, err
	}
	defer server.Close()
	pager, err := pagerAt(server.URL)
	if err != nil {
		return 0, err
	}
	s, err := openSite(ctx, p.dir, store, 1, map[string]engine.Performer{journal.Page: integrations.Paging{Pager: pager}})
	if err != nil {
		return 0, err
	}
	rooms, err := s.declare(ctx, 1)
	if err != nil {
		return 0, err
	}
	if err := p.settled(ctx, s); err != nil {
		return 0, err
	}
	before, took := store.commits.Load(), make([]time.Duration, p.paged)
	for i := range took {
		start := time.Now()
		if err := s.say(ctx, rooms[0], fmt.Sprintf(`page @alice "the replica lags, %d"`, i)); err != nil {
			return 0, err
		}
		took[i] = (<-left).Sub(start)
		if err := p.settled(ctx, s); err != nil { // which is not in the time
			return 0, err
		}
	}
	p.commitsEach = float64(store.commits.Load()-before) / float64(p.paged)
	p.callsEach = float64(len(duty.Calls())) / float64(p.paged)
	slices.Sort(took)
	return took[len(took)/2].Seconds(), errors.Join(exactly("pages", len(duty.Incidents()), p.paged), s.close(ctx))
}

// settled waits until nothing is pending.
func (p *paging) settled(ctx context.Context, s *site) error {
	for ctx.Err() == nil {
		state, err := s.engine.Recent(ctx, "INC-1")
		if err != nil || state.Pending == 0 {
			return err
		}
		time.Sleep(200 * time.Microsecond)
	}
	return ctx.Err()
}

func pagerAt(url string) (*pagerduty.Pager, error) {
	out, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Clock: clock.System{}})
	if err != nil {
		return nil, err
	}
	who, err := plan.Empty().WithPerson(plan.Person{ID: "alice", PagerDuty: "PUSERALI"})
	if err != nil {
		return nil, err
	}
	return pagerduty.New(pagerduty.Options{Key: pagerKey, From: "bot@example.com", Service: "PSVCALL", Region: "us", API: url, Events: url, HTTP: out, Plan: func() *plan.Plan { return who }})
}

// bareCalls has the same listener and token, a plain file, and one call to a
// server that says 201.
func (b *bench) bareCalls(ctx context.Context) (float64, error) {
	f, err := os.Create(filepath.Join(b.dir, "bare"))
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(make([]byte, b.paged*2*factSize)); err != nil { // as the store's segments are
		return 0, err
	}
	left := make(chan time.Time, b.paged)
	there, err := standin.Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		left <- time.Now()
		w.WriteHeader(http.StatusCreated)
	}))
	if err != nil {
		return 0, err
	}
	defer there.Close()
	token, people, err := oneToken(b.dir, clock.System{})
	if err != nil {
		return 0, err
	}
	written := int64(0)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := people.Who(r)
		if err == nil {
			_, err = f.WriteAt(make([]byte, 2*factSize), written)
			written += 2 * factSize
			err = errors.Join(err, syncData(f))
		}
		if err == nil {
			var resp *http.Response
			if resp, err = http.Post(there.URL, "application/json", strings.NewReader(string(fact(1, 1)))); err == nil {
				resp.Body.Close()
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	serving := web.Serve(l, handler, web.Limits{Connections: 10, Refused: func(string) {}, Log: slog.New(slog.DiscardHandler)})
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, b.paged)
	for i := range took {
		start := time.Now()
		if err := post(ctx, client, "http://"+serving.Address(), token, `{"text":"page","room":"#inc-1-trouble-1"}`); err != nil {
			return 0, err
		}
		took[i] = (<-left).Sub(start)
	}
	slices.Sort(took)
	return took[len(took)/2].Seconds(), serving.Stop(ctx)
}
