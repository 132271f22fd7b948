package engine_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

var (
	alice = enginetest.Person("alice", "responders")
	bob   = enginetest.Person("bob", "commanders")
	carol = enginetest.Person("carol", "commanders")
	olga  = enginetest.Person("olga", "execs")
)

func TestAPageThePagerRefusesIsTriedAtZeroFiveAndFifteenSecondsAndThenPeopleAreTold(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, standin.Refuse, 0)
	w.Declare(alice, enginetest.Outage())
	w.Pass(15*time.Second - time.Millisecond)
	if w.Count("INC-1", "page.unconfirmed") != 0 {
		t.Error("people were told before the third try")
	}
	w.Pass(time.Millisecond)
	if got, want := w.Tried(journal.Page), []time.Duration{0, 5 * time.Second, 15 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("tried at %v, want %v", got, want)
	}
	told := w.Said("paging-unconfirmed")
	var to []string
	for _, e := range told {
		to = append(to, e.To)
	}
	slices.Sort(to)
	if want := []string{"#inc-1-checkout-failing", "@dan"}; !slices.Equal(to, want) {
		t.Errorf("told %v, want %v", to, want)
	}
	w.Pass(time.Hour)
	if n := w.Count("INC-1", "page.unconfirmed"); n != 1 {
		t.Errorf("people were told %d times", n)
	}
	w.Pager.Heal()
	w.Pass(time.Minute)
	if p := w.State("INC-1").Pages[0]; p.ID != "PG-1" || p.Outcome != journal.Done {
		t.Errorf("the tries did not go on: %+v", p)
	}
}

func TestAThirdTryThatIsAcceptedTellsNobody(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, standin.Unavailable, 2)
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Minute)
	if w.Count("INC-1", "page.unconfirmed") != 0 || len(w.Seen(standin.Page)) != 1 {
		t.Errorf("unconfirmed %d times, paged %d times", w.Count("INC-1", "page.unconfirmed"), len(w.Seen(standin.Page)))
	}
}

func TestALostReplyDoesNotPageTwice(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, standin.LostReply, 1)
	fail(t, w.Tracker.Faults, standin.LostReply, 1)
	fail(t, w.Chat.Faults, standin.LostReply, 1)
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Minute)
	once(t, w)
	if s := w.State("INC-1"); s.Pending != 0 || s.Pages[0].ID != "PG-1" || s.Tickets[0].Key != "OPS-1" {
		t.Errorf("pending %d, page %+v, ticket %+v", s.Pending, s.Pages[0], s.Tickets[0])
	}
}

func TestARestartBetweenAppendAndSendPerformsOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Restart()
	w.Pass(time.Minute)
	once(t, w)
	if n := len(w.Seen(standin.Page)); n != 1 || w.State("INC-1").Pending != 0 {
		t.Errorf("paged %d times, %d pending", n, w.State("INC-1").Pending)
	}
}

func TestARestartBetweenSendAndSettlePerformsOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Pager.Slow(3 * time.Second)
	w.Tracker.Slow(3 * time.Second)
	w.Chat.Slow(3 * time.Second)
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Second) // the providers have it, the answers are under way
	if len(w.Seen(standin.Page)) != 1 || w.Count("INC-1", "page.settled") != 0 {
		t.Fatal("the test does not stop between send and settle")
	}
	w.Restart()
	w.Pass(time.Minute)
	once(t, w)
	if w.State("INC-1").Pending != 0 {
		t.Errorf("%d pending", w.State("INC-1").Pending)
	}
}

func TestAHungPagerDoesNotKeepTicketsWaiting(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, standin.Hang, 0)
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	s := w.State("INC-1")
	if s.Tickets[0].Outcome != journal.Done || w.Count("INC-1", "post.settled") == 0 {
		t.Errorf("ticket %s, posts settled %d", s.Tickets[0].Outcome, w.Count("INC-1", "post.settled"))
	}
	if s.Pages[0].Outcome != journal.Pending {
		t.Errorf("the hung page is %s", s.Pages[0].Outcome)
	}
}

func TestAnEffectWaitsForNothingButItsOwnPredecessors(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Chat.Faults, standin.Hang, 1) // the room hangs once
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	if w.Count("INC-1", "ticket.settled") != 1 || w.Count("INC-1", "page.settled") != 1 {
		t.Error("ticket and page wait for the room")
	}
	if w.Count("INC-1", "invite.settled") != 0 || w.Count("INC-1", "post.settled") != 0 {
		t.Error("invitation and headline do not wait for the room")
	}
	w.Pass(time.Minute)
	room := slices.IndexFunc(w.Events, func(e standin.Event) bool { return e.Kind == journal.Room })
	post := slices.IndexFunc(w.Events, func(e standin.Event) bool { return e.Kind == journal.Post })
	if room < 0 || post < room {
		t.Errorf("the room is event %d, the headline event %d", room, post)
	}
}

func TestABusyPlatformStartsWhatWaitsAsSoonAsItIsFree(t *testing.T) {
	w := enginetest.New(t)
	w.Tracker.Slow(3 * time.Second)
	d := enginetest.Outage()
	for _, service := range []string{"a", "b", "c", "d", "e", "f"} {
		d.Services = []string{service}
		w.Declare(alice, d)
	}
	w.Settle()
	if n := len(w.Tried(journal.Ticket)); n != 4 {
		t.Errorf("%d calls are under way to the tracker at once, want 4", n)
	}
	w.Pass(6 * time.Second)
	if n := len(w.Seen(standin.Ticket)); n != 6 {
		t.Errorf("%d of 6 tickets after two rounds", n)
	}
}

func TestA429IsNotTriedBeforeItsTime(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Tracker.Faults, standin.Throttle, 1)
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Minute)
	if got, want := w.Tried(journal.Ticket), []time.Duration{0, 30 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("tried at %v, want %v", got, want)
	}
}

func TestPagesGoBeforeEverythingElse(t *testing.T) {
	w := enginetest.New(t)
	d := enginetest.Outage()
	d.Severity = 3 // pages nobody
	w.Declare(alice, d)
	w.Do(alice, "INC-1", incident.LinkTicket{Key: "OPS-311"})
	w.Do(alice, "INC-1", incident.PagePeople{To: incident.Target{To: "@dan"}, Why: "come"})
	w.Settle()
	if len(w.Events) == 0 || w.Events[0].Kind != standin.Page {
		t.Errorf("the first of %d events is not the page: %+v", len(w.Events), w.Events[0])
	}
}

// once demands that no provider has done anything twice under one key.
func once(t interface {
	Helper()
	Errorf(string, ...any)
}, w *enginetest.World) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range w.Events {
		if k := e.Kind + " " + e.To + " " + e.Key; seen[k] {
			t.Errorf("done twice: %s %s under %s", e.Kind, e.To, e.Key)
		} else {
			seen[k] = true
		}
	}
}

func fail(t *testing.T, f *standin.Faults, mode string, times int) {
	t.Helper()
	if err := f.Fault(mode, time.Time{}, times); err != nil {
		t.Fatal(err)
	}
}
