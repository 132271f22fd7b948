package slack

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/internal/clock"
)

// callee is a Slack that writes down what it is called with.
type callee struct {
	mu     sync.Mutex
	calls  []string
	errs   map[string]string // the error by the method
	status int               // of response_urls
}

func (a *callee) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	if strings.HasPrefix(method, "/hook") {
		body, _ := io.ReadAll(r.Body)
		a.calls = append(a.calls, method+" "+string(body))
		if a.status == http.StatusFound {
			w.Header().Set("Location", "/hook/elsewhere")
		}
		w.WriteHeader(a.status)
		return
	}
	_ = r.ParseForm()
	call := method
	for _, k := range []string{"channel", "user", "thread_ts", "trigger_id", "view_id", "timestamp", "name", "ts", "text", "unfurl_links"} {
		if v := r.Form.Get(k); v != "" {
			call += " " + k + "=" + v
		}
	}
	a.calls = append(a.calls, call)
	answer := map[string]any{"ok": a.errs[method] == "", "error": a.errs[method], "channel": "C1", "ts": "1.2",
		"messages": []any{map[string]any{"ts": "1.0", "text": "parent", "user": "U9"}, map[string]any{"ts": "1.2", "thread_ts": "1.0", "text": "hi", "user": "U2"}}}
	_ = json.NewEncoder(w).Encode(answer)
}

func replies(t *testing.T) (*Replies, *callee, *clock.Manual, string) {
	t.Helper()
	api := &callee{errs: map[string]string{}, status: 200}
	s := httptest.NewServer(api)
	t.Cleanup(s.Close)
	now := clock.NewManual(time.Unix(exampleTime, 0))
	r, err := NewReplies(slackgo.New("xoxb-x", slackgo.OptionAPIURL(s.URL+"/api/"), slackgo.OptionHTTPClient(s.Client())), s.Client(), s.URL, now)
	if err != nil {
		t.Fatal(err)
	}
	return r, api, now, s.URL
}

func TestAResponseURLIsUsedFiveTimesInHalfAnHour(t *testing.T) {
	r, api, now, base := replies(t)
	u := newResponseURL(base+"/hook/1", false)
	for i := range 7 {
		if err := r.Respond(t.Context(), u, answer{text: "a"}, true); (err == nil) != (i < urlUses) {
			t.Errorf("use %d: %v", i+1, err)
		}
	}
	if len(api.calls) != urlUses || !strings.Contains(api.calls[0], `"replace_original":false`) || !strings.Contains(api.calls[0], `"response_type":"ephemeral"`) {
		t.Errorf("called %q", api.calls)
	}
	u = newResponseURL(base+"/hook/2", true)
	if err := r.Respond(t.Context(), u, answer{text: "a"}, true); err != nil || !strings.Contains(api.calls[urlUses], `"replace_original":true`) {
		t.Errorf("a button's: %v, %q", err, api.calls)
	}
	now.Add(urlLife)
	if err := r.Respond(t.Context(), u, answer{text: "a"}, true); err == nil {
		t.Error("it is used after half an hour")
	}
}

func TestAResponseURLLeadsNowhereElseAndIsNotPrinted(t *testing.T) {
	r, api, _, base := replies(t)
	for _, to := range []string{"https://evil.example/x", "http://169.254.169.254/", "https://hooks.slack.com@evil.example/", base + "9/hook", strings.Replace(base, "http", "https", 1) + "/hook", "::", "/hook", "file:///etc/passwd",
		strings.Replace(base, "http://", "http://u:p@", 1) + "/hook"} {
		u := newResponseURL(to, false)
		if err := r.Respond(t.Context(), u, answer{text: "a"}, false); err == nil || strings.Contains(err.Error(), to) {
			t.Errorf("%s: %v", to, err)
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "url", u)
		if out := fmt.Sprintf("%v %+v %#v %s", u, u, u, log.String()); strings.Contains(out, to) {
			t.Errorf("it is printed: %s", out)
		}
	}
	if len(api.calls) > 0 {
		t.Errorf("called %q", api.calls)
	}
	for _, status := range []int{302, 404, 500} {
		api.calls, api.status = nil, status
		if err := r.Respond(t.Context(), newResponseURL(base+"/hook/secret", false), answer{text: "a"}, false); err == nil || strings.Contains(err.Error(), "secret") || len(api.calls) != 1 {
			t.Errorf("%d gives %v after %q", status, err, api.calls)
		}
	}
	if _, err := NewReplies(slackgo.New("x"), http.DefaultClient, "ftp://x", clock.System{}); err == nil {
		t.Error("any base will do")
	}
}

func TestADeadResponseURLIsNotInTheError(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	r, err := NewReplies(slackgo.New("x"), http.DefaultClient, s.URL, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Respond(t.Context(), newResponseURL(s.URL+"/hook/secret", false), answer{text: "a"}, false); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func TestAPersonIsToldWhereTheyAre(t *testing.T) {
	for sentence, test := range map[string]struct {
		at   place
		errs map[string]string
		want []string
	}{
		"in a room":              {place{"C1", "", "#ops"}, nil, []string{"chat.postEphemeral channel=C1 user=U1 text=hi unfurl_links=false"}},
		"in a thread":            {place{"C1", "1.2", "#ops"}, nil, []string{"chat.postEphemeral channel=C1 user=U1 thread_ts=1.2 text=hi unfurl_links=false"}},
		"in direct messages":     {place{"D1", "", ""}, nil, []string{"chat.postMessage channel=D1 text=hi unfurl_links=false"}},
		"nowhere":                {place{}, nil, []string{"chat.postMessage channel=U1 text=hi unfurl_links=false"}},
		"where the bot is not":   {place{"C1", "1.2", "#ops"}, map[string]string{"chat.postEphemeral": "channel_not_found"}, []string{"chat.postEphemeral channel=C1 user=U1 thread_ts=1.2 text=hi unfurl_links=false", "chat.postMessage channel=U1 text=hi unfurl_links=false"}},
		"when Slack is not well": {place{"C1", "", "#ops"}, map[string]string{"chat.postEphemeral": "internal_error"}, []string{"chat.postEphemeral channel=C1 user=U1 text=hi unfurl_links=false"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			r, api, _, _ := replies(t)
			api.errs = test.errs
			err := r.Tell(t.Context(), "U1", test.at, answer{text: "hi"})
			if (err != nil) != (test.errs["chat.postEphemeral"] == "internal_error") {
				t.Error(err)
			}
			if strings.Join(api.calls, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("called %q", api.calls)
			}
		})
	}
}

func TestMessagesAreLookedUpAndMarked(t *testing.T) {
	r, api, _, _ := replies(t)
	if text, author, thread, err := r.Message(t.Context(), "C1", "1.2"); text != "hi" || author != "U2" || thread != "1.0" || err != nil {
		t.Errorf("%q %q %q %v", text, author, thread, err)
	}
	if _, _, _, err := r.Message(t.Context(), "C1", "7.7"); err == nil {
		t.Error("a message that is not there is found")
	}
	api.errs["reactions.add"] = "already_reacted"
	if err := r.Tick(t.Context(), "C1", "1.2"); err != nil || api.calls[2] != "reactions.add channel=C1 timestamp=1.2 name=white_check_mark" {
		t.Errorf("%v after %q", err, api.calls)
	}
}
