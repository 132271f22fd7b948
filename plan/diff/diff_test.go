package diff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/plan"
	"holdfast/plan/diff"
)

func before() *plan.Plan {
	p := plan.Empty()
	p.Services = []plan.Service{
		{ID: "db-payments", Name: "db-payments", Tier: 1, RTO: 90 * time.Minute, Team: "dba", Deps: []plan.Dep{{To: "san", Kind: plan.Hard}}},
		{ID: "ledger", Name: "ledger", Tier: 2, Team: "dba"},
	}
	p.Playbooks = []plan.Playbook{
		{ID: "db-failover", Service: "db-payments", File: "playbooks/db-failover.yaml", Steps: []plan.Step{
			{ID: "1", Do: "Announce"}, {ID: "2", Do: "Stop writes", Command: "psql -c 'select 1'"}, {ID: "3", Do: "Check lag"},
			{ID: "4", Do: "Fence", Timeout: 2 * time.Minute, Danger: "two_person"}, {ID: "old", Do: "Wait"},
		}},
		{ID: "ledger-restore", Service: "ledger"},
	}
	p.Teams = []plan.Team{{ID: "dba", OnCall: []string{"bob", "carol"}}, {ID: "net"}}
	p.Templates = map[string]string{"headline": "a", "gone": "b"}
	return p
}

func sentences(all []diff.Change) []string {
	var s []string
	for _, c := range all {
		s = append(s, c.String())
	}
	return s
}

func TestEveryDifferenceIsSaidInWords(t *testing.T) {
	old, now := before(), before()
	now.Services[0].RTO, now.Services[0].Deps = time.Hour, []plan.Dep{{To: "san", Kind: plan.Hard}, {To: "dns", Kind: plan.Soft}}
	now.Services = append(now.Services[:1], plan.Service{ID: "mq"})
	b := &now.Playbooks[0]
	b.File = "playbooks/db/failover.yaml" // where it stands is nobody's concern
	b.Owner = "olga"
	b.Steps[1].Command = "psql -c 'alter system set default_transaction_read_only = on' -c 'select pg_reload_conf()'"
	b.Steps[3].Timeout, b.Steps[3].Danger = 5*time.Minute, "confirm"
	b.Steps[4] = plan.Step{ID: "promote", Do: "Promote B"}
	now.Teams[0].OnCall = []string{"carol"}
	now.Policy.JoinWindow = 2 * time.Minute
	now.Policy.Cadence = map[string][4]time.Duration{}
	for k, v := range old.Policy.Cadence {
		now.Policy.Cadence[k] = v
	}
	now.Policy.Cadence["exec"] = [4]time.Duration{time.Hour, time.Hour, 0, 0}
	now.Templates = map[string]string{"headline": "A", "mine": "c"}
	want := []string{
		"policy: cadence.exec 1h, 1h, none, none, was 30m, 1h, none, none; join window 2m, was 1m",
		"service db-payments: rto 1h, was 1h30m; deps san hard, dns soft, was san hard",
		"service ledger: is gone",
		"service mq: is new",
		"playbook db-failover: owner olga, was not set",
		"playbook db-failover: step 2 is different: command is different",
		"playbook db-failover: step 4 is different: timeout 5m, was 2m; danger confirm, was two_person",
		"playbook db-failover: step 5 (promote) is new",
		"playbook db-failover: step 5, old, is gone",
		"team dba: on call carol, was bob, carol",
		"template gone: is gone",
		"template headline: is worded differently",
		"template mine: is new",
	}
	all := diff.Between(old, now)
	if d := cmp.Diff(want, sentences(all)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if same := diff.Between(old, before()); len(same) > 0 {
		t.Errorf("a plan differs from itself: %v", same)
	}
	if got := sentences(diff.Of(all, "db-failover")); !slices.Equal(got, want[4:9]) {
		t.Errorf("of db-failover: %q", got)
	}
	if got := sentences(diff.Of(all, "policy")); !slices.Equal(got, want[:1]) {
		t.Errorf("of the policy: %q", got)
	}
}

func TestAnIncidentIsConcernedByItsServicesTheirTeamsAndPlaybooks(t *testing.T) {
	old, now := before(), before()
	now.Services[1].Tier = 3
	now.Teams[1].Phone = "+44 20 7946 0018"
	now.Playbooks[1].Owner = "olga"
	all := diff.Between(old, now)
	if len(all) != 3 {
		t.Fatalf("got %v", all)
	}
	if got := diff.For(all, []string{"db-payments"}, old, now); len(got) > 0 {
		t.Errorf("db-payments is concerned by %v", got)
	}
	if got := sentences(diff.For(all, []string{"ledger"}, old, now)); !slices.Equal(got, []string{"service ledger: tier 3, was 2", "playbook ledger-restore: owner olga, was not set"}) {
		t.Errorf("ledger is concerned by %q", got)
	}
	now.Playbooks = now.Playbooks[:1] // a playbook that is gone concerns who had it
	if got := sentences(diff.For(diff.Between(old, now), []string{"ledger"}, old, now)); !slices.Contains(got, "playbook ledger-restore: is gone") {
		t.Errorf("ledger is concerned by %q", got)
	}
}
