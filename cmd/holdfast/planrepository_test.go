package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/config"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/plan/git/gittest"
	"holdfast/web"
)

// gitSettings is how a server of the tests is set whose plan lies in a
// repository that git's own daemon serves.
func gitSettings(t *testing.T) (config.Config, *gittest.Origin, *gittest.Daemon) {
	t.Helper()
	o := gittest.New(t)
	o.Fill("../../examples/northbridge")
	d := o.Serve()
	dir := t.TempDir()
	file := filepath.Join(dir, "holdfast.yaml")
	text := "plan: {git: {url: \"" + d.URL() + "\", poll: 1s}}\nstore: {url: \"file:" + filepath.Join(dir, "data") + "\"}\napi: {tokens: " + filepath.Join(dir, "tokens") + "}\n" +
		"listen: {address: \"127.0.0.1:0\"}\noperations: {address: \"127.0.0.1:0\"}\noutbound: {allow: [127.0.0.1]}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file, hookEnv)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "data-plan.git"); c.PlanGit.Copy != want {
		t.Fatalf("the copy is kept in %q, want %q", c.PlanGit.Copy, want)
	}
	return c, o, d
}

// replaced commits a file of the work tree with some words exchanged.
func replaced(t *testing.T, o *gittest.Origin, name, old, now, message string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(o.Work, name))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	o.Write(name, strings.Replace(string(text), old, now, 1))
	return o.Commit(message)
}

func TestAServerFollowsThePlanOfARepository(t *testing.T) {
	c, o, d := gitSettings(t)
	first := o.Commit("The plan")
	s := openSite(t, c)
	alice := s.as("alice")
	if p := s.plan.Plan(); p.Commit != first {
		t.Fatalf("in force is %s, want %s", p.Commit, first)
	}
	alice.say("", `declare "checkout failing" sev:1 service:payments-api`)
	war := alice.state("INC-1").Room

	// A good commit is adopted within the time between two looks.
	second := replaced(t, o, "services/payments-api.yaml", "team: app", "team: dba", "Give payments-api to the dba team")
	eventually(t, func() bool { return s.plan.Plan().Commit == second })
	eventually(t, func() bool { return alice.state("INC-1").Plan.Newer == second })
	if p := alice.state("INC-1").Plan; p.Commit != first || len(p.Changes) != 1 || !strings.Contains(p.Changes[0], "team dba, was app") {
		t.Errorf("INC-1 goes by %+v", p)
	}

	// A bad one is refused, with a banner, while the last good one stays.
	bad := replaced(t, o, "services/payments-api.yaml", "rto: ", "rto: perhaps ", "A slip")
	eventually(t, func() bool { return s.plan.isRefused() })
	if p := s.plan.Plan(); p.Commit != second {
		t.Errorf("in force is %s, want %s", p.Commit, second)
	}
	for _, text := range []string{alice.say(war, "status").Text, alice.say("", `declare "login slow" sev:3 service:idp`).Text} {
		if !strings.Contains(text, "DEGRADED: Plan as of "+second[:7]) || !strings.Contains(text, bad[:7]+" cannot be used") || !strings.Contains(text, "services/payments-api.yaml:") {
			t.Errorf("no banner in:\n%s", text)
		}
	}
	ops := asking{T: t, url: "http://" + s.ops.Address()}
	if status, metrics := ops.call(http.MethodGet, "/metrics", ""); status != http.StatusOK || !strings.Contains(metrics, "\nholdfast_plan_refused 1\n") {
		t.Errorf("the metrics do not tell: %d", status)
	}

	// A forced push is noticed.
	o.Git("reset", "--quiet", "--hard", second)
	o.Write("policy-note.md", "x")
	forced := o.Commit("Another way")
	eventually(t, func() bool { return s.plan.Plan().Commit == forced })
	if st := s.plan.Standing(); st.Rewritten != bad || st.Refused != "" {
		t.Errorf("got %+v", st)
	}
	if text := alice.hear(web.Command{Root: "continuity", Text: "plan version"}).Text; !strings.Contains(text, "REWRITTEN: the branch main no longer has "+bad[:7]) || !strings.Contains(text, "goes by "+first[:7]) {
		t.Errorf("the version says:\n%s", text)
	}

	// The commander moves the incident; both commits are on record.
	alice.say(war, "role claim commander")
	alice.say(war, `plan adopt `+second[:8]+` because "the dba team runs it now"`)
	var adopted *incident.PlanAdopted
	for _, e := range s.entriesOf("INC-1") {
		if f, is := e.Fact.(*incident.PlanAdopted); is {
			adopted = f
		}
	}
	if adopted == nil || adopted.From != first || adopted.Commit != second {
		t.Errorf("the journal says %+v", adopted)
	}
	if answer := alice.hear(web.Command{Room: war, Text: `plan adopt 0123456789 because "x"`}); answer.Code != "E_COMMIT_MISSING" {
		t.Errorf("an unknown commit gives %+v", answer)
	}

	// Without the repository the last good commit is served, after a restart too.
	d.Down()
	eventually(t, func() bool { return s.plan.Standing().Unreached != "" })
	alice.say("", `declare "reporting late" sev:4 service:reporting`)
	ctx, done := context.WithTimeout(t.Context(), stopLimit)
	defer done()
	s.stopped = true
	if err := s.stop(ctx); err != nil {
		t.Fatal(err)
	}
	again := openSite(t, c)
	if p := again.plan.Plan(); p.Commit != forced {
		t.Errorf("after a restart %s is in force, want %s", p.Commit, forced)
	}
	again.as("alice").say("", `declare "search slow" sev:4 service:web-portal`)
	if p := again.as("alice").state("INC-1").Plan; p.Commit != second {
		t.Errorf("INC-1 goes by %+v", p)
	}
	if old, err := again.plan.At(t.Context(), first); err != nil || old.Commit != first {
		t.Errorf("the plan of an old incident is gone: %v", err)
	}
}

func TestAServerWithoutAnyPlanDoesNotStart(t *testing.T) {
	for sentence, test := range map[string]struct {
		prepare func(c *config.Config, o *gittest.Origin, d *gittest.Daemon)
		says    string
	}{
		"nobody answers":    {func(_ *config.Config, _ *gittest.Origin, d *gittest.Daemon) { d.Down() }, "it cannot be reached: connection refused"},
		"nothing is there":  {func(*config.Config, *gittest.Origin, *gittest.Daemon) {}, "it is empty"},
		"it is another's":   {func(c *config.Config, _ *gittest.Origin, _ *gittest.Daemon) { c.PlanGit.URL += "x" }, "there is no such repository"},
		"it is not allowed": {func(c *config.Config, _ *gittest.Origin, _ *gittest.Daemon) { c.OutboundAllow = nil }, "127.0.0.1 is this machine itself"},
		"the branch is another": {func(c *config.Config, o *gittest.Origin, _ *gittest.Daemon) {
			o.Commit("The plan")
			c.PlanGit.Branch = "trunk"
		}, "has no branch trunk"},
		"the plan is bad": {func(_ *config.Config, o *gittest.Origin, _ *gittest.Daemon) {
			o.Write("services/odd.yaml", "id: odd\nnonsense: 1\n")
			o.Commit("A slip")
		}, "services/odd.yaml:1:1"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, o, d := gitSettings(t)
			test.prepare(&c, o, d)
			_, err := newServer(t.Context(), c, hookEnv, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(fault.From(err).Text, test.says) || fault.From(err).Next == "" {
				t.Errorf("got %v, want %q and what to do", err, test.says)
			}
		})
	}
}
