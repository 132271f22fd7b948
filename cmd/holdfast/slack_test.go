package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/bot/slack"
	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	standin "holdfast/rehearse/standin/slack"
)

// slackSite is a server that people reach in a Slack of the test's own.
type slackSite struct {
	*site
	slack *standin.Workspace
}

// signingSecret is the one of Slack's documentation.
const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5"

func openSlackSite(t *testing.T, change ...func(*config.Config)) *slackSite {
	t.Helper()
	workspace := standin.New(standin.Options{Clock: clock.System{}, SigningSecret: signingSecret, Scopes: slack.Scopes()})
	served := httptest.NewServer(workspace)
	t.Cleanup(served.Close)
	workspace.At(served.URL)
	c := settingsFor(t, shareProviders(t))
	c.PlanDir = planWithAccounts(t, workspace)
	c.SlackToken, c.SlackSigning = secretFile(t, "xoxb-holdfast"), secretFile(t, signingSecret)
	c.SlackAPI, c.SlackCommands = served.URL+"/api", []string{"incident", "inc"}
	for _, f := range change {
		f(&c)
	}
	c.PublicURL = "https://holdfast.example.com"
	group := workspace.AddGroup("duty", "sam")
	withSetting(t, c.PlanDir, "groups.commanders.slack", group)
	workspace.AddChannel("ops", standin.Channel{Members: []string{workspace.Bot(), "alice", "bob"}})
	return &slackSite{openSite(t, c), workspace}
}

// opened waits until the server knows who the bot is.
func (s *slackSite) opened() *slackSite {
	s.Helper()
	eventually(s.T, func() bool { return s.server.slack.receiver.Load() != nil })
	return s
}

func secretFile(t *testing.T, secret string) config.Secret {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.SecretIn(path)
}

// planWithAccounts is the sample plan whose people are all in a workspace.
func planWithAccounts(t *testing.T, w *standin.Workspace) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/northbridge")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "people.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`\{id: ([a-z]+),`).ReplaceAllFunc(text, func(m []byte) []byte {
		id := string(m[5 : len(m)-1])
		return []byte("{id: " + id + ", slack: " + w.AddUser(id, standin.User{}) + ",")
	})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// withSetting adds a line to the policy of a plan in a folder.
func withSetting(t *testing.T, dir, key, value string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, "policy.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.WriteString("\n" + key + ": " + value + "\n"); err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// send hands the server what Slack would send and returns its answer.
func (s *slackSite) send(r *http.Request) (status int, body string) {
	s.Helper()
	at, err := url.Parse(s.url)
	if err != nil {
		s.Fatal(err)
	}
	r = r.Clone(s.Context())
	r.URL.Scheme, r.URL.Host, r.Host, r.RequestURI = at.Scheme, at.Host, at.Host, ""
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// slash types a command in a channel and demands an answer that says something.
func (s *slackSite) slash(person, channel, text, want string) {
	s.Helper()
	if status, body := s.send(s.slack.Slash(person, channel, "/incident", text)); status != http.StatusOK || !strings.Contains(body, want) {
		s.Errorf("@%s: /incident %s: %d %s", person, text, status, body)
	}
}

// shows waits until a channel's message matches, and returns it.
func (s *slackSite) shows(channel, pattern string) (found standin.Message) {
	s.Helper()
	re := regexp.MustCompile(pattern)
	eventually(s.T, func() bool {
		for _, m := range s.slack.Messages(channel) {
			if re.MatchString(m.Text) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// action is the id of the button with a label.
func action(t *testing.T, m standin.Message, label string) string {
	t.Helper()
	var blocks []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
			Text     any    `json:"text"`
		} `json:"elements"`
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if text, ok := e.Text.(map[string]any); ok && text["text"] == label {
				return e.ActionID
			}
		}
	}
	t.Fatalf("no button %q in %s", label, m.Blocks)
	return ""
}

const checkout = "inc-1-checkout-failing"

func TestAnIncidentIsDeclaredDecidedAndSeenWithoutLeavingSlack(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:1 service:payments-api`, "INC-1#1")
	s.as("judy").done("INC-1")

	// The room: who belongs there, what it is about, the headline on top.
	eventually(t, func() bool {
		room, ok := s.slack.Channel(checkout)
		return ok && !room.Private && strings.Contains(room.Topic, "SEV1") && len(room.Members) >= 4
	})
	headline := s.shows(checkout, "INC-1 SEV1 checkout failing")
	eventually(t, func() bool { return s.shows(checkout, "INC-1 SEV1 checkout failing").Pinned })
	eventually(t, func() bool {
		room, _ := s.slack.Channel(checkout)
		return len(room.Bookmarks) == 1 && room.Bookmarks[0].Title == "INC-1 in a browser" && room.Bookmarks[0].Link == "https://holdfast.example.com/incidents/INC-1"
	})

	// A button, a form, a mention in a thread, a reaction, a message menu.
	if status, body := s.send(s.slack.Press("alice", checkout, headline.TS, action(t, headline, "Claim command"))); status != http.StatusOK || body != "" {
		t.Errorf("the button: %d %s", status, body)
	}
	eventually(t, func() bool { return s.as("judy").state("INC-1").Roles.Commander == "alice" })
	s.shows(checkout, "Commander.*alice")

	if status, _ := s.send(s.slack.Slash("alice", checkout, "/inc", "decide")); status != http.StatusOK {
		t.Errorf("a command that lacks something: %d", status)
	}
	var form standin.View
	eventually(t, func() bool {
		views := s.slack.Views()
		if len(views) > 0 {
			form = views[len(views)-1]
		}
		return len(views) > 0
	})
	answered := s.submit("alice", form, map[string]string{"decide/text": "fail over to B", "decide/because": "replica lag is 2 s"})
	if answered != "" {
		t.Errorf("the form is answered by %s", answered)
	}
	eventually(t, func() bool { return len(s.as("judy").state("INC-1").Decisions) == 1 })

	s.send(s.slack.Mention("bob", checkout, `note "seen in a thread"`))
	said := s.slack.Said("bob", checkout, "the queue is growing")
	s.send(said)
	talk := s.shows(checkout, "the queue is growing")
	s.send(s.slack.React("carol", "pushpin", checkout, talk.TS))
	s.send(s.slack.Shortcut("dan", "task_from", checkout, talk.TS))
	eventually(t, func() bool {
		state := s.as("judy").state("INC-1")
		texts := ""
		for _, n := range state.Notes {
			texts += n.Text + "\n"
		}
		return strings.Contains(texts, "seen in a thread") && strings.Contains(texts, "the queue is growing")
	})
}

// submit sends a form and does what it is answered with.
func (s *slackSite) submit(person string, form standin.View, values map[string]string) (body string) {
	s.Helper()
	status, body := s.send(s.slack.Submit(person, form.ID, values))
	if status != http.StatusOK {
		s.Fatalf("%d %s", status, body)
	}
	if _, err := s.slack.Settle(form.ID, []byte(body)); err != nil {
		s.Fatal(err)
	}
	return body
}

func TestARecordIsHandedToWhoAskedForIt(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.slash("alice", checkout, "export", "INC-1.md")
	eventually(t, func() bool { return len(s.slack.Files()) == 1 })
	if f := s.slack.Files()[0]; f.Name != "INC-1.md" || !strings.Contains(string(f.Content), "checkout failing") || len(s.slack.DMs("alice")) == 0 {
		t.Errorf("%s in %s", f.Name, f.Channel)
	}
}

func TestTheSameWordsGiveTheSameJournalInSlack(t *testing.T) {
	t.Parallel()
	terminal := openSite(t, settingsFor(t, shareProviders(t)))
	s := openSlackSite(t).opened()
	for i, x := range story {
		terminal.as(x.person).say(war, x.text)
		terminal.as("judy").done("INC-1")
		channel := checkout
		if i == 0 {
			channel = "ops"
		}
		s.slash(x.person, channel, x.text, "INC-1#")
		s.as("judy").done("INC-1")
	}
	want, got := accountOf(terminal.entriesOf("INC-1")), accountOf(s.entriesOf("INC-1"))
	for _, lines := range [][]string{got.said, got.ends} {
		for i := range lines {
			lines[i] = strings.NewReplacer("@slack", "@console", `"platform":"slack"`, `"platform":"console"`).Replace(lines[i])
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(account{})); diff != "" {
		t.Errorf("Slack and the terminal differ (-terminal +Slack):\n%s", diff)
	}
}

func TestSocketModeIsHeardAndHasNoDoor(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t, func(c *config.Config) {
		c.SlackSigning, c.SlackAppToken = config.Secret{}, secretFile(t, "xapp-holdfast")
	})
	t.Cleanup(s.slack.Hangup)
	if err := s.slack.Connected(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	e := s.slack.EnvelopeOf(s.slack.Slash("alice", "ops", "/incident", `declare "checkout failing" sev:3`))
	for range 2 { // Slack sends again what it believes was not heard
		if err := s.slack.Send(e); err != nil {
			t.Fatal(err)
		}
		if _, err := s.slack.Acked(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, func() bool { _, there := s.slack.Channel(checkout); return there })
	s.as("judy").done("INC-1")
	if status, text := s.as("judy").call(http.MethodGet, "/api/v1/incidents", ""); status != http.StatusOK || strings.Contains(text, "INC-2") {
		t.Errorf("declared twice: %s", text)
	}
	if status, body := s.send(s.slack.Slash("alice", "ops", "/incident", "status")); status != http.StatusUnauthorized || body != "" {
		t.Errorf("over HTTP: %d %q", status, body)
	}
	s.slack.Hangup() // and it comes back
	if err := s.slack.Connected(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
}

func TestOnlySlackIsHeard(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	fresh := func() *http.Request { return s.slack.Slash("alice", "ops", "/incident", `declare "x" sev:3`) }
	first := fresh()
	body, err := io.ReadAll(first.Body)
	if err != nil {
		t.Fatal(err)
	}
	with := func(body []byte, h http.Header) *http.Request {
		r := first.Clone(t.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		for name, values := range h {
			r.Header[name] = values
		}
		return r
	}
	now := time.Now()
	forged := bytes.Replace(body, []byte("sev"), []byte("SEV"), 1)
	for sentence, r := range map[string]*http.Request{
		"forged":    with(forged, nil),
		"truncated": with(body[:len(body)-3], nil),
		"stale":     with(body, s.slack.Sign(body, now.Add(-6*time.Minute))),
		"future":    with(body, s.slack.Sign(body, now.Add(6*time.Minute))),
		"unsigned":  with(body, http.Header{"X-Slack-Signature": nil}),
	} {
		if status, answer := s.send(r); status != http.StatusUnauthorized || answer != "" {
			t.Errorf("%s: %d %q", sentence, status, answer)
		}
	}
	if status, answer := s.send(with(body, nil)); status != http.StatusOK || !strings.Contains(answer, "INC-1#1") {
		t.Errorf("the true one: %d %s", status, answer)
	}
	if status, answer := s.send(with(body, nil)); status != http.StatusUnauthorized || answer != "" {
		t.Errorf("replayed: %d %q", status, answer)
	}
	if status, _ := s.send(s.slack.URLVerification("c")); status != http.StatusOK {
		t.Errorf("Slack's question for the address: %d", status)
	}
}

func TestPeopleWhoAreNotInThePlanMayOnlyLook(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slack.AddUser("mallory-of-elsewhere", standin.User{Stranger: true})
	s.slash("mallory-of-elsewhere", "ops", `declare "x" sev:3`, "E_ROLE")
	s.slash("mallory-of-elsewhere", "ops", `list`, "")
	if status, text := s.as("judy").call(http.MethodGet, "/api/v1/incidents", ""); status != http.StatusOK || strings.Contains(text, "INC-1") {
		t.Errorf("%d %s", status, text)
	}
}

func TestAServerStartsAndAnswersWhileSlackIsDown(t *testing.T) {
	t.Parallel()
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(down.Close)
	s := openSlackSite(t, func(c *config.Config) { c.SlackAPI = down.URL + "/api" })
	if answer := s.as("alice").say("", `declare "chat is down" sev:3`); answer.Incident != "INC-1" {
		t.Errorf("%+v", answer)
	}
	if status, body := s.send(s.slack.Slash("alice", "ops", "/incident", "status")); status != http.StatusServiceUnavailable || body != "" {
		t.Errorf("%d %q", status, body)
	}
}

func TestAPrivateIncidentHasAPrivateRoom(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "staff data" sev:2 --private`, "INC-1#1")
	s.as("alice").done("INC-1")
	room, ok := s.slack.Channel("inc-1-staff-data")
	if !ok || !room.Private || !slices.Contains(room.Members, s.slack.Bot()) {
		t.Errorf("the room is %+v", room)
	}
}

func TestAPersonsHomeShowsWhatWaitsForThemAndItsButtonsWork(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.slash("alice", checkout, "role comms @bob", "INC-1#")
	s.send(s.slack.OpenedHome("bob"))
	home := s.home("bob", "offers you the role comms")
	if status, body := s.send(s.slack.PressIn("bob", home.ID, action(t, standin.Message{Blocks: home.Blocks}, "Accept"))); status != http.StatusOK || body != "" {
		t.Errorf("the button: %d %s", status, body)
	}
	s.home("bob", "you are comms")
	if got := s.as("judy").state("INC-1").Roles.Comms; got != "bob" {
		t.Errorf("comms is %q", got)
	}
	eventually(t, func() bool { return len(s.slack.DMs("bob")) > 0 }) // the answer
	// What others do shows too, and a form opens from there.
	s.slash("alice", checkout, `task add "ask the bank" @bob`, "INC-1#")
	s.home("bob", "ask the bank")
	s.send(s.slack.PressIn("bob", home.ID, action(t, standin.Message{Blocks: home.Blocks}, "Declare an incident")))
	eventually(t, func() bool { return len(s.slack.Views()) == 1 })
	if _, drawn := s.slack.Home("carol"); drawn {
		t.Error("somebody who has not looked has a home")
	}
}

// home waits until a person's home says something, and returns it.
func (s *slackSite) home(person, what string) (v standin.View) {
	s.Helper()
	eventually(s.T, func() bool {
		v, _ = s.slack.Home(person)
		return strings.Contains(string(v.Blocks), what)
	})
	return v
}

func TestAHomeThatSlackRefusesIsDrawnWhenItIsOpenedAgain(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slack.Restrict("views.publish")
	s.send(s.slack.OpenedHome("bob"))
	eventually(t, func() bool {
		return slices.ContainsFunc(s.slack.Calls(), func(c standin.Call) bool { return c.Method == "views.publish" && c.Error != "" })
	})
	s.slash("bob", "ops", "list", "No active incidents")
}

func TestAClosedIncidentsRoomIsArchivedAndOneThatIsReopenedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, `close as:false-alarm because "a test"`, "INC-1#")
	eventually(t, func() bool { c, _ := s.slack.Channel(checkout); return c.Archived })
	s.as("judy").done("INC-1")
	s.shows(checkout, "INC-1 is closed")
	s.shows(checkout, "closed as false-alarm") // the headline
	if c, _ := s.slack.Channel(checkout); !strings.Contains(c.Topic, "closed") {
		t.Errorf("the topic is %q", c.Topic)
	}

	// Slack lets no bot bring a room back: who is in command hears what to do.
	s.slash("alice", "ops", `reopen because "no test" #INC-1`, "INC-1#")
	eventually(t, func() bool {
		return slices.ContainsFunc(s.slack.DMs("alice"), func(m standin.Message) bool {
			return strings.Contains(m.Text, "may not bring back: unarchive it and invite the bot")
		})
	})
	s.slash("alice", "ops", "status #INC-1", "unarchive it and invite the bot")
	c, _ := s.slack.Channel(checkout)
	s.slack.AddChannel(checkout, standin.Channel{Members: append(c.Members, s.slack.Bot())}) // by a person
	s.shows(checkout, "INC-1 is open again")
}

func TestAUserGroupOfSlackStandsForAGroupOfThePlan(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("dora", "ops", "role claim deputy #INC-1", "E_ROLE")
	s.slash("sam", "ops", "role claim deputy #INC-1", "INC-1#")
	s.slash("sam", "ops", "whoami", "commanders (by the user group S0")

	// Who comes in is heard of at once; who was let out may no longer.
	id := s.slack.AddGroup("duty", "dora")
	s.send(s.slack.Event(map[string]any{"type": "subteam_members_changed", "subteam_id": id}))
	eventually(t, func() bool {
		_, body := s.send(s.slack.Slash("dora", "ops", "/incident", "whoami"))
		return strings.Contains(body, "commanders (by the user group")
	})
	s.slash("dora", "ops", "role claim commander #INC-1", "INC-1#")
	s.slash("sam", "ops", `reopen because "x" #INC-1`, "E_NOT_OPEN")
	s.slash("sam", "ops", "whoami", "responders")
}

func TestADoctorLooksForTheUserGroups(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	for value, want := range map[string]string{"": "1 of the 1 people in", "S0NOWHERE": "Slack has no such user group"} {
		d := &doctor{ctx: t.Context(), env: hookEnv, config: s.server.config}
		p, err := readPlan(s.server.config.PlanDir)
		if err == nil && value != "" {
			p, err = p.WithSetting("groups.commanders.slack", value)
		}
		if err != nil {
			t.Fatal(err)
		}
		d.slack(p)
		if !slices.ContainsFunc(d.found, func(e examined) bool { return e.Check == "groups.commanders" && strings.Contains(e.Found, want) }) {
			t.Errorf("%q: found %+v", value, d.found)
		}
	}
}
