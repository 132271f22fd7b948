package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/web"
)

// httpAnswers measures how long the slowest in a hundred waits for an answer
// when commands come at a steady rate, whether or not earlier ones are answered.
// Redis flushes every write. The control checks the same token behind the same
// listener and does one raw XADD.
func httpAnswers(ctx context.Context, b *bench) ([]row, error) {
	server, err := startRedis(ctx, b.dir, "always")
	if err != nil {
		return nil, err
	}
	defer server.stop()
	round := 0
	r, err := b.inTurns(ctx,
		func() (float64, error) {
			round++
			return b.bareAnswers(ctx, server, round)
		},
		func() (float64, error) {
			return b.noteAnswers(ctx, server, fmt.Sprintf("answers-%d", round))
		},
	)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("answer to a note over HTTP (always), p99 at %d/s", b.askedPerSecond)
	return []row{r.row(what, seconds, "token and one raw XADD, p99", bound{"ratio <= 3", func(r row) bool { return r.ratio() <= 3 }})}, nil
}

// steadily asks at the steady rate and returns the 99th percentile of the
// time from when each should have been asked until it was answered.
func (b *bench) steadily(ctx context.Context, ask func(ctx context.Context, i int) error) (float64, error) {
	return steady{b.asked, b.askedPerSecond, 99}.measure(ctx, ask)
}

// steady is a number of questions that come at a rate, whether or not earlier
// ones are answered.
type steady struct{ asked, perSecond, percentile int }

// measure returns the percentile, in seconds, of the time from when each should
// have been asked until it was answered.
func (s steady) measure(ctx context.Context, ask func(ctx context.Context, i int) error) (float64, error) {
	var (
		all    sync.WaitGroup
		failed atomic.Pointer[error]
		took   = make([]time.Duration, s.asked)
		apart  = time.Second / time.Duration(s.perSecond)
		start  = time.Now()
		turn   = time.NewTimer(0)
	)
	defer turn.Stop()
	for i := range s.asked {
		due := start.Add(time.Duration(i) * apart)
		turn.Reset(time.Until(due))
		<-turn.C
		all.Go(func() {
			if err := ask(ctx, i); err != nil {
				failed.CompareAndSwap(nil, &err)
			}
			took[i] = time.Since(due)
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	slices.Sort(took)
	return took[len(took)*s.percentile/100].Seconds(), nil
}

func (b *bench) noteAnswers(ctx context.Context, server *redisServer, workspace string) (float64, error) {
	return b.onSite(ctx, server, workspace, b.asked, func(s *site, rooms []string) (float64, error) {
		return b.steadily(ctx, func(ctx context.Context, i int) error {
			return s.say(ctx, rooms[i%len(rooms)], fmt.Sprintf(`note "remark %d"`, i))
		})
	})
}

// bareAnswers has the same listener, the same token and the same client ask for
// one XADD each.
func (b *bench) bareAnswers(ctx context.Context, server *redisServer, round int) (float64, error) {
	raw := server.plain(b.callers)
	defer raw.Close()
	token, people, err := oneToken(b.dir, clock.System{})
	if err != nil {
		return 0, err
	}
	body := string(fact(1, 1))
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := people.Who(r); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		text, err := io.ReadAll(r.Body)
		if err == nil {
			err = raw.XAdd(r.Context(), &goredis.XAddArgs{Stream: fmt.Sprintf("answers-%d", round),
				Values: []any{"k", incident.NoteAdded{}.Kind(), "b", append(text, body...), "h", zeroHash}}).Err()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	serving := web.Serve(l, handler, web.Limits{Connections: 1000, Refused: func(string) {}, Log: slog.New(slog.DiscardHandler)})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: b.callers, MaxConnsPerHost: b.callers}}
	defer client.CloseIdleConnections()
	p99, err := b.steadily(ctx, func(ctx context.Context, i int) error {
		return post(ctx, client, "http://"+serving.Address(), token, fmt.Sprintf(`{"text":"note \"remark %d\"","room":"#inc-1-trouble-1"}`, i))
	})
	if err != nil {
		return 0, err
	}
	return p99, serving.Stop(ctx)
}

// post makes one request that must succeed.
func post(ctx context.Context, client *http.Client, url, token, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return err
}
