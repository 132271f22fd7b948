package standin_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/integrationstest"
	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

func TestPagerMeetsTheContract(t *testing.T) {
	integrationstest.Pager(t, func(t *testing.T) integrationstest.PagerBench {
		p := standin.NewPager(clock.NewManual(start))
		seen := newTally()
		p.On(seen.note)
		return integrationstest.PagerBench{Pager: p, Called: seen.of(standin.Page), Fail: failing(t, p.Faults)}
	})
}

func TestTrackerMeetsTheContract(t *testing.T) {
	integrationstest.Tracker(t, func(t *testing.T) integrationstest.TrackerBench {
		k := standin.NewTracker(clock.NewManual(start), "OPS")
		seen := newTally()
		k.On(seen.note)
		return integrationstest.TrackerBench{Tracker: k, Project: "OPS", Fail: failing(t, k.Faults), Heal: k.Heal, Now: func() time.Time { return start },
			Step: "Done", Nowhere: standin.Nowhere, Moves: seen.of(standin.Transition), Tickets: seen.of(standin.Ticket), Links: seen.of(standin.Link), Comments: seen.of(standin.Comment)}
	})
}

// tally counts events by kind.
type tally struct {
	mu   sync.Mutex
	kind map[string]int
}

func newTally() *tally { return &tally{kind: map[string]int{}} }

func (c *tally) note(e standin.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kind[e.Kind]++
}

func (c *tally) of(kind string) func() int {
	return func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.kind[kind]
	}
}

func failing(t *testing.T, f *standin.Faults) func(string, int) {
	return func(mode string, times int) {
		if err := f.Fault(mode, time.Time{}, times); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNamesCountUpAndEventsSayWhatCame(t *testing.T) {
	c := clock.NewManual(start)
	p, k := standin.NewPager(c), standin.NewTracker(c)
	var got []standin.Event
	p.On(func(e standin.Event) { got = append(got, e) })
	k.On(func(e standin.Event) { got = append(got, e) })

	for _, to := range []string{"team:app", "@dan", "team:app"} {
		if _, err := p.Page(t.Context(), integrations.PageRequest{Key: "page:" + to, Target: to, Summary: "down"}); err != nil {
			t.Fatal(err)
		}
	}
	c.Add(time.Minute)
	for _, project := range []string{"OPS", "PAY", "OPS"} {
		if _, err := k.Create(t.Context(), integrations.NewTicket{Key: "k", Project: project, Title: "fix it"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Link(t.Context(), "OPS-311", "INC-1", "holdfast:INC-1"); err != nil {
		t.Fatal(err)
	}
	later := start.Add(time.Minute)
	want := []standin.Event{
		{At: start, Kind: standin.Page, To: "team:app", Ref: "PG-1", Text: "down", Key: "page:team:app"},
		{At: start, Kind: standin.Page, To: "@dan", Ref: "PG-2", Text: "down", Key: "page:@dan"},
		{At: later, Kind: standin.Ticket, To: "new", Ref: "OPS-1", Text: "fix it", Key: "k"},
		{At: later, Kind: standin.Ticket, To: "new", Ref: "PAY-1", Text: "fix it", Key: "k"},
		{At: later, Kind: standin.Ticket, To: "new", Ref: "OPS-2", Text: "fix it", Key: "k"},
		{At: later, Kind: standin.Link, To: "OPS-311", Ref: "OPS-311", Text: "INC-1", Key: "holdfast:INC-1"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestFaults(t *testing.T) {
	fresh := func() (*clock.Manual, *standin.Faults) {
		c := clock.NewManual(start)
		return c, standin.NewFaults("the pager", c)
	}
	t.Run("a fault with an end is over at that instant", func(t *testing.T) {
		c, f := fresh()
		failing(t, f)("503", 0)
		if err := f.Fault(standin.Unavailable, start.Add(4*time.Minute), 0); err != nil {
			t.Fatal(err)
		}
		c.Add(4*time.Minute - time.Nanosecond)
		if out := f.Strike(t.Context()); out.Err == nil {
			t.Error("over too early")
		}
		c.Add(time.Nanosecond)
		if out := f.Strike(t.Context()); out.Err != nil || !out.Performs {
			t.Errorf("still failing: %v", out.Err)
		}
	})
	t.Run("a fault of two calls fails two calls", func(t *testing.T) {
		_, f := fresh()
		failing(t, f)(standin.Refuse, 2)
		var failed int
		for range 5 {
			if f.Strike(t.Context()).Err != nil {
				failed++
			}
		}
		if failed != 2 {
			t.Errorf("%d calls failed", failed)
		}
	})
	t.Run("healing ends failure and slowness", func(t *testing.T) {
		_, f := fresh()
		failing(t, f)(standin.Hang, 0)
		f.Slow(3 * time.Second)
		f.Heal()
		if spent, out := strike(t.Context(), f); spent != 0 || out.Err != nil {
			t.Errorf("took %s, %v", spent, out.Err)
		}
	})
	t.Run("a way of failing that does not exist is refused", func(t *testing.T) {
		_, f := fresh()
		if f.Fault("418", time.Time{}, 0) == nil || f.Strike(t.Context()).Err != nil {
			t.Error("418 was taken")
		}
	})
	tests := []struct {
		sentence string
		mode     string
		slow     time.Duration
		spent    time.Duration
		performs bool
		is       error
	}{
		{"a healthy provider answers at once", "", 0, 0, true, nil},
		{"a slow one takes its time", "", 3 * time.Second, 3 * time.Second, true, nil},
		{"an answer slower than the caller's patience is lost", "", time.Minute, standin.Patience, true, context.DeadlineExceeded},
		{"a hanging one costs all patience and does nothing", standin.Hang, 0, standin.Patience, false, context.DeadlineExceeded},
		{"a refusing one is as slow as it was made", standin.Refuse, 2 * time.Second, 2 * time.Second, false, nil},
		{"a lost reply was done", standin.LostReply, 0, 0, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			_, f := fresh()
			if tt.mode != "" {
				failing(t, f)(tt.mode, 0)
			}
			f.Slow(tt.slow)
			spent, out := strike(t.Context(), f)
			if spent != tt.spent || out.Performs != tt.performs {
				t.Errorf("spent %s, performs %v; want %s, %v", spent, out.Performs, tt.spent, tt.performs)
			}
			if tt.is != nil && !errors.Is(out.Err, tt.is) {
				t.Errorf("the error is %v, want %v", out.Err, tt.is)
			}
			if fails := tt.mode != "" || tt.is != nil; fails != (out.Err != nil) {
				t.Errorf("the error is %v", out.Err)
			}
		})
	}
}

func strike(ctx context.Context, f *standin.Faults) (time.Duration, standin.Outcome) {
	ctx, meter := clock.WithMeter(ctx)
	out := f.Strike(ctx)
	return meter.Spent(), out
}

func TestMailerMeetsTheContract(t *testing.T) {
	integrationstest.Mailer(t, func(t *testing.T) integrationstest.MailerBench {
		m := standin.NewMailer(clock.NewManual(start))
		return integrationstest.MailerBench{Mailer: m, Fail: failing(t, m.Faults), Arrived: func() (all []string) {
			for _, x := range m.Sent() {
				all = append(all, x.To)
			}
			return all
		}}
	})
}

func TestStatusPageMeetsTheContract(t *testing.T) {
	integrationstest.StatusPage(t, func(t *testing.T) integrationstest.StatusPageBench {
		p := standin.NewStatusPage(clock.NewManual(start))
		return integrationstest.StatusPageBench{StatusPage: p, Component: "8kbf7d35c070", Shows: p.Stands, Delete: p.Delete, Fail: failing(t, p.Faults),
			Incidents: func() int { return len(p.Shown()) },
			Notices: func() (n int) {
				for _, x := range p.Shown() {
					n += len(x.Texts)
				}
				return n
			},
			Says: func() string {
				all := p.Shown()
				if len(all) == 0 {
					return ""
				}
				return all[len(all)-1].Status
			}}
	})
}
