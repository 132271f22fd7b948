package templates

import (
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// turned is the busy incident after its page has taken turns in the pager.
func turned(name string) incident.State {
	turn := func(event string, by *incident.Reached, to ...incident.Reached) incident.PageTurn {
		return incident.PageTurn{Key: "INC-1/page:team:app", Page: "PG-1", Event: event, By: by, To: to}
	}
	return incident.Fold(busy(),
		at(14*time.Minute, journal.Bot, &incident.PageEscalated{PageTurn: turn("R1", nil, incident.Reached{Person: "dora"}, incident.Reached{Name: name})}),
		at(15*time.Minute, journal.Bot, &incident.PageAcknowledged{Key: "INC-1/page:team:app", Page: "PG-1", Name: name, Event: "R2"}),
		at(15*time.Minute, journal.Bot, &journal.Settled{Type: journal.Page, Key: "INC-1/page:team:dba", Ref: "PG-2"}),
		at(16*time.Minute, journal.Bot, &incident.PageUnconfirmed{Key: "INC-1/page:team:dba", To: "team:dba", Lost: true}))
}

func TestHeadlineAndStatusTellWhatBecameOfAPage(t *testing.T) {
	for _, name := range []string{"headline", "status"} {
		m, err := Shipped().Render(name, ViewOf(turned("Night Desk"), tenUTC.Add(20*time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		if want := "PG-1, acknowledged by Night Desk, escalated, with @dora, Night Desk"; !strings.Contains(Plain(m), want) {
			t.Errorf("the %s does not say %q:\n%s", name, want, Plain(m))
		}
		if want := "PG-2, not acknowledged yet, NOT KNOWN TO THE PAGER"; !strings.Contains(Plain(m), want) {
			t.Errorf("the %s does not say %q:\n%s", name, want, Plain(m))
		}
	}
}

func TestANameInThePagerIsNoMarkup(t *testing.T) {
	for _, name := range []string{"headline", "status"} {
		draw := func(who string) string {
			m, err := Shipped().Render(name, ViewOf(turned(who), tenUTC.Add(20*time.Minute)))
			if err != nil {
				t.Fatal(err)
			}
			checkDrawn(t, name, m)
			return structure(m)
		}
		if got, want := draw("<!channel> **x** [Close](cmd:close) @here"), draw("Night Desk"); got != want {
			t.Errorf("the %s has the structure\n%s\nnot\n%s", name, got, want)
		}
	}
}

func TestALostPageDoesNotSayThatItWasAccepted(t *testing.T) {
	v := ViewOf(turned("Night Desk"), tenUTC.Add(20*time.Minute))
	v.Subject = "INC-1/page:team:dba"
	m, err := Shipped().Render("paging-unconfirmed", v)
	if err != nil {
		t.Fatal(err)
	}
	text := Plain(m)
	if !strings.Contains(text, "PAGING NOT CONFIRMED for team:dba") || !strings.Contains(text, "nobody was reached") || strings.Contains(text, "Since then") || strings.Contains(text, "has not accepted") {
		t.Errorf("it says:\n%s", text)
	}
}

func TestTurnsOfAPageAreSentences(t *testing.T) {
	who := incident.Reached{Person: "dan"}
	turn := incident.PageTurn{Key: "INC-1/page:team:app", Page: "PG-1", Event: "R1", By: &who, To: []incident.Reached{{Person: "dora"}, {Name: "Night Desk"}}}
	for want, f := range map[string]journal.Fact{
		"PG-1 passed on to @dora, Night Desk by @dan": &incident.PageReassigned{PageTurn: turn},
		"PG-1 escalated":                                    &incident.PageEscalated{PageTurn: incident.PageTurn{Page: "PG-1"}},
		"page team:app resolved in the pager":               &incident.PageResolved{PageTurn: incident.PageTurn{Key: turn.Key}},
		"PG-1 calls again: the acknowledgement has run out": &incident.PageUnacknowledged{PageTurn: incident.PageTurn{Page: "PG-1"}},
		"Night Desk acknowledged PG-1":                      &incident.PageAcknowledged{Page: "PG-1", Name: "Night Desk"},
		"PAGING NOT CONFIRMED for team:dba: the pager accepted it and does not know it": &incident.PageUnconfirmed{To: "team:dba", Lost: true},
	} {
		if got := Sentence(at(0, journal.Bot, f)); got != want {
			t.Errorf("%s is %q, want %q", f.Kind(), got, want)
		}
	}
}
