package incident_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestCadence(t *testing.T) {
	hours := func(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }
	tests := []struct {
		sentence string
		audience string
		severity int
		due      time.Duration // zero: none
	}{
		{"executives hear every half hour at SEV1", incident.Exec, 1, hours(0.5)},
		{"executives hear every hour at SEV2", incident.Exec, 2, hours(1)},
		{"executives hear nothing by itself at SEV3", incident.Exec, 3, 0},
		{"the team hears every four hours at SEV3", incident.Team, 3, hours(4)},
		{"nobody hears anything by itself at SEV4", incident.Team, 4, 0},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			s := begin(t, severity(tt.severity))
			s.now = ten.Add(10 * time.Minute)
			s.does(alice, incident.SendUpdate{Audience: tt.audience, Text: "still looking"})
			due := s.state.Updates[tt.audience].Due
			switch {
			case tt.due == 0 && due != nil:
				t.Errorf("the next is due at %s", *due)
			case tt.due > 0 && (due == nil || !due.Equal(s.now.Add(tt.due))):
				t.Errorf("the next is due at %v, want %s after the last", due, tt.due)
			}
		})
	}
	t.Run("whoever sends may say when the next one comes", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.SendUpdate{Audience: incident.Exec, Text: "waiting for the vendor", Next: 2 * time.Hour})
		is(t, "due", *s.state.Updates[incident.Exec].Due, ten.Add(2*time.Hour))
		s.refused(alice, incident.SendUpdate{Audience: incident.Exec, Text: "x", Next: 8 * 24 * time.Hour}, fault.Range, "cannot be due")
	})
	t.Run("one that is left out where no cadence holds is not followed by another", func(t *testing.T) {
		s := begin(t, severity(4))
		s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: "waiting for the vendor", Next: 2 * time.Hour})
		s.does(alice, incident.SkipUpdate{Audience: incident.Team, Because: "the vendor has called"})
		before := len(s.entries)
		s.pass(3 * time.Hour)
		is(t, "missed", slices.Contains(s.kinds(before), "update.missed"), false)
	})
	t.Run("a resolved incident owes no updates, one that is opened again does", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Resolve{Summary: "failed over"})
		before := len(s.entries)
		s.pass(3 * time.Hour)
		is(t, "missed", slices.Contains(s.kinds(before), "update.missed"), false)
		s.does(bob, incident.Reopen{Because: "it is back"})
		is(t, "due", *s.state.Updates[incident.Team].Due, s.now.Add(30*time.Minute))
	})
}

func TestAnUpdateThatIsDue(t *testing.T) {
	exec := func(s *story, fact string) (n int) {
		for _, e := range s.entries {
			switch f := e.Fact.(type) {
			case *incident.UpdateReminded:
				if fact == f.Kind() && f.Audience == incident.Exec {
					n++
				}
			case *incident.UpdateMissed:
				if fact == f.Kind() && f.Audience == incident.Exec {
					n++
				}
			}
		}
		return n
	}
	t.Run("is asked for five minutes before, of the commander", func(t *testing.T) {
		s := begin(t)
		s.pass(25*time.Minute - time.Second)
		is(t, "early", exec(s, "update.reminded"), 0)
		before := len(s.entries)
		s.pass(time.Second)
		is(t, "reminded", exec(s, "update.reminded"), 1)
		has(t, "told", s.wants(journal.DM, before), "@alice reminder exec")
	})
	t.Run("is asked of the communications lead where there is one", func(t *testing.T) {
		s := begin(t)
		s.does(carol, incident.Claim{Role: incident.Comms})
		before := len(s.entries)
		s.pass(25 * time.Minute)
		has(t, "told", s.wants(journal.DM, before), "@carol reminder exec")
	})
	t.Run("counts as missed five minutes after, in the room and to the deputy", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Deputy})
		s.pass(35*time.Minute - time.Second)
		is(t, "early", s.state.Updates[incident.Exec].Missed, false)
		before := len(s.entries)
		s.pass(time.Second)
		is(t, "missed", s.state.Updates[incident.Exec].Missed, true)
		is(t, "the next is due", *s.state.Updates[incident.Exec].Due, ten.Add(time.Hour))
		has(t, "posted", s.wants(journal.Post, before), s.state.Room+" missed exec")
		has(t, "told", s.wants(journal.DM, before), "@bob missed exec")
	})
	t.Run("is late by whole minutes when it comes at last", func(t *testing.T) {
		s := begin(t)
		s.pass(37*time.Minute + 59*time.Second)
		s.does(alice, incident.SendUpdate{Audience: incident.Exec, Text: "found it"})
		u := last[*incident.UpdateSent](s)
		is(t, "late", u.Late, 7)
		is(t, "was due", *u.Due, ten.Add(30*time.Minute))
		is(t, "missed", s.state.Updates[incident.Exec].Missed, false)
	})
	t.Run("is not late in time", func(t *testing.T) {
		s := begin(t)
		s.pass(30 * time.Minute)
		s.does(alice, incident.SendUpdate{Audience: incident.Exec, Text: "found it"})
		is(t, "late", last[*incident.UpdateSent](s).Late, 0)
		is(t, "due times", s.state.Updates[incident.Exec].DueCount, 1)
	})
	t.Run("is not asked for when one has just been sent", func(t *testing.T) {
		s := begin(t)
		s.pass(24 * time.Minute)
		s.does(alice, incident.SendUpdate{Audience: incident.Exec, Text: "found it", Next: 4 * time.Minute})
		s.pass(3 * time.Minute)
		is(t, "reminded", exec(s, "update.reminded"), 0)
	})
	t.Run("is flagged once after an outage, with how many were missed and how late", func(t *testing.T) {
		s := begin(t)
		s.sleep(100 * time.Minute) // due at 30, 60 and 90 minutes, each missed 5 later
		is(t, "reminded", exec(s, "update.reminded"), 0)
		is(t, "flagged", exec(s, "update.missed"), 1)
		m := last[*incident.UpdateMissed](s)
		is(t, "missed", m.Count, 3)
		is(t, "late", m.Late, 65)
		is(t, "the next is due", *m.Next, ten.Add(120*time.Minute))
		is(t, "due times", s.state.Updates[incident.Exec].DueCount, 3)
	})
	t.Run("is asked for after a short outage too, saying how late", func(t *testing.T) {
		s := begin(t)
		s.sleep(28 * time.Minute)
		is(t, "late", last[*incident.UpdateReminded](s).Late, 3)
		is(t, "reminded", exec(s, "update.reminded"), 1)
	})
	t.Run("is left out with a reason", func(t *testing.T) {
		s := begin(t)
		s.refused(alice, incident.SkipUpdate{Audience: incident.Exec}, fault.Missing, "why")
		s.does(alice, incident.SkipUpdate{Audience: incident.Exec, Because: "they are in the room"})
		is(t, "due", *s.state.Updates[incident.Exec].Due, ten.Add(time.Hour))
		quiet := begin(t, severity(4))
		quiet.refused(alice, incident.SkipUpdate{Audience: incident.Exec, Because: "x"}, fault.NotOpen, "No update to exec is due")
	})
}

func TestWhoWritesUpdates(t *testing.T) {
	send := func(audience string) incident.Action {
		return incident.SendUpdate{Audience: audience, Text: "still looking"}
	}
	t.Run("anybody writes to the team", func(t *testing.T) { begin(t).does(dan, send(incident.Team)) })
	t.Run("only the commander writes to executives while nobody holds comms", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, send(incident.Exec), fault.Role, "commander")
		s.does(alice, send(incident.Exec))
	})
	t.Run("only the communications lead does where there is one", func(t *testing.T) {
		s := begin(t)
		s.does(carol, incident.Claim{Role: incident.Comms}, send(incident.Exec))
		s.refused(alice, send(incident.Exec), fault.Role, "(@carol)")
	})
	t.Run("there are two audiences", func(t *testing.T) {
		begin(t).refused(alice, send("press"), fault.Range, `no audience "press"`)
	})
	t.Run("anybody drafts, the voice sends the draft, once", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.DraftUpdate{Audience: incident.Exec, Text: "we know why"})
		s.refused(dan, incident.SendUpdate{Draft: "U1"}, fault.Role, "commander")
		s.does(alice, incident.SendUpdate{Draft: "u1"})
		sent := last[*incident.UpdateSent](s)
		is(t, "id", sent.ID, "U1")
		is(t, "text", sent.Text, "we know why")
		s.refused(alice, incident.SendUpdate{Draft: "U1"}, fault.Stale, "already done by @alice")
		s.refused(alice, incident.SendUpdate{Draft: "U7"}, fault.UnknownID, `no draft "U7"`)
	})
	t.Run("executives are written to in their room where the plan names one", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Terms.ExecRoom = "#exec-updates" })
		before := len(s.entries)
		s.does(alice, send(incident.Exec), send(incident.Team))
		are(t, "posted", s.wants(journal.Post, before), "#exec-updates update-exec U1", s.state.Room+" update-team U2")
	})
}
