package commands_test

import (
	"testing"

	"holdfast/bot/console"
	"holdfast/engine/enginetest"
	"holdfast/internal/fault"
)

func TestACommandThatRecordsAsksTheStoreOnce(t *testing.T) {
	for _, words := range []string{"note lag is 2 s", `note "restart" at:-5m`, "task add look due:+10m", "role claim commander"} {
		d := declared(t)
		d.store.Asked()
		r := d.chat.Say(d.Context(), "alice", war, "/incident "+words)
		answer{Result: r, of: words, desk: d}.accepted()
		if reads, appends := d.store.Asked(); reads != 0 || appends != 1 {
			t.Errorf("%s: %d reads and %d appends, want one append and nothing else", words, reads, appends)
		}
	}
}

// another returns a desk of a second replica, which has read what there is and
// is told of nothing after it.
func (d *desk) another() *desk {
	d.Helper()
	other := &desk{T: d.T, clock: d.clock, memory: d.memory, chat: console.New(d.clock, console.Options{}), plan: d.plan}
	other.store = &enginetest.Store{Store: d.memory}
	other.boot()
	other.ok("alice", war, "status")
	return other
}

func TestWhatIsShownIsWhatAnotherReplicaHasRecordedAMomentAgo(t *testing.T) {
	d := declared(t)
	other := d.another()
	d.ok("alice", war, `severity 1 because "all regions"`)
	other.ok("bob", war, "status").says("SEV1")
	d.ok("alice", war, "note the lag is 2 s")
	other.ok("bob", war, "timeline").says("the lag is 2 s")
}

func TestWhoMaySeeAPrivateIncidentIsAskedOfTheStore(t *testing.T) {
	d := declared(t)
	d.ok("alice", war, "role claim commander")
	other := d.another()
	other.ok("bob", war, "status")
	d.ok("alice", war, `private because "customer data"`)
	for _, words := range []string{"status", "timeline", "task list"} {
		other.refused(fault.Role, "bob", war, words)
	}
	other = d.another()
	other.refused(fault.Role, "bob", war, "status")
	d.ok("alice", war, "invite @bob")
	other.ok("bob", war, "note thank you")
	other.ok("bob", war, "status")
}
