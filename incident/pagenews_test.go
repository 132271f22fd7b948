package incident_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

const appPage = "INC-1/page:team:app"

// accepted is an incident whose one page the pager has accepted.
func accepted(t *testing.T) *story {
	t.Helper()
	s := begin(t)
	s.does(bot, incident.Settle{Key: appPage, Ref: "Q000001"})
	return s
}

// news is what a pager tells some minutes after ten.
func news(event, turn string, minutes int, by incident.Reached, to ...incident.Reached) incident.PageNews {
	return incident.PageNews{Event: event, Turn: turn, At: ten.Add(time.Duration(minutes) * time.Minute), By: by, To: to}
}

var (
	byDan   = incident.Reached{Person: "dan"}
	toOlga  = incident.Reached{Person: "olga"}
	theDesk = incident.Reached{Name: "Night Desk"}
	nobody  = incident.Reached{}
)

func TestWhatThePagerTellsInAnyOrderAndAnyNumberOfTimesIsOneStory(t *testing.T) {
	all := []incident.PageNews{
		news("R1", incident.Acknowledged, 1, byDan),
		news("R2", incident.Unacknowledged, 2, nobody),
		news("R3", incident.Escalated, 2, nobody, toOlga, theDesk),
		news("R4", incident.Acknowledged, 3, theDesk),
		news("R5", incident.PageOver, 9, theDesk),
	}
	want := []string{"page.acknowledged", "page.unacknowledged", "page.escalated", "page.acknowledged", "page.resolved"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		s := accepted(t)
		s.pass(10 * time.Minute)
		before := len(s.entries)
		told := slices.Repeat(all, 5)
		random.Shuffle(len(told), func(i, j int) { told[i], told[j] = told[j], told[i] })
		for range 3 {
			s.does(bot, incident.HearOfPage{Key: appPage, News: told})
		}
		if got := s.kinds(before); !slices.Equal(got, want) {
			t.Fatalf("recorded %q, want %q", got, want)
		}
		p := s.state.Pages[0]
		if p.Acknowledged != "Night Desk" || !p.Stranger || p.Turn != incident.PageOver || len(p.With) != 2 || s.state.TK == nil || !s.state.TK.Equal(ten.Add(time.Minute)) {
			t.Fatalf("the page is %+v, acknowledged first at %v", p, s.state.TK)
		}
	}
}

func TestWhatIsToldAsItHappensIsTheSameAsToldAtOnce(t *testing.T) {
	all := []incident.PageNews{news("R1", incident.Acknowledged, 1, byDan), news("R2", incident.Reassigned, 4, byDan, toOlga), news("R3", incident.Acknowledged, 6, toOlga)}
	bit, once := accepted(t), accepted(t)
	for n := range all {
		bit.now = ten.Add(7 * time.Minute)
		bit.does(bot, incident.HearOfPage{Key: appPage, News: all[:n+1]})
	}
	once.now = ten.Add(7 * time.Minute)
	once.does(bot, incident.HearOfPage{Key: appPage, News: all})
	if a, b := bit.state.Pages[0], once.state.Pages[0]; a.Acknowledged != "olga" || a.Acknowledged != b.Acknowledged || a.Turn != b.Turn || len(bit.entries) != len(once.entries) {
		t.Errorf("%+v and %+v", a, b)
	}
}

func TestWhoSaysHereThatHeIsOnItIsNotOverruledByAnOlderWord(t *testing.T) {
	s := accepted(t)
	s.pass(5 * time.Minute)
	s.does(olga, incident.AcknowledgePage{})
	before := len(s.entries)
	s.pass(time.Minute)
	s.does(bot, incident.HearOfPage{Key: appPage, News: []incident.PageNews{news("R1", incident.Escalated, 2, nobody, toOlga), news("R2", incident.Acknowledged, 5, theDesk)}})
	if p := s.state.Pages[0]; p.Acknowledged != "olga" || p.Stranger {
		t.Errorf("acknowledged by %q", p.Acknowledged)
	}
	if got := s.kinds(before); !slices.Contains(got, "page.escalated") || slices.Contains(got, "page.acknowledged") {
		t.Errorf("recorded %q", got)
	}
	s.pass(time.Minute)
	s.does(bot, incident.HearOfPage{Key: appPage, News: []incident.PageNews{news("R3", incident.Escalated, 7, nobody, byDan)}})
	if p := s.state.Pages[0]; p.Acknowledged != "" {
		t.Errorf("it has been passed on, and %q is on it", p.Acknowledged)
	}
}

func TestAStrangerInThePagerIsNamed(t *testing.T) {
	s := accepted(t)
	s.pass(2 * time.Minute)
	s.does(bot, incident.HearOfPage{Key: appPage, News: []incident.PageNews{news("R1", incident.Acknowledged, 1, theDesk)}})
	s.refused(dan, incident.AcknowledgePage{Page: "Q000001"}, fault.NotOpen, "already done by Night Desk")
}

func TestAnotherClockDoesNotDateAnythingOutsideOfThePage(t *testing.T) {
	s := accepted(t)
	s.pass(2 * time.Minute)
	s.does(bot, incident.HearOfPage{Key: appPage, News: []incident.PageNews{news("R1", incident.Escalated, -60, nobody, toOlga), news("R2", incident.Acknowledged, 600, byDan)}})
	for _, e := range s.entries {
		if e.At.Before(ten) || e.At.After(s.now) {
			t.Errorf("%s is dated %s", e.Fact.Kind(), e.At)
		}
	}
	if p := s.state.Pages[0]; p.Acknowledged != "dan" {
		t.Errorf("acknowledged by %q", p.Acknowledged)
	}
}

func TestNobodyButHoldfastHearsThePagerAndOnlyOfWhatItHasAccepted(t *testing.T) {
	word := []incident.PageNews{news("R1", incident.Acknowledged, 0, byDan), news("", incident.Acknowledged, 0, byDan), news("R2", "annotated", 0, byDan)}
	s := begin(t)
	before := len(s.entries)
	s.does(bot, incident.HearOfPage{Key: appPage, News: word}) // not accepted yet
	s.does(bot, incident.Settle{Key: appPage, Ref: "Q000001"})
	s.does(alice, incident.HearOfPage{Key: appPage, News: word})
	s.does(bot, incident.HearOfPage{Key: "INC-1/page:@eve", News: word})
	s.does(bot, incident.HearOfPage{Key: appPage, News: word[1:]})
	if got := s.kinds(before); len(got) != 0 {
		t.Errorf("recorded %q", got)
	}
}

// The pager has said 202 and nothing has come of it: that is as loud as a page
// that was never accepted.
func TestAPageThatWasAcceptedAndIsLostIsLoud(t *testing.T) {
	s := accepted(t)
	lost := incident.ConfirmMissing{Key: appPage, Lost: true}
	before := len(s.entries)
	s.does(bot, lost) // too early: an event takes a while to become a call
	if got := s.kinds(before); len(got) != 0 {
		t.Errorf("at once: %q", got)
	}
	s.pass(time.Minute)
	before = len(s.entries)
	s.does(bot, lost, lost)
	s.does(bot, incident.ConfirmMissing{Key: appPage})
	has(t, "the room", s.wants(journal.Post, before), "#inc-1-checkout-failing paging-unconfirmed "+appPage)
	has(t, "dan", s.wants(journal.DM, before), "@dan paging-unconfirmed "+appPage)
	if p := s.state.Pages[0]; !p.Unconfirmed || !p.Lost {
		t.Errorf("the page is %+v", p)
	}
	if got := s.kinds(before); len(got) != 1 {
		t.Errorf("recorded %q", got)
	}
	answered := accepted(t)
	answered.pass(time.Minute)
	answered.does(dan, incident.AcknowledgePage{})
	before = len(answered.entries)
	answered.does(bot, lost)
	if got := answered.kinds(before); len(got) != 0 {
		t.Errorf("somebody is on it, and all the same: %q", got)
	}
}
