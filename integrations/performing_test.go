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
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

var (
	start  = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	state  = incident.State{ID: "INC-1", Title: "checkout failing", Severity: 1, TC: &start, Roles: incident.Roles{Acting: "alice"}}
	page   = journal.Effect{Key: "INC-1/page:team:app", Type: journal.Page, To: "team:app", Text: "INC-1 SEV1: checkout failing"}
	ticket = journal.Effect{Key: "INC-1/ticket:main", Type: journal.Ticket, To: "new", Project: "OPS", Text: "checkout failing"}
)

func TestADoubtfulPageIsLookedForBeforeItIsMade(t *testing.T) {
	pager := standin.NewPager(clock.NewManual(start))
	paging := integrations.Paging{Pager: pager}
	events := 0
	pager.On(func(standin.Event) { events++ })
	fail(t, pager.Faults, standin.LostReply)
	if ref, err := paging.Perform(t.Context(), state, journal.Attempt{Effect: page}); err == nil {
		t.Fatalf("the lost reply came as %s", ref)
	}
	fail(t, pager.Faults, standin.Unavailable)
	if ref, err := paging.Perform(t.Context(), state, journal.Attempt{Effect: page, Doubtful: true}); err == nil {
		t.Errorf("paged as %s while nobody knew of the first page", ref)
	}
	if ref, err := paging.Perform(t.Context(), state, journal.Attempt{Effect: page, Doubtful: true}); err != nil || ref != "PG-1" {
		t.Errorf("the page is %q, %v", ref, err)
	}
	if events != 1 {
		t.Errorf("%d people were called", events)
	}
}

func TestADoubtfulTicketIsLookedForBeforeItIsOpened(t *testing.T) {
	tracker := standin.NewTracker(clock.NewManual(start))
	ticketing := integrations.Ticketing{Tracker: tracker}
	fail(t, tracker.Faults, standin.LostReply)
	if ref, err := ticketing.Perform(t.Context(), state, journal.Attempt{Effect: ticket}); err == nil {
		t.Fatalf("the lost reply came as %s", ref)
	}
	for range 2 {
		ref, err := ticketing.Perform(t.Context(), state, journal.Attempt{Effect: ticket, Doubtful: true})
		if err != nil || ref != "OPS-1" {
			t.Errorf("the ticket is %q, %v", ref, err)
		}
	}
}

func TestAnUnknownProjectEndsTheTicketWithARemedy(t *testing.T) {
	ticketing := integrations.Ticketing{Tracker: standin.NewTracker(clock.NewManual(start), "PAY")}
	_, err := ticketing.Perform(t.Context(), state, journal.Attempt{Effect: ticket})
	if f := fault.From(err); !f.Permanent || !strings.Contains(f.Text, `"OPS"`) || f.Next == "" {
		t.Errorf("got %v", err)
	}
}

func TestWhatAPrivateIncidentIsAboutStaysOutOfTheTracker(t *testing.T) {
	tracker := standin.NewTracker(clock.NewManual(start))
	var said []string
	tracker.On(func(e standin.Event) { said = append(said, e.Text) })
	private := state
	private.Private, private.Impact, private.Services = true, "checkout failing for all", []string{"checkout"}
	recorder := &bodies{Tracker: tracker}
	ticketing := integrations.Ticketing{Tracker: recorder}
	comment := journal.Effect{Key: "k", Type: journal.Comment, To: "OPS-1", Text: "INC-1 resolved: checkout works"}
	for _, e := range []journal.Effect{ticket, comment} {
		if _, err := ticketing.Perform(t.Context(), private, journal.Attempt{Effect: e}); err != nil {
			t.Fatal(err)
		}
	}
	if all := strings.Join(append(said, recorder.body), "\n"); strings.Contains(all, "checkout") || !strings.Contains(all, "INC-1") {
		t.Errorf("the tracker was told:\n%s", all)
	}
}

// bodies keeps the last body, which events do not show.
type bodies struct {
	*standin.Tracker
	body, parent string
}

func (b *bodies) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	b.body, b.parent = n.Body, n.Parent
	return b.Tracker.Create(ctx, n)
}

func fail(t *testing.T, f *standin.Faults, mode string) {
	t.Helper()
	if err := f.Fault(mode, time.Time{}, 1); err != nil {
		t.Fatal(err)
	}
}
