package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/fault"
	"holdfast/journal"
	standinjira "holdfast/rehearse/standin/jira"
	"holdfast/rehearse/standin/pagerduty"
	"holdfast/web"
)

// hookDoor is where a provider calls a server.
type hookDoor struct {
	*site
	path, header string
	sign         func(body string) string
	good         string // what the provider has sent, and is on record
	largest      int
}

func (d hookDoor) knock(t *testing.T, body, signature string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+d.path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if signature != "" {
		r.Header.Set(d.header, signature)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(resp.Body); err != nil || said.Len() > 0 {
		t.Errorf("the answer says %q, %v", said.String(), err)
	}
	return resp.StatusCode
}

func pagerDutyDoor(t *testing.T) hookDoor {
	p := openPaged(t)
	p.pagerDuty.Acknowledge(p.declared("team:dba"), "PUSERDAN")
	sent := p.pagerDuty.Deliveries()[1]
	p.sends(sent)
	return hookDoor{p.site, pagerDutyPath, "X-PagerDuty-Signature", func(body string) string { return pagerduty.Signature([]byte(body), hookSecret) }, string(sent.Body), 320 << 10}
}

func jiraHookDoor(t *testing.T) hookDoor {
	s := openAtJira(t)
	s.jira.Move("OPS-2", "Done", "Jana")
	body, header := s.jira.Webhook("OPS-2")
	if got := s.deliver(body, header); got != http.StatusAccepted {
		t.Fatalf("answered %d", got)
	}
	return hookDoor{s.site, "/webhooks/jira", "X-Hub-Signature", func(body string) string { return standinjira.Sign(jiraSecret, []byte(body)) }, string(body), 256 << 10}
}

// Whatever comes to the doors of PagerDuty and Jira is answered without a word,
// said in the log, and adds nothing to the journal.
func TestWhateverComesToTheDoorsOfProvidersChangesNothing(t *testing.T) {
	for provider, open := range map[string]func(*testing.T) hookDoor{"PagerDuty": pagerDutyDoor, "Jira": jiraHookDoor} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.as("alice").done("INC-1")
			before := len(d.entriesOf("INC-1"))
			signed := d.sign
			deep := strings.Repeat(`{"event":`, 40) + "1" + strings.Repeat("}", 40)
			future := strings.NewReplacer("2026-", "2099-", `"timestamp":`, `"timestamp":9`).Replace(d.good)
			for sentence, x := range map[string]struct {
				body, signature string
				status          int
				logs            string
			}{
				"unsigned":                 {d.good, "", 401, "the signature does not hold"},
				"signed by a stranger":     {d.good, strings.Replace(signed(d.good), "=", "=00", 1), 401, "the signature does not hold"},
				"signed for another body":  {d.good, signed(d.good + " "), 401, "the signature does not hold"},
				"oversized":                {d.good + strings.Repeat(" ", d.largest), signed(d.good + strings.Repeat(" ", d.largest)), 413, "request body too large"},
				"truncated":                {d.good[:len(d.good)/2], signed(d.good[:len(d.good)/2]), 202, "cannot be read"},
				"truncated on the way":     {d.good[:len(d.good)/2], signed(d.good), 401, "the signature does not hold"},
				"deeply nested":            {deep, signed(deep), 202, "cannot be read"},
				"of a wrong type":          {`{"event":[1],"issue":7}`, signed(`{"event":[1],"issue":7}`), 202, "cannot be read"},
				"a list":                   {`[]`, signed(`[]`), 202, "cannot be read"},
				"dated in the future":      {future, signed(future), 202, ""},
				"about nothing":            {`{}`, signed(`{}`), 202, ""},
				"about what is not there":  {`{"event":{"id":"E1","event_type":"incident.resolved","data":{"id":"QGONE01","type":"incident"}},"issue":{"key":"OPS-999"}}`, "", 0, ""},
				"about a key with a query": {`{"event":{"id":"E2","event_type":"incident.resolved","data":{"id":"Q1?x=1","type":"incident"}},"issue":{"key":"OPS-2?x=1"}}`, "", 0, ""},
			} {
				if x.status == 0 {
					x.signature, x.status = signed(x.body), 202
				}
				logged := len(d.logged.String())
				if got := d.knock(t, x.body, x.signature); got != x.status {
					t.Errorf("%s: answered %d", sentence, got)
				}
				if said := d.logged.String()[logged:]; !strings.Contains(said, x.logs) || x.logs != "" && !strings.Contains(said, provider) {
					t.Errorf("%s: the log says %q", sentence, said)
				}
			}
			for range 5 {
				if got := d.knock(t, d.good, signed(d.good)); got != http.StatusAccepted {
					t.Errorf("replayed: answered %d", got)
				}
			}
			if after := len(d.entriesOf("INC-1")); after != before {
				t.Errorf("the journal has %d entries, and had %d", after, before)
			}
			if said := d.logged.String(); strings.Contains(said, signed(d.good)) || strings.Contains(said, hookSecret) || strings.Contains(said, jiraSecret) || strings.Contains(said, "panicked") {
				t.Errorf("the log says too much:\n%s", said)
			}
		})
	}
}

func TestAServerWithAnEmptyOrShortWebhookSecretDoesNotStart(t *testing.T) {
	for _, secret := range []string{"", "short"} {
		for provider, set := range map[string]func(*config.Config){
			"PagerDuty": func(c *config.Config) {
				c.PagerDutyKey, c.PagerDutyFrom, c.PagerDutyService, c.PagerDutyRegion, c.PagerDutyHook = secretOf(t), "bot@northbridge.example", "PSVCALL", "us", secretFile(t, secret)
			},
			"Jira": func(c *config.Config) {
				c.JiraURL, c.JiraToken, c.JiraHook = "http://127.0.0.1:1", secretFile(t, jiraToken), secretFile(t, secret)
			},
		} {
			c := settingsFor(t, nil)
			tokensFor(t, c)
			c.OutboundAllow = []string{"127.0.0.1"}
			set(&c)
			s, err := newServer(t.Context(), c, hookEnv, slog.New(slog.DiscardHandler))
			if err == nil {
				_ = s.close(t.Context())
				t.Errorf("%s with the secret %q: it started", provider, secret)
				continue
			}
			if f := fault.From(err); f.Text == "" || f.Next == "" {
				t.Errorf("%s with the secret %q: %v", provider, secret, err)
			}
		}
	}
}

// given demands that something is told in the incident's room and on its record.
func (s *site) given(t *testing.T, kind, reason string) {
	t.Helper()
	for _, e := range s.entriesOf("INC-1") {
		if f, ok := e.Fact.(*journal.Failed); ok && f.Type == kind && strings.Contains(f.Reason, reason) {
			if status := s.as("alice").hear(web.Command{Text: "status", Room: war}).Text; strings.Contains(status, "FAILED: ") && strings.Contains(status, reason) {
				return
			}
			t.Errorf("the status does not say %q", reason)
			return
		}
	}
	t.Errorf("no %s has failed for %q", kind, reason)
}

func TestAPagerDutyServiceThatIsGoneIsSaidInTheRoom(t *testing.T) {
	t.Parallel()
	p := openPaged(t)
	p.pagerDuty.Drop("PPOLDBA")
	p.as("alice").say("", `declare "checkout failing" sev:3`)
	p.as("alice").say(war, `page team:dba "replica lag"`)
	p.as("alice").done("INC-1")
	p.given(t, journal.Page, "Escalation policy cannot be found")
	if len(p.pagerDuty.Incidents()) != 0 {
		t.Error("somebody was called")
	}
}

func TestAKeyWithAQueryNeverReachesJira(t *testing.T) {
	t.Parallel()
	s := openAtJira(t)
	before := len(s.jira.Calls())
	for _, key := range []string{"OPS-1?x=1", "OPS-1/../../myself", "ops 1", "OPS-1#frag", "OPS-1%3Fx=1"} {
		if a := s.as("alice").hear(web.Command{Text: fmt.Sprintf("ticket link %q", key), Room: war}); a.Code == "" {
			t.Errorf("%s is taken: %s", key, a.Text)
		}
	}
	for _, c := range s.jira.Calls()[before:] {
		if c.Query != "" && strings.Contains(c.Query, "x=1") {
			t.Errorf("Jira was asked %s?%s", c.Path, c.Query)
		}
	}
}

func TestAStepThatJirasWorkflowDoesNotHaveIsSaidInTheRoom(t *testing.T) {
	t.Parallel()
	s := openAtJira(t, func(c *config.Config) { withSetting(t, c.PlanDir, "ticket.move.blocked", "Escalate to Atlantis") })
	s.as("alice").say(war, `task block T1 because "no access"`)
	eventually(t, func() bool { return s.as("alice").state("INC-1").Failed > 0 })
	s.given(t, journal.Transition, "Escalate to Atlantis not reachable from To Do (OPS-2).")
}

// A sign-on page stands before Jira: tickets wait, and people are told why.
func TestADataCenterThatAnswersPagesIsSaid(t *testing.T) {
	t.Parallel()
	s := openAtJira(t)
	s.jira.AnswerPages("<html><title>Sign in</title></html>")
	a := s.as("alice").say(war, `task add "ask the bank"`)
	if a.Code != "" {
		t.Fatalf("a task waits for Jira: %+v", a)
	}
	eventually(t, func() bool { return strings.Contains(s.logged.String(), "is a web page and not Jira's") })
	if status := s.as("alice").hear(web.Command{Text: "status", Room: war}).Text; !strings.Contains(status, "ticket in OPS pending, being tried") {
		t.Errorf("the status says\n%s", status)
	}
	if n := len(s.jira.Tickets()); n != 3 {
		t.Errorf("%d tickets", n)
	}
}

// An address that could add a line is nowhere taken.
func TestAnAddressWithALineBreakPutsNoPlanInForce(t *testing.T) {
	for setting, value := range map[string]string{"mail.exec": `"board@northbridge.example\nBcc: eve@evil.example"`, "mail.exec ": `["@ivan", "a@b.example\r"]`} {
		c := settingsFor(t, nil)
		tokensFor(t, c)
		dir := filepath.Join(t.TempDir(), "plan")
		if err := os.CopyFS(dir, os.DirFS(c.PlanDir)); err != nil {
			t.Fatal(err)
		}
		withSetting(t, dir, strings.TrimSpace(setting), value)
		c.PlanDir = dir
		s, err := newServer(t.Context(), c, hookEnv, slog.New(slog.DiscardHandler))
		if err == nil {
			_ = s.close(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), "mail.exec") {
			t.Errorf("%s: %v", value, err)
		}
	}
}
