package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"holdfast/bot"
	"holdfast/commands"
	"holdfast/engine"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/storage"
	"holdfast/templates"
	"holdfast/web"
)

// site is a server as `holdfast serve` builds one, on a Redis, in this process.
type site struct {
	engine  *engine.Engine
	serving *web.Serving
	web     *web.Server
	store   storage.Store
	growth  storage.Feed
	token   string
	client  *http.Client
	end     context.CancelFunc
	done    chan struct{}
}

// openSite opens one; more are performers beside those that talk.
func openSite(ctx context.Context, dir string, store storage.Store, callers int, more map[string]engine.Performer) (*site, error) {
	s := &site{store: store, done: make(chan struct{})}
	now, platform := clock.System{}, web.NewPlatform()
	// No ticket is opened, and nobody is paged unless more says by whom: what is
	// measured is the way of a command.
	p, err := plan.Empty().WithPerson(plan.Person{ID: "alice", Name: "Alice", Groups: []string{"responders", "commanders"}})
	if err != nil {
		return nil, err
	}
	posting := &bot.Posting{Platform: platform, Templates: templates.Shipped, Now: now.Now}
	performers := map[string]engine.Performer{journal.Room: posting, journal.Invite: posting, journal.Post: posting, journal.DM: posting, journal.Archive: posting}
	maps.Copy(performers, more)
	s.engine = engine.New(engine.Options{Store: store, Clock: now, Performers: performers})
	if err := s.engine.Open(ctx); err != nil {
		return nil, err
	}
	desk := &commands.Bot{Engine: s.engine, Plan: func() *plan.Plan { return p }, Templates: templates.Shipped, Clock: now}
	token, tokens, err := oneToken(dir, now)
	if err != nil {
		return nil, err
	}
	s.token = token
	s.web = web.New(web.Options{Platform: platform, Answering: &bot.Answering{Handler: desk, Templates: templates.Shipped}, Desk: desk, Journals: s.engine,
		Growth: &s.growth, Plan: func() *plan.Plan { return p }, Templates: templates.Shipped, Draw: posting.Draw, People: tokens, Clock: now,
		Export: func(context.Context, io.Writer, string, string) error { return nil }})
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	s.serving = web.Serve(l, s.web.Handler(), web.Limits{Connections: 1000, Refused: func(string) {}, Log: quiet})
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers, MaxConnsPerHost: callers}}
	running, end := context.WithCancel(ctx)
	s.end = end
	go func() {
		defer close(s.done)
		s.engine.Run(running)
	}()
	return s, nil
}

// oneToken makes a token of the one person there is.
func oneToken(dir string, c clock.Clock) (token string, people web.People, err error) {
	token, line, err := web.NewToken("alice", c.Now().Add(time.Hour))
	if err != nil {
		return "", nil, err
	}
	path := filepath.Join(dir, "tokens")
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		return "", nil, err
	}
	people, err = web.OpenTokens(path, c)
	return token, people, err
}

func (s *site) close(ctx context.Context) error {
	s.web.Close()
	err := s.serving.Stop(ctx)
	s.end()
	<-s.done
	s.client.CloseIdleConnections()
	return err
}

// say gives one command over HTTP.
func (s *site) say(ctx context.Context, room, text string) error {
	return post(ctx, s.client, "http://"+s.serving.Address()+"/api/v1/commands", s.token, fmt.Sprintf(`{"text":%q,"room":%q}`, text, room))
}

// declare opens as many incidents as there are rooms.
func (s *site) declare(ctx context.Context, n int) ([]string, error) {
	rooms := make([]string, n)
	for i := range rooms {
		if err := s.say(ctx, "", fmt.Sprintf(`declare "trouble %d" sev:4 again`, i+1)); err != nil {
			return nil, err
		}
		rooms[i] = fmt.Sprintf("#inc-%d-trouble-%d", i+1, i+1)
	}
	return rooms, nil
}

// httpNotes measures a whole command: over HTTP, through the parser, the rules
// and the journal in Redis, and back.
func httpNotes(ctx context.Context, b *bench) ([]row, error) {
	server, err := startRedis(ctx, b.dir, "everysec")
	if err != nil {
		return nil, err
	}
	defer server.stop()
	a := redisAppending{bench: b, server: server}
	r, err := b.inTurns(ctx,
		func() (float64, error) { return a.raw(ctx) },
		func() (float64, error) {
			a.round++
			return b.notesOver(ctx, server, fmt.Sprintf("round-%d", a.round))
		},
	)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("note over HTTP, %d incidents, %d callers", b.callers, b.callers)
	return []row{r.row(what, perSecond, "raw XADD", ratioAtLeast(0.08))}, nil
}

func (b *bench) notesOver(ctx context.Context, server *redisServer, workspace string) (float64, error) {
	return b.onSite(ctx, server, workspace, b.callers*b.httpEach, func(s *site, rooms []string) (float64, error) {
		group, saying := errgroup.WithContext(ctx)
		start := time.Now()
		for w, room := range rooms {
			group.Go(func() error {
				for i := range b.httpEach {
					if err := s.say(saying, room, fmt.Sprintf(`note "remark %d of %d"`, i, w)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		err := group.Wait()
		return rate(b.callers*b.httpEach, start), err
	})
}

// onSite opens a server on a workspace of its own with an incident for each
// caller, and counts the notes that were taken there.
func (b *bench) onSite(ctx context.Context, server *redisServer, workspace string, notes int, take func(s *site, rooms []string) (float64, error)) (float64, error) {
	store, err := server.open(ctx, workspace)
	if err != nil {
		return 0, err
	}
	defer store.Close()
	s, err := openSite(ctx, b.dir, store, b.callers, nil)
	if err != nil {
		return 0, err
	}
	rooms, err := s.declare(ctx, b.callers)
	if err != nil {
		return 0, err
	}
	measured, err := take(s, rooms)
	if err != nil {
		return 0, err
	}
	taken := 0
	for i := range rooms {
		state, err := s.engine.State(ctx, fmt.Sprintf("INC-%d", i+1))
		if err != nil {
			return 0, err
		}
		taken += len(state.Notes)
	}
	if err := exactly("notes", taken, notes); err != nil {
		return measured, err
	}
	return measured, s.close(ctx)
}
