package rehearse_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/engine"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/rehearse"
)

// asked is a follower that remembers what it was asked to look at.
type asked struct{ all []string }

func (a *asked) Page(_ context.Context, name string) error {
	a.all = append(a.all, "page "+name)
	return nil
}

func (a *asked) Ticket(_ context.Context, key string) error {
	a.all = append(a.all, "ticket "+key)
	return nil
}

func (a *asked) Look(context.Context) error {
	a.all = append(a.all, "everything")
	return nil
}

func (a *asked) follow(*engine.Engine, integrations.Pager, integrations.Tracker, clock.Clock) rehearse.Follower {
	return a
}

// hooked plays a scenario with these webhooks beside it.
func hooked(t *testing.T, text string, o rehearse.Options) (exit int, report, transcript string) {
	t.Helper()
	dir := t.TempDir()
	for name, body := range map[string]string{
		"page.json":    `{"event":{"id":"E1","event_type":"incident.acknowledged","occurred_at":"2026-11-02T10:00:00Z","data":{"id":"PG-1","type":"incident"}}}`,
		"nobody.json":  `{"event":{"id":"E2","event_type":"incident.acknowledged","occurred_at":"2026-11-02T10:00:00Z","data":{"id":"PG-9","type":"incident"}}}`,
		"ticket.json":  `{"webhookEvent":"jira:issue_updated","timestamp":1793613600000,"issue":{"key":"OPS-1"},"changelog":{"id":"7","items":[{"field":"status","fromString":"a","toString":"b"}]}}`,
		"garbage.json": `page!`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.Open = inMemory
	text = strings.NewReplacer(" page.json", " "+filepath.Join(dir, "page.json"), " nobody.json", " "+filepath.Join(dir, "nobody.json"),
		" ticket.json", " "+filepath.Join(dir, "ticket.json"), " garbage.json", " "+filepath.Join(dir, "garbage.json")).Replace(text)
	return played(t, text, o)
}

func TestOnlyWhatTheProviderHasSignedIsLookedAt(t *testing.T) {
	for text, want := range map[string]struct {
		looked  []string
		refused bool
	}{
		"webhook pager page.json":                                       {looked: []string{"page PG-1"}},
		"webhook pagerduty page.json":                                   {looked: []string{"page PG-1"}},
		"webhook tracker ticket.json":                                   {looked: []string{"ticket OPS-1"}},
		"webhook jira ticket.json":                                      {looked: []string{"ticket OPS-1"}},
		"webhook pager page.json\nwebhook pager page.json":              {looked: []string{"page PG-1"}},
		"webhook pager page.json\nrestart\nwebhook pager page.json":     {looked: []string{"page PG-1", "page PG-1"}},
		"webhook pager unsigned page.json":                              {refused: true},
		"webhook tracker forged ticket.json":                            {refused: true},
		"webhook pager forged garbage.json":                             {refused: true},
		"webhook pager lost page.json":                                  {},
		"webhook pager lost page.json\n+1m":                             {looked: []string{"everything"}},
		"webhook tracker lost ticket.json\n+59s":                        {},
		"webhook tracker lost ticket.json\n+59s\n+2m":                   {looked: []string{"everything", "everything"}},
		"webhook pager lost page.json\n+30s\nrestart\n+30s":             {}, // a process that starts counts anew
		"webhook pager forged page.json\n+1m\nwebhook jira ticket.json": {looked: []string{"everything", "ticket OPS-1"}, refused: true},
	} {
		t.Run(text, func(t *testing.T) {
			var a asked
			exit, report, transcript := hooked(t, declared+text+"\n", rehearse.Options{Follow: a.follow})
			if exit != rehearse.Clean || !slices.Equal(a.all, want.looked) {
				t.Errorf("exit %d, looked at %q\n%s", exit, a.all, report)
			}
			if refused := strings.Contains(transcript, "the webhook is answered 401"); refused != want.refused {
				t.Errorf("refused: %t\n%s", refused, transcript)
			}
		})
	}
}

func TestAWebhookThatCannotBeRunsNothing(t *testing.T) {
	var a asked
	for text, want := range map[string]struct {
		exit   int
		report string
		deaf   bool
	}{
		"webhook pager garbage.json":        {exit: rehearse.Unusable, report: "it is no webhook of the pager"},
		"webhook tracker lost garbage.json": {exit: rehearse.Unusable, report: "it is no webhook of the tracker"},
		"webhook pager ticket.json":         {exit: rehearse.Unusable, report: "it is no webhook of the pager"},
		"webhook pager missing.json":        {exit: rehearse.Unusable, report: "the file cannot be read"},
		"webhook pager page.json":           {exit: rehearse.Unusable, report: "there is nobody", deaf: true},
		"webhook pager nobody.json":         {exit: rehearse.Failed, report: "the pager has no page PG-9"},
	} {
		t.Run(text, func(t *testing.T) {
			o := rehearse.Options{Follow: a.follow}
			if want.deaf {
				o.Follow = nil
			}
			exit, report, _ := hooked(t, declared+text+"\n", o)
			if exit != want.exit || !strings.Contains(report, want.report) {
				t.Errorf("exit %d\n%s", exit, report)
			}
		})
	}
	if len(a.all) > 0 {
		t.Errorf("looked at %q", a.all)
	}
}
