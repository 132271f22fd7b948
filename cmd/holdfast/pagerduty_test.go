package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/config"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
	"holdfast/rehearse/standin/pagerduty"
)

// paged is a replica whose people are called by PagerDuty.
type paged struct {
	*site
	pagerDuty *pagerduty.PagerDuty
	config    config.Config
}

// northbridgeInPagerDuty is the sample plan with the ids of some of it.
func northbridgeInPagerDuty(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/northbridge")); err != nil {
		t.Fatal(err)
	}
	for file, changes := range map[string][]string{
		"teams.yaml":  {"- id: dba\n", "- id: dba\n    pagerduty: PPOLDBA\n"},
		"people.yaml": {"{id: dan,", "{id: dan, pagerduty: PUSERDAN,", "{id: dora,", "{id: dora, pagerduty: PUSERDORA,"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.NewReplacer(changes...).Replace(string(text))
		if changed == string(text) {
			t.Fatalf("%s is as it was", file)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func accountForTests() pagerduty.Account {
	return pagerduty.Account{
		Key: hookSecret, RoutingKeys: map[string]string{hookSecret: "PSVCALL"}, Secrets: []string{"another secret of PagerDuty", hookSecret},
		Users: []pagerduty.User{{ID: "PUSERBOT", Name: "Holdfast", Mail: "holdfast@northbridge.example"}, {ID: "PUSERDAN", Name: "Dan D.", Mail: "dan@northbridge.example"},
			{ID: "PUSERDORA", Name: "Dora D.", Mail: "dora@northbridge.example"}, {ID: "PUSERSTR", Name: "Night <!channel> Desk", Mail: "desk@northbridge.example"}},
		Policies: []pagerduty.Policy{{ID: "PPOLALL", Levels: [][]string{{"PUSERSTR"}}}, {ID: "PPOLDBA", Levels: [][]string{{"PUSERDAN"}, {"PUSERDORA"}}}},
		Services: []pagerduty.Service{{ID: "PSVCALL", Policy: "PPOLALL"}},
	}
}

func openPaged(t *testing.T) *paged {
	t.Helper()
	p := &paged{pagerDuty: pagerduty.New(accountForTests(), clock.System{})}
	served, err := standin.Serve(t.Context(), p.pagerDuty)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = served.Close()
		for _, m := range p.pagerDuty.Misuses() {
			t.Errorf("PagerDuty does not publish this: %s", m)
		}
	})
	p.config = settingsFor(t, nil)
	c := &p.config
	c.PlanDir, c.OutboundAllow = northbridgeInPagerDuty(t), []string{"127.0.0.1"}
	c.PagerDutyKey, c.PagerDutyRouting, c.PagerDutyHook = secretOf(t), secretOf(t), secretOf(t)
	c.PagerDutyFrom, c.PagerDutyService, c.PagerDutyAPI, c.PagerDutyEvents = "holdfast@northbridge.example", "PSVCALL", served.URL, served.URL
	p.site = openSite(t, p.config)
	return p
}

// secretOf refers to the one secret of the tests.
func secretOf(t *testing.T) config.Secret {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(hookSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.SecretIn(file)
}

// sends posts webhooks to the server, as PagerDuty would.
func (p *paged) sends(deliveries ...pagerduty.Delivery) {
	p.Helper()
	for _, d := range deliveries {
		r, err := d.Request(p.Context(), p.url+pagerDutyPath)
		if err != nil {
			p.Fatal(err)
		}
		if status := p.knocks(r); status != http.StatusAccepted {
			p.Fatalf("%s was answered %d", d.Event, status)
		}
	}
}

func (p *paged) knocks(r *http.Request) int {
	p.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(resp.Body); err != nil || said.Len() > 0 {
		p.Errorf("the answer says %q, %v", said.String(), err)
	}
	return resp.StatusCode
}

// page returns one page of INC-1.
func (p *paged) page(to string) incident.Page {
	p.Helper()
	all := p.as("alice").state("INC-1").Pages
	at := slices.IndexFunc(all, func(x incident.Page) bool { return x.To == to })
	if at < 0 {
		p.Fatalf("nobody was paged for %s: %+v", to, all)
	}
	return all[at]
}

// declared begins an incident with one page, to team:dba, and returns
// PagerDuty's incident.
func (p *paged) declared(target string) string {
	p.Helper()
	p.as("alice").say("", `declare "checkout failing" sev:3`)
	p.as("alice").say(war, `page `+target+` "replica lag"`)
	p.as("alice").done("INC-1")
	all := p.pagerDuty.Incidents()
	if len(all) != 1 {
		p.Fatalf("PagerDuty has %d incidents", len(all))
	}
	return all[0].ID
}

func TestWhatBecomesOfAPageIsKnownByWebhookAndByPoll(t *testing.T) {
	for _, target := range []string{"team:dba", "team:app"} {
		for way, learn := range map[string]func(p *paged, d []pagerduty.Delivery){
			"by webhook": func(p *paged, d []pagerduty.Delivery) { p.sends(d...) },
			"by the poll, when webhooks are lost": func(p *paged, _ []pagerduty.Delivery) {
				if err := p.pages.poll(p.Context()); err != nil {
					p.Fatal(err)
				}
			},
			"by webhooks five times over, in any order": func(p *paged, d []pagerduty.Delivery) {
				d = slices.Repeat(d, 5)
				rand.Shuffle(len(d), func(i, j int) { d[i], d[j] = d[j], d[i] })
				p.sends(d...)
			},
		} {
			t.Run(target+" "+way, func(t *testing.T) {
				p := openPaged(t)
				id := p.declared(target)
				p.pagerDuty.Acknowledge(id, "PUSERDAN")
				learn(p, p.pagerDuty.Deliveries())
				if x := p.page(target); x.Acknowledged != "dan" || x.Stranger {
					t.Errorf("acknowledged by %q", x.Acknowledged)
				}
				if p.as("alice").state("INC-1").TK == nil {
					t.Error("the incident does not know when it was acknowledged")
				}
				kinds := p.kinds()
				for _, kind := range []string{"page.acknowledged"} {
					if kinds[kind] != 1 {
						t.Errorf("%d times %s", kinds[kind], kind)
					}
				}
			})
		}
	}
}

// kinds counts the facts of INC-1.
func (p *paged) kinds() map[string]int {
	count := map[string]int{}
	for _, e := range p.entriesOf("INC-1") {
		count[e.Fact.Kind()]++
	}
	return count
}

func TestAStrangerWhoAnswersIsNamedAndNotMentioned(t *testing.T) {
	t.Parallel()
	p := openPaged(t)
	id := p.declared("team:app")
	p.pagerDuty.Acknowledge(id, "PUSERSTR")
	if err := p.pages.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if x := p.page("team:app"); !x.Stranger || !strings.HasPrefix(x.Acknowledged, "Night") {
		t.Errorf("acknowledged by %q", x.Acknowledged)
	}
	answer := p.as("alice").say(war, "status")
	text, err := json.Marshal(answer)
	if err != nil || !bytes.Contains(text, []byte("acknowledged by Night")) {
		t.Errorf("the status does not say so: %s", text)
	}
}

func TestWhoSaysHereThatHeIsOnItStopsPagerDuty(t *testing.T) {
	t.Parallel()
	p := openPaged(t)
	p.declared("team:dba")
	p.as("erin").say(war, "page ack")
	eventually(t, func() bool { return p.pagerDuty.Incidents()[0].Status == "acknowledged" })
	if err := p.pages.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if x := p.page("team:dba"); x.Acknowledged != "erin" {
		t.Errorf("acknowledged by %q", x.Acknowledged)
	}
	if n := p.kinds()["page.acknowledged"]; n != 1 {
		t.Errorf("%d acknowledgements", n)
	}
}

func TestWhoDoesNotSayThatHeIsPagerDutyIsNotLetIn(t *testing.T) {
	t.Parallel()
	p := openPaged(t)
	id := p.declared("team:dba")
	p.pagerDuty.Acknowledge(id, "PUSERDAN")
	d := p.pagerDuty.Deliveries()[1]
	before := len(p.pagerDuty.Calls())
	for sentence, sign := range map[string]string{
		"nothing":             "",
		"another secret":      pagerduty.Signature(d.Body, "another secret of somebody"),
		"no secret":           pagerduty.Signature(d.Body, ""),
		"another body":        pagerduty.Signature(append(slices.Clone(d.Body), ' '), hookSecret),
		"no hexadecimal":      "v1=zz",
		"another version":     "v0=" + strings.TrimPrefix(pagerduty.Signature(d.Body, hookSecret), "v1="),
		"the start of a true": pagerduty.Signature(d.Body, hookSecret)[:30],
	} {
		forged := d
		forged.Sign = sign
		r, err := forged.Request(t.Context(), p.url+pagerDutyPath)
		if err != nil {
			t.Fatal(err)
		}
		if status := p.knocks(r); status != http.StatusUnauthorized {
			t.Errorf("%s was answered %d", sentence, status)
		}
	}
	if n := len(p.pagerDuty.Calls()); n != before {
		t.Errorf("PagerDuty was asked %d times because of it", n-before)
	}
}

func TestAWebhookIsToComeAgainWhenItCannotBeLookedAt(t *testing.T) {
	t.Parallel()
	p := openPaged(t)
	id := p.declared("team:dba")
	p.pagerDuty.Acknowledge(id, "PUSERDAN")
	d := p.pagerDuty.Deliveries()[1]
	if err := p.pagerDuty.Fault(standin.ServerError, clock.System{}.Now().AddDate(1, 0, 0), 0); err != nil {
		t.Fatal(err)
	}
	r, err := d.Request(t.Context(), p.url+pagerDutyPath)
	if err != nil {
		t.Fatal(err)
	}
	if status := p.knocks(r); status != http.StatusServiceUnavailable {
		t.Errorf("answered %d", status)
	}
	p.pagerDuty.Heal()
	p.sends(d)
	if x := p.page("team:dba"); x.Acknowledged != "dan" {
		t.Errorf("acknowledged by %q", x.Acknowledged)
	}
}

func TestADoctorLooksAtPagerDuty(t *testing.T) {
	t.Parallel()
	p := openPaged(t)
	look := func() string {
		d := &doctor{ctx: t.Context(), env: hookEnv, config: p.config}
		pl, err := readPlan(p.config.PlanDir)
		if err != nil {
			t.Fatal(err)
		}
		d.providers(pl)
		d.pagerDuty(pl)
		said := ""
		for _, e := range d.found {
			said += e.Verdict + " " + e.Area + " " + e.Check + ": " + e.Found + "\n"
		}
		return said
	}
	for _, want := range []string{"pass pagerduty key", "pass pagerduty the user holdfast@northbridge.example", "pass pagerduty the service PSVCALL", "pass pagerduty the policy PPOLDBA of team dba", "pass pagerduty webhook"} {
		if said := look(); !strings.Contains(said, want) || strings.Contains(said, "fail") || strings.Contains(said, "nobody is paged") {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	p.pagerDuty.Drop("PPOLDBA")
	if said := look(); !strings.Contains(said, "fail pagerduty the policy PPOLDBA of team dba: PagerDuty does not have it") {
		t.Errorf("a policy that is gone:\n%s", said)
	}
	p.config.PagerDutyHook = config.Secret{}
	if said := look(); !strings.Contains(said, "warn pagerduty webhook") {
		t.Errorf("no webhook:\n%s", said)
	}
	other := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(other, []byte("another-key-0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.config.PagerDutyKey = config.SecretIn(other)
	if said := look(); !strings.Contains(said, "fail pagerduty key: PagerDuty answered 401") || strings.Contains(said, "another-key") {
		t.Errorf("a key of nobody's:\n%s", said)
	}
}
