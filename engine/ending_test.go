package engine_test

import (
	"testing"
	"time"

	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

func TestAnUnknownProjectIsGivenUpAtOnceAndAnnounced(t *testing.T) {
	w := enginetest.New(t)
	d := enginetest.Outage()
	d.Terms.Project = "NOPE"
	w.Declare(alice, d)
	w.Settle()
	if tried := len(w.Tried(journal.Ticket)); tried != 1 || w.Count("INC-1", "ticket.failed") != 1 || len(w.Said("gave-up")) != 1 {
		t.Errorf("tried %d times, failed %d, announced %d", tried, w.Count("INC-1", "ticket.failed"), len(w.Said("gave-up")))
	}
}

func TestAnEffectThatIsStuckIsAnnouncedAndAfterADayDeadLetteredAndAnnounced(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Tracker.Faults, standin.Unauthorized, 0)
	w.Declare(alice, enginetest.Outage())
	w.Pass(15*time.Minute - time.Second)
	if len(w.Said("stuck")) != 0 {
		t.Error("announced too early")
	}
	w.Pass(time.Second)
	if len(w.Said("stuck")) != 1 {
		t.Errorf("announced %d times after 15 minutes", len(w.Said("stuck")))
	}
	w.Pass(24*time.Hour - 15*time.Minute - time.Second)
	if w.Count("INC-1", "ticket.failed") != 0 {
		t.Error("given up too early")
	}
	w.Pass(2 * time.Second)
	if w.Count("INC-1", "ticket.failed") != 1 || len(w.Said("gave-up")) != 1 || len(w.Said("stuck")) != 1 {
		t.Errorf("failed %d, gave up %d, stuck %d", w.Count("INC-1", "ticket.failed"), len(w.Said("gave-up")), len(w.Said("stuck")))
	}
	tried := len(w.Tried(journal.Ticket))
	if tried < 24*60/2 {
		t.Errorf("tried only %d times in a day", tried)
	}
	w.Tracker.Heal()
	w.Pass(time.Hour)
	if len(w.Tried(journal.Ticket)) != tried || len(w.Seen(standin.Ticket)) != 0 {
		t.Error("it was tried after it was given up")
	}
}

func TestAFalseAlarmAbandonsThePageAndNobodyIsCalled(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, standin.Unavailable, 0)
	w.Declare(alice, enginetest.Outage())
	w.Pass(6 * time.Second)
	w.Do(alice, "INC-1", incident.Close{As: incident.FalseAlarm, Because: "a test of the monitoring"})
	w.Pager.Heal()
	w.Pass(time.Hour)
	s := w.State("INC-1")
	if len(w.Seen(standin.Page)) != 0 || s.Pages[0].Outcome != journal.NoLonger || s.Pending != 0 {
		t.Errorf("paged %d, page %s, pending %d", len(w.Seen(standin.Page)), s.Pages[0].Outcome, s.Pending)
	}
	if got := w.Tried(journal.Page); len(got) != 2 {
		t.Errorf("the page was tried at %v", got)
	}
}

func TestTheRegisterLearnsOfAnEndWhenEveryEffectIsOver(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Tracker.Faults, standin.Unavailable, 0)
	w.Declare(alice, enginetest.Outage())
	w.Do(alice, "INC-1", incident.Close{As: incident.FalseAlarm, Because: "a test"})
	w.Pass(24*time.Hour - time.Second)
	if w.Count("register", "register.closed") != 0 {
		t.Error("the register was told while a ticket was pending")
	}
	fail(t, w.Chat.Faults, standin.Unavailable, 0) // what is announced on giving up cannot be posted
	w.Pass(time.Hour)
	if w.Count("register", "register.closed") != 0 {
		t.Error("the register was told while an announcement was pending")
	}
	w.Restart()
	w.Chat.Heal()
	w.Pass(5 * time.Minute)
	if s := w.State("INC-1"); w.Count("register", "register.closed") != 1 || s.Pending != 0 || len(w.Said("gave-up")) != 1 {
		t.Errorf("told %d times, %d pending, announced %d", w.Count("register", "register.closed"), s.Pending, len(w.Said("gave-up")))
	}
}

func TestAPageThatIsAbandonedWhileItsCallIsUnderWayEndsOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Pager.Slow(3 * time.Second)
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Second)
	w.Do(alice, "INC-1", incident.Close{As: incident.FalseAlarm, Because: "a test"})
	w.Pass(time.Minute)
	if a, s := w.Count("INC-1", "page.abandoned"), w.Count("INC-1", "page.settled"); a != 1 || s != 0 {
		t.Errorf("abandoned %d times, settled %d times", a, s)
	}
}

func TestAnEndThatCouldNotBeRecordedIsLookedUpAndRecordedLater(t *testing.T) {
	w := enginetest.New(t)
	w.Tracker.Slow(3 * time.Second)
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Second)
	w.Store.Refuse(true)
	w.Pass(2500 * time.Millisecond) // the ticket is opened, the store is away
	w.Store.Refuse(false)
	w.Pass(time.Minute)
	once(t, w)
	if s := w.State("INC-1"); s.Pending != 0 || s.Tickets[0].Key != "OPS-1" {
		t.Errorf("%d pending, ticket %+v", s.Pending, s.Tickets[0])
	}
}
