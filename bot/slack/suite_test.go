package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/bottest"
	"holdfast/bot/slack"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan"
	standin "holdfast/rehearse/standin/slack"
)

// hurried is a clock on which two seconds pass whenever somebody looks, so that
// nobody has to wait for their turn.
type hurried struct {
	mu  sync.Mutex
	now time.Time
}

func (c *hurried) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(2 * time.Second)
	return c.now
}

func (c *hurried) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// scene is a workspace with people in it, as they and the bot see it.
type scene struct {
	*testing.T
	workspace *slack.Workspace
	slack     *standin.Workspace
	people    map[string]string // their member ids
	plan      *plan.Plan
	clock     *hurried
	url       string // where Slack is reached
	client    *http.Client

	mu     sync.Mutex
	strike func(method string) (status int, word string, after time.Duration, lose bool)
}

func play(t *testing.T) *scene { return playWith(t, slack.Scopes()) }

func playWith(t *testing.T, scopes []string) *scene {
	t.Helper()
	c := &hurried{now: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)}
	s := &scene{T: t, people: map[string]string{}, plan: plan.Empty(), clock: c}
	s.slack = standin.New(standin.Options{Clock: c, Scopes: scopes, Before: func(method string, _ url.Values) (int, string, time.Duration, bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.strike == nil || method == "auth.test" || method == "users.conversations" || method == "conversations.list" {
			return 0, "", 0, false
		}
		f := s.strike
		s.strike = nil
		return f(method)
	}})
	server := httptest.NewServer(s.slack)
	t.Cleanup(server.Close)
	s.slack.At(server.URL)
	s.url, s.client = server.URL, server.Client()
	p := s.plan
	for _, name := range []string{"alice", "bob", "carol"} {
		s.people[name] = s.slack.AddUser(name, standin.User{})
		p.People = append(p.People, plan.Person{ID: name, Slack: s.people[name]})
	}
	for _, name := range []string{"ops", "other", "general"} {
		s.slack.AddChannel(name, standin.Channel{Members: []string{s.slack.Bot(), "alice", "bob"}})
	}
	var err error
	s.workspace, err = slack.New(slack.Options{Token: "xoxb-holdfast", API: server.URL + "/api", HTTP: server.Client(), Way: here(t), People: func() *plan.Plan { return p }, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// here is a way to this machine.
func here(t *testing.T) outbound.Way {
	t.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Way()
}

func (s *scene) next(f func(method string) (status int, word string, after time.Duration, lose bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strike = f
}

func texts(all []standin.Message) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.Text)
	}
	return out
}

func (s *scene) texts(to string) []string {
	if person, ok := strings.CutPrefix(to, "@"); ok {
		return texts(s.slack.DMs(person))
	}
	return texts(s.slack.Messages(strings.TrimPrefix(to, "#")))
}

func TestSlackKeepsTheContract(t *testing.T) {
	bottest.Run(t, func(t *testing.T) bottest.World {
		s := play(t)
		return bottest.World{
			Platform: s.workspace, Texts: s.texts,
			Topic: func(room string) string {
				c, _ := s.slack.Channel(strings.TrimPrefix(room, "#"))
				return c.Topic
			},
			Members: func(room string) []string {
				c, _ := s.slack.Channel(strings.TrimPrefix(room, "#"))
				var in []string
				for name, id := range s.people {
					if slices.Contains(c.Members, id) {
						in = append(in, name)
					}
				}
				return in
			},
			Private:    func(person string) []string { return texts(s.slack.Ephemerals(person)) },
			LoseAnswer: func() { s.next(func(string) (int, string, time.Duration, bool) { return 0, "", 0, true }) },
			Refuse: func() {
				s.next(func(string) (int, string, time.Duration, bool) { return http.StatusInternalServerError, "", 0, false })
			},
		}
	})
}

func TestARoomThatWasThereIsTakenOver(t *testing.T) {
	s := play(t)
	open := func(r bot.Room) (string, error) { return s.workspace.Open(t.Context(), r) }
	id := s.slack.AddChannel("inc-1-x", standin.Channel{Members: []string{"alice", s.slack.Bot()}, Archived: true})
	if got, err := open(bot.Room{Name: "#inc-1-x"}); err != nil || got != id {
		t.Errorf("%q, %v, want %q", got, err, id)
	}
	if c, _ := s.slack.Channel(id); c.Archived || !slices.Contains(c.Members, s.slack.Bot()) {
		t.Errorf("it is %+v", c)
	}
	s.slack.AddChannel("inc-4-a", standin.Channel{Members: []string{"alice"}, Archived: true})
	if _, err := open(bot.Room{Name: "#inc-4-a"}); err == nil || !strings.Contains(fault.From(err).Text, "archived room #inc-4-a") {
		t.Errorf("an archived room of others: %v", err)
	}
	// A private incident never goes into a room that everybody can find.
	s.slack.AddChannel("inc-2-y", standin.Channel{Members: []string{"alice"}})
	_, err := open(bot.Room{Name: "#inc-2-y", Private: true})
	if f := fault.From(err); err == nil || !f.Permanent || !strings.Contains(f.Text, "public channel #inc-2-y") {
		t.Errorf("%v", err)
	}
	if _, err := open(bot.Room{Name: "#inc-3-z", Private: true}); err != nil {
		t.Fatal(err)
	}
	if c, _ := s.slack.Channel("inc-3-z"); !c.Private {
		t.Errorf("it is %+v", c)
	}
}

func TestPeopleAreTheirMemberIDs(t *testing.T) {
	s := play(t)
	alice, stranger := s.people["alice"], s.slack.AddUser("mallory", standin.User{Stranger: true})
	if got := s.workspace.Person(alice); got != "alice" {
		t.Errorf("alice is %q", got)
	}
	if got := s.workspace.Account("alice"); got != alice {
		t.Errorf("alice has %q", got)
	}
	id := s.workspace.Person(stranger)
	if id != strings.ToLower(stranger) || s.workspace.Account(id) != stranger {
		t.Errorf("the stranger is %q with the account %q", id, s.workspace.Account(id))
	}
	for _, nobody := range []string{"", "zoe", "u", "unknown1 x", strings.ToLower(alice)} {
		if got := s.workspace.Account(nobody); got != "" {
			t.Errorf("%q has %q", nobody, got)
		}
	}
	err := s.workspace.Invite(t.Context(), "#ops", []string{"carol", "zoe"})
	if f := fault.From(err); err == nil || !f.Permanent || !strings.Contains(f.Text, "@zoe") {
		t.Errorf("%v", err)
	}
	if c, _ := s.slack.Channel("ops"); !slices.Contains(c.Members, s.people["carol"]) {
		t.Error("carol was not invited")
	}
}

func TestOneWhomSlackDoesNotTakeKeepsNobodyElseOut(t *testing.T) {
	s := play(t)
	s.slack.AddUser("bob", standin.User{Deleted: true})
	s.slack.AddChannel("third", standin.Channel{Members: []string{s.slack.Bot(), "alice"}})
	if err := s.workspace.Invite(t.Context(), "#third", []string{"alice", "bob", "carol"}); err == nil {
		t.Error("no error")
	}
	if c, _ := s.slack.Channel("third"); !slices.Contains(c.Members, s.people["carol"]) {
		t.Error("carol was not invited")
	}
}

func TestWhatSlackRefusesIsToldWithItsRemedy(t *testing.T) {
	for word, want := range map[string]struct {
		says, next string
		permanent  bool
	}{
		"token_revoked":     {"revoked", "Install the app again", false},
		"missing_scope":     {"lacks the scope", "install the app again", false},
		"is_archived":       {"archived", "Unarchive", false},
		"channel_not_found": {"no such room", "Invite the bot", true},
		"invalid_blocks":    {"cannot draw", "report", true},
		"strange_word":      {"", "", false},
	} {
		s := play(t)
		s.next(func(string) (int, string, time.Duration, bool) { return 0, word, 0, false })
		_, err := s.workspace.Post(t.Context(), bot.Message{Key: "k", To: "#ops", Body: bottest.Says("x")})
		f := fault.From(err)
		if err == nil || f.Permanent != want.permanent || !strings.Contains(f.Text, want.says) || !strings.Contains(f.Next, want.next) {
			t.Errorf("%s: %+v", word, f)
		}
		if strings.Contains(err.Error(), "xoxb") {
			t.Errorf("%s shows the token: %v", word, err)
		}
	}
}

func TestPatienceIsKeptWithSlack(t *testing.T) {
	s := play(t)
	s.next(func(string) (int, string, time.Duration, bool) {
		return http.StatusTooManyRequests, "", 30 * time.Second, false
	})
	_, err := s.workspace.Post(t.Context(), bot.Message{Key: "k", To: "#ops", Body: bottest.Says("x")})
	hint, ok := err.(interface{ RetryAfter() time.Duration })
	if !ok || hint.RetryAfter() != 30*time.Second {
		t.Errorf("%v", err)
	}
}

func TestMessagesCarryTheirKeyAndUnfoldNoLinks(t *testing.T) {
	s := play(t)
	if _, err := s.workspace.Post(t.Context(), bot.Message{Key: "INC-1/post:a", To: "#ops", Body: bottest.Says("<!channel> see https://evil.example")}); err != nil {
		t.Fatal(err)
	}
	m := s.slack.Messages("ops")[0]
	var meta struct {
		Type    string            `json:"event_type"`
		Payload map[string]string `json:"event_payload"`
	}
	if err := json.Unmarshal(m.Metadata, &meta); err != nil || meta.Type != "holdfast_effect" || meta.Payload["key"] != "INC-1/post:a" {
		t.Errorf("%s, %v", m.Metadata, err)
	}
	if strings.Contains(m.Text, "<!channel>") || strings.Contains(string(m.Blocks), "<!channel>") {
		t.Errorf("it calls everybody: %s %s", m.Text, m.Blocks)
	}
	for _, c := range s.slack.Calls() {
		if c.Method == "chat.postMessage" && (c.Form.Get("unfurl_links") != "false" || c.Form.Get("unfurl_media") != "false") {
			t.Errorf("%v", c.Form)
		}
	}
}

func TestWithoutATokenNothingBegins(t *testing.T) {
	if _, err := slack.New(slack.Options{}); fault.CodeOf(err) != fault.Usage {
		t.Error(err)
	}
	s := play(t)
	s.slack.Revoke("invalid_auth")
	if _, err := s.workspace.Me(context.Background()); err == nil || !strings.Contains(fault.From(err).Next, "slack.token") {
		t.Error(err)
	}
}

func TestAFileIsHandedToOnePersonAlone(t *testing.T) {
	s := play(t)
	if err := s.workspace.Hand(t.Context(), "alice", "INC-1.md", []byte("# the record")); err != nil {
		t.Fatal(err)
	}
	files := s.slack.Files()
	if len(files) != 1 || files[0].Name != "INC-1.md" || string(files[0].Content) != "# the record" {
		t.Fatalf("%+v", files)
	}
	if n := len(s.slack.Messages("ops")); n > 0 {
		t.Errorf("%d messages in the channel", n)
	}
	if len(s.slack.DMs("alice")) == 0 || len(s.slack.DMs("bob")) > 0 {
		t.Error("it did not reach alice alone")
	}
	if err := s.workspace.Hand(t.Context(), "zoe", "INC-1.md", []byte("x")); err == nil {
		t.Error("somebody without an account was handed a file")
	}
}

func TestABookmarkIsKeptOnceAndCorrected(t *testing.T) {
	s := play(t)
	keep := func(title, link string, want ...string) {
		t.Helper()
		if err := s.workspace.Bookmark(t.Context(), "#ops", title, link); err != nil {
			t.Fatal(err)
		}
		c, _ := s.slack.Channel("ops")
		var got []string
		for _, b := range c.Bookmarks {
			got = append(got, b.Title+" "+b.Link)
		}
		if !slices.Equal(got, want) {
			t.Errorf("kept %q, want %q", got, want)
		}
	}
	keep("INC-1 in a browser", "https://a.example/incidents/INC-1", "INC-1 in a browser https://a.example/incidents/INC-1")
	keep("INC-1 in a browser", "https://a.example/incidents/INC-1", "INC-1 in a browser https://a.example/incidents/INC-1")
	keep("INC-1 in a browser", "https://b.example/incidents/INC-1", "INC-1 in a browser https://b.example/incidents/INC-1")
	keep("INC-1", "https://b.example/incidents/INC-1", "INC-1 https://b.example/incidents/INC-1")
	keep("INC-2", "https://b.example/incidents/INC-2", "INC-1 https://b.example/incidents/INC-1", "INC-2 https://b.example/incidents/INC-2")

	// One that was added though the answer was lost is found the next time.
	lost := ""
	s.mu.Lock()
	s.strike = func(string) (int, string, time.Duration, bool) { // the list
		s.strike = func(method string) (int, string, time.Duration, bool) { lost = method; return 0, "", 0, true }
		return 0, "", 0, false
	}
	s.mu.Unlock()
	if err := s.workspace.Bookmark(t.Context(), "#ops", "INC-3", "https://b.example/incidents/INC-3"); err == nil {
		t.Error("no answer was lost")
	}
	s.mu.Lock()
	if lost != "bookmarks.add" {
		t.Errorf("the answer of %q was lost", lost)
	}
	s.mu.Unlock()
	keep("INC-3", "https://b.example/incidents/INC-3", "INC-1 https://b.example/incidents/INC-1", "INC-2 https://b.example/incidents/INC-2", "INC-3 https://b.example/incidents/INC-3")
	if err := s.workspace.Bookmark(t.Context(), "#nowhere", "x", "https://b.example"); err == nil {
		t.Error("a room that is not there has a bookmark")
	}
}

func TestARoomIsArchivedOnceAndOnlyPeopleBringItBack(t *testing.T) {
	s := play(t)
	if _, err := s.workspace.Open(t.Context(), bot.Room{Name: "#inc-9-x"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.workspace.Archive(t.Context(), "#inc-9-x"); err != nil {
			t.Fatal(err)
		}
	}
	if c, _ := s.slack.Channel("inc-9-x"); !c.Archived {
		t.Error("it is open")
	}
	if _, err := s.workspace.Post(t.Context(), bot.Message{Key: "k", To: "#inc-9-x", Body: bottest.Says("x")}); !errors.Is(err, bot.ErrArchived) {
		t.Errorf("a post into it: %v", err)
	}
	_, err := s.workspace.Open(t.Context(), bot.Room{Name: "#inc-9-x"})
	if f := fault.From(err); err == nil || !f.Permanent || !strings.Contains(f.Text, "unarchive it and invite the bot, /invite @holdfast") {
		t.Errorf("brought back: %v", err)
	}
	s.slack.Restrict("conversations.archive")
	if err := s.workspace.Archive(t.Context(), "#ops"); err == nil || !strings.Contains(fault.From(err).Next, "administrator") {
		t.Errorf("forbidden: %v", err)
	}
}
