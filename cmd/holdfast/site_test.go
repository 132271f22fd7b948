package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/rehearse/standin"
	"holdfast/web"
)

// hookSecret signs what a site sends to its pager and tracker.
const hookSecret = "a-secret-of-the-tests-0123456789"

// providersOf are a pager and a tracker that any number of servers share, over
// HTTP.
type sharedProviders struct {
	*standin.Webhook
	pager   *standin.Pager
	tracker *standin.Tracker
	url     string
}

func shareProviders(t *testing.T) *sharedProviders {
	t.Helper()
	now := clock.System{}
	p := &sharedProviders{pager: standin.NewPager(now), tracker: standin.NewTracker(now)}
	p.Webhook = standin.NewWebhook(p.pager, p.tracker, now, hookSecret)
	served, err := standin.Serve(t.Context(), p.Webhook)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	p.url = served.URL
	return p
}

// site is one replica in this process, with its people's tokens.
type site struct {
	*testing.T
	*server
	url     string
	tokens  map[string]string
	stopped bool // by the test
	logged  *diary
}

// settingsFor is how a server of the tests is set: the sample plan, a file
// store of its own, ports from the kernel.
func settingsFor(t *testing.T, p *sharedProviders) config.Config {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "holdfast.yaml")
	plan, err := filepath.Abs("../../examples/northbridge")
	if err != nil {
		t.Fatal(err)
	}
	text := "plan: {dir: " + plan + "}\nstore: {url: \"file:" + filepath.Join(dir, "data") + "\"}\napi: {tokens: " + filepath.Join(dir, "tokens") + "}\n" +
		"listen: {address: \"127.0.0.1:0\"}\noperations: {address: \"127.0.0.1:0\"}\nkeys: {dir: " + filepath.Join(dir, "keys") + "}\n"
	if p != nil {
		text += "pager: {url: \"" + p.url + "/pager\", secret: env:HOOK}\ntracker: {url: \"" + p.url + "/tracker\", secret: env:HOOK}\noutbound: {allow: [127.0.0.1]}\n"
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file, hookEnv)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func hookEnv(name string) string {
	if name == "HOOK" {
		return hookSecret
	}
	return ""
}

var people = []string{"alice", "bob", "carol", "dan", "erin", "olga", "judy", "vera"}

// tokensFor writes the file of tokens that a configuration names.
func tokensFor(t *testing.T, c config.Config) map[string]string {
	t.Helper()
	tokens, lines := map[string]string{}, ""
	for _, person := range people {
		token, line, err := web.NewToken(person, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		tokens[person], lines = token, lines+line+"\n"
	}
	if err := os.WriteFile(c.Tokens, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	return tokens
}

// openSite starts a replica that ends with the test.
func openSite(t *testing.T, c config.Config) *site {
	t.Helper()
	s := &site{T: t, tokens: tokensFor(t, c), logged: &diary{}}
	var err error
	if s.server, err = newServer(t.Context(), c, hookEnv, slog.New(slog.NewTextHandler(s.logged, nil))); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.url = "http://" + s.api.Address()
	t.Cleanup(func() {
		if s.stopped {
			return
		}
		ctx, done := context.WithTimeout(context.Background(), stopLimit)
		defer done()
		if err := s.stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// asking is a person at a server somewhere.
type asking struct {
	*testing.T
	url, token string
}

func (s *site) as(person string) asking { return asking{s.T, s.url, s.tokens[person]} }

// call makes one request and returns the body.
func (a asking) call(method, path, body string) (status int, text string) {
	a.Helper()
	status, text, err := a.try(a.Context(), method, path, body)
	if err != nil {
		a.Fatal(err)
	}
	return status, text
}

func (a asking) try(ctx context.Context, method, path, body string) (status int, text string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	var out bytes.Buffer
	_, err = io.Copy(&out, resp.Body)
	return resp.StatusCode, out.String(), err
}

// say gives a command and demands that it is accepted.
func (a asking) say(room, text string) web.Answer {
	a.Helper()
	answer := a.hear(web.Command{Text: text, Room: room})
	if answer.Code != "" || answer.Interim {
		a.Fatalf("%s: %+v", text, answer)
	}
	return answer
}

// hear gives a command and returns the answer, whatever it is.
func (a asking) hear(c web.Command) (answer web.Answer) {
	a.Helper()
	body, err := json.Marshal(c)
	if err != nil {
		a.Fatal(err)
	}
	_, text := a.call(http.MethodPost, "/api/v1/commands", string(body))
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		a.Fatalf("%v: %s", err, text)
	}
	return answer
}

func (a asking) state(id string) (s incident.State) {
	a.Helper()
	status, text := a.call(http.MethodGet, "/api/v1/incidents/"+id, "")
	if err := json.Unmarshal([]byte(text), &s); err != nil || status != http.StatusOK {
		a.Fatalf("%d %v: %s", status, err, text)
	}
	return s
}

// done waits until an incident has nothing left to do.
func (a asking) done(id string) (s incident.State) {
	a.Helper()
	eventually(a.T, func() bool { s = a.state(id); return s.Pending == 0 })
	return s
}

// eventually waits for what another goroutine or process is about to do.
func eventually(t *testing.T, so func() bool) {
	t.Helper()
	tick, late := time.NewTicker(10*time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("waited in vain")
		}
	}
}

// entriesOf reads a journal of the site's store.
func (s *site) entriesOf(name string) (all []journal.Entry) {
	s.Helper()
	for e, err := range engine.Read(s.Context(), s.store, name, 0) {
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// diary keeps what a server has logged.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}
