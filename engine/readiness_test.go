package engine_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

var (
	sally = enginetest.Person("sally")
	coo   = enginetest.Person("coo", "execs")
)

// crm is a service that IT rates T3/24h, and sally owns.
func crm() readiness.Subject {
	return readiness.Subject{Service: "crm", Plan: readiness.Standard{Tier: 3, RTO: journal.Dur(24 * time.Hour)}, Commit: "a1", Zone: time.UTC, Platform: "console",
		Owners: []string{"sally"}, Deciders: []string{"coo"}, DecideWithin: 10, Apart: 2, RiskMonths: 12}
}

func stated() readiness.Rate {
	return readiness.Rate{Standard: readiness.Standard{Tier: 2, RTO: journal.Dur(4 * time.Hour)}, Because: "orders stop", Subject: crm()}
}

func TestARatingIsDurableAndWhoDecidesIsToldOnce(t *testing.T) {
	w := enginetest.New(t)
	r := w.Rate(sally, stated())
	if r.Ref() != "readiness#1" || len(r.State.Disputes) != 1 {
		t.Fatalf("%s: %d disputes", r.Ref(), len(r.State.Disputes))
	}
	w.Restart() // before anything was sent
	w.Settle()
	w.Restart()
	w.Settle()
	s := w.Ratings()
	if s.Pending != 0 || len(w.Said("dispute")) != 1 || w.Count(readiness.Journal, "dm.settled") != 1 {
		t.Errorf("%d pending, said %d times", s.Pending, len(w.Said("dispute")))
	}
}

func TestARedeliveredRatingIsAnsweredFromWhereItLanded(t *testing.T) {
	w := enginetest.New(t)
	cmd := w.By(sally, "", nil)
	first, err := w.Engine.Rate(t.Context(), cmd, stated())
	if err != nil {
		t.Fatal(err)
	}
	w.Rate(coo, readiness.DecideDispute{ID: "D-1", Standard: stated().Standard, Because: "so be it", Subject: crm()})
	for range 2 {
		again, err := w.Engine.Rate(t.Context(), cmd, stated())
		if err != nil || !again.Duplicate || again.Ref() != first.Ref() || len(again.Entries) != len(first.Entries) || again.State.Disputes[0].State != readiness.Open {
			t.Errorf("again: %+v, %v", again, err)
		}
		w.Restart()
	}
}

func TestARefusedRatingRecordsNothingButItsDenial(t *testing.T) {
	w := enginetest.New(t)
	w.Rate(sally, stated())
	_, err := w.Engine.Rate(t.Context(), w.By(bob, "", nil), readiness.DecideDispute{ID: "D-1", Standard: stated().Standard, Because: "mine", Subject: crm()})
	if fault.CodeOf(err) != fault.Role || w.Count(readiness.Journal, "access.denied") != 1 || w.Count(readiness.Journal, "dispute.decided") != 0 {
		t.Errorf("%v: %v", err, w.Kinds(readiness.Journal))
	}
}

func TestTwoReplicasDecideADisputeOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Rate(sally, stated())
	b := w.Boot("b")
	if _, err := b.Readiness(t.Context()); err != nil {
		t.Fatal(err)
	}
	decide := readiness.DecideDispute{ID: "D-1", Standard: stated().Standard, Because: "so be it", Subject: crm()}
	w.Rate(coo, decide)
	_, err := b.Rate(t.Context(), w.By(enginetest.Person("cfo", "execs"), "", nil), func() readiness.Action {
		d := decide
		d.Subject.Deciders = []string{"coo", "cfo"}
		return d
	}())
	if code := fault.CodeOf(err); code != fault.LostRace && code != fault.NotOpen || !strings.Contains(fault.From(err).Text, "by @coo") {
		t.Errorf("the second is not told who was faster: %v", err)
	}
	if n := w.Count(readiness.Journal, "dispute.decided"); n != 1 {
		t.Errorf("decided %d times", n)
	}
}

func TestOfAFrozenJournalWhatWasDisputedIsSoStill(t *testing.T) {
	w := enginetest.New(t)
	w.Rate(sally, stated())
	w.Crash(w.Engine)
	all := storagetest.Chained(t, w.Store, readiness.Journal)
	last := all[len(all)-1]
	if err := w.Store.Store.(storage.Freezer).Freeze(t.Context(), storage.Frozen{Journal: readiness.Journal, Head: storage.Head{Seq: last.Seq, Hash: last.Hash}, Note: "It burnt."}); err != nil {
		t.Fatal(err)
	}
	e := w.Boot("b")
	w.Clock.Add(time.Minute) // the lease of the first engine is over
	for range 3 {            // whoever performs leaves it alone
		e.Advance(t.Context(), w.Clock.Now())
		w.Clock.Add(time.Second)
	}
	for name, read := range map[string]func(context.Context) (readiness.State, error){"now": e.Readiness, "lately": e.RecentReadiness} {
		s, err := read(t.Context())
		if _, disputed := s.OpenDispute("crm"); err != nil || !disputed || !strings.Contains(s.Frozen, "readiness is frozen") {
			t.Errorf("%s: disputed %v, %q, %v", name, disputed, s.Frozen, err)
		}
	}
	if _, err := e.Rate(t.Context(), w.By(sally, "", nil), stated()); fault.CodeOf(err) != fault.Store || !strings.Contains(err.Error(), "NOT RECORDED: readiness is frozen") {
		t.Errorf("a rating: %v", err)
	}
	if n := len(w.Said("dispute")); n != 0 {
		t.Errorf("performed %d times", n)
	}
}

func TestAMessageThatCannotBeSentIsTriedAgain(t *testing.T) {
	w := enginetest.New(t)
	if err := w.Chat.Fault("503", w.Clock.Now().Add(time.Minute), 0); err != nil {
		t.Fatal(err)
	}
	w.Rate(sally, stated())
	w.Settle()
	if s := w.Ratings(); s.Pending != 1 || w.Engine.Pulse().Pending != 1 {
		t.Errorf("%d pending, the pulse says %d", s.Pending, w.Engine.Pulse().Pending)
	}
	w.Pass(3 * time.Minute)
	if s := w.Ratings(); s.Pending != 0 || len(w.Said("dispute")) != 1 {
		t.Errorf("%d pending, said %d times", s.Pending, len(w.Said("dispute")))
	}
}

func TestWhatFallsDueIsRecordedOnceHoweverOftenAProcessStarts(t *testing.T) {
	w := enginetest.New(t)
	at := enginetest.Start.Add(36 * time.Hour)
	w.Due = func(s readiness.State, now time.Time) ([]readiness.Timer, time.Time) {
		due := readiness.Timer{Name: "review:crm", At: at, Action: readiness.NoteDue{Due: at, Kind: readiness.ByCalendar, Subject: crm()}}
		switch {
		case s.Entries > 0:
			return nil, time.Time{}
		case now.Before(at):
			return nil, at
		}
		return []readiness.Timer{due}, time.Time{}
	}
	w.Restart()
	w.Pass(35 * time.Hour)
	if n := len(w.Kinds(readiness.Journal)); n > 0 {
		t.Fatalf("%d entries before it is due", n)
	}
	w.Restart()
	w.Boot("b")
	w.Pass(2 * time.Hour)
	if w.Count(readiness.Journal, "review.due") != 1 || len(w.Said("rating-card")) != 1 {
		t.Errorf("due %d times, said %d times", w.Count(readiness.Journal, "review.due"), len(w.Said("rating-card")))
	}
}

// slow returns a world in which INC-1 was resolved later than its service may be
// away.
func slow(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t)
	d := enginetest.Outage()
	d.Services, d.Owners = []string{"crm"}, nil
	d.Objectives = []incident.Objective{{Service: "crm", RTO: incident.Dur(90 * time.Minute)}}
	w.Declare(alice, d)
	w.Pass(134 * time.Minute)
	w.Do(alice, "INC-1", incident.Resolve{Summary: "restored"})
	return w
}

func TestAnIncidentThatTookTooLongAsksForOneReview(t *testing.T) {
	w := slow(t)
	w.Do(bob, "INC-1", incident.Verify{})
	// Another process has come as far as the other journal, and no further.
	key := "INC-1/reassess:crm"
	cmd := engine.Command{ID: key, Actor: incident.Person{ID: journal.Bot}, Source: "engine"}
	a := readiness.Reopen{Kind: readiness.ByIncident, Ref: "INC-1", TTR: 134 * time.Minute, RTO: 90 * time.Minute, Subject: readiness.Subject{Service: "crm"}}
	if _, err := w.Boot("b").Rate(t.Context(), cmd, a); err != nil {
		t.Fatal(err)
	}
	w.Restart()
	w.Settle()
	s := w.Ratings()
	if got := s.Standing("crm").Triggers; len(got) != 1 || got[0].Ref != "INC-1" || time.Duration(got[0].TTR) != 134*time.Minute {
		t.Errorf("triggered: %+v", got)
	}
	if e, _ := w.State("INC-1").Outbox.Get(key); e.Outcome != journal.Done || e.Ref != "readiness#1" {
		t.Errorf("the effect is %s as %q", e.Outcome, e.Ref)
	}
}

func TestNeitherADrillNorAPrivateIncidentNorOneInTimeAsksForAReview(t *testing.T) {
	for name, change := range map[string]func(*incident.Declare){
		"a drill":           func(d *incident.Declare) { d.Drill = true },
		"a private one":     func(d *incident.Declare) { d.Private = true },
		"one in time":       func(d *incident.Declare) { d.Objectives[0].RTO = incident.Dur(134 * time.Minute) },
		"one without a RTO": func(d *incident.Declare) { d.Objectives = nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := enginetest.New(t)
			d := enginetest.Outage()
			d.Services, d.Owners = []string{"crm"}, nil
			d.Objectives = []incident.Objective{{Service: "crm", RTO: incident.Dur(90 * time.Minute)}}
			change(&d)
			id := w.Declare(alice, d).Journal
			w.Pass(134 * time.Minute)
			w.Do(alice, id, incident.Resolve{Summary: "restored"})
			if d.Private {
				w.Do(alice, id, incident.Invite{Who: bob})
			}
			w.Do(bob, id, incident.Verify{})
			w.Settle()
			if n := len(w.Kinds(readiness.Journal)); n > 0 || slices.Contains(w.Kinds(id), "reassess.requested") {
				t.Errorf("%d entries: %v", n, w.Kinds(readiness.Journal))
			}
		})
	}
}

func TestARatingWhoseAnswerIsLostIsThereOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Store.LoseReplies(1)
	if r := w.Rate(sally, stated()); r.Ref() != "readiness#1" {
		t.Errorf("recorded as %s", r.Ref())
	}
	if n := w.Count(readiness.Journal, "rating.stated"); n != 1 {
		t.Errorf("stated %d times", n)
	}
	w.Store.Refuse(true)
	if _, err := w.Engine.Rate(t.Context(), w.By(sally, "", nil), stated()); fault.CodeOf(err) != fault.Store {
		t.Errorf("the store is down: %v", err)
	}
}
