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
	return toldAt(start, title, private)
}

func toldAt(when time.Time, title string, private bool) incident.State {
	m := journal.Meta{At: when, Recorded: when, Actor: "carol"}
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
	here, there := told("checkout failing", false), toldAt(start.Add(time.Hour), "checkout failing", false)
	if send(t, here, "U1", false).ID == send(t, there, "U1", false).ID {
		t.Error("both have the same id")
	}
}

func TestACorrectedTimePointLeavesAMailItsID(t *testing.T) {
	s := told("checkout failing", false)
	before := send(t, s, "U2", false)
	earlier := start.Add(-time.Hour)
	s.TC = &earlier
	if after := send(t, s, "U2", true); after.ID != before.ID || after.First != before.First {
		t.Errorf("%s in %q, then %s in %q", before.ID, before.First, after.ID, after.First)
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

// people is whom the plan has the address of.
func people(person string) string {
	return map[string]string{"ivan": "ivan@northbridge.example", "gone": "nobody.gone@northbridge.example"}[person]
}

func perform(t *testing.T, s incident.State, e journal.Effect) ([]integrations.Mail, error) {
	t.Helper()
	m := standin.NewMailer(clock.NewManual(start))
	p := integrations.Mailing{Mailer: m, Templates: templates.Shipped, Now: func() time.Time { return start }, AddressOf: people,
		Telephones: func() map[string]string { return map[string]string{"ivan": "+44 20 7946 0119"} }}
	_, err := p.Perform(t.Context(), s, journal.Attempt{Effect: e})
	return m.Sent(), err
}

// toldPerson is an incident in which Ivan has been written to, and a page waits.
func toldPerson(private bool, person string) (incident.State, journal.Effect) {
	s := told("customer data stolen", private)
	page := journal.Effect{Key: "INC-1/page:team:app", Type: journal.Page, To: "team:app", Text: "INC-1 SEV1: customer data stolen", People: []string{"ivan"}}
	e := journal.Effect{Key: "INC-1/mail:x:@" + person, Type: journal.Mail, To: "@" + person, Template: "paging-unconfirmed", Subject: page.Key}
	for i, x := range []journal.Effect{page, e} {
		s = incident.Fold(s, journal.Entry{Journal: "INC-1", Seq: uint64(6 + i), Meta: journal.Meta{At: start, Recorded: start}, Fact: &journal.Requested{Effect: x}})
	}
	return s, e
}

func TestAPersonIsWrittenToWhereThePlanSaysAndNobodyElseHearsWhere(t *testing.T) {
	s, e := toldPerson(false, "ivan")
	sent, err := perform(t, s, e)
	if err != nil || len(sent) != 1 || sent[0].To != "ivan@northbridge.example" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	if m := sent[0]; m.Subject != "PAGING NOT CONFIRMED for team:app: INC-1 customer data stolen" || !strings.Contains(m.Plain, "Call @ivan: +44 20 7946 0119") {
		t.Errorf("it says %q\n%s", m.Subject, m.Plain)
	}
	for person, says := range map[string]string{"gone": "does not take a mail to @gone, whatever is tried (550): no such mailbox", "judy": "The plan has no mail address for @judy."} {
		s, e := toldPerson(false, person)
		_, err := perform(t, s, e)
		if f := fault.From(err); !f.Permanent || !strings.Contains(f.Text, says) || strings.Contains(err.Error(), "nobody.gone@") || f.Next == "" {
			t.Errorf("%s: %v", person, err)
		}
	}
}

func TestAMailToAPersonThatMayComeLaterDoesNotSayWhere(t *testing.T) {
	m := standin.NewMailer(clock.NewManual(start))
	if err := m.Fault(standin.Throttle, time.Time{}, 1); err != nil {
		t.Fatal(err)
	}
	s, e := toldPerson(false, "ivan")
	_, err := integrations.Mailing{Mailer: m, Templates: templates.Shipped, Now: func() time.Time { return start }, AddressOf: people}.Perform(t.Context(), s, journal.Attempt{Effect: e})
	if err == nil || fault.From(err).Permanent || strings.Contains(err.Error(), "ivan@") || !strings.Contains(err.Error(), "mail to @ivan: the mail server answered 421") {
		t.Errorf("got %v", err)
	}
}

func TestWhatHasBecomePrivateIsNotInAMailThatWaits(t *testing.T) {
	s, e := toldPerson(true, "ivan")
	digest := e
	digest.Template, digest.Subject = "digest", "1"
	for _, x := range []journal.Effect{e, digest} {
		sent, err := perform(t, s, x)
		if err != nil || len(sent) != 1 {
			t.Fatalf("sent %+v, %v", sent, err)
		}
		if all := fmt.Sprint(sent[0]); strings.Contains(all, "customer data") || strings.Contains(all, "Cards") || !strings.Contains(all, "INC-1 has news; it is private") {
			t.Errorf("it says %s", all)
		}
		if paging := strings.Contains(sent[0].Plain, "PAGING NOT CONFIRMED for team:app"); paging != (x.Template == e.Template) {
			t.Errorf("%s says %s", x.Template, sent[0].Plain)
		}
	}
}
