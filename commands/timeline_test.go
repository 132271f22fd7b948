package commands_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheTimelineTellsWhatPeopleDidAndNotTheHousekeeping(t *testing.T) {
	d := declared(t)
	d.ok("bob", war, "role claim commander")
	d.ok("alice", war, "timeline").says("#1 10:00:00 @alice declared SEV2: checkout failing", "@bob took the role of commander", "page").hides("invite", "headline")
	d.later(2 * minute)
	d.refused("E_ROLE", "mallory", war, "phase identified")
	d.ok("alice", war, "timeline").hides("mallory")
}

func TestALongTimelineIsCutAndSaysSo(t *testing.T) {
	d := declared(t)
	for i := range 60 {
		d.ok("alice", war, fmt.Sprintf("note number %d.", i))
	}
	a := d.ok("bob", war, "timeline").says("number 59.", "earlier entries are in the export").hides("number 5.")
	if n := strings.Count(a.text(), "noted: number"); n != 40 {
		t.Errorf("it shows %d notes", n)
	}
}

func TestCatchupBeginsWhereThePersonLeftOff(t *testing.T) {
	d := declared(t)
	d.ok("dan", war, `note "on my way"`)
	d.ok("alice", war, `note "replica lag is 9 s"`)
	d.ok("dan", war, "catchup").says("replica lag is 9 s").hides("on my way", "declared")
	d.ok("dan", war, "catchup").says("replica lag is 9 s") // reading is no act
	d.ok("gina", war, "catchup").says("declared SEV2", "on my way")
	d.ok("alice", war, "catchup").says("Nothing new")
}
