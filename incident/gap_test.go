package incident_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// away is an incident whose room exists, in which chat takes nothing from now
// on: what is asked for stays pending.
func away(t *testing.T) *story {
	s := begin(t, func(d *incident.Declare) { d.Terms.Gap = incident.Dur(time.Minute) })
	s.arrive(func(journal.Tracked) bool { return true })
	return s
}

// arrive settles what chat takes now.
func (s *story) arrive(which func(journal.Tracked) bool) {
	s.Helper()
	for _, t := range s.state.Outbox.Open() {
		if which(t) {
			s.does(bot, incident.Settle{Key: t.Key, Ref: "m"})
		}
	}
}

func (s *story) posts(template string) []journal.Tracked {
	return slices.DeleteFunc(s.state.Outbox.All(), func(t journal.Tracked) bool { return t.Type != journal.Post || t.Template != template })
}

func (s *story) outcomes(template string) (all []journal.Outcome) {
	for _, t := range s.posts(template) {
		all = append(all, t.Outcome)
	}
	return all
}

func (s *story) gap(digest journal.Tracked) incident.Gap {
	s.Helper()
	after, err := strconv.ParseUint(digest.Subject, 10, 64)
	if err != nil {
		s.Fatal(err)
	}
	return s.state.GapAfter(after)
}

func TestOfWhatWaitsForChatOnlyTheNewestStatusIsSaid(t *testing.T) {
	s := away(t)
	say := func(text string) {
		s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: text})
		s.now = s.now.Add(90 * time.Second)
	}
	say("looking")
	say("found it")
	say("fixing it")
	if got, want := s.outcomes("update-team"), []journal.Outcome{journal.NoLonger, journal.NoLonger, journal.Pending}; !slices.Equal(got, want) {
		t.Fatalf("the updates: %v, want %v", got, want)
	}
	older, newest := s.posts("update-team")[1], s.posts("update-team")[2]
	is(t, "reason", older.Reason, "superseded by "+newest.Key)
	if len(s.state.Sent) != 3 {
		t.Errorf("%d updates are on the record, want all three", len(s.state.Sent))
	}
}

func TestWhatTakesNoPlaceOfAnother(t *testing.T) {
	later := func(s *story) { s.now = s.now.Add(90 * time.Second) }
	tests := []struct {
		sentence string
		happens  func(s *story)
		template string
	}{
		{"each decision is said", func(s *story) {
			s.does(alice, incident.MakeDecision{Text: "fail over", Because: "lag"})
			later(s)
			s.does(alice, incident.MakeDecision{Text: "stay there", Because: "it works"})
		}, "decision"},
		{"one that has not waited long may still be under way", func(s *story) {
			s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: "looking"})
			s.now = s.now.Add(59 * time.Second)
			s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: "found it"})
		}, "update-team"},
		{"one to the team says nothing to executives", func(s *story) {
			s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: "looking"})
			later(s)
			s.does(alice, incident.SendUpdate{Audience: incident.Exec, Text: "cards fail"})
		}, "update-team"},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			s := away(t)
			tt.happens(s)
			for _, o := range s.outcomes(tt.template) {
				if o != journal.Pending {
					t.Errorf("%s: %v, want all to wait", tt.template, s.outcomes(tt.template))
				}
			}
		})
	}
}

func TestADigestClosesTheGap(t *testing.T) {
	s := away(t)
	s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: "looking"})
	s.now = s.now.Add(2 * time.Minute)
	s.does(alice, incident.MakeDecision{Text: "fail over", Because: "lag"}, incident.SendUpdate{Audience: incident.Team, Text: "failing over"})
	s.now = s.now.Add(2 * time.Minute)

	s.arrive(func(x journal.Tracked) bool { return x.Template == "decision" })
	gaps := s.posts("gap")
	if len(gaps) != 1 || !slices.Contains(gaps[0].After, s.posts("update-team")[1].Key) {
		t.Fatalf("the digest: %+v, want one, behind the update that waits", gaps)
	}
	s.arrive(func(x journal.Tracked) bool { return x.Template == "update-team" })
	if got := len(s.posts("gap")); got != 1 {
		t.Fatalf("%d digests, want one for one gap", got)
	}
	g := s.gap(gaps[0])
	is(t, "from", g.From, s.posts("update-team")[0].Asked)
	is(t, "to", g.To, gaps[0].Asked)
	is(t, "left out", g.Unsaid, 1)
	var news []string
	for _, e := range s.state.News(g.After, g.Before) {
		news = append(news, e.Fact.Kind())
	}
	is(t, "news", strings.Join(news, " "), "update.sent decision.made update.sent")

	t.Run("and the next gap has one of its own", func(t *testing.T) {
		s := &story{T: t, now: s.now, state: s.state, entries: s.entries}
		s.arrive(func(x journal.Tracked) bool { return x.Template == "gap" })
		s.now = s.now.Add(time.Hour)
		s.does(alice, incident.MakeDecision{Text: "go back", Because: "A is well"})
		asked := s.now
		s.now = s.now.Add(5 * time.Minute)
		s.arrive(func(x journal.Tracked) bool { return x.Template == "decision" })
		all := s.posts("gap")
		if len(all) != 2 {
			t.Fatalf("%d digests, want two", len(all))
		}
		is(t, "from", s.gap(all[1]).From, asked)
	})
}

func TestNoDigestWhereThereIsNothingToCatchUpOn(t *testing.T) {
	t.Run("everything came in time", func(t *testing.T) {
		s := away(t)
		s.does(alice, incident.MakeDecision{Text: "fail over", Because: "lag"})
		s.now = s.now.Add(59 * time.Second)
		s.arrive(func(journal.Tracked) bool { return true })
		is(t, "digests", len(s.posts("gap")), 0)
	})
	t.Run("nothing has happened but that it was declared", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Terms.Gap = incident.Dur(time.Minute) })
		s.now = s.now.Add(4 * time.Minute)
		s.arrive(func(journal.Tracked) bool { return true })
		is(t, "digests", len(s.posts("gap")), 0)
	})
	t.Run("an incident that was declared before there were digests", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.MakeDecision{Text: "fail over", Because: "lag"})
		s.now = s.now.Add(4 * time.Minute)
		s.arrive(func(journal.Tracked) bool { return true })
		is(t, "digests", len(s.posts("gap")), 0)
	})
}

func TestARoomThatTakesNoMessageIsToldOfOnceToWhoIsInCommand(t *testing.T) {
	s := away(t)
	s.does(bob, incident.Claim{Role: incident.Commander})
	s.does(bob, incident.MakeDecision{Text: "fail over", Because: "lag"}, incident.MakeDecision{Text: "stay there", Because: "it works"})
	before := len(s.entries)
	for _, p := range s.posts("decision") {
		s.does(bot, incident.Fail{Key: p.Key, Reason: "Slack has no such room"})
	}
	are(t, "told", s.wants(journal.DM, before), "@bob gave-up "+s.posts("decision")[0].Key)
}
