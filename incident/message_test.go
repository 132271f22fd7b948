package incident_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
)

const said = "slack:C0123:1700000000.000100"

// of is an action that was asked for by a reaction to a message.
func (s *story) of(who incident.Person, reaction string, a incident.Action) {
	s.Helper()
	c := s.context(who)
	c.Message = &incident.Message{ID: said, Reaction: reaction}
	v := incident.Decide(s.state, c, a)
	if v.Refusal != nil {
		s.Fatalf("%s: %T: %v", who.ID, a, v.Refusal)
	}
	s.keep(s.state.ID, who, "", v.Statements)
}

func back(reaction string) incident.Withdraw {
	return incident.Withdraw{Message: incident.Message{ID: said, Reaction: reaction}}
}

func edit(text string, after time.Duration) incident.Reword {
	return incident.Reword{Message: said, Text: text, At: ten.Add(after)}
}

func TestWhatIsMadeOfAMessageSaysSo(t *testing.T) {
	s := begin(t)
	s.does(alice, incident.AddNote{Text: "of no message"})
	s.of(alice, "pushpin", incident.AddNote{Text: "lag"})
	s.of(alice, "scales", incident.MakeDecision{Text: "lag", Because: "so"})
	s.of(bob, "", incident.AddTask{Text: "lag", Owner: &dan})
	s.of(bob, "bookmark", incident.AddFollowup{Text: "lag"})
	s.of(bob, "mega", incident.DraftUpdate{Audience: incident.Team, Text: "lag"})
	s.of(dan, "eyes", incident.AcknowledgePage{})
	var got []string
	for _, m := range s.state.MadeOf(said) {
		got = append(got, m.Kind+" "+m.By+" "+m.Message.Reaction+" "+m.Text)
	}
	are(t, "made", got, "note.added alice pushpin lag", "decision.made alice scales lag", "task.added bob  lag", "followup.added bob bookmark lag", "update.drafted bob mega lag", "page.acknowledged dan eyes ")
	is(t, "of another", len(s.state.MadeOf("slack:C0123:1700000000.000200")), 0)
	is(t, "of none", len(s.state.MadeOf("")), 0)
	is(t, "replayed", len(incident.Fold(incident.State{}, s.entries...).MadeOf(said)), 6)
}

func TestAReactionIsTakenBackByWhoeverMadeTheEntryWithIt(t *testing.T) {
	s := begin(t)
	s.of(alice, "pushpin", incident.AddNote{Text: "lag"})
	s.of(alice, "stopwatch", incident.AddNote{Text: "lag", Tag: "key"})
	before := len(s.entries)
	s.does(bob, back("pushpin"))
	s.does(alice, back("mega"), incident.Withdraw{Message: incident.Message{ID: "slack:C1:1.2", Reaction: "pushpin"}})
	is(t, "changed by others", len(s.entries), before)
	s.does(alice, back("pushpin"), back("pushpin"))
	is(t, "entries", len(s.entries), before+1)
	is(t, "because", s.entries[before].Because, "the reaction :pushpin: was taken back")
	is(t, "the note", s.state.Notes[0].Text, "withdrawn")
	is(t, "the key event", s.state.Notes[1].Text, "lag")
	s.of(alice, "pushpin", incident.AddNote{Text: "lag"})
	s.does(alice, back("pushpin"))
	is(t, "again", s.state.Notes[2].Text, "withdrawn")
	is(t, "entries", len(s.entries), before+3)
}

func TestWhatWasTakenBackIsNobodysWork(t *testing.T) {
	s := begin(t)
	s.of(alice, "ballot", incident.AddTask{Text: "call", Due: ten.Add(time.Hour)})
	s.of(alice, "bookmark", incident.AddFollowup{Text: "mend"})
	s.of(alice, "mega", incident.DraftUpdate{Audience: incident.Team, Text: "soon"})
	s.does(alice, back("ballot"), back("bookmark"), back("mega"))
	is(t, "task", s.state.Tasks[0].State+" "+s.state.Tasks[0].Text, "done withdrawn")
	is(t, "follow-up", s.state.Followups[0].State+" "+s.state.Followups[0].Text, "done withdrawn")
	is(t, "drafts", len(s.state.DraftsFor("alice")), 0)
	s.refused(alice, incident.SendUpdate{Draft: "U1"}, fault.Stale, "U1 was withdrawn")
	s.does(alice, incident.DraftUpdate{Audience: incident.Team, Text: "now"})
	is(t, "the next one", s.state.Drafts[1].ID, "U2")
	before := len(s.entries)
	s.pass(2 * time.Hour)
	for _, kind := range s.kinds(before) {
		if kind == "task.overdue" {
			t.Error("somebody is reminded of it")
		}
	}
	// Nobody has to own it before all can be closed.
	s.does(alice, incident.Resolve{Summary: "over"})
	s.does(olga, incident.Verify{})
	s.does(alice, incident.Close{})
	is(t, "phase", s.state.Phase, incident.PhaseClosed)
}

func TestTheNewestEditOfAMessageCounts(t *testing.T) {
	s := begin(t)
	s.of(alice, "pushpin", incident.AddNote{Text: "lag is 2 s"})
	s.does(dan, edit("lag is 12 s", 2*time.Minute))
	is(t, "text", s.state.Notes[0].Text, "lag is 12 s")
	is(t, "because", s.entries[len(s.entries)-1].Because, "edited in chat")
	is(t, "in the journal", last[*incident.NoteAdded](s).Text, "lag is 2 s")
	before := len(s.entries)
	s.does(dan, edit("lag is 12 s", 2*time.Minute), edit("lag is 3 s", time.Minute), incident.Reword{Message: said, Deleted: true, At: ten})
	is(t, "what comes late or twice", len(s.entries), before)
	s.does(dan, edit("lag is 21 s", 2*time.Minute+time.Microsecond))
	s.does(bot, incident.Reword{Message: said, Deleted: true, At: ten.Add(3 * time.Minute)})
	is(t, "deleted", s.state.Notes[0].Text, "deleted in chat; it said: lag is 21 s")
	is(t, "because", s.entries[len(s.entries)-1].Because, "deleted in chat")
	is(t, "replayed", incident.Fold(incident.State{}, s.entries...).MadeOf(said)[0].Followed, ten.Add(3*time.Minute))
}

func TestEveryEntryOfAMessageFollowsIt(t *testing.T) {
	s := begin(t)
	s.of(alice, "scales", incident.MakeDecision{Text: "to B", Because: "lag"})
	s.of(bob, "ballot", incident.AddTask{Text: "to B"})
	s.of(bob, "bookmark", incident.AddFollowup{Text: "to B"})
	s.of(bob, "mega", incident.DraftUpdate{Audience: incident.Team, Text: "to B"})
	s.of(bob, "pushpin", incident.AddNote{Text: "to B"})
	s.of(dan, "eyes", incident.AcknowledgePage{})
	s.does(bob, back("pushpin"))
	before := len(s.entries)
	s.does(alice, edit("to C", time.Minute))
	is(t, "corrections", len(s.entries), before+4)
	is(t, "decision", s.state.Decisions[0].Text+" "+s.state.Decisions[0].Because, "to C lag")
	is(t, "task", s.state.Tasks[0].Text+" "+s.state.Tasks[0].State, "to C open")
	is(t, "follow-up", s.state.Followups[0].Text, "to C")
	is(t, "draft", s.state.Drafts[0].Text, "to C")
	is(t, "what was taken back", s.state.Notes[0].Text, "withdrawn")
	s.does(alice, incident.SendUpdate{Draft: "U1"})
	s.does(bot, incident.Reword{Message: said, Deleted: true, At: ten.Add(time.Hour)})
	is(t, "what was sent", s.state.Sent[0].Text, "to C")
	is(t, "the task of what is gone", s.state.Tasks[0].State, "open")
}

func TestWhoeverMendsTheirWordsNeedsNoRightAndGetsNone(t *testing.T) {
	s := begin(t)
	s.of(alice, "pushpin", incident.AddNote{Text: "lag"})
	seen := s.state.LastActor()
	s.does(gus, edit("no lag", time.Minute))
	is(t, "text", s.state.Notes[0].Text, "no lag")
	is(t, "involved", s.state.Involves("gus"), false)
	is(t, "the last who did something", s.state.LastActor(), seen)
	s.refused(gus, back("pushpin"), fault.Role, "may not `correct`")
	s.refused(gus, edit("", 2*time.Minute), fault.Missing, "empty")
	is(t, "text", s.state.Notes[0].Text, "no lag")
}

func TestAClosedIncidentFollowsNoMessage(t *testing.T) {
	s := begin(t)
	s.of(alice, "pushpin", incident.AddNote{Text: "lag"})
	s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "a drill"})
	s.refused(alice, edit("no lag", time.Minute), fault.Closed, "is closed")
	s.refused(alice, back("pushpin"), fault.Closed, "is closed")
}

// Two states that are grown from one do not write into each other.
func TestWhatWasMadeStaysApartInTwoFutures(t *testing.T) {
	s := begin(t)
	s.of(alice, "pushpin", incident.AddNote{Text: "lag"})
	base := s.state
	s.of(alice, "pushpin", incident.AddNote{Text: "one"})
	one := s.state
	s.state, s.entries = base, s.entries[:len(s.entries)-1]
	s.of(alice, "pushpin", incident.AddNote{Text: "two"})
	is(t, "one", one.MadeOf(said)[1].Text, "one")
	is(t, "two", s.state.MadeOf(said)[1].Text, "two")
	is(t, "base", len(base.MadeOf(said)), 1)
}
