package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/storage/memory"
	"holdfast/templates"
	"holdfast/web"
)

// site is a server on a true engine, whose chat is the API's own.
type site struct {
	*testing.T
	clock    *clock.Manual
	engine   *engine.Engine
	web      *web.Server
	url      string
	tokens   map[string]string
	desk     *desk
	platform *web.Platform
}

// desk answers what the tests ask; the true bot is tested with the program.
type desk struct {
	engine *engine.Engine
	mu     sync.Mutex
	seen   []bot.Request
	reply  func(bot.Request) bot.Reply
}

func (d *desk) Handle(_ context.Context, r bot.Request) bot.Reply {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = append(d.seen, r)
	if d.reply != nil {
		return d.reply(r)
	}
	return bot.Reply{Ref: "INC-1#7", Journal: "INC-1", Message: templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: "noted"}}}}}}
}

func (d *desk) Look(ctx context.Context, _ bot.Request, id string) (incident.State, error) {
	return d.engine.State(ctx, id)
}

func (d *desk) List(ctx context.Context, _ bot.Request, _ bool) ([]incident.State, error) {
	s, err := d.engine.State(ctx, "INC-1")
	return []incident.State{s}, err
}

func (d *desk) last(t *testing.T) bot.Request {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.seen) == 0 {
		t.Fatal("nothing was handed in")
	}
	return d.seen[len(d.seen)-1]
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{T: t, clock: clock.NewManual(start), tokens: map[string]string{}}
	path, lines := filepath.Join(t.TempDir(), "tokens"), ""
	for _, p := range []string{"alice", "bob", "judy"} {
		token, line := newToken(t, p, start.Add(24*time.Hour))
		s.tokens[p], lines = token, lines+line+"\n"
	}
	tokensIn(t, path, lines, start)
	tokens, err := web.OpenTokens(path, s.clock)
	if err != nil {
		t.Fatal(err)
	}
	northbridge, found := plan.Load("../examples/northbridge")
	if plan.HasErrors(found) {
		t.Fatal(found)
	}
	store, platform := memory.New(s.clock), web.NewPlatform()
	s.platform = platform
	posting := &bot.Posting{Platform: platform, Templates: templates.Shipped, Now: s.clock.Now}
	s.engine = engine.New(engine.Options{
		Store: store, Clock: s.clock, Spawn: func(call func()) { call() },
		Performers: map[string]engine.Performer{journal.Room: posting, journal.Invite: posting, journal.Post: posting, journal.DM: posting, journal.Archive: posting},
		Displays:   []engine.Display{&bot.Headline{Platform: platform, Templates: templates.Shipped}},
	})
	if err := s.engine.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.desk = &desk{engine: s.engine}
	s.web = web.New(web.Options{
		Platform: platform, Answering: &bot.Answering{Handler: s.desk, Templates: templates.Shipped}, Desk: s.desk, Journals: s.engine, Growth: watched{store},
		Plan: func() *plan.Plan { return northbridge }, Templates: templates.Shipped, Draw: posting.Draw, People: web.Anyone{tokens}, Clock: s.clock,
		Export: func(_ context.Context, w io.Writer, id, format string) error {
			_, err := fmt.Fprintf(w, "the record of %s as %s", id, format)
			return err
		},
	})
	http := httptest.NewServer(s.web.Handler())
	t.Cleanup(http.Close)
	t.Cleanup(s.web.Close)
	s.url = http.URL
	return s
}

// watched is a store that can be watched.
type watched struct{ *memory.Store }

func (w watched) Watch(ctx context.Context) <-chan engine.Growth {
	growths, err := w.Store.Watch(ctx)
	if err != nil {
		panic(err) // it is open
	}
	return growths
}

var alice = incident.Person{ID: "alice", Groups: []string{"responders", "commanders"}}

// declare opens INC-1 and does all that it asks for.
func (s *site) declare(d incident.Declare) {
	s.Helper()
	d.Terms.TitleMax, d.Terms.TextMax, d.Severity, d.Zone = 200, 2000, 2, "UTC"
	if _, err := s.engine.Declare(s.Context(), engine.Command{ID: "d", Actor: alice, Platform: web.Name, Room: "#ops", Source: "api"}, d); err != nil {
		s.Fatal(err)
	}
	s.settle()
}

// declareAgain opens one more.
func (s *site) declareAgain(d incident.Declare) {
	s.Helper()
	if _, err := s.engine.Declare(s.Context(), engine.Command{ID: "d2", Actor: alice, Platform: web.Name, Room: "#ops", Source: "api"}, d); err != nil {
		s.Fatal(err)
	}
	s.settle()
}

func (s *site) do(a incident.Action) {
	s.Helper()
	if _, err := s.engine.Do(s.Context(), engine.Command{Journal: "INC-1", Actor: alice, Action: a, Platform: web.Name, Source: "api"}); err != nil {
		s.Fatal(err)
	}
	s.settle()
}

func (s *site) settle() { s.engine.Step(s.Context()) }

// post sends a body as it is and returns the answer.
func (s *site) post(person, body string) (status int, a web.Answer, p web.Problem) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+"/api/v1/commands", strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.tokens[person])
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		s.Fatal(err)
	}
	for _, v := range []any{&a, &p} {
		if err := json.Unmarshal(text.Bytes(), v); err != nil {
			s.Fatalf("%v in %s", err, text.String())
		}
	}
	return resp.StatusCode, a, p
}

func TestACommandIsHandedInAsItsPersonSaysIt(t *testing.T) {
	s := open(t)
	status, a, _ := s.post("alice", `{"text":"note \"lag is 2 s\"","room":"#inc-1-checkout-failing","delivery":"shell-1"}`)
	if status != http.StatusOK || a.Ref != "INC-1#7" || a.Delivery != "shell-1" || a.Text != "noted" || a.Code != "" {
		t.Errorf("%d %+v", status, a)
	}
	want := bot.Request{Delivery: "console/alice/shell-1", Platform: "console", Room: "#inc-1-checkout-failing", Person: "alice", Root: "incident", Text: `note "lag is 2 s"`, Origin: "api"}
	if got := s.desk.last(t); got != want {
		t.Errorf("handed in %+v", got)
	}
	// Another person's delivery of that name is another command.
	s.post("bob", `{"text":"mine","delivery":"shell-1"}`)
	if got := s.desk.last(t).Delivery; got != "console/bob/shell-1" {
		t.Errorf("bob's is %s", got)
	}
	s.post("bob", `{"text":"mine"}`)
	first := s.desk.last(t).Delivery
	s.post("bob", `{"text":"mine"}`)
	if second := s.desk.last(t).Delivery; first == second {
		t.Error("two commands have one delivery")
	}
}

func TestAFormGoesThereAndBack(t *testing.T) {
	s := open(t)
	form := bot.Form{ID: "f", Title: "Declare", Root: "incident", Verb: "declare", Submit: "Send", Fields: []bot.Field{{Name: "title", Label: "What", Kind: "line", Required: true}}}
	s.desk.reply = func(r bot.Request) bot.Reply { return bot.Reply{Form: &form, Code: fault.Missing} }
	status, a, _ := s.post("alice", `{"text":"declare"}`)
	if status != http.StatusUnprocessableEntity || a.Form == nil || a.Form.Fields[0].Name != "title" || !a.Form.Fields[0].Required {
		t.Fatalf("%d %+v", status, a)
	}
	a.Form.Fields[0].Value = "checkout failing"
	body, err := json.Marshal(web.Command{Text: "declare", Origin: "form", Form: a.Form})
	if err != nil {
		t.Fatal(err)
	}
	s.post("alice", string(body))
	if got := s.desk.last(t); got.Origin != "form" || got.Form == nil || got.Form.Fields[0].Value != "checkout failing" {
		t.Errorf("handed in %+v", got)
	}
}

func TestWhatIsNoCommandIsRefusedAndNotHandedIn(t *testing.T) {
	s := open(t)
	for sentence, x := range map[string]struct {
		body   string
		status int
		code   fault.Code
		says   string
	}{
		"no JSON":                {"note", 422, fault.Usage, "The body is not what is wanted"},
		"an unknown field":       {`{"txet":"note"}`, 422, fault.Usage, `unknown field "txet"`},
		"a person of one's own":  {`{"text":"note","person":"bob"}`, 422, fault.Usage, `unknown field "person"`},
		"a wrong type":           {`{"text":7}`, 422, fault.Usage, `"text" must be a string`},
		"two objects":            {`{"text":"a"}{"text":"b"}`, 422, fault.Usage, "Something follows"},
		"a room that is none":    {`{"text":"note","room":"ops"}`, 422, fault.Usage, `"ops" is no room`},
		"an origin that is none": {`{"text":"note","origin":"engine"}`, 422, fault.Usage, `"engine" is no origin`},
		"a delivery with blanks": {`{"text":"note","delivery":"a b"}`, 422, fault.Usage, "The delivery is no id"},
		"five megabytes":         {`{"text":"` + strings.Repeat("x", 5<<20) + `"}`, 413, fault.TooBig, "larger than the 256 KiB"},
		"deeply nested":          {strings.Repeat(`{"form":`, 100_000), 422, fault.Usage, "The body is not"},
	} {
		status, _, p := s.post("alice", x.body)
		if status != x.status || p.Code != x.code || !strings.Contains(p.Text, x.says) || len(p.Text) > 400 {
			t.Errorf("%s: %d %+v", sentence, status, p)
		}
	}
	if len(s.desk.seen) > 0 {
		t.Errorf("handed in: %+v", s.desk.seen)
	}
}

func TestARefusalHasItsStatus(t *testing.T) {
	s := open(t)
	for code, want := range map[fault.Code]int{
		fault.Role: 403, fault.UnknownID: 404, fault.Closed: 409, fault.LostRace: 409, fault.Store: 503, fault.Usage: 422, fault.Internal: 500, fault.TooBig: 413,
	} {
		s.desk.reply = func(bot.Request) bot.Reply { return bot.Reply{Code: code} }
		if status, a, _ := s.post("alice", `{"text":"x"}`); status != want || a.Code != code {
			t.Errorf("%s: %d", code, status)
		}
	}
}

func TestWhoIsNotKnownLearnsNothing(t *testing.T) {
	s := open(t)
	s.declare(incident.Declare{Title: "checkout failing"})
	for _, path := range []string{"/api/v1/incidents", "/api/v1/incidents/INC-1", "/api/v1/events", "/api/v1/whoami", "/api/v1/incidents/INC-1/export", "/nowhere"} {
		if status, body := get(t, s.url+path, "hft_nobody"); status != http.StatusUnauthorized || strings.Contains(body, "checkout") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

func TestStatesAndRecordsAreHandedOut(t *testing.T) {
	s := open(t)
	s.declare(incident.Declare{Title: "checkout failing", Services: []string{"payments-api"}})
	if status, body := get(t, s.url+"/api/v1/incidents", s.tokens["bob"]); status != 200 || !strings.Contains(body, `"id":"INC-1","title":"checkout failing","severity":2,"phase":"investigating","private":false,"drill":false,"services":["payments-api"]`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, s.url+"/api/v1/incidents/INC-1", s.tokens["bob"]); status != 200 || !strings.Contains(body, `"acting":"alice"`) {
		t.Errorf("%d %s", status, body)
	}
	for path, want := range map[string]int{"/api/v1/incidents/INC-9": 404, "/api/v1/incidents/..%2f": 404, "/api/v1/incidents/register": 404, "/api/v1/nothing": 404} {
		if status, body := get(t, s.url+path, s.tokens["bob"]); status != want || !strings.Contains(body, "E_UNKNOWN_ID") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	s.desk.reply = func(bot.Request) bot.Reply { return bot.Reply{File: "INC-1.md"} }
	if status, body := get(t, s.url+"/api/v1/incidents/INC-1/export?format=md", s.tokens["bob"]); status != 200 || body != "the record of INC-1 as md" {
		t.Errorf("%d %s", status, body)
	}
	if got := s.desk.last(t).Text; got != "export format:md #INC-1" {
		t.Errorf("asked %s", got)
	}
	s.desk.reply = func(bot.Request) bot.Reply { return bot.Reply{Code: fault.Role} }
	if status, body := get(t, s.url+"/api/v1/incidents/INC-1/export", s.tokens["bob"]); status != 403 || strings.Contains(body, "the record of") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, s.url+"/api/v1/incidents/INC-1/export?format=md%20%23INC-2", s.tokens["bob"]); status != 422 {
		t.Errorf("%d %s", status, body)
	}
}
