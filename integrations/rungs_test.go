package integrations_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/rehearse/standin"
)

// ladder is two pagers, one below the other, and whom each has called.
func ladder(t *testing.T) (r integrations.Rungs, first, next *standin.Pager, called func() (int, int)) {
	t.Helper()
	c := clock.NewManual(start)
	var n [2]int
	first, next = standin.NewPager(c), standin.NewPager(c)
	first.On(func(standin.Event) { n[0]++ })
	next.On(func(standin.Event) { n[1]++ })
	return integrations.Rungs{First: first, Next: next}, first, next, func() (int, int) { return n[0], n[1] }
}

var request = integrations.PageRequest{Key: "INC-1/page:team:app", Target: "team:app", Summary: "INC-1 SEV1: checkout failing", Severity: 1, Incident: "INC-1"}

func TestTheNextRungCallsOnlyWhereTheFirstHasNot(t *testing.T) {
	for _, mode := range append([]string{""}, standin.Modes...) {
		t.Run("first fails by "+mode, func(t *testing.T) {
			r, first, _, called := ladder(t)
			if mode != "" {
				times := 0
				if mode == standin.LostReply {
					times = 1 // it can say that it has called all the same
				}
				if err := first.Fault(mode, time.Time{}, times); err != nil {
					t.Fatal(err)
				}
			}
			below := mode != "" && mode != standin.LostReply
			want := map[bool]string{false: "PG-1", true: "next:PG-1"}[below]
			for range 3 {
				id, err := r.Page(t.Context(), request)
				if err != nil || id != want {
					t.Errorf("paged as %q, %v; want %q", id, err, want)
				}
				if id, found, err := r.Find(t.Context(), request.Key); !found || err != nil || id != want {
					t.Errorf("found as %q, %v, %v", id, found, err)
				}
			}
			if a, b := called(); a+b != 1 || (b == 1) != below {
				t.Errorf("the first has called %d times, the next %d", a, b)
			}
		})
	}
}

func TestWhenBothRungsFailItIsTriedAgain(t *testing.T) {
	r, first, next, called := ladder(t)
	fail(t, next.Faults, standin.ServerError)
	if err := first.Fault(standin.Throttle, time.Time{}, 2); err != nil {
		t.Fatal(err)
	}
	_, err := r.Page(t.Context(), request)
	if err == nil || fault.From(err).Permanent || !strings.Contains(err.Error(), "429") || !strings.Contains(err.Error(), "500") {
		t.Errorf("got %v", err)
	}
	if err := first.Fault(standin.Refuse, time.Time{}, 1); err != nil {
		t.Fatal(err)
	}
	fail(t, next.Faults, standin.Refuse)
	if _, found, err := r.Find(t.Context(), request.Key); found || err == nil {
		t.Errorf("nobody can be asked, and it is found: %v, %v", found, err)
	}
	if _, err := r.Page(t.Context(), request); err != nil {
		t.Error(err)
	}
	if a, b := called(); a != 1 || b != 0 {
		t.Errorf("the first has called %d times, the next %d", a, b)
	}
}

func TestAPageIsNotOverWhileOneRungMayStillAcceptIt(t *testing.T) {
	nobody := request
	nobody.Target = "nobody in particular" // whom neither has
	r, first, next, _ := ladder(t)
	if _, err := r.Page(t.Context(), nobody); !fault.From(err).Permanent {
		t.Errorf("neither has anybody to call, and it goes on: %v", err)
	}
	fail(t, next.Faults, standin.Refuse)
	if _, err := r.Page(t.Context(), nobody); fault.From(err).Permanent {
		t.Errorf("the next one may yet have somebody: %v", err)
	}
	if err := first.Fault(standin.Refuse, time.Time{}, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Page(t.Context(), nobody); fault.From(err).Permanent {
		t.Errorf("the first may yet have somebody: %v", err)
	}
}

// silent is a pager that tells nothing of its pages.
type silent struct{ integrations.Pager }

func TestHistoryOfAPageOfTheNextRungIsNotAskedOfTheFirst(t *testing.T) {
	c := clock.NewManual(start)
	r := integrations.Rungs{First: telling{standin.NewPager(c)}, Next: standin.NewPager(c)}
	if integrations.PageStatesOf(r) == nil || integrations.PageStatesOf(integrations.Rungs{First: silent{standin.NewPager(c)}, Next: telling{}}) != nil {
		t.Error("the ability is that of the first pager")
	}
	if integrations.OnCallOf(r) != nil {
		t.Error("nobody here knows who is on call")
	}
	if _, found, err := r.History(t.Context(), "k", "PG-1"); found || err != nil {
		t.Errorf("its own: %v, %v", found, err)
	}
	if _, found, err := r.History(t.Context(), "k", "next:PG-1"); !found || err != nil {
		t.Errorf("of the next: %v, %v", found, err)
	}
}

func TestThePagerIsToldWhoIsOnItAsLongAsItCalls(t *testing.T) {
	at := func(minute int, event, turn string) incident.PageNews {
		return incident.PageNews{Event: event, Turn: turn, At: start.Add(time.Duration(minute) * time.Minute)}
	}
	for sentence, test := range map[string]struct {
		acknowledged string
		news         []incident.PageNews
		untold       bool
	}{
		"nobody is on it":           {"", nil, false},
		"it calls":                  {"dan", nil, true},
		"it knows":                  {"dan", []incident.PageNews{at(1, "R1", incident.Acknowledged)}, false},
		"it is over":                {"dan", []incident.PageNews{at(1, "R1", incident.PageOver)}, false},
		"it calls the next":         {"dan", []incident.PageNews{at(2, "R2", incident.Escalated), at(1, "R1", incident.Acknowledged)}, true},
		"the next has answered":     {"dan", []incident.PageNews{at(3, "R3", incident.Acknowledged), at(2, "R2", incident.Escalated)}, false},
		"the answer has run out":    {"dan", []incident.PageNews{at(1, "R1", incident.Acknowledged), at(9, "R2", incident.Unacknowledged)}, true},
		"it was over and is passed": {"dan", []incident.PageNews{at(1, "R1", incident.Reassigned), at(9, "R2", incident.PageOver)}, false},
	} {
		if got := integrations.Untold(incident.Page{Acknowledged: test.acknowledged}, test.news); got != test.untold {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

func TestAPageThatIsNotThereIsMissedAndAnyOtherIsHeardOf(t *testing.T) {
	p := incident.Page{Effect: "INC-1/page:team:app"}
	if got := integrations.Became(p, nil, false); got != (incident.ConfirmMissing{Key: p.Effect, Lost: true}) {
		t.Errorf("got %#v", got)
	}
	if got, ok := integrations.Became(p, nil, true).(incident.HearOfPage); !ok || got.Key != p.Effect {
		t.Errorf("got %#v", got)
	}
}

// telling is a pager that knows of no page.
type telling struct{ *standin.Pager }

func (telling) History(context.Context, string, string) ([]incident.PageNews, bool, error) {
	return nil, false, nil
}

func (telling) Acknowledge(context.Context, string, string, string) error { return nil }
