package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/rehearse/standin"
	standinpage "holdfast/rehearse/standin/statuspage"
)

const (
	pageKey = "an-api-key-of-statuspage-0123456789"
	pageID  = "8ykd9w4b2v1r"
	portal  = "8kbf7d35c070"
)

// atPage is a server that tells customers on a Statuspage.
type atPage struct {
	*site
	page *standinpage.Statuspage
}

// pageFor serves a Statuspage and says so in a configuration.
func pageFor(t *testing.T, c *config.Config) *standinpage.Statuspage {
	t.Helper()
	page := standinpage.New(standinpage.Options{Clock: clock.System{}, Token: pageKey, Page: pageID, Components: []string{portal}})
	served, err := standin.Serve(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	dir := filepath.Join(t.TempDir(), "plan")
	if err := os.CopyFS(dir, os.DirFS(c.PlanDir)); err != nil {
		t.Fatal(err)
	}
	withSetting(t, dir, "statuspage.components", "web-portal="+portal)
	c.PlanDir, c.StatusPage, c.StatusPageAPI, c.StatusPageToken = dir, pageID, served.URL+"/v1", secretFile(t, pageKey)
	return page
}

func openAtPage(t *testing.T, change ...func(*config.Config)) *atPage {
	t.Helper()
	c := settingsFor(t, shareProviders(t))
	page := pageFor(t, &c)
	for _, f := range change {
		f(&c)
	}
	s := &atPage{openSite(t, c), page}
	s.as("alice").say("", `declare "checkout failing" sev:1 service:payments-api,web-portal`)
	s.as("carol").say(war, "role claim comms")
	s.as("carol").say(war, `update "Card payments fail. We are looking into it." audience:customer`)
	s.as("olga").say(war, "approve A1")
	return s
}

func (s *atPage) has(kind string) bool {
	return slices.ContainsFunc(s.entriesOf("INC-1"), func(e journal.Entry) bool { return e.Fact.Kind() == kind })
}

func TestCustomersReadOnTheirPageWhatASecondPersonHasApproved(t *testing.T) {
	s := openAtPage(t)
	eventually(t, func() bool { return len(s.page.Incidents()) == 1 && s.has("statuspage.settled") })
	one := s.page.Incidents()[0]
	if one.Name != "Disruption of Customer portal" || !slices.Equal(one.Updates, []string{"investigating: Card payments fail. We are looking into it."}) || one.Notified != 1 || s.page.Stands(portal) != "major_outage" {
		t.Errorf("the page shows %+v; the portal is %s", one, s.page.Stands(portal))
	}
	s.as("alice").say(war, `resolve "site B serves"`)
	s.as("carol").say(war, `update "This is resolved." audience:customer`)
	s.as("olga").say(war, "approve A2")
	eventually(t, func() bool { return s.page.Incidents()[0].Status == "resolved" })
	if all := s.page.Incidents(); len(all) != 1 || s.page.Stands(portal) != "operational" {
		t.Errorf("the page shows %+v", all)
	}
}

func TestAWrongKeyOfThePageIsWaitedForAndNeverShown(t *testing.T) {
	const wrong = "another-key-0123456789"
	s := openAtPage(t, func(c *config.Config) { c.StatusPageToken = secretFile(t, wrong) })
	eventually(t, func() bool { return len(s.page.Calls()) >= 2 })
	if len(s.page.Incidents()) != 0 || s.has("statuspage.failed") || s.has("statuspage.settled") {
		t.Errorf("the page shows %+v", s.page.Incidents())
	}
	for _, e := range s.entriesOf("INC-1") {
		if text, err := journal.Encode(e.Meta, e.Fact); err != nil || strings.Contains(string(text), wrong) {
			t.Errorf("%s holds the key, or %v", e.Fact.Kind(), err)
		}
	}
}

func TestAPageThatIsNotThereIsSaidAndGivenUp(t *testing.T) {
	s := openAtPage(t, func(c *config.Config) { c.StatusPage = "anotherpage1" })
	eventually(t, func() bool { return s.has("statuspage.failed") })
	for _, e := range s.entriesOf("INC-1") {
		if f, ok := e.Fact.(*journal.Failed); ok && f.Type == journal.StatusPage && !strings.Contains(f.Reason, `no status page "anotherpage1"`) {
			t.Errorf("it says %q", f.Reason)
		}
	}
}

func TestAWebPageInPlaceOfStatuspageIsWaitedFor(t *testing.T) {
	c := settingsFor(t, shareProviders(t))
	page := pageFor(t, &c)
	page.AnswerPages("<html>Please sign on</html>")
	s := &atPage{openSite(t, c), page}
	s.as("alice").say("", `declare "checkout failing" sev:1 service:web-portal`)
	s.as("alice").say(war, `update "Card payments fail." audience:customer`)
	s.as("olga").say(war, "approve A1")
	eventually(t, func() bool { return len(page.Calls()) >= 2 })
	if s.has("statuspage.failed") {
		t.Error("it was given up")
	}
	page.AnswerPages("")
	eventually(t, func() bool { return len(page.Incidents()) == 1 })
}

func TestDoctorLooksAtTheStatusPage(t *testing.T) {
	c := settingsFor(t, shareProviders(t))
	page := pageFor(t, &c)
	look := func() []string {
		p, err := readPlan(c.PlanDir)
		if err != nil {
			t.Fatal(err)
		}
		d := &doctor{ctx: t.Context(), config: c, env: hookEnv}
		d.statusPage(p)
		var lines []string
		for _, x := range d.found {
			lines = append(lines, x.Verdict+" "+x.Check+": "+x.Found)
			if x.Verdict != "pass" && x.Remedy == "" {
				t.Errorf("%s has no remedy", x.Check)
			}
		}
		return lines
	}
	got := strings.Join(look(), "\n")
	for _, want := range []string{`pass status page: "Northbridge" answers`, "warn status page: the key travels in the open", "pass component of web-portal: " + portal} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	policy := filepath.Join(c.PlanDir, "policy.yaml")
	text, err := os.ReadFile(policy)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(policy, []byte(strings.Replace(string(text), "web-portal="+portal, "web-portal=gone, ledger="+portal, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(look(), "\n"); !strings.Contains(got, "fail component of web-portal: the page has no component gone") || !strings.Contains(got, "pass component of ledger") {
		t.Errorf("got\n%s", got)
	}
	if err := page.Fault(standin.Unauthorized, time.Time{}, 1); err != nil {
		t.Fatal(err)
	}
	if got := look(); len(got) != 1 || !strings.Contains(got[0], "fail status page: ") || !strings.Contains(got[0], "401") {
		t.Errorf("got %q", got)
	}
	page.AnswerPages("<html>Please sign on</html>")
	if got := look(); len(got) != 1 || !strings.Contains(got[0], "is a web page and not Statuspage's") {
		t.Errorf("got %q", got)
	}
	c.StatusPage = ""
	if got := look(); len(got) != 1 || !strings.HasPrefix(got[0], "warn status page: the plan owes customers updates") {
		t.Errorf("got %q", got)
	}
}

func TestSettingsOfTheStatusPageThatContradictEachOtherAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"statuspage: {page: 8ykd9w4b2v1r}":                                       "without a key",
		"statuspage: {token: env:T}":                                             "which status page",
		"statuspage: {page: x, token: env:T, api: \"ftp://page.example.com\"}":   "statuspage.api",
		"statuspage: {page: x, token: env:T, api: \"https://a:sesame99@p.com\"}": "statuspage.api",
	} {
		path := filepath.Join(t.TempDir(), "holdfast.yaml")
		if err := os.WriteFile(path, []byte(text+"\nplan: {dir: plan}\napi: {tokens: tokens}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame99") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestWhatThePageAboutTheStatusPageShowsCanBeUsed(t *testing.T) {
	for _, block := range blocks(t, "../../docs/statuspage.md", "holdfast.yaml") {
		path := filepath.Join(t.TempDir(), "holdfast.yaml")
		if err := os.WriteFile(path, []byte(block+"plan: {dir: plan}\napi: {tokens: tokens}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(path, func(string) string { return "" })
		if err != nil || c.StatusPage == "" || !c.StatusPageToken.Given() || c.StatusPageQuiet {
			t.Errorf("%v in\n%s", err, block)
		}
	}
	for _, block := range blocks(t, "../../docs/statuspage.md", "policy.yaml") {
		dir := filepath.Join(t.TempDir(), "plan")
		if err := os.CopyFS(dir, os.DirFS("../../examples/northbridge")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(block+"tier_rto_ceiling: {t1: 2h}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := readPlan(dir)
		if err != nil {
			t.Fatal(err)
		}
		if x := p.Policy; len(x.StatusComponents) != 2 || x.StatusComponents["web-portal"] != portal || x.Every("customer", 1) != 20*time.Minute || x.ApprovalExpiry != 30*time.Minute {
			t.Errorf("the policy is %+v", x)
		}
	}
}
