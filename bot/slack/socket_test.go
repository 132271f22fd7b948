package slack_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/bottest"
	"holdfast/bot/slack"
	"holdfast/internal/clock"
	standin "holdfast/rehearse/standin/slack"
	"holdfast/templates"
)

// ears remember what was asked.
type ears struct {
	mu    sync.Mutex
	asked []bot.Request
	came  chan struct{}
}

func (e *ears) Handle(_ context.Context, r bot.Request) bot.Reply {
	e.mu.Lock()
	e.asked = append(e.asked, r)
	e.mu.Unlock()
	e.came <- struct{}{}
	return bot.Reply{Message: bottest.Says("heard: " + r.Text)}
}

// listening is a scene whose bot hears over a socket.
type listening struct {
	*scene
	socket *slack.Socket
	ears   *ears
}

func listen(t *testing.T, appToken string) *listening {
	t.Helper()
	return listenIn(t, play(t), appToken)
}

func listenIn(t *testing.T, s *scene, appToken string) *listening {
	t.Helper()
	l := &listening{scene: s, ears: &ears{came: make(chan struct{}, 100)}}
	receiver, err := l.workspace.Receive(t.Context(), slack.Receiving{Roots: map[string]string{"incident": "incident"},
		Answering: &bot.Answering{Handler: l.ears, Templates: templates.Shipped}})
	if err != nil {
		t.Fatal(err)
	}
	l.socket = l.workspace.Socket(receiver, appToken)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { l.socket.Run(ctx) })
	t.Cleanup(func() {
		stop()
		l.slack.Hangup()
		running.Wait()
	})
	return l
}

// within bounds what a test waits for.
func within(t *testing.T) context.Context {
	ctx, done := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(done)
	return ctx
}

func (l *listening) connected() {
	l.Helper()
	if err := l.slack.Connected(within(l.T), 1); err != nil {
		l.Fatal(err)
	}
}

// hears sends an envelope and waits until it is acknowledged and asked for.
func (l *listening) hears(e standin.Envelope) {
	l.Helper()
	if err := l.slack.Send(e); err != nil {
		l.Fatal(err)
	}
	if _, err := l.slack.Acked(within(l.T), e.ID); err != nil {
		l.Fatal(err)
	}
	select {
	case <-l.ears.came:
	case <-within(l.T).Done():
		l.Fatal("nothing was asked")
	}
}

func TestWhatComesOverTheSocketIsAcknowledgedAndAsked(t *testing.T) {
	l := listen(t, "xapp-holdfast")
	l.connected()
	l.hears(l.slack.EnvelopeOf(l.slack.Slash("alice", "ops", "/incident", "status")))
	l.hears(l.slack.EnvelopeOf(l.slack.Mention("bob", "ops", "note hi")))
	l.ears.mu.Lock()
	asked := l.ears.asked
	l.ears.mu.Unlock()
	if len(asked) != 2 || asked[0].Person != "alice" || asked[0].Text != "status" || asked[0].Room != "#ops" || asked[1].Person != "bob" || asked[1].Origin != "mention" {
		t.Errorf("%+v", asked)
	}
	if !l.socket.Connected() || l.socket.LastHeard().IsZero() {
		t.Errorf("connected %t, heard %s", l.socket.Connected(), l.socket.LastHeard())
	}
}

// What is left without an acknowledgement comes again and again.
func TestAnEnvelopeThatCannotBeReadIsAcknowledgedAllTheSame(t *testing.T) {
	l := listen(t, "xapp-holdfast")
	l.connected()
	for id, text := range map[string]string{
		"e-1": `{"envelope_id":"e-1","type":"events_api","payload":{"type":"event_callback","event":{"type":"moon_landing"}}}`,
		"e-2": `{"envelope_id":"e-2","type":"events_api","payload":"half"}`,
		"e-3": `{"envelope_id":"e-3","type":"slash_commands","payload":[]}`,
	} {
		if err := l.slack.SendRaw([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := l.slack.Acked(within(t), id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := l.slack.SendRaw([]byte(`{"no":"envelope"`)); err != nil {
		t.Fatal(err)
	}
	l.hears(l.slack.EnvelopeOf(l.slack.Slash("alice", "ops", "/incident", "status")))
}

func TestAConnectionThatEndsIsReplaced(t *testing.T) {
	for sentence, end := range map[string]func(*standin.Workspace) error{
		"Slack says so":          func(w *standin.Workspace) error { return w.Disconnect("refresh_requested") },
		"it breaks off":          func(w *standin.Workspace) error { w.Hangup(); return nil },
		"Slack warns beforehand": func(w *standin.Workspace) error { return w.Disconnect("warning") },
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			l := listen(t, "xapp-holdfast")
			l.connected()
			if err := end(l.slack); err != nil {
				t.Fatal(err)
			}
			// It is there again when something sent is acknowledged.
			ctx := within(t)
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for {
				e := l.slack.EnvelopeOf(l.slack.Slash("alice", "ops", "/incident", "status"))
				if l.slack.Send(e) == nil {
					soon, done := context.WithTimeout(ctx, time.Second)
					_, err := l.slack.Acked(soon, e.ID)
					done()
					if err == nil {
						return
					}
				}
				select {
				case <-tick.C:
				case <-ctx.Done():
					t.Fatal("nobody hears")
				}
			}
		})
	}
}

func TestAWrongTokenOfTheAppConnectsNothing(t *testing.T) {
	l := listen(t, "xapp-of-another")
	began := clock.System{}.Now()
	for len(callsOf(l.slack, "apps.connections.open")) == 0 {
		if (clock.System{}).Now().Sub(began) > 30*time.Second {
			t.Fatal("it was not tried")
		}
	}
	if l.socket.Connected() {
		t.Error("it is connected")
	}
}

func callsOf(w *standin.Workspace, method string) (all []standin.Call) {
	for _, c := range w.Calls() {
		if c.Method == method {
			all = append(all, c)
		}
	}
	return all
}

// A look at the clock of these tests takes two seconds.
func TestAConnectionThatIsPingedLastsAndIsReplacedAtOnce(t *testing.T) {
	l := listen(t, "xapp-holdfast")
	l.connected()
	for !l.socket.Connected() && within(t).Err() == nil {
		runtime.Gosched()
	}
	began := l.socket.LastHeard()
	for l.socket.LastHeard().Sub(began) < time.Minute {
		before := l.socket.LastHeard()
		if err := l.slack.Ping(); err != nil {
			t.Fatal(err)
		}
		for l.socket.LastHeard().Equal(before) {
			if within(t).Err() != nil {
				t.Fatal("the ping is not heard")
			}
			runtime.Gosched()
		}
	}
	if n := len(callsOf(l.slack, "apps.connections.open")); n != 1 || !l.socket.Connected() {
		t.Errorf("%d connections were opened; connected: %t", n, l.socket.Connected())
	}
	l.hears(l.slack.EnvelopeOf(l.slack.Slash("alice", "ops", "/incident", "status")))
	if err := l.slack.Disconnect("refresh_requested"); err != nil {
		t.Fatal(err)
	}
	ctx := within(t)
	for ctx.Err() == nil && (len(callsOf(l.slack, "apps.connections.open")) < 2 || l.slack.Connected(ctx, 1) != nil) {
		runtime.Gosched()
	}
	l.connected()
	l.hears(l.slack.EnvelopeOf(l.slack.Slash("alice", "ops", "/incident", "status")))
}
