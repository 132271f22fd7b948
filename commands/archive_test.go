package commands_test

import "testing"

func TestWhetherARoomIsArchivedIsThePlansAndStandsInTheFirstEntry(t *testing.T) {
	for _, when := range []string{"close", "never"} {
		d := quiet(t)
		p, err := d.plan.WithSetting("rooms.archive", when)
		if err != nil {
			t.Fatal(err)
		}
		d.plan = p
		d.ok("alice", ops, `declare "checkout failing" sev:3 service:payments-api`)
		d.plan = northbridge // a later plan changes nothing
		d.ok("alice", war, `close as:false-alarm because "a test"`)
		s, err := d.engine.State(t.Context(), "INC-1")
		if err != nil || s.Terms.Archive != (when == "close") || s.Archived() != (when == "close") || s.Pending > 0 {
			t.Errorf("%s: terms %v, archived %v, %d pending, %v", when, s.Terms.Archive, s.Archived(), s.Pending, err)
		}
	}
}
