package incident

import (
	"testing"
	"time"

	"holdfast/journal"
)

func TestDeadlinesFollowTheStartOfImpactAndThePlanOfTheDeclaration(t *testing.T) {
	ten := time.Date(2026, 10, 30, 17, 30, 0, 0, time.UTC)
	six := ten.Add(30 * time.Minute)
	closing := Window{ID: "close", Start: six, End: six.Add(168 * time.Hour), RTO: Dur(time.Hour)}
	objectives := []Objective{
		{Service: "ledger", RTO: Dur(4 * time.Hour), Earliest: Dur(time.Hour), Windows: []Window{closing}},
		{Service: "idp", RTO: Dur(time.Hour)},
	}
	entry := func(seq uint64, f journal.Fact) journal.Entry {
		return journal.Entry{Journal: "INC-1", Seq: seq, Meta: journal.Meta{At: ten, Recorded: ten, Actor: "alice"}, Fact: f}
	}
	s := Fold(State{}, entry(1, &Declared{Title: "x", Services: []string{"ledger", "idp"}, Acting: "alice", Objectives: objectives}))
	if d := s.Next(); d.Service != "idp" || !d.Due.Equal(ten.Add(time.Hour)) || d.Window != "" {
		t.Errorf("the first deadline is %+v", d)
	}
	if d := s.Deadlines[1]; d.Service != "ledger" || !d.Due.Equal(six.Add(time.Hour)) || d.Window != "close" || !d.From.Equal(six) {
		t.Errorf("the deadline in the window is %+v", d)
	}
	earlier := Fold(s, entry(2, &TimeSet{Point: "t0", At: ten.Add(-4 * time.Hour)}))
	if d := earlier.Deadlines[1]; d.Window != "" || !d.Due.Equal(ten) {
		t.Errorf("started four hours earlier, it is due at %+v: the window opens too late to matter", d)
	}
	if !s.Deadlines[1].Due.Equal(six.Add(time.Hour)) {
		t.Error("the state before has changed")
	}
	other := Fold(s, entry(2, &Rescoped{Services: []string{"idp"}, Objectives: objectives[1:]}))
	if len(other.Deadlines) != 1 || other.Deadlines[0].Service != "idp" {
		t.Errorf("another scope has the deadlines %+v", other.Deadlines)
	}
	over := Fold(s, entry(2, &Resolved{Summary: "x", TR: ten}))
	if over.Next() != nil || len(over.Deadlines) != 2 {
		t.Errorf("restored, the next deadline is %+v of %d", over.Next(), len(over.Deadlines))
	}
}
