package inslack

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

// counter answers "done" and counts how often.
type counter int

func (c *counter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	*c++
	_, _ = io.WriteString(w, "done")
}

func call(t *testing.T, w *wire, path string) (status int, body string, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusTooManyRequests && resp.Header.Get("Retry-After") != "30" {
		t.Errorf("come back in %q", resp.Header.Get("Retry-After"))
	}
	return resp.StatusCode, string(all), nil
}

func wired() (*wire, *counter) {
	c := new(counter)
	f := standin.NewFaults("the chat", clock.NewManual(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)))
	return &wire{slack: c, faults: f, alive: func() bool { return true }}, c
}

func TestSlackFailsAsSlackDoes(t *testing.T) {
	for mode, want := range map[string]struct {
		status int
		says   string
	}{
		standin.Unauthorized: {200, "invalid_auth"}, standin.Throttle: {429, "ratelimited"}, standin.ServerError: {500, "internal_error"},
		standin.Unavailable: {503, "service_unavailable"}, standin.Garbage: {200, "<html>"},
		standin.Refuse: {}, standin.Hang: {}, standin.BadTLS: {}, standin.LostReply: {},
	} {
		w, done := wired()
		if err := w.faults.Fault(mode, time.Time{}, 0); err != nil {
			t.Fatal(err)
		}
		status, body, err := call(t, w, "/api/chat.postMessage")
		if status != want.status || !strings.Contains(body, want.says) || (err == nil) != (want.status != 0) {
			t.Errorf("%s: %d %q %v", mode, status, body, err)
		}
		if carriedOut := mode == standin.LostReply; (*done == 1) != carriedOut {
			t.Errorf("%s: carried out %d times", mode, *done)
		}
	}
}

func TestWhatIsLookedUpIsNotCounted(t *testing.T) {
	w, _ := wired()
	if err := w.faults.Fault(standin.Unavailable, time.Time{}, 1); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		path   string
		status int
	}{{"/api/conversations.info", 200}, {"/api/chat.postMessage", 503}, {"/api/chat.postMessage", 200}} {
		if status, _, err := call(t, w, step.path); err != nil || status != step.status {
			t.Errorf("%s: %d %v", step.path, status, err)
		}
	}
	if err := w.faults.Fault(standin.Unavailable, time.Time{}, 0); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := call(t, w, "/api/conversations.info"); status != 503 {
		t.Errorf("while Slack is down a look-up is answered %d", status)
	}
}

func TestAProcessThatHasDiedReachesNobody(t *testing.T) {
	w, done := wired()
	w.alive = func() bool { return false }
	if _, _, err := call(t, w, "/api/chat.postMessage"); !errors.Is(err, errDied) || *done != 0 {
		t.Errorf("%v, carried out %d times", err, *done)
	}
}
