package integrations_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/rehearse/standin"
	"holdfast/templates"
)

// told is an incident in which executives have been written to twice.
func told(title string, private bool) incident.State {
	m := journal.Meta{At: start, Recorded: start, Actor: "carol"}
	s := incident.State{}
	for i, f := range []journal.Fact{
		&incident.Declared{Title: title, Severity: 1, Acting: "alice", Private: private},
		&incident.UpdateSent{ID: "U1", Audience: incident.Exec, Text: "Cards fail."},
		mailEffect("U1"),
		&incident.UpdateSent{ID: "U2", Audience: incident.Exec, Text: "Cards work."},
		mailEffect("U2"),
	} {
		s = incident.Fold(s, journal.Entry{Journal: "INC-1", Seq: uint64(i + 1), Meta: m, Fact: f})
	}
	return s
}

func mailEffect(update string) *journal.Requested {
	return &journal.Requested{Effect: journal.Effect{Key: "INC-1/mail:update-exec:" + update + ":board@northbridge.example", Type: journal.Mail,
		To: "board@northbridge.example", Template: "update-exec", Subject: update}}
}

// send performs a mail effect and returns the last mail that has arrived.
func send(t *testing.T, s incident.State, update string, doubtful bool) integrations.Mail {
	t.Helper()
	m := standin.NewMailer(clock.NewManual(start))
	p := integrations.Mailing{Mailer: m, Templates: templates.Shipped, Now: func() time.Time { return start },
		Page: func(id string) string { return "https://holdfast.example/incidents/" + id }}
	ref, err := p.Perform(t.Context(), s, journal.Attempt{Effect: mailEffect(update).Effect, Doubtful: doubtful})
	if err != nil {
		t.Fatal(err)
	}
	got := m.Sent()[0]
	if ref != got.ID {
		t.Errorf("the reference is %s, the mail %s", ref, got.ID)
	}
	return got
}

func TestMailsOfAnIncidentAreOneThread(t *testing.T) {
	s := told("checkout failing", false)
	first, second := send(t, s, "U1", false), send(t, s, "U2", false)
	if first.First != "" || second.First != first.ID || second.ID == first.ID {
		t.Errorf("the first is %s in %q, the second %s in %q", first.ID, first.First, second.ID, second.First)
	}
	if first.Subject != "INC-1 checkout failing" || second.Subject != first.Subject {
		t.Errorf("the subjects are %q and %q", first.Subject, second.Subject)
	}
	for _, text := range []string{second.Plain, second.HTML} {
		if !strings.Contains(text, "Cards work.") || !strings.Contains(text, "SEV1") {
			t.Errorf("it says\n%s", text)
		}
	}
}

func TestADoubtfulMailHasTheSameIDAndSaysThatItIsARepeat(t *testing.T) {
	s := told("checkout failing", false)
	first, again := send(t, s, "U2", false), send(t, s, "U2", true)
	if again.ID != first.ID || again.First != first.First {
		t.Errorf("%s in %q, then %s in %q", first.ID, first.First, again.ID, again.First)
	}
	for _, text := range []string{again.Plain, again.HTML} {
		if !strings.Contains(text, "(repeat of INC-1#5)") {
			t.Errorf("it says\n%s", text)
		}
	}
}

func TestAnIncidentOfTheSameNumberElsewhereIsAnotherThread(t *testing.T) {
	here, there := told("checkout failing", false), told("checkout failing", false)
	later := start.Add(time.Hour)
	there.TC = &later
	if send(t, here, "U1", false).ID == send(t, there, "U1", false).ID {
		t.Error("both have the same id")
	}
}

func TestAPrivateIncidentIsNotNamedInMail(t *testing.T) {
	m := send(t, told("customer data stolen", true), "U1", false)
	if all := fmt.Sprint(m); strings.Contains(all, "customer data") || m.Subject != "INC-1 (private)" {
		t.Errorf("it says %s", all)
	}
}

func TestATitleOfManyLinesIsASubjectOfOne(t *testing.T) {
	m := send(t, told("a\r\nBcc: x@y.example\u2028<b>", false), "U1", false)
	if strings.ContainsAny(m.Subject, "\r\n\u2028") || strings.Contains(m.HTML, "<b>") {
		t.Errorf("the subject is %q in\n%s", m.Subject, m.HTML)
	}
}

func TestAMailThatCannotBeWrittenIsGivenUp(t *testing.T) {
	p := integrations.Mailing{Mailer: standin.NewMailer(clock.NewManual(start)), Templates: templates.Shipped, Now: func() time.Time { return start }}
	lost := mailEffect("U7").Effect
	if _, err := p.Perform(t.Context(), told("x", false), journal.Attempt{Effect: lost}); !fault.From(err).Permanent {
		t.Errorf("an update that does not exist is %v", err)
	}
}
