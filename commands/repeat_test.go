package commands_test

import (
	"strings"
	"testing"

	"holdfast/internal/fault"
)

func TestAgainRepeatsOnPurpose(t *testing.T) {
	for _, words := range []string{
		`page team:dba "lag"`, `ticket open "disk"`, `task add "look"`, `followup add "alert"`,
	} {
		t.Run(words, func(t *testing.T) {
			d := declared(t)
			d.ok("alice", war, words)
			d.unchanged("a repeat", func() { d.refused(fault.Repeat, "alice", war, words).says("already recorded as INC-1#", "again") })
			d.ok("alice", war, words+" again")
			d.ok("alice", war, words+" AGAIN")
		})
	}
}

func TestARepeatTypedAnotherWayIsStillOne(t *testing.T) {
	for words, others := range map[string][]string{
		`page team:dba "lag unknown"`:  {`page team=dba lag unknown`, `escalate “lag unknown” --team dba`},
		`task add "look" @dan due:+5m`: {`task add look --due +5m @DAN`},
		`ticket open "full disk"`:      {`ticket open full disk`},
		`followup add "alert" @dan`:    {`followup add @dan, alert`},
	} {
		d := declared(t)
		d.ok("alice", war, words)
		for _, other := range others {
			d.refused(fault.Repeat, "alice", war, other)
		}
		d.ok("bob", war, words) // somebody else is no repeat
	}
	d := quiet(t)
	d.ok("alice", ops, `declare "mail slow" sev:4 service:idp,mq`)
	d.refused(fault.Repeat, "alice", ops, `new mail slow service:idp, mq severity:SEV4`)
	d.say("alice", ops, `declare sev:4 service:idp,mq`).asked()
	d.submit("alice", map[string]string{"title": "mail slow"}).refused(fault.Repeat)
}

func TestADryRunSaysWhomItWouldReachAndTouchesNothing(t *testing.T) {
	for words, says := range map[string]string{
		`page team:dba "lag" --dry-run`:               "page team:dba",
		`page @dan "lag" —dry-run`:                    "page @dan",
		`ticket open "disk" --dry-run`:                "ticket in OPS",
		`ticket link OPS-7 --dry-run`:                 "OPS-7",
		`severity 1 because "all" --dry-run`:          "SEV2 to SEV1",
		`edit services payments-api,ledger --dry-run`: "page team:dba",
		`update "x" audience:exec --dry-run`:          "#exec-updates",
		`role comms @hana --dry-run`:                  "@hana",
		`handover commander @bob --dry-run`:           "@bob",
		`invite @dan --dry-run`:                       "invite @dan to #inc-1-checkout-failing",
		`private because "x" --dry-run`:               "@alice made it private, because x",
		`note "x" --dry-run`:                          "reach nobody",
		`decide "x" because "y" --dry-run`:            "decided",
		`resolve "x" --dry-run`:                       "@olga",
		`close as:false-alarm because "x" --dry-run`:  "closed",
		`export --dry-run`:                            "INC-1",
		`declare "y" sev:1 service:ledger --dry-run`:  "page team:dba",
		`status --dry-run`:                            "INC-1",
	} {
		t.Run(words, func(t *testing.T) {
			d := declared(t)
			d.later(2 * minute)
			d.unchanged(words, func() {
				a := d.ok("alice", war, words).says(says)
				if !strings.HasPrefix(words, "status") {
					a.says("Nothing was done")
				}
			})
		})
	}
}

func TestADryRunOfWhatIsRefusedIsRefusedAndRecordsNothing(t *testing.T) {
	d := declared(t)
	d.unchanged("a refused dry run", func() {
		d.refused(fault.Role, "mallory", war, "phase identified --dry-run")
		d.refused(fault.Role, "vera", war, `note "x" --dry-run`)
		d.refused(fault.Role, "mallory", war, "export --dry-run")
		d.refused(fault.UnknownID, "alice", war, `page team:dbs "x" --dry-run`)
		d.refused(fault.Role, "vera", ops, `declare "x" --dry-run`)
	})
}
