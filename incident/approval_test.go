package incident_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

var (
	lena  = incident.Person{ID: "lena", Groups: []string{"legal", "approvers"}}
	peggy = incident.Person{ID: "peggy", Groups: []string{"pr", "approvers"}}
)

// onPage has the page show payments-api.
func onPage(d *incident.Declare) {
	d.Terms.Components = map[string]incident.Component{"payments-api": {ID: "vtnh60py4yd7", Name: "Payments API"}}
	d.Terms.Cadence[incident.Customer] = [4]incident.Dur{incident.Dur(20 * time.Minute)}
}

func toCustomers(text string) incident.SendUpdate {
	return incident.SendUpdate{Audience: incident.Customer, Text: text, Asked: []string{"alice", "lena", "peggy"}, Internal: []string{"payments-api", "db-payments", "ledger"}}
}

// approval returns the approval of an id.
func (s *story) approval(id string) incident.Approval {
	s.Helper()
	p, ok := s.state.Approval(id)
	if !ok {
		s.Fatalf("there is no %s", id)
	}
	return p
}

func TestATextForCustomersGoesOutWithASecondPersonsWord(t *testing.T) {
	s := begin(t, onPage)
	before := len(s.entries)
	s.does(alice, toCustomers("Card payments fail."))
	p := s.approval("A1")
	if p.State != incident.Waiting || p.By != "alice" || p.Hash != incident.Hash("Card payments fail.") || !p.Expires.Equal(ten.Add(30*time.Minute)) || !slices.Equal(p.Asked, []string{"lena", "peggy"}) {
		t.Errorf("the approval is %+v", p)
	}
	has(t, "asked", s.wants(journal.DM, before), "@lena approval A1")
	has(t, "asked", s.wants(journal.DM, before), "@peggy approval A1")
	has(t, "asked", s.wants(journal.Post, before), s.state.Room+" approval A1")
	if len(s.state.Sent) != 0 || s.state.Updates[incident.Customer].Last != nil {
		t.Error("it has gone out before anybody approved")
	}
	s.now = s.now.Add(3 * time.Minute)
	before = len(s.entries)
	s.does(lena, incident.Approve{ID: "a1"})
	sent := last[*incident.UpdateSent](s)
	if sent.By != "alice" || sent.Hash != p.Hash || sent.Text != "Card payments fail." || sent.Public.Status != "investigating" || sent.Public.Components["vtnh60py4yd7"] != "major_outage" {
		t.Errorf("what was sent is %+v", sent)
	}
	u := s.state.Sent[0]
	is(t, "author", u.By, "alice")
	is(t, "approved by", strings.Join(u.Approved, " "), "lena")
	has(t, "published", s.wants(journal.StatusPage, before), "investigating  U1")
	is(t, "due", *s.state.Updates[incident.Customer].Due, s.now.Add(20*time.Minute))
	is(t, "drafts", len(s.state.Drafts), 0)
}

func TestWhoMayAnswerAnApproval(t *testing.T) {
	s := begin(t, onPage)
	s.refused(dan, toCustomers("x"), fault.Role, "communications lead")
	s.does(alice, toCustomers("Card payments fail."))
	s.refused(lena, incident.Approve{ID: "A7"}, fault.UnknownID, "no approval")
	s.refused(alice, incident.Approve{ID: "A1"}, fault.TwoPerson, "second person")
	s.refused(alice, incident.Deny{ID: "A1", Because: "x"}, fault.TwoPerson, "second person")
	s.refused(dan, incident.Approve{ID: "A1"}, fault.Role, "approvers")
	s.refused(gus, incident.Approve{ID: "A1"}, fault.Role, "")
	s.refused(lena, incident.Deny{ID: "A1"}, fault.Missing, "why")
	s.does(lena, incident.Approve{ID: "A1"})
	s.refused(peggy, incident.Approve{ID: "A1"}, fault.LostRace, "@lena")
	s.refused(peggy, incident.Deny{ID: "A1", Because: "x"}, fault.LostRace, "approved by @lena")
	s.refused(lena, incident.Approve{ID: "A1"}, fault.NotOpen, "already done")
	is(t, "times it was sent", len(s.state.Sent), 1)
}

func TestWithoutApproversAnybodyElseIsTheSecondPerson(t *testing.T) {
	s := begin(t, onPage, func(d *incident.Declare) { d.Terms.Unstaffed = []string{incident.Approvers} })
	a := toCustomers("Card payments fail.")
	a.Asked = nil
	s.does(alice, a)
	is(t, "warnings", len(s.approval("A1").Warnings), 0)
	s.refused(alice, incident.Approve{ID: "A1"}, fault.TwoPerson, "")
	s.does(dan, incident.Approve{ID: "A1"})
	is(t, "sent", len(s.state.Sent), 1)
}

func TestWhereNobodyCouldBeAskedItIsSaid(t *testing.T) {
	s := begin(t, onPage)
	a := toCustomers("Card payments fail.")
	a.Asked = []string{"alice"}
	s.does(alice, a)
	if w := s.approval("A1").Warnings; len(w) != 1 || !strings.Contains(w[0], "nobody could be asked") {
		t.Errorf("it is warned of %q", w)
	}
}

func TestAnApprovalIsOfOneText(t *testing.T) {
	draft := func(s *story) uint64 { return s.state.Drafts[0].Seq }
	for sentence, test := range map[string]struct {
		then func(s *story)
		says string
	}{
		"corrected":     {func(s *story) { s.does(dan, incident.Correct{Seq: draft(s), Text: "Cards fail."}) }, "was changed"},
		"superseded":    {func(s *story) { s.does(alice, toCustomers("Cards fail again.")) }, "superseded"},
		"expired":       {func(s *story) { s.pass(30 * time.Minute) }, "in time"},
		"a false alarm": {func(s *story) { s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "x"}) }, "closed"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := begin(t, onPage, func(d *incident.Declare) { d.Terms.UnclaimedAfter, d.Terms.UnclaimedRed = 0, 0 })
			s.does(alice, toCustomers("Card payments fail."))
			test.then(s)
			p := s.approval("A1")
			if p.State != incident.Void || !strings.Contains(p.Reason, test.says) {
				t.Errorf("it is %s: %s", p.State, p.Reason)
			}
			if s.state.Open() {
				s.refused(lena, incident.Approve{ID: "A1"}, fault.Stale, test.says)
			}
			is(t, "sent", len(s.state.Sent), 0)
			s.pass(time.Hour)
			if n := s.count("approval.voided"); sentence != "superseded" && n != 1 {
				t.Errorf("it is void %d times", n)
			}
		})
	}
}

func TestATextThatWasDeniedIsPutUpAgain(t *testing.T) {
	s := begin(t, onPage)
	s.does(alice, toCustomers("The database is gone."))
	before := len(s.entries)
	s.does(lena, incident.Deny{ID: "A1", Because: "we do not know that"})
	is(t, "state", s.approval("A1").State, incident.Denied)
	is(t, "reason", s.approval("A1").Reason, "we do not know that")
	has(t, "told", s.wants(journal.DM, before), "@alice approval-over A1")
	has(t, "told", s.wants(journal.Post, before), s.state.Room+" approval-over A1")
	s.refused(peggy, incident.Approve{ID: "A1"}, fault.LostRace, "denied by @lena")
	s.does(alice, incident.Correct{Seq: s.state.Drafts[0].Seq, Text: "Card payments fail."})
	again := toCustomers("")
	again.Draft = "U1"
	s.does(alice, again)
	s.refused(alice, again, fault.NotOpen, "A2")
	s.does(peggy, incident.Approve{ID: "A2"})
	is(t, "sent", s.state.Sent[0].Text, "Card payments fail.")
	is(t, "id", s.state.Sent[0].ID, "U1")
}

func TestCustomersAreNotToldWhatIsNotSo(t *testing.T) {
	s := begin(t, onPage)
	for _, text := range []string{"Resolved.", "The issue is resolved.", "Card payments have been resolved.", "Update: all is now resolved!"} {
		s.refused(alice, toCustomers(text), fault.StateConflict, "investigating")
	}
	for _, text := range []string{"This is not resolved yet.", "We will tell you when it is resolved.", "It will be resolved in 10 minutes.", "We hope to have it resolved."} {
		s.does(alice, toCustomers(text))
	}
	s.does(alice, toCustomers("We are on it."), incident.Resolve{Summary: "site B serves"})
	id := s.state.Approvals[len(s.state.Approvals)-1].ID
	s.refused(lena, incident.Approve{ID: id}, fault.StateConflict, "resolved since")
	s.does(alice, toCustomers("It is resolved."))
	s.does(bob, incident.Reopen{Because: "it is back"})
	id = s.state.Approvals[len(s.state.Approvals)-1].ID
	s.refused(lena, incident.Approve{ID: id}, fault.StateConflict, `"resolved"`)
	is(t, "sent", len(s.state.Sent), 0)
}

func TestCustomersReadNoNamesFromInside(t *testing.T) {
	s := begin(t, onPage)
	for text, leak := range map[string]string{
		"The host 10.1.2.3 is down.":           "10.1.2.3",
		"The host fd00:1:2:3:4:5:6:7 is down.": "fd00:1:2:3:4:5:6:7",
		"app01.prod.internal is down":          "app01.prod.internal",
		"See wiki.corp.":                       "wiki.corp",
		"We restart db-payments now.":          "db-payments",
		"DB-Payments-02 is slow":               "DB-Payments-02",
		"(db-payments)":                        "db-payments",
	} {
		s.refused(alice, toCustomers(text), fault.Leak, `"`+leak+`"`)
	}
	for _, text := range []string{"The ledger is slow.", "The payments-api is slow.", "See https://status.example.com.", "Since 10:05 UTC, about 1.5 % fail.", "Version 1.2.3 works.", "Write to help@example.com."} {
		s.does(alice, toCustomers(text))
	}
}

func TestCustomersReadPlainWords(t *testing.T) {
	s := begin(t, onPage)
	for _, text := range []string{"Cards <b>fail</b>.", "<!channel> cards fail", `See <a href="https://x.example">this</a>.`, "x<script>"} {
		s.refused(alice, toCustomers(text), fault.Range, "markup")
	}
	s.does(alice, toCustomers("Latency is < 2 s & falling, > 90 % succeed; 1<2."))
}

func TestAPromiseOfATimeIsMindedAndNotRefused(t *testing.T) {
	for text, n := range map[string]int{
		"Cards will be fixed in 10 minutes.":                           1,
		"We expect to be back by 14:00.":                               1,
		"Payments should be restored within an hour. ETA 15:00.":       2,
		"We are looking into it. The next update comes in 20 minutes.": 0,
		"The fix is being tested.":                                     0,
		"Card payments fail since 10:00.":                              0,
	} {
		if got := incident.Promises(text); len(got) != n {
			t.Errorf("%q: %q", text, got)
		}
	}
	s := begin(t, onPage)
	s.does(alice, toCustomers("Cards will be fixed in 10 minutes."))
	is(t, "warnings", len(s.approval("A1").Warnings), 1)
}

func TestWhatCustomersSeeSaysNothingOfOurs(t *testing.T) {
	for sentence, test := range map[string]struct {
		edit   func(*incident.Declare)
		given  func(*story)
		name   string
		status string
		is     string
	}{
		"an outage":       {nil, func(*story) {}, "Disruption of Payments API", "investigating", "major_outage"},
		"a milder one":    {severity(2), func(*story) {}, "Disruption of Payments API", "investigating", "partial_outage"},
		"the mildest":     {severity(4), func(*story) {}, "Disruption of Payments API", "investigating", "degraded_performance"},
		"degraded":        {func(d *incident.Declare) { d.Health = "degraded" }, func(*story) {}, "Disruption of Payments API", "investigating", "degraded_performance"},
		"recovering":      {nil, func(s *story) { s.does(alice, incident.SetPhase{Phase: incident.Recovering}) }, "Disruption of Payments API", "identified", "major_outage"},
		"monitoring":      {nil, func(s *story) { s.does(alice, incident.SetPhase{Phase: incident.Monitoring}) }, "Disruption of Payments API", "monitoring", "degraded_performance"},
		"resolved":        {nil, func(s *story) { s.does(alice, incident.Resolve{Summary: "x"}) }, "Disruption of Payments API", "resolved", "operational"},
		"private":         {func(d *incident.Declare) { d.Private = true }, func(*story) {}, "Service disruption", "investigating", "major_outage"},
		"nothing on page": {func(d *incident.Declare) { d.Services = []string{"ledger"} }, func(*story) {}, "Service disruption", "investigating", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			edits := []func(*incident.Declare){onPage}
			if test.edit != nil {
				edits = append(edits, test.edit)
			}
			s := begin(t, edits...)
			test.given(s)
			s.does(alice, toCustomers("We are on it."))
			p := s.approval("A1").Public
			is(t, "headline", p.Name, test.name)
			is(t, "status", p.Status, test.status)
			is(t, "component", p.Components["vtnh60py4yd7"], test.is)
		})
	}
}

func TestCustomersAreOwedNewsOfWhatTheyCanSee(t *testing.T) {
	s := begin(t, onPage)
	is(t, "due", *s.state.Updates[incident.Customer].Due, ten.Add(20*time.Minute))
	s.now = s.now.Add(time.Minute)
	s.does(alice, incident.Rescope{Services: []string{"ledger"}})
	if due := s.state.Updates[incident.Customer].Due; due != nil {
		t.Errorf("of what nobody sees news is due %s", due)
	}
	s.does(alice, incident.Rescope{Services: []string{"ledger", "payments-api"}})
	is(t, "due", *s.state.Updates[incident.Customer].Due, s.now.Add(20*time.Minute))
	s.pass(15 * time.Minute)
	is(t, "reminded", last[*incident.UpdateReminded](s).Audience, incident.Customer)
	s.does(alice, incident.Resolve{Summary: "x"}, incident.Rescope{Services: []string{"ledger"}}, incident.Rescope{Services: []string{"payments-api"}})
	if due := s.state.Updates[incident.Customer].Due; due != nil {
		t.Errorf("of what is resolved news is due %s", due)
	}
	without := begin(t)
	if _, known := without.state.Updates[incident.Customer]; known {
		t.Error("a plan that shows nothing owes customers something")
	}
}

func TestCustomersAreToldLessOftenOfWhatLasts(t *testing.T) {
	s := begin(t, onPage, func(d *incident.Declare) {
		d.Terms.Lasting, d.Terms.Later = incident.Dur(2*time.Hour), incident.Dur(time.Hour)
	})
	say := func(at, due time.Duration) {
		t.Helper()
		s.now = ten.Add(at)
		s.does(alice, toCustomers("We are on it, "+at.String()))
		s.does(lena, incident.Approve{ID: s.state.Approvals[len(s.state.Approvals)-1].ID})
		is(t, "due after "+at.String(), *s.state.Updates[incident.Customer].Due, ten.Add(due))
	}
	const m = time.Minute
	say(10*m, 30*m)
	say(120*m-time.Second, 140*m-time.Second)
	say(120*m, 180*m)
	s.does(alice, toCustomers("We are on it."))
	s.does(alice, incident.SkipUpdate{Audience: incident.Customer, Because: "x"})
	is(t, "due after one was left out", *s.state.Updates[incident.Customer].Due, ten.Add(240*m))
	s.state.Terms.Later = incident.Dur(10 * m) // which is more often than before
	say(130*m, 150*m)
}

func TestADrillTouchesNoPage(t *testing.T) {
	s := begin(t, onPage, drill)
	s.does(alice, toCustomers("Card payments fail."))
	s.does(lena, incident.Approve{ID: "A1"})
	is(t, "sent", len(s.state.Sent), 1)
	if n := s.count("statuspage.requested"); n != 0 {
		t.Errorf("%d notices in a drill", n)
	}
}

func TestNoticesWaitForEachOther(t *testing.T) {
	s := begin(t, onPage)
	for _, id := range []string{"A1", "A2"} {
		s.does(alice, toCustomers("News "+id))
		s.does(lena, incident.Approve{ID: id})
	}
	second, _ := s.state.Outbox.Get("INC-1/statuspage:U2")
	if !slices.Equal(second.After, []string{"INC-1/statuspage:U1"}) {
		t.Errorf("it waits for %q", second.After)
	}
	s.does(bot, incident.Settle{Key: "INC-1/statuspage:U1", Ref: "p31zjtct2jer"})
	is(t, "on the page", *s.state.OnPage, incident.OnPage{ID: "p31zjtct2jer", Update: "U1", Status: "investigating", Seq: s.state.Entries})
	is(t, "known as", s.state.PublishedAs(0), "p31zjtct2jer")
}

func (s *story) count(kind string) (n int) {
	for _, e := range s.entries {
		if e.Fact.Kind() == kind {
			n++
		}
	}
	return n
}

func TestWhoIsAskedSeesThePrivateIncidentAndHasADuty(t *testing.T) {
	s := begin(t, onPage, func(d *incident.Declare) { d.Private = true })
	is(t, "before", incident.MaySee(s.state, lena), false)
	s.does(alice, toCustomers("Card payments fail."))
	is(t, "after", incident.MaySee(s.state, lena), true)
	if d := s.state.Duties("lena"); len(d) != 1 || !strings.Contains(d[0], "approve or deny A1") {
		t.Errorf("her duties are %q", d)
	}
	if d := s.state.DraftsFor("alice"); len(d) != 0 {
		t.Errorf("a draft that waits for approval waits to be sent: %+v", d)
	}
	s.does(lena, incident.Approve{ID: "A1"})
	is(t, "duties", len(s.state.Duties("lena")), 0)
}

// Where an approval needs two groups, it takes a person of each.
func TestAnApprovalThatNeedsTwoGroupsTakesAPersonOfEach(t *testing.T) {
	both := incident.Person{ID: "fay", Groups: []string{"legal", "pr"}}
	begun := func(t *testing.T) *story {
		s := begin(t, onPage)
		s.does(alice, incident.DraftUpdate{Audience: incident.Customer, Text: "Your data was read."})
		s.keep("INC-1", alice, "", []incident.Statement{{Fact: &incident.ApprovalRequested{ID: "A1", Update: "U1", Audience: incident.Customer, Hash: incident.Hash("Your data was read."),
			Needs: []string{"legal", "pr"}, Expires: s.now.Add(30 * time.Minute), Public: &incident.Public{Name: "Service disruption", Status: "investigating"}}}})
		return s
	}
	s := begun(t)
	s.refused(dan, incident.Approve{ID: "A1"}, fault.Role, "legal or pr")
	s.does(lena, incident.Approve{ID: "A1"})
	is(t, "state", s.approval("A1").State, incident.Waiting)
	is(t, "missing", strings.Join(s.approval("A1").Missing(), " "), "pr")
	is(t, "sent", len(s.state.Sent), 0)
	s.refused(lena, incident.Approve{ID: "A1"}, fault.Role, "pr")
	s.does(peggy, incident.Approve{ID: "A1"})
	is(t, "approved by", strings.Join(s.state.Sent[0].Approved, " "), "lena peggy")

	s = begun(t)
	s.does(both, incident.Approve{ID: "A1"})
	s.refused(both, incident.Approve{ID: "A1"}, fault.TwoPerson, "different people")
	s.does(peggy, incident.Deny{ID: "A1", Because: "not yet"})
	is(t, "state", s.approval("A1").State, incident.Denied)
}
