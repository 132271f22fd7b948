package slack_test

import (
	"context"
	"encoding/pem"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"holdfast/bot/slack"
	"holdfast/internal/outbound"
	"holdfast/plan"
)

// warned hands on what is logged as a warning.
type warned struct {
	slog.Handler
	said chan string
}

func (w warned) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelWarn {
		text := r.Message
		r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
		select {
		case w.said <- text:
		default:
		}
	}
	return nil
}

func (w warned) WithAttrs([]slog.Attr) slog.Handler           { return w }
func (w warned) WithGroup(string) slog.Handler                { return w }
func (w warned) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

// Slack names the address of the socket, and so may whoever answers in its
// place.
func TestASocketAtAnAddressThatIsNotAllowedIsRefused(t *testing.T) {
	s := play(t)
	said := make(chan string, 10)
	served := httptest.NewServer(s.slack)
	t.Cleanup(served.Close)
	var err error
	s.workspace, err = slack.New(slack.Options{Token: "xoxb-holdfast", API: served.URL + "/api", HTTP: served.Client(),
		People: func() *plan.Plan { return s.plan }, Clock: s.clock, Log: slog.New(warned{said: said})})
	if err != nil {
		t.Fatal(err)
	}
	l := listenIn(t, s, "xapp-holdfast")
	const want = "could not connect to Slack why=127.0.0.1 is this machine itself; the configuration does not allow it"
	select {
	case text := <-said:
		if text != want {
			t.Errorf("%s", text)
		}
	case <-within(t).Done():
		t.Fatal("nothing is said")
	}
	if l.socket.Connected() || l.slack.Connected(past(t), 1) == nil {
		t.Error("it is connected")
	}
}

// past is a context that has ended: what holds now is enough.
func past(t *testing.T) context.Context {
	ctx, done := context.WithTimeout(t.Context(), time.Nanosecond)
	t.Cleanup(done)
	<-ctx.Done()
	return ctx
}

func TestASocketGoesByTheCertificatesThatAreConfigured(t *testing.T) {
	s := play(t)
	served := httptest.NewTLSServer(s.slack)
	t.Cleanup(served.Close)
	out, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: rootsOf(t, served)})
	if err != nil {
		t.Fatal(err)
	}
	s.workspace, err = slack.New(slack.Options{Token: "xoxb-holdfast", API: served.URL + "/api", HTTP: out.Standard(), Way: out.Way(),
		People: func() *plan.Plan { return s.plan }, Clock: s.clock})
	if err != nil {
		t.Fatal(err)
	}
	l := listenIn(t, s, "xapp-holdfast")
	l.connected()
	l.hears(l.slack.EnvelopeOf(l.slack.Slash("alice", "ops", "/incident", "status")))
}

// rootsOf is a file with the certificate of a server.
func rootsOf(t *testing.T, s *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
