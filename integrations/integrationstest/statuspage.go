package integrationstest

import (
	"context"
	"testing"

	"holdfast/integrations"
)

// StatusPageBench is one status page under test.
type StatusPageBench struct {
	integrations.StatusPage
	Component string // one that it has; it has none called "nosuchthing"
	// Incidents returns how many incidents the page shows, Notices how many
	// notices about all of them together, and Says the status of the last one.
	Incidents, Notices func() int
	Says               func() string
	// Shows returns how a component stands.
	Shows func(component string) string
	// Delete takes an incident off the page, as a person may.
	Delete func(id string)
	// Fail makes the next calls fail in one of the ways of standin.Modes.
	Fail func(mode string, times int)
}

// StatusPage holds a status page to the contract of integrations.StatusPage.
// open returns one that has no incident.
func StatusPage(t *testing.T, open func(t *testing.T) StatusPageBench) {
	t.Run("an incident is found by its key and no other, with its last notice", func(t *testing.T) {
		b := open(t)
		b.finds(t, "a", "", "")
		id := b.opens(t, b.notice("a", "a1", "investigating"))
		b.finds(t, "a", id, "a1")
		b.finds(t, "b", "", "")
		b.updates(t, id, b.notice("a", "a2", "identified"))
		b.finds(t, "a", id, "a2")
		b.holds(t, 1, 2, "identified")
	})
	t.Run("what is resolved is still found", func(t *testing.T) {
		b := open(t)
		id := b.opens(t, b.notice("a", "a1", "investigating"))
		b.updates(t, id, b.notice("a", "a2", "resolved"))
		b.finds(t, "a", id, "a2")
		b.holds(t, 1, 2, "resolved")
	})
	t.Run("two incidents have two names", func(t *testing.T) {
		b := open(t)
		if one, two := b.opens(t, b.notice("a", "a1", "investigating")), b.opens(t, b.notice("b", "b1", "investigating")); one == two {
			t.Errorf("both are %s", one)
		}
	})
	t.Run("a component stands as the last notice says", func(t *testing.T) {
		b := open(t)
		n := b.notice("a", "a1", "investigating")
		n.Components = map[string]string{b.Component: "major_outage"}
		id := b.opens(t, n)
		if got := b.Shows(b.Component); got != "major_outage" {
			t.Errorf("it is %s", got)
		}
		n = b.notice("a", "a2", "resolved")
		n.Components = map[string]string{b.Component: "operational"}
		b.updates(t, id, n)
		if got := b.Shows(b.Component); got != "operational" {
			t.Errorf("it is %s", got)
		}
	})
	t.Run("a component it does not have is given up", func(t *testing.T) {
		b := open(t)
		n := b.notice("a", "a1", "investigating")
		n.Components = map[string]string{"nosuchthing": "major_outage"}
		_, err := b.Open(t.Context(), n)
		lasting(t, err)
		b.holds(t, 0, 0, "")
	})
	t.Run("an incident that somebody took off the page is given up", func(t *testing.T) {
		b := open(t)
		id := b.opens(t, b.notice("a", "a1", "investigating"))
		b.Delete(id)
		lasting(t, b.Update(t.Context(), id, b.notice("a", "a2", "identified")))
		b.finds(t, "a", "", "")
		b.holds(t, 0, 0, "")
	})
	t.Run("a lost reply leaves one incident and one notice, which are found", func(t *testing.T) {
		b := open(t)
		b.Fail("lost-reply", 1)
		_, err := b.Open(t.Context(), b.notice("a", "a1", "investigating"))
		worthAnother(t, "lost-reply", err)
		p, found, err := b.Find(t.Context(), "a")
		if err != nil || !found || p.Last != "a1" {
			t.Fatalf("found %+v, %v, %v", p, found, err)
		}
		b.Fail("lost-reply", 1)
		worthAnother(t, "lost-reply", b.Update(t.Context(), p.ID, b.notice("a", "a2", "monitoring")))
		b.finds(t, "a", p.ID, "a2")
		b.holds(t, 1, 2, "monitoring")
	})
	t.Run("a call that has been given up beforehand says nothing", func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if id, err := b.Open(ctx, b.notice("a", "a1", "investigating")); err == nil {
			t.Errorf("opened %s", id)
		}
		b.holds(t, 0, 0, "")
	})
	for _, mode := range undone {
		t.Run("whatever fails by "+mode+" is not done and is worth another try", func(t *testing.T) {
			b := open(t)
			id := b.opens(t, b.notice("a", "a1", "investigating"))
			b.Fail(mode, 3)
			_, err := b.Open(t.Context(), b.notice("b", "b1", "investigating"))
			passing(t, mode, err)
			passing(t, mode, b.Update(t.Context(), id, b.notice("a", "a2", "resolved")))
			_, _, err = b.Find(t.Context(), "a")
			passing(t, mode, err)
			b.holds(t, 1, 1, "investigating")
			b.updates(t, id, b.notice("a", "a2", "resolved"))
			b.holds(t, 1, 2, "resolved")
		})
	}
}

func (b StatusPageBench) notice(incident, key, status string) integrations.Notice {
	return integrations.Notice{Incident: incident, Key: key, Name: "Disruption of card payments", Status: status, Text: "Card payments fail & are <slow>."}
}

func (b StatusPageBench) opens(t *testing.T, n integrations.Notice) string {
	t.Helper()
	id, err := b.Open(t.Context(), n)
	if err != nil || id == "" {
		t.Fatalf("open: %q, %v", id, err)
	}
	return id
}

func (b StatusPageBench) updates(t *testing.T, id string, n integrations.Notice) {
	t.Helper()
	if err := b.Update(t.Context(), id, n); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func (b StatusPageBench) finds(t *testing.T, incident, id, last string) {
	t.Helper()
	p, found, err := b.Find(t.Context(), incident)
	if want := (integrations.OnPage{ID: id, Last: last}); err != nil || p != want || found != (id != "") {
		t.Errorf("of %s it finds %+v, %v, %v; want %+v", incident, p, found, err, want)
	}
}

func (b StatusPageBench) holds(t *testing.T, incidents, notices int, says string) {
	t.Helper()
	if i, n, s := b.Incidents(), b.Notices(), b.Says(); i != incidents || n != notices || s != says {
		t.Errorf("the page shows %d incidents with %d notices, %q; want %d, %d, %q", i, n, s, incidents, notices, says)
	}
}
