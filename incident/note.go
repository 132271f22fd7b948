package incident

import (
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// AddNote puts a remark on the record, back-dated where it happened earlier.
type AddNote struct {
	Text string
	Tag  string
	At   time.Time // zero: now
}

func (AddNote) verb() string { return "note" }

func (a AddNote) decide(s State, c Context) Verdict {
	if err := textWithin("note", a.Text, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	if err := notFuture("The time of the note", a.At, c.Now); err != nil {
		return Verdict{Refusal: err}
	}
	return accept(ruleAnyone, &NoteAdded{Text: a.Text, Tag: a.Tag}).happened(a.At)
}

// Correct supersedes the text of an earlier entry. Nothing is ever changed:
// both stay in the journal.
type Correct struct {
	Seq     uint64
	Text    string
	Because string
}

func (Correct) verb() string { return "correct" }

func (a Correct) decide(s State, c Context) Verdict {
	if err := textWithin("correction", a.Text, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	if a.Seq == 0 || a.Seq > s.Entries {
		return refuse(fault.UnknownID, "`/incident timeline` shows the numbers.", "There is no entry %s; the last is %s.", journal.Ref(s.ID, a.Seq), journal.Ref(s.ID, s.Entries))
	}
	return accept(ruleAnyone, &EntryCorrected{Supersedes: a.Seq, Text: a.Text}).since(a.Because)
}
