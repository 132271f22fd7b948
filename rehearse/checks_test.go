package rehearse_test

import (
	"strings"
	"testing"

	"holdfast/rehearse"
)

const declared = stage + `@alice #ops: /incident declare "checkout failing" sev:1 service:payments-api
`

// failures returns what a scenario that does not hold reports.
func failures(t *testing.T, text string) string {
	t.Helper()
	exit, report, transcript := rehearsed(t, text)
	if exit != rehearse.Failed {
		t.Errorf("exit %d\n%s\n%s", exit, report, transcript)
	}
	return report
}

func TestChecksThatHold(t *testing.T) {
	holds(t, declared+`expect ok
expect reply ~ INC-1
expect reply @alice
expect not reply @bob
expect exactly 1 page
expect page team:app = INC-1 SEV1: checkout failing
expect not page team:dba
expect exactly 1 ticket
expect ticket new
expect ticket OPS-1
expect not ticket OPS-2
expect exactly 1 room #inc-1-checkout-failing
expect invite @alice = #inc-1-checkout-failing
expect post #inc-1-checkout-failing ~ Commander: .*\nComms
expect edit #inc-1-checkout-failing
expect topic ~ SEV1
expect journal INC-1 ~ ^incident.declared
expect exactly 1 journal register
expect not dm
expect not form
expect journal INC-1 has incident.declared title="checkout failing" severity=1 services[]=payments-api actor=alice
expect journal INC-1 has incident.declared services[0]=payments-api
expect journal INC-1 lacks incident.declared severity=2
expect journal INC-1 lacks incident.declared nothing.there=x
expect journal INC-1 count page.requested = 1
expect journal INC-1 count note.added = 0
expect journal INC-9 lacks note.added
expect state INC-1 title = checkout failing
expect state INC-1 title = " checkout failing "
expect state INC-1 title ~ ^check
expect state INC-1 severity = 1
expect state INC-1 drill = false
expect state INC-1 roles.acting = alice
expect state INC-1 roles.commander absent
expect state INC-1 tasks absent
expect state INC-1 tasks[0].text absent
expect state INC-1 services[] = payments-api
expect state INC-1 pages[0].id = PG-1
expect state register incidents[].id = INC-1
expect state INC-9 title absent
expect verify INC-1 ok
expect verify register ok
expect pending 0
`)
}

func TestConsecutiveChecksSeeTheEventsSinceThePreviousAct(t *testing.T) {
	holds(t, declared+`expect page
expect page
+1s
expect not page
expect ever page
expect ever exactly 1 page team:app
@alice dm: hello
expect not reply
expect ever reply ~ INC-1
`)
}

func TestAFailedCheckShowsTheLineAndWhatWasSeen(t *testing.T) {
	report := failures(t, declared+`expect page team:app ~ \
   database
expect state INC-1 severity = 2
expect state INC-1 titel = x
expect state INC-7 title = x
expect error E_ROLE
expect dm @bob
expect journal INC-1 has note.added
expect journal INC-1 has incident.declared severity=3
expect verify INC-7 ok
expect pending 4
expect file record.md ~ x
expect ok
`)
	for _, want := range []string{
		"scene.txt:4: expect page team:app ~  database\nsaw:\n  2026-11-02T10:00:00Z page team:app \"INC-1 SEV1: checkout failing\"\n",
		"scene.txt:6: expect state INC-1 severity = 2\nsaw:\n  severity = 1\n",
		"scene.txt:7: expect state INC-1 titel = x\nsaw:\n  titel is absent\n",
		"scene.txt:8: expect state INC-7 title = x\nsaw:\n  INC-7 has no entries\n",
		"scene.txt:9: expect error E_ROLE\nsaw:\n  accepted: INC-1 SEV1",
		"scene.txt:10: expect dm @bob\nsaw:\n  nothing\n",
		"scene.txt:11: expect journal INC-1 has note.added\nsaw:\n  other kinds only: incident.declared,",
		"scene.txt:12: expect journal INC-1 has incident.declared severity=3\nsaw:\n  INC-1#1 incident.declared {",
		"scene.txt:13: expect verify INC-7 ok\nsaw:\n  INC-7 has no entries\n",
		"scene.txt:14: expect pending 4\nsaw:\n  0 pending\n",
		"scene.txt:15: expect file record.md ~ x\nsaw:\n  there is no file record.md: nothing has been written\n",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("missing %q", want)
		}
	}
	if !strings.HasSuffix(report, "\n12 checks, 11 failed\n") {
		t.Errorf("the closing line is wrong")
	}
	if t.Failed() {
		t.Log(report)
	}
}

func TestAtMostTenEventsAreShown(t *testing.T) {
	report := failures(t, declared+strings.Repeat("@bob #inc-1-checkout-failing: /incident note \"a thing\" again\n", 12)+
		"expect ever reply ~ never said\n")
	if got := strings.Count(report, " reply @"); got != 10 || !strings.Contains(report, "  (4 earlier)\n") {
		t.Errorf("%d events are shown\n%s", got, report)
	}
}
