package plan

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestTheExamplePlanHoldsTheWorkshopOnPayments(t *testing.T) {
	p, ok := northbridge(t).Process("payments")
	want := Process{
		ID: "payments", Name: "Taking payments", Owner: "olga", AssessedBy: "olga",
		Services:   []string{"payments-api", "web-portal", "db-payments", "mq", "idp"},
		AssessedAt: time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC),
		Points:     []time.Duration{time.Hour, 4 * time.Hour, 6 * time.Hour, 8 * time.Hour, day},
		Levels: map[string][]int{"financial": {0, 1, 2, 3, 4}, "customer": {1, 2, 2, 3, 4},
			"regulatory": {0, 0, 1, 2, 3}, "reputational": {0, 1, 1, 2, 3}},
		Unacceptable: 3, WRT: time.Hour, MBCO: 40,
		Bands: []Band{{0, time.Hour, 2_000_00}, {time.Hour, 4 * time.Hour, 10_000_00}, {4 * time.Hour, day, 40_000_00}, {day, 0, 100_000_00}},

		Frequency: 0.5, HasFrequency: true, DataLossPerHour: 15_000_00, Currency: "EUR",
		Strategies: []Strategy{
			{"backup", "Restore from backup", day, day, 10_000_00},
			{"pilot", "Pilot light", 4 * time.Hour, time.Hour, 60_000_00},
			{"warm", "Warm standby", time.Hour, 5 * time.Minute, 180_000_00},
			{"active", "Active on both sites", 5 * time.Minute, 0, 450_000_00},
		},
	}
	if diff := cmp.Diff(want, p); diff != "" || !ok {
		t.Errorf("the process differs (-want +got):\n%s", diff)
	}
}

func TestTheExamplePlaybookHasSevenOfFifteenStepsForTheDatabase(t *testing.T) {
	p, ok := northbridge(t).Playbook("db-failover")
	if !ok {
		t.Fatal("there is no db-failover")
	}
	var ids []string
	var dba time.Duration
	for _, s := range p.Steps {
		if s.Role == "" { // the playbook's
			ids, dba = append(ids, s.ID), dba+s.Timeout
		}
	}
	if want := []string{"3", "4", "5", "6", "7", "11", "13"}; len(p.Steps) != 15 || p.Role != "dba" || !slices.Equal(ids, want) || dba != 28*time.Minute {
		t.Errorf("%d steps; of %s %v in %v; want 15, and of dba %v in 28m", len(p.Steps), p.Role, ids, dba, want)
	}
	if p.Steps[3].Danger != "two_person" || p.Steps[3].CredentialRef != "vault:kv/fence/array-a#token" {
		t.Errorf("step 4 is %+v", p.Steps[3])
	}
	s := p.Script
	if s.Path != "scripts/db-failover" || s.Timeout != 2*time.Minute || s.Idempotent || !s.DryRun || len(s.ManualSteps) != 7 || s.ManualSteps[0].ID != "m1" {
		t.Errorf("the script is %+v", s)
	}
	if diff := cmp.Diff(map[int]string{0: "done", 10: "precondition", 20: "partial", 30: "refused"}, s.Exit); diff != "" {
		t.Errorf("exit codes differ:\n%s", diff)
	}
}

func TestTheExamplePlanHoldsTheRestOfItsFiles(t *testing.T) {
	p := northbridge(t)
	w, _ := p.Window("close-2026-10")
	acme, _ := p.Vendor("acme-cloud")
	lonlink, _ := p.Vendor("lonlink")
	gdpr, _ := p.Regime("gdpr")
	london, _ := p.Holiday("london")
	tabletop, _ := p.Exercise("tt-7")
	api, _ := p.Service("payments-api")
	for what, c := range map[string]struct{ got, want any }{
		"the close tightens the ledger": {w, Window{ID: "close-2026-10", Name: "Close of October 2026", Services: []string{"ledger"}, RTO: time.Hour,
			Authority: "the board", Cite: "accounting manual 4.2", Calendar: "london",
			Start: instant(t, "2026-10-30T18:00:00Z"), End: instant(t, "2026-11-06T18:00:00Z")}},
		"five of eight clauses":              {len(acme.Contract.Clauses), 5},
		"a vendor's channels are normal":     {acme.Levels[0].Channel, "phone:+44 20 7946 0301"},
		"a circuit belongs to its vendor":    {lonlink.Circuits[0].Provider, "lonlink"},
		"and has its numbers":                {lonlink.Circuits[0].ContractedMS, 2.0},
		"lawyers have declared":              {gdpr.InScope && gdpr.DeclaredBy == "lena", true},
		"holidays are days":                  {london.Days[6], Day{2026, time.December, 25}},
		"and speak up to an end":             {london.Until, Day{2027, time.December, 31}},
		"six injects":                        {len(tabletop.Injects), 6},
		"eight decisions":                    {len(tabletop.Decisions), 8},
		"criteria are filled by the policy":  {*api.Criteria, Criteria{"checkout", 99.9, 30 * day, 100, 50, 200.0 / 3, 10 * time.Minute}},
		"a step can be pointed at":           {p.Where("playbook/db-failover.steps.4"), Place{"playbooks/payments/db-failover.yaml", 35, 5}},
		"and a strategy":                     {p.Where("process/payments.strategies.warm"), Place{"bia/payments.yaml", 27, 5}},
		"and the levels of a type":           {p.Where("process/payments.levels.customer"), Place{"bia/payments.yaml", 10, 13}},
		"and the end of a list":              {p.Where("holidays/london.until"), Place{"holidays/london.txt", 2, 0}},
		"and a window, a vendor, a decision": {[]int{p.Where("window/close-2026-10.rto").Line, p.Where("vendor/acme-cloud.sla").Line, p.Where("exercise/tt-7.decisions.d3").Line}, []int{6, 6, 20}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

func TestDatesAreDaysInThePlansZone(t *testing.T) {
	p := small(t, map[string]string{"bia/pay.yaml": "id: pay\nowner: dan\nservices: [db]\nassessed_at: 2026-08-10\n", "policy.yaml": "zone: America/New_York\n"})
	if got, want := p.Processes[0].AssessedAt, instant(t, "2026-08-10T04:00:00Z"); !got.Equal(want) || DayOf(got) != (Day{2026, time.August, 10}) {
		t.Errorf("assessed at %v, want %v", got, want)
	}
}

// A folder that was meant for something else is not read to its end.
func TestAPlanHasAnEnd(t *testing.T) {
	fsys, _ := brokenPlan(t, archive{files: map[string][]byte{}})
	whole, _ := load(fsys, limits{files: 5, bytes: 1 << 20})
	if whole == nil {
		t.Fatal("a plan of as many files as are allowed is refused")
	}
	for what, most := range map[string]limits{"files": {4, 1 << 20}, "bytes": {5, 100}} {
		p, findings := load(fsys, most)
		full := 0
		for _, f := range findings {
			if f.Code == codeSize && f.File == "." {
				full++
			}
		}
		if p != nil || full != 1 || ExitCode(findings) != 1 {
			t.Errorf("too many %s: plan %t, %v", what, p != nil, findings)
		}
	}
}

func TestAFileOfFiftyMegabytesIsNotRead(t *testing.T) {
	dir := onDisk(t)
	var want []string
	for _, name := range []string{"bia/x.yaml", "holidays/x.txt", "playbooks/x.yaml", "windows.yaml"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Truncate(50<<20), f.Close()); err != nil {
			t.Fatal(err)
		}
		want = append(want, "error E_PLAN_SIZE "+name)
	}
	_, findings := Load(dir)
	if got := codes(findings); !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}

func TestLinksAndOddFilesInTheNewFoldersAreFindings(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "x.yaml"), []byte("id: stolen\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		link, target string
		want         []string
	}{
		"a folder of playbooks that is a link out": {"playbooks", outside, []string{"error E_PLAN_OUTSIDE playbooks"}},
		"a folder below them that is one":          {"playbooks/a", outside, []string{"warning E_PLAN_IGNORED playbooks/a"}},
		"a circle of folders":                      {"playbooks/a/b", "..", []string{"warning E_PLAN_IGNORED playbooks/a/b"}},
		"a process that is a link out":             {"bia/x.yaml", filepath.Join(outside, "x.yaml"), []string{"error E_PLAN_OUTSIDE bia/x.yaml"}},
		"windows that are a device":                {"windows.yaml", "/dev/zero", []string{"error E_PLAN_OUTSIDE windows.yaml"}},
		"holidays that are a folder":               {"holidays/x.txt", "../services", []string{"error E_PLAN_UNREADABLE holidays/x.txt"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := onDisk(t)
			link := filepath.Join(dir, test.link)
			if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(test.target, link); err != nil {
				t.Fatal(err)
			}
			_, findings := Load(dir)
			if got := codes(findings); !slices.Equal(got, test.want) {
				t.Errorf("findings %q, want %q", got, test.want)
			}
		})
	}
}

// manyServices is a plan of n services with five dependencies each.
func manyServices(n int) fstest.MapFS {
	fsys := fstest.MapFS{
		"people.yaml": {Data: []byte("people: [{id: alice, groups: [commanders]}]\n")},
		"teams.yaml":  {Data: []byte("teams: [{id: app, members: [alice], on_call: [alice]}]\n")},
	}
	for i := range n {
		var b strings.Builder
		fmt.Fprintf(&b, "id: s%d\nname: Service %d\nkind: application\ntier: 4\nrto: 72h\nrpo: 24h\nrecovery_work: 10m\nteam: app\nowners: [alice]\n", i, i)
		if i > 0 {
			b.WriteString("deps:\n")
		}
		for k := 1; k <= 5 && k <= i; k++ {
			fmt.Fprintf(&b, "  - to: s%d\n    kind: hard\n    because: it needs it\n", i-k)
		}
		fsys[fmt.Sprintf("services/s%d.yaml", i)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return fsys
}

// The control is what the YAML costs alone.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{100, 1000, 2000} {
		fsys := manyServices(n)
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			for b.Loop() {
				if p, findings := LoadFS(fsys); p == nil {
					b.Fatal(findings[0])
				}
			}
		})
		b.Run(fmt.Sprintf("yaml-alone=%d", n), func(b *testing.B) {
			for b.Loop() {
				for _, f := range fsys {
					var node yaml.Node
					if err := yaml.Unmarshal(f.Data, &node); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
