package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage/file"
	"holdfast/web"
)

const war = "#inc-1-checkout-failing"

// story is who says what, from the declaration to the record.
var story = []struct{ person, text string }{
	{"alice", `declare "checkout failing" sev:1 service:payments-api`},
	{"alice", `role claim commander`},
	{"alice", `page team:dba "replica lag on db-payments"`},
	{"alice", `decide "fail over to B" because "replica lag is 2 s" alternatives "wait 20 minutes"`},
	{"alice", `update "Customers cannot pay. We are failing over to B." next:30m`},
	{"alice", `handover commander @bob`},
	{"bob", `role accept`},
	{"bob", `resolve "failed over to B, the queue has drained"`},
	{"olga", `verify`},
	{"bob", `close`},
}

// account is a journal without what differs from run to run: times, hashes, and
// the names that chat gave its messages.
type account struct {
	said []string // what people and timers brought about, in order
	ends []string // how effects ended; they end in any order
}

func accountOf(entries []journal.Entry) (t account) {
	for _, e := range entries {
		data, err := json.Marshal(e.Fact)
		if err != nil {
			panic(err)
		}
		text := strings.Join([]string{e.Fact.Kind(), e.Actor, e.Because, e.Rule, string(data)}, " ")
		switch f := e.Fact.(type) {
		case *journal.Settled:
			if strings.Contains(f.Key, "@") {
				text = f.Kind() + " " + f.Key
			}
			t.ends = append(t.ends, text)
		case *incident.Resolved, *incident.UpdateSent, *incident.CommandOffered: // they hold instants
			t.said = append(t.said, strings.Join([]string{e.Fact.Kind(), e.Actor, e.Because}, " "))
		default:
			t.said = append(t.said, text)
		}
	}
	slices.Sort(t.ends)
	return t
}

func TestTheSameWordsGiveTheSameJournalInTheDemoInATerminalAndOverTheAPI(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	lines := ""
	for _, s := range story {
		lines += "@" + s.person + ": /incident " + s.text + "\n"
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--dir", dir}, os.Getenv, stdio{strings.NewReader(strings.Replace(lines, "@alice: ", "", 1)), &out, &out}); code != clean {
		t.Fatalf("exit %d\n%s", code, out.String())
	}
	demo, err := file.Open(dir, file.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer demo.Close()
	var want account
	var all []journal.Entry
	for e, err := range engine.Read(t.Context(), demo, "INC-1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	if want = accountOf(all); len(want.said) < 20 || len(want.ends) < 10 {
		t.Fatalf("void: %d and %d entries\n%s", len(want.said), len(want.ends), out.String())
	}

	for _, way := range []struct {
		name string
		say  func(s *site, person, text string)
	}{
		{"the API", func(s *site, person, text string) { s.as(person).say(war, text) }},
		{"a terminal", func(s *site, person, text string) {
			var out bytes.Buffer
			env := func(name string) string { return map[string]string{"HOLDFAST_TOKEN": s.tokens[person]}[name] }
			in := strings.NewReader(war + "\n/incident " + text + "\n")
			if code := run(t.Context(), []string{"chat", "--server", s.url}, env, stdio{in, &out, &out}); code != clean || !strings.Contains(out.String(), "INC-1#") {
				t.Fatalf("%s: exit %d\n%s", text, code, out.String())
			}
		}},
	} {
		s := openSite(t, settingsFor(t, shareProviders(t)))
		for _, x := range story {
			way.say(s, x.person, x.text)
			s.as("judy").done("INC-1")
		}
		if diff := cmp.Diff(want, accountOf(s.entriesOf("INC-1")), cmp.AllowUnexported(account{})); diff != "" {
			t.Errorf("%s and the demo differ (-demo +it):\n%s", way.name, diff)
		}
	}
}

func TestACommandSentAgainIsAnsweredAndNotRepeated(t *testing.T) {
	s := openSite(t, settingsFor(t, shareProviders(t)))
	alice := s.as("alice")
	alice.say("", story[0].text)
	note := web.Command{Delivery: "shell-1", Text: `note "lag is 2 s"`, Room: war}
	first := alice.hear(note)
	alice.say(war, `note "something else"`)
	if again := alice.hear(note); again.Ref != first.Ref || again.Text != first.Text {
		t.Errorf("first %s %q, then %s %q", first.Ref, first.Text, again.Ref, again.Text)
	}
	if n := len(s.as("judy").done("INC-1").Notes); n != 2 {
		t.Errorf("%d notes", n)
	}
}

func TestAGuestReadsAndTheDenialIsOnRecord(t *testing.T) {
	s := openSite(t, settingsFor(t, shareProviders(t)))
	s.as("alice").say("", story[0].text)
	vera := s.as("vera")
	if a := vera.hear(web.Command{Text: `note "x"`, Room: war}); a.Code != fault.Role {
		t.Errorf("got %+v", a)
	}
	if s := vera.state("INC-1"); s.Title != "checkout failing" {
		t.Errorf("sees %+v", s)
	}
	if status, text := vera.call(http.MethodGet, "/api/v1/incidents/INC-1/export", ""); status != http.StatusForbidden {
		t.Errorf("%d %s", status, text)
	}
	denied := 0
	for _, e := range slices.Concat(s.entriesOf("INC-1"), s.entriesOf("register")) {
		if f, ok := e.Fact.(*incident.AccessDenied); ok && f.Person == "vera" {
			denied++
		}
	}
	if denied != 2 {
		t.Errorf("%d denials", denied)
	}
}

func TestARecordFetchedOverTheAPIVerifies(t *testing.T) {
	s := openSite(t, settingsFor(t, shareProviders(t)))
	s.as("alice").say("", story[0].text)
	s.as("alice").done("INC-1")
	status, text := s.as("alice").call(http.MethodGet, "/api/v1/incidents/INC-1/export?format=jsonl", "")
	path := filepath.Join(t.TempDir(), "INC-1.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v", status, err)
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"verify", path}, os.Getenv, stdio{out: &out, err: &out}); code != clean || !strings.Contains(out.String(), "OK") {
		t.Errorf("exit %d: %s", code, out.String())
	}
	if status, text := s.as("alice").call(http.MethodGet, "/api/v1/incidents/INC-1/export", ""); status != http.StatusOK || !strings.Contains(text, "checkout failing") {
		t.Errorf("%d %s", status, text)
	}
}

func TestHealthReadinessAndMetricsAreServedApart(t *testing.T) {
	s := openSite(t, settingsFor(t, shareProviders(t)))
	ops := asking{T: t, url: "http://" + s.ops.Address()}
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": `{"running":"ok","store":"ok"}`} {
		if status, text := ops.call(http.MethodGet, path, ""); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	s.as("alice").say("", story[0].text)
	s.as("alice").done("INC-1")
	s.as("alice").call(http.MethodPost, "/api/v1/commands", `{"text":"`+strings.Repeat("x", 300<<10)+`"}`)
	asking{T: t, url: s.url, token: "nobody's"}.call(http.MethodGet, "/api/v1/incidents", "")
	_, text := ops.call(http.MethodGet, "/metrics", "")
	for _, line := range []string{
		`holdfast_store_info{class="D2",kind="file"} 1`, `holdfast_performing 1`, `holdfast_effects_pending 0`, `holdfast_effect_oldest_pending_seconds 0`,
		`holdfast_incidents_open 1`, `holdfast_command_seconds_count{code="",verb="declare"} 1`, `holdfast_refused_requests_total{reason="size"} 1`,
		`holdfast_refused_requests_total{reason="token"} 1`, `holdfast_effect_call_seconds_count{outcome="done",type="page"} 1`, `holdfast_plan_refused 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
	if !strings.Contains(text, "holdfast_append_seconds_bucket{outcome=\"landed\",le=") || strings.Contains(text, "checkout") || strings.Contains(text, "alice") {
		t.Error("the metrics tell too little, or too much")
	}
}

func TestAPlanThatIsSpoiltStaysOutOfForce(t *testing.T) {
	c := settingsFor(t, nil)
	dir := filepath.Join(t.TempDir(), "plan")
	if err := os.CopyFS(dir, os.DirFS(c.PlanDir)); err != nil {
		t.Fatal(err)
	}
	c.PlanDir = dir
	s := openSite(t, c)
	before := s.plan.Plan().Commit
	policy := filepath.Join(dir, "policy.yaml")
	good, err := os.ReadFile(policy)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(policy, []byte("cadence: nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.plan.look(t.Context())
	if s.plan.Plan().Commit != before || !s.plan.isRefused() {
		t.Errorf("in force is %s, refused %v", s.plan.Plan().Commit, s.plan.isRefused())
	}
	s.as("alice").say("", story[0].text) // nobody's declaration fails for it
	if err := os.WriteFile(policy, bytes.ReplaceAll(good, []byte("OPS"), []byte("NEW")), 0o600); err != nil {
		t.Fatal(err)
	}
	s.plan.look(t.Context())
	if p := s.plan.Plan(); p.Commit == before || p.Policy.TicketProject != "NEW" || s.plan.isRefused() {
		t.Errorf("in force is %s with %q", p.Commit, p.Policy.TicketProject)
	}
}

func TestAServerStopsWithinItsLimitAndLosesNothing(t *testing.T) {
	p := shareProviders(t)
	s := openSite(t, settingsFor(t, p))
	p.pager.Slow(300 * time.Millisecond)
	s.as("alice").say("", story[0].text)
	stream, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream.Header.Set("Authorization", "Bearer "+s.tokens["bob"])
	resp, err := http.DefaultClient.Do(stream)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()

	ctx, done := context.WithTimeout(t.Context(), stopLimit)
	defer done()
	began := clock.System{}.Now()
	if err := s.stop(ctx); err != nil {
		t.Error(err)
	}
	if took := (clock.System{}).Now().Sub(began); took > stopLimit {
		t.Errorf("it took %s", took)
	}
	again, err := file.Open(strings.TrimPrefix(s.config.StoreURL, "file:"), file.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	state, err := readState(t.Context(), again, "INC-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range state.Pages {
		if page.Outcome != journal.Done {
			t.Errorf("the page to %s is %s", page.To, page.Outcome)
		}
	}
	s.stopped = true
}
