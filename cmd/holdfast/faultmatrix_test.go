package main

import (
	"context"
	"fmt"
	"maps"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/integrations/jira"
	"holdfast/integrations/mail"
	"holdfast/integrations/pagerduty"
	"holdfast/integrations/statuspage"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	standinjira "holdfast/rehearse/standin/jira"
	standinpager "holdfast/rehearse/standin/pagerduty"
	standinpage "holdfast/rehearse/standin/statuspage"
	"holdfast/templates"
)

// reached is an engine on a virtual clock whose pages, tickets, mails and words to
// customers go over the network to a PagerDuty, a Jira, a mail server and a
// Statuspage.
type reached struct {
	*enginetest.World
	pagerDuty *standinpager.PagerDuty
	jira      *standinjira.Jira
	mail      *standin.SMTP
	page      *standinpage.Statuspage
	set       *templates.Set

	mu   sync.Mutex
	hung bool
	end  context.CancelFunc // of the call under way
}

// hangs is called by a counterpart that will not answer.
func (w *reached) hangs() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hung = true
	w.end()
}

// unhurried gives a call up as soon as it hangs, and spends on the virtual clock
// what waiting for it would have taken.
type unhurried struct {
	engine.Performer
	w *reached
}

func (u unhurried) Perform(ctx context.Context, s incident.State, a journal.Attempt) (string, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	u.w.mu.Lock()
	u.w.hung, u.w.end = false, end
	u.w.mu.Unlock()
	ref, err := u.Performer.Perform(ctx, s, a)
	u.w.mu.Lock()
	defer u.w.mu.Unlock()
	if u.w.hung {
		clock.Spend(ctx, standin.Patience)
	}
	return ref, err
}

func openReached(t *testing.T) *reached {
	t.Helper()
	w := &reached{World: enginetest.New(t), end: func() {}}
	w.pagerDuty = standinpager.New(accountForTests(), w.Clock)
	w.pagerDuty.OnCall(func(c standinpager.Call) {
		if c.Fault == standin.Hang {
			w.hangs()
		}
	})
	w.jira = standinjira.New(standinjira.Options{Cloud: true, User: "bot@example.com", Token: jiraToken, Lag: 4 * time.Second, Clock: w.Clock, Projects: []string{"OPS"}})
	w.jira.OnCall(func(c standinjira.Call) {
		if c.Fault == standin.Hang {
			w.hangs()
		}
	})
	w.page = standinpage.New(standinpage.Options{Clock: w.Clock, Token: jiraToken, Page: "northbridge", Components: []string{"portal"}})
	w.page.OnCall(func(c standinpage.Call) {
		if c.Fault == standin.Hang {
			w.hangs()
		}
	})
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.mail, err = standin.ServeSMTP(t.Context(), w.Clock, "holdfast", "correct-horse", w.hangs)
	must()
	t.Cleanup(func() { _ = w.mail.Close() })
	calls, err := standin.ServeTLS(t.Context(), w.pagerDuty, w.Clock, w.pagerDuty.Spoiled)
	must()
	t.Cleanup(func() { _ = calls.Close() })
	tickets, err := standin.ServeTLS(t.Context(), w.jira, w.Clock, w.jira.Spoiled)
	must()
	t.Cleanup(func() { _ = tickets.Close() })
	public, err := standin.ServeTLS(t.Context(), w.page, w.Clock, w.page.Spoiled)
	must()
	t.Cleanup(func() { _ = public.Close() })
	roots := filepath.Join(t.TempDir(), "roots.pem")
	err = os.WriteFile(roots, slices.Concat(calls.Roots, tickets.Roots, w.mail.Roots, public.Roots), 0o600)
	must()
	way := outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: w.Clock}
	out, err := outbound.New(way)
	must()
	dialer, err := outbound.NewDialer(way)
	must()

	known := plan.Empty()
	known.Teams = []plan.Team{{ID: "app", PagerDuty: plan.InPagerDuty{Kind: plan.EscalationPolicy, ID: "PPOLALL"}}, {ID: "dba", PagerDuty: plan.InPagerDuty{Kind: plan.EscalationPolicy, ID: "PPOLDBA"}}}
	pager, err := pagerduty.New(pagerduty.Options{Key: hookSecret, From: "holdfast@northbridge.example", Service: "PSVCALL", Region: "us",
		API: calls.URL, Events: calls.URL, HTTP: out, Clock: w.Clock, Plan: func() *plan.Plan { return known }})
	must()
	tracker, err := jira.New(jira.Options{URL: tickets.URL, User: "bot@example.com", Token: jiraToken, HTTP: out, Clock: w.Clock})
	must()
	mailer, err := mail.New(mail.Options{Host: "127.0.0.1", Port: w.mail.Port, Security: mail.STARTTLS, User: "holdfast", Password: "correct-horse",
		From: "holdfast@northbridge.example", Name: "Northbridge incidents", Dialer: dialer, Clock: w.Clock})
	must()
	page, err := statuspage.New(statuspage.Options{API: public.URL + "/v1", Token: jiraToken, Page: "northbridge", HTTP: out, Clock: w.Clock})
	must()
	w.set = templates.Shipped().Calling(map[string]string{"the tracker": "Jira", "the pager": "PagerDuty", "the status page": "Statuspage"})
	ticketing := unhurried{integrations.Ticketing{Tracker: tracker}, w}
	paging := unhurried{integrations.Paging{Pager: pager}, w}
	w.Others = map[string]engine.Performer{
		journal.Page: paging, journal.PageNote: paging, journal.PageUpdate: paging,
		journal.Ticket: ticketing, journal.Link: ticketing, journal.Comment: ticketing, journal.Transition: ticketing,
		journal.StatusPage: unhurried{integrations.Publishing{Page: page}, w},
		journal.Mail:       unhurried{integrations.Mailing{Mailer: mailer, Templates: func() *templates.Set { return w.set }, Now: w.Clock.Now}, w},
	}
	w.Restart()
	return w
}

// drawn is what the room reads now.
func (w *reached) drawn(t *testing.T, template string) string {
	t.Helper()
	m, err := w.set.Render(template, templates.ViewOf(w.State("INC-1"), w.Clock.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return templates.Plain(m)
}

// posted draws what the room was told by a template, with the effect's text.
func (w *reached) posted(t *testing.T, template string) (all []string) {
	t.Helper()
	s := w.State("INC-1")
	for _, e := range s.Outbox.All() {
		if e.Type != journal.Post || e.Template != template {
			continue
		}
		v := templates.ViewOf(s, w.Clock.Now())
		v.Subject, v.Text, v.To = e.Subject, e.Text, e.To
		m, err := w.set.Render(template, v)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, templates.Plain(m))
	}
	return all
}

// said is what ways of failing give as a reason in the room.
var said = map[string]string{
	standin.Refuse: "connection", standin.Unauthorized: "does not accept Holdfast's credentials", standin.Throttle: "answered 429: try again in 30s",
	standin.ServerError: "answered 500", standin.Unavailable: "answered 503", standin.BadTLS: "certificate",
}

// The fault matrix: each counterpart, and all at once, fails in each way for
// four minutes. While it lasts people see what is promised; when it is over
// everything that was wanted is done, nothing of it twice.
func TestWhileSomebodyOutsideFailsPeopleSeeItAndAfterwardsEverythingIsDoneOnce(t *testing.T) {
	parties := map[string]func(*reached) []*standin.Faults{
		"PagerDuty": func(w *reached) []*standin.Faults { return []*standin.Faults{w.pagerDuty.Faults} },
		"Jira":      func(w *reached) []*standin.Faults { return []*standin.Faults{w.jira.Faults} },
		"mail":      func(w *reached) []*standin.Faults { return []*standin.Faults{w.mail.Faults} },
		"the page":  func(w *reached) []*standin.Faults { return []*standin.Faults{w.page.Faults} },
		"all": func(w *reached) []*standin.Faults {
			return []*standin.Faults{w.pagerDuty.Faults, w.jira.Faults, w.mail.Faults, w.page.Faults}
		},
	}
	for _, party := range slices.Sorted(maps.Keys(parties)) {
		for _, mode := range standin.Modes {
			t.Run(party+" "+mode, func(t *testing.T) {
				w := openReached(t)
				for _, f := range parties[party](w) {
					if err := f.Fault(mode, w.Clock.Now().Add(4*time.Minute), 0); err != nil {
						t.Fatal(err)
					}
				}
				is := func(x string) bool { return party == x || party == "all" }
				d := deskOutage()
				d.Terms.Components = map[string]incident.Component{"payments-api": {ID: "portal", Name: "Customer portal"}}
				d.Terms.PageNotes = incident.CommentsAll
				d.Terms.ExecMail = []string{"board@northbridge.example", "ceo@northbridge.example"}
				bob, hana, lena := enginetest.Person("bob", "commanders"), enginetest.Person("hana", "comms"), enginetest.Person("lena", "approvers")
				tell := func(exec, customers, approval string) {
					w.Do(hana, "INC-1", incident.SendUpdate{Audience: incident.Exec, Text: exec})
					w.Do(hana, "INC-1", incident.SendUpdate{Audience: incident.Customer, Text: customers, Asked: []string{"lena"}})
					w.Do(lena, "INC-1", incident.Approve{ID: approval})
				}
				w.Declare(anAlice, d)
				w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
				w.Do(hana, "INC-1", incident.Claim{Role: incident.Comms})
				w.Do(anAlice, "INC-1", incident.AddTask{Text: "look at the queue"})
				tell("Cards fail.", "Card payments fail.", "A1")
				w.Pass(45 * time.Second)
				w.during(t, is, mode)
				w.Do(anAlice, "INC-1", incident.PagePeople{To: incident.Target{To: "team:dba"}, Why: "the replica lags"})
				w.Do(bob, "INC-1", incident.MakeDecision{Text: "fail over", Because: "lag"})
				w.Do(anAlice, "INC-1", incident.FinishTask{ID: "T1"})
				tell("Failing over.", "We are moving them to another site.", "A2")
				w.Pass(10 * time.Minute)
				w.after(t)
			})
		}
	}
}

// during looks at what people see 45 s after a declaration.
func (w *reached) during(t *testing.T, fails func(string) bool, mode string) {
	t.Helper()
	head, status := w.drawn(t, "headline"), w.drawn(t, "status")
	for _, want := range []struct {
		party, text string
	}{
		{"PagerDuty", "PAGING NOT CONFIRMED for team:app"},
		{"Jira", "Ticket pending: Jira unreachable since 10:00Z, "},
		{"PagerDuty", "Note pending: PagerDuty unreachable since 10:00Z, 1 queued"},
		{"the page", "Status page pending: Statuspage unreachable since 10:00Z, 1 queued"},
		{"mail", "Mail pending: the mail server unreachable since 10:00Z, 2 queued"},
	} {
		for place, text := range map[string]string{"headline": head, "status": status} {
			if strings.Contains(text, want.text) != fails(want.party) {
				t.Errorf("the %s says %q: %v, and it should be %v:\n%s", place, want.text, !fails(want.party), fails(want.party), text)
			}
		}
	}
	alarms := w.posted(t, "paging-unconfirmed")
	switch {
	case !fails("PagerDuty") && len(alarms) != 0:
		t.Errorf("a page that was accepted is said not to be confirmed: %q", alarms)
	case fails("PagerDuty") && (len(alarms) != 1 || !strings.Contains(alarms[0], "Last answer: ") || !strings.Contains(alarms[0], said[mode]) || !strings.Contains(alarms[0], "I am on it")):
		t.Errorf("the room is told %q", alarms)
	}
	if strings.Contains(head+status+fmt.Sprint(alarms), hookSecret) || strings.Contains(head+status, jiraToken) {
		t.Error("a secret is shown")
	}
}

// after counts what has come of everything.
func (w *reached) after(t *testing.T) {
	t.Helper()
	s := w.State("INC-1")
	if s.Pending != 0 || s.Failed != 0 {
		t.Errorf("%d pending, %d given up:\n%s", s.Pending, s.Failed, w.drawn(t, "headline"))
	}
	if head := w.drawn(t, "headline"); strings.Contains(head, "DEGRADED") || strings.Contains(head, "NOT CONFIRMED") {
		t.Errorf("it is over, and the headline says\n%s", head)
	}
	pages := map[string]int{}
	updates := map[string]int{}
	for _, i := range w.pagerDuty.Incidents() {
		pages[i.Key]++
		if len(i.Notes) != 1 || !strings.Contains(i.Notes[0], "D1: fail over (INC-1#") {
			t.Errorf("on %s are the notes %q", i.Key, i.Notes)
		}
		for n, text := range i.Updates {
			mark := text[:strings.Index(text, ")")]
			if updates[i.Key+mark]++; updates[i.Key+mark] > 1 && !strings.Contains(text, "(repeat of INC-1#") {
				t.Errorf("status update %d of %s is %q", n, i.Key, text)
			}
		}
	}
	if len(updates) != 3 { // the second page came after the first update
		t.Errorf("PagerDuty has the status updates %v", updates)
	}
	if want := map[string]int{"INC-1/page:team:app": 1, "INC-1/page:team:dba": 1}; !maps.Equal(pages, want) {
		t.Errorf("PagerDuty has called %v", pages)
	}
	for _, m := range w.pagerDuty.Misuses() {
		t.Errorf("PagerDuty does not publish this: %s", m)
	}
	all := w.jira.Tickets()
	if len(all) != 2 {
		t.Fatalf("%d tickets: %+v", len(all), all)
	}
	main, task := all[0], all[1]
	if len(main.Links) != 1 || len(main.Comments) != 1 || !strings.Contains(main.Comments[0], "D1: fail over") || len(task.Moves) != 1 || task.Parent != main.Key {
		t.Errorf("the tickets are %+v and %+v", main, task)
	}
	w.mailed(t)
	if shown := w.page.Incidents(); len(shown) != 1 || !slices.Equal(shown[0].Updates, []string{"investigating: Card payments fail.", "investigating: We are moving them to another site."}) {
		t.Errorf("customers read %+v", shown)
	}
}

// mailed demands one mail to each reader for each update. SMTP cannot be asked
// what it has taken: a mail that comes again carries its id and says so.
func (w *reached) mailed(t *testing.T) {
	t.Helper()
	seen := map[string]int{}
	per := map[string]int{}
	for _, r := range w.mail.Received() {
		m, err := netmail.ReadMessage(strings.NewReader(r.Data))
		if err != nil {
			t.Fatal(err)
		}
		id := m.Header.Get("Message-Id")
		if seen[id]++; seen[id] == 1 {
			per[r.To]++
		} else if !strings.Contains(r.Data, "(repeat of INC-1#") {
			t.Errorf("mail %s to %s has come again and does not say so", id, r.To)
		}
	}
	if want := map[string]int{"board@northbridge.example": 2, "ceo@northbridge.example": 2}; !maps.Equal(per, want) {
		t.Errorf("mails have arrived: %v", per)
	}
}
