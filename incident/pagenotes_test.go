package incident_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// noted is the outage under terms that tell the pager everything.
func noted(d *incident.Declare) { d.Terms.PageNotes = incident.CommentsAll }

func TestThePagerIsToldOfDecisionsAndOfUpdatesToExecutives(t *testing.T) {
	s := begin(t, noted)
	s.does(bob, incident.Claim{Role: incident.Commander})
	s.does(bob, incident.MakeDecision{Text: "fail over", Because: "lag"}, incident.MakeDecision{Text: "stop writes", Because: "lag"})
	one, two := s.effect("INC-1/pagenote:D1:team:app"), s.effect("INC-1/pagenote:D2:team:app")
	is(t, "the note", one.Text, "INC-1 D1: fail over")
	are(t, "it waits for", one.After, "INC-1/page:team:app")
	are(t, "the next one waits for", two.After, "INC-1/page:team:app", one.Key)
	s.does(bot, incident.Settle{Key: "INC-1/page:team:app", Ref: "PG-1"}, incident.Settle{Key: one.Key}, incident.Settle{Key: two.Key})
	s.does(bob, incident.SendUpdate{Audience: incident.Exec, Text: "Cards fail."}, incident.SendUpdate{Audience: incident.Team, Text: "Replica first."})
	are(t, "told of updates", s.wants(journal.PageUpdate, 0), "INC-1/page:team:app")
	is(t, "the status update", s.effect("INC-1/pageupdate:U1:team:app").Text, "INC-1 U1: Cards fail.")

	s.does(bot, incident.HearOfPage{Key: "INC-1/page:team:app", News: []incident.PageNews{{Event: "R1", Turn: incident.PageOver, At: s.now}}})
	after := len(s.entries)
	s.does(bob, incident.MakeDecision{Text: "fail back", Because: "lag"})
	are(t, "told of a page that is over", s.wants(journal.PageNote, after))
}

func TestThePagerIsToldNothingWithoutSuchTermsNorInADrill(t *testing.T) {
	for sentence, terms := range map[string]func(*incident.Declare){
		"without such terms": func(*incident.Declare) {},
		"of updates only":    func(d *incident.Declare) { d.Terms.PageNotes = incident.CommentUpdates },
		"in a drill":         func(d *incident.Declare) { d.Terms.PageNotes, d.Drill = incident.CommentsAll, true },
	} {
		s := begin(t, terms)
		s.does(bob, incident.Claim{Role: incident.Commander}, incident.MakeDecision{Text: "fail over", Because: "lag"})
		are(t, sentence, s.wants(journal.PageNote, 0))
	}
}

func TestNotesOnAPageThatIsGivenUpAreNoLongerWanted(t *testing.T) {
	s := begin(t, noted)
	s.does(bob, incident.Claim{Role: incident.Commander}, incident.MakeDecision{Text: "fail over", Because: "lag"})
	s.does(bot, incident.Fail{Key: "INC-1/page:team:app", Reason: "nobody to call"})
	note, _ := s.state.Outbox.Get("INC-1/pagenote:D1:team:app")
	is(t, "the note", note.Outcome, journal.NoLonger)
	is(t, "because", note.Reason, "its page was not accepted")
}

func TestWhoDeclinesDoesNotComeAndWhoeverElseIsOnItStays(t *testing.T) {
	s := begin(t)
	s.does(bot, incident.Settle{Key: "INC-1/page:team:app", Ref: "PG-1"})
	dan, eve := incident.Reached{Person: "dan"}, incident.Reached{Name: "Eve"}
	hear := func(event, turn string, by incident.Reached) {
		s.pass(time.Minute)
		s.does(bot, incident.HearOfPage{Key: "INC-1/page:team:app", News: []incident.PageNews{{Event: event, Turn: turn, At: s.now, By: by}}})
	}
	hear("R1", incident.Declined, eve)
	is(t, "nobody is on it", s.state.Pages[0].AcknowledgedBy()+" "+s.state.Pages[0].Turn, " declined")
	hear("R2", incident.Acknowledged, dan)
	hear("R3", incident.Declined, eve)
	is(t, "Dan is on it", s.state.Pages[0].AcknowledgedBy(), "@dan")
	hear("R4", incident.Declined, dan)
	is(t, "nobody is on it any more", s.state.Pages[0].AcknowledgedBy()+" "+s.state.Pages[0].Turn, " declined")
	hear("R4", incident.Declined, dan)
	is(t, "declined on record", count(s.kinds(0), "page.declined"), 3)
}
