package incident_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestFollowing(t *testing.T) {
	identified, recovering := incident.SetPhase{Phase: incident.Identified}, incident.SetPhase{Phase: incident.Recovering}
	t.Run("is for everybody but guests, once", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Follow{})
		s.refused(dan, incident.Follow{}, fault.NotOpen, "@dan follows INC-1 already")
		s.refused(gus, incident.Follow{}, fault.Role, "guests")
		s.refused(olga, incident.Unfollow{}, fault.NotOpen, "does not follow")
		s.does(dan, incident.Unfollow{})
		is(t, "followers", len(s.state.Followers), 0)
		s.does(dan, incident.Follow{})
	})
	t.Run("brings a digest half an hour after it began, and only when something has happened", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Follow{})
		before := len(s.entries)
		s.does(alice, incident.AddNote{Text: "replica lag 2 s"})
		s.pass(time.Hour)
		is(t, "of a note", digests(s, "dan", before), 0)
		s.does(alice, identified)
		s.pass(0)
		is(t, "of a phase an hour later", digests(s, "dan", before), 1)
	})
	t.Run("brings at most one in half an hour, however much happens", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Follow{})
		before := len(s.entries)
		s.does(alice, identified, incident.MakeDecision{Text: "fail over", Because: "lag"})
		s.pass(30*time.Minute - time.Second)
		is(t, "early", digests(s, "dan", before), 0)
		s.pass(time.Second)
		is(t, "after half an hour", digests(s, "dan", before), 1)
		follow := s.state.Followers[0]
		is(t, "told", *follow.Told, ten.Add(30*time.Minute))
		s.settleAll()
		s.does(alice, recovering)
		s.pass(30*time.Minute - time.Second)
		is(t, "early again", digests(s, "dan", before), 1)
		s.pass(time.Second)
		is(t, "after another", digests(s, "dan", before), 2)
		news := s.state.News(0, s.state.Entries)
		is(t, "the first news", news[0].Fact.Kind(), "phase.set")
	})
	t.Run("the terms say how often", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Terms.Digest = incident.Dur(5 * time.Minute) })
		s.does(dan, incident.Follow{})
		before := len(s.entries)
		s.does(alice, identified)
		s.pass(5 * time.Minute)
		is(t, "digests", digests(s, "dan", before), 1)
	})
	t.Run("brings one at once when it is resolved, closed or merged", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Owners = nil })
		s.does(dan, incident.Follow{})
		before := len(s.entries)
		s.does(alice, incident.Resolve{Summary: "failed over"})
		is(t, "resolved", digests(s, "dan", before), 1)
		s.does(olga, incident.Verify{})
		s.does(bob, incident.Claim{Role: incident.Commander}, incident.Close{})
		is(t, "closed", digests(s, "dan", before), 2)
		s.settleAll()
		s.pass(24 * time.Hour)
		is(t, "a day later", digests(s, "dan", before), 2)
		one, two := pair(t, asIs, asIs)
		two.does(dan, incident.Follow{})
		before = len(two.entries)
		two.does(alice, mergeInto(one))
		is(t, "merged", digests(two, "dan", before), 1)
	})
	t.Run("the register waits for the last digest", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Follow{})
		s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "nothing"})
		register, _ := s.state.Outbox.Get("INC-1/register:closed")
		is(t, "it does", slices.Contains(register.After, waiting(s)[0]), true)
	})
	t.Run("while chat is away digests do not pile up, and the next says how late it is", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Follow{})
		before := len(s.entries)
		s.does(alice, identified)
		s.pass(30 * time.Minute)
		s.does(alice, recovering)
		s.pass(2 * time.Hour)
		is(t, "digests", digests(s, "dan", before), 1)
		s.settleAll()
		s.pass(0)
		is(t, "digests", digests(s, "dan", before), 2)
		var late string
		for _, e := range s.state.Outbox.All() {
			if e.Template == "digest" {
				late = e.Text
			}
		}
		is(t, "late", late, "late by 90 min")
	})
	t.Run("tells of command that changes hands, not of other roles", func(t *testing.T) {
		s := begin(t)
		s.does(carol, incident.Claim{Role: incident.Comms})
		is(t, "comms", len(s.state.News(0, s.state.Entries+1)), 0)
		s.does(bob, incident.Claim{Role: incident.Commander}, incident.Drop{})
		is(t, "command", len(s.state.News(0, s.state.Entries+1)), 2)
	})
	t.Run("can be ended when the incident is closed", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Follow{})
		s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "nothing"})
		s.does(dan, incident.Unfollow{})
		are(t, "waiting still", waiting(s))
		s.refused(dan, incident.Follow{}, fault.Closed, "closed")
	})
}

func TestFollowingWhatIsPrivate(t *testing.T) {
	hide := incident.MakePrivate{Because: "it names people"}
	auditor := incident.Person{ID: "ada", Groups: []string{"auditors"}}
	eve := incident.Person{ID: "eve"}
	t.Run("is for those who may see it", func(t *testing.T) {
		s := begin(t, private)
		s.refused(eve, incident.Follow{}, fault.Role, "private")
		s.does(auditor, incident.Follow{})
	})
	t.Run("does not make anybody one who may see it", func(t *testing.T) {
		s := begin(t)
		s.does(eve, incident.Follow{})
		s.does(alice, hide)
		is(t, "eve sees it", incident.MaySee(s.state, eve), false)
	})
	t.Run("who may see it no longer gets nothing, who may again does", func(t *testing.T) {
		s := begin(t)
		s.does(eve, incident.Follow{})
		s.does(auditor, incident.Follow{})
		s.does(alice, incident.SetPhase{Phase: incident.Identified})
		s.pass(30 * time.Minute)
		is(t, "waiting", len(waiting(s)), 2)
		s.does(alice, hide)
		is(t, "waiting", len(waiting(s)), 1) // for the auditor
		s.does(alice, incident.SetPhase{Phase: incident.Recovering})
		before := len(s.entries)
		s.pass(2 * time.Hour)
		s.does(alice, incident.Resolve{Summary: "failed over"})
		is(t, "told", digests(s, "eve", before), 0)
		s.does(alice, incident.MakePublic{Because: "they know"})
		s.pass(0)
		is(t, "told again", digests(s, "eve", before), 1)
	})
}

// digests counts those that somebody was to get after a position.
func digests(s *story, who string, after int) (n int) {
	for _, e := range s.entries[after:] {
		if f, ok := e.Fact.(*journal.Requested); ok && f.Template == "digest" && f.To == "@"+who {
			n++
		}
	}
	return n
}

// waiting names the digests that are not sent yet.
func waiting(s *story) []string {
	var keys []string
	for _, e := range s.state.Outbox.Open() {
		if e.Template == "digest" {
			keys = append(keys, e.Key)
		}
	}
	return keys
}

// settleAll has every pending effect done.
func (s *story) settleAll() {
	s.Helper()
	for _, e := range s.state.Outbox.Open() {
		s.does(bot, incident.Settle{Key: e.Key, Ref: "x"})
	}
}
