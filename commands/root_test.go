package commands_test

import (
	"slices"
	"testing"

	"holdfast/commands"
	"holdfast/internal/fault"
)

// asks is a person asking the plan something, behind the other root.
func (d *desk) asks(who, words string) answer {
	d.Helper()
	return d.line(who, ops, "/continuity "+words)
}

func TestTheOtherRootAloneShowsWhatItKnows(t *testing.T) {
	d := declared(t)
	for _, line := range []string{"/continuity", "/continuity help", "/dr", "/dr help", "@holdfast continuity", "!dr"} {
		for _, place := range []string{ops, war} {
			d.line("bob", place, line).accepted().says("/continuity and a noun", "plan: see", "/continuity help")
		}
	}
	d.ok("bob", ops, "help").says("/incident and a verb").hides("/continuity")
}

func TestAWordOfTheOtherRootIsPointedThere(t *testing.T) {
	d := declared(t)
	d.unchanged("a word of the other root", func() {
		d.refused(fault.UnknownVerb, "bob", ops, "plan show").says("`/incident` has no verb \"plan show\"", "/continuity plan show")
		d.refused(fault.UnknownVerb, "bob", ops, "waves").says("no verb")
		d.asks("bob", "plan adopt e4f5a6b").refused(fault.UnknownVerb).says("/incident plan adopt")
		d.asks("bob", `declare "x"`).refused(fault.UnknownVerb).says("/incident declare")
		d.asks("bob", "SEV 1").refused(fault.UnknownVerb).says("/incident severity")
	})
	d.asks("bob", "plna show").refused(fault.UnknownVerb).says("Did you mean plan?")
	d.asks("bob", "frobnicate").refused(fault.UnknownVerb).says("/continuity help")
	d.asks("bob", "plan").refused(fault.Usage).says("show", "/continuity help plan")
	d.asks("bob", "plan shwo").refused(fault.UnknownVerb).says("show")
}

func TestThePlanMayStandBeforeEveryNoun(t *testing.T) {
	d := quiet(t)
	for words, says := range map[string]string{"plan waves": "Recovery in 6 waves", "plan blast san": "san takes 6 of 10", "plan deps ehr": "E_UNKNOWN_ID", "plan bia payments": "MTPD 6h"} {
		d.asks("bob", words).says(says)
	}
	d.asks("bob", "plan plan").refused(fault.Usage)
	d.asks("bob", "plan declare x").refused(fault.UnknownVerb)
}

func TestHelpOfARootKnowsItsVerbsOnly(t *testing.T) {
	d := quiet(t)
	d.asks("bob", "help plan show").accepted().says("/continuity plan show")
	d.asks("bob", "help declare").refused(fault.UnknownVerb).says("/incident declare")
	d.refused(fault.UnknownVerb, "bob", ops, "help waves")
}

func TestARootThatIsNoneIsRefused(t *testing.T) {
	d := quiet(t)
	a := d.ok("bob", ops, "help")
	r := a.Request
	r.Root, r.Delivery = "other", "d-2"
	d.deliver(r).refused(fault.Usage).says("/other", "/incident help", "/continuity help")
}

func TestNobodyOutsideIsToldWhereThePlanIsWeak(t *testing.T) {
	for _, who := range outsiders {
		d := declared(t)
		for _, cmd := range commands.Under(commands.ContinuityRoot) {
			if cmd.Verb == "help" {
				d.asks(who, "help").accepted()
				continue
			}
			for _, example := range cmd.Examples {
				if a := d.asks(who, example); a.Code() != fault.Role {
					t.Errorf("@%s asks %s: code %q: %s", who, example, a.Code(), a.text())
				}
			}
		}
		if n := d.count("register", "access.denied"); n == 0 {
			t.Error("no denial is recorded")
		}
	}
}

// rating are the verbs that record something, in the journal of ratings.
var rating = []string{"rate", "decide", "review", "plan ack"}

func TestAskingThePlanRecordsNothing(t *testing.T) {
	d := declared(t)
	d.unchanged("asking", func() {
		for _, cmd := range commands.Under(commands.ContinuityRoot) {
			if slices.Contains(rating, cmd.Verb) {
				continue
			}
			for _, example := range cmd.Examples {
				d.asks("bob", example).accepted()
			}
		}
	})
}

func TestWhatThePlanHoldsIsShownByTier(t *testing.T) {
	d := quiet(t)
	d.plan = northbridge.InForce(start.Add(-4 * hour))
	d.asks("bob", "plan show").accepted().says("Tier 0: directory, dns, net-core, san", "Tier 3: reporting", "11 services", "Plan as of sha256:", "in force since 06:00Z, 4 h ago")
}
