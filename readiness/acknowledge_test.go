package readiness_test

import (
	"slices"
	"strings"
	"testing"

	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/readiness"
)

// reading is a desk with a playbook of the team it, in which Dan, Dora and Ed are.
func reading(t *testing.T) (*desk, *plan.Playbook) {
	d := selling(t)
	d.plan.People = slices.Insert(d.plan.People, 3, plan.Person{ID: "dora"}, plan.Person{ID: "ed"})
	d.plan.Teams[0].Members = []string{"dan", "dora", "ed"}
	d.plan.Playbooks = []plan.Playbook{{ID: "failover", Service: "db", Steps: []plan.Step{{ID: "1", Do: "Fence it."}}}}
	return d, &d.plan.Playbooks[0]
}

func acknowledge(b *plan.Playbook) readiness.Acknowledge {
	return readiness.Acknowledge{Playbook: b.ID, Digest: b.Digest()}
}

func (d *desk) holds(want string) readiness.Held {
	d.Helper()
	h := readiness.HeldOf(d.state, d.plan, d.plan.Playbooks[0])
	if h.String() != want {
		d.Errorf("it says %q, not %q", h, want)
	}
	return h
}

func TestAChangedPlaybookIsHeldByNobody(t *testing.T) {
	d, b := reading(t)
	d.holds("0 of 3 people hold the current version; missing: @dan, @dora, @ed")
	d.accepted("dora", acknowledge(b))
	d.accepted("dan", acknowledge(b))
	d.holds("2 of 3 people hold the current version; missing: @ed")
	d.plan.Commit, b.Owner = "b2", "dora" // another commit, the same steps
	d.holds("2 of 3 people hold the current version; missing: @ed")

	b.Steps[0].Do = "Fence it, and wait."
	if h := d.holds("0 of 3 people hold the current version; missing: @dan, @dora, @ed"); len(h.Older) != 2 || h.Older[0].Person != "dan" {
		t.Errorf("older ones: %v", h.Older)
	}
	for _, who := range []string{"dan", "dora", "ed"} {
		d.accepted(who, acknowledge(b))
	}
	d.holds("3 of 3 people hold the current version")
	b.Steps[0].Do = "Fence it." // as it was once, which is not what they hold now
	d.holds("0 of 3 people hold the current version; missing: @dan, @dora, @ed")
}

func TestOnlyThoseCountWhoHaveToKnowIt(t *testing.T) {
	d, b := reading(t)
	d.accepted("olga", acknowledge(b))
	d.holds("0 of 3 people hold the current version; missing: @dan, @dora, @ed")
	d.refused(fault.Role, "guest", acknowledge(b))
	d.refused(fault.Repeat, "olga", acknowledge(b))
}

func TestAVersionThatHasBeenReplacedIsNotAcknowledged(t *testing.T) {
	d, b := reading(t)
	a := acknowledge(b)
	a.Read = "an older one"
	if facts := d.refused(fault.StaleCard, "dan", a); len(facts) != 0 {
		t.Errorf("recorded: %v", facts)
	}
	a.Read = a.Digest
	d.accepted("dan", a)
}

func TestALongListOfThoseWhoAreMissingIsCut(t *testing.T) {
	h := readiness.Held{Of: 20, Missing: strings.Fields("a b c d e f g h i j k l m n")}
	if s := h.String(); !strings.HasSuffix(s, "@k, @l and 2 more") {
		t.Error(s)
	}
	h.Missing = h.Missing[:13]
	if s := h.String(); !strings.HasSuffix(s, "@l, @m") {
		t.Error(s)
	}
}
