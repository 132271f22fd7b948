package templates

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/readiness"
)

var update = flag.Bool("update", false, "write the golden files anew; look at them before committing")

// subjects says what a message is about, where that is not the whole incident.
var subjects = map[string]string{
	"decision": "D1", "update-team": "U1", "update-exec": "U2", "task": "T1", "task-due": "T1",
	"offer": "comms", "declined": "comms bob", "lapsed": "comms bob", "handover": "carol",
	"reminder": "team", "missed": "exec", "unclaimed": "red", "silent": "bob", "command": "bob", "dropped": "bob", "severity": "1",
	"paging-unconfirmed": "INC-1/page:team:dba", "stuck": "INC-1/ticket:main", "gave-up": "INC-1/ticket:second", "would-page": "team:dba",
	"merged": "INC-2", "briefing": "commander", "absorbed": "INC-3", "digest": "14", "gap": "27", "update-customer": "U4", "approval-over": "A2", "approval": "A3",
}

// recipients are those of direct messages.
var recipients = map[string]string{"offer": "@bob", "handover": "@carol", "digest": "@ivan", "briefing": "@bob"}

func TestShippedTemplates(t *testing.T) {
	set := Shipped()
	for _, name := range set.Names() {
		t.Run(name, func(t *testing.T) {
			m, err := set.Render(name, viewFor(name))
			if err != nil {
				t.Fatal(err)
			}
			numbers := 0
			got := "plain:\n" + Plain(m) + "\n\nterminal:\n" + Terminal(m, TerminalOptions{Width: 72, ButtonNumber: func(Button) int { numbers++; return numbers }}) + "\n"
			for _, b := range m.Buttons() {
				got += "\nbutton " + b.Label + ": " + strings.TrimSpace(b.Style+" "+b.Command)
				if b.Confirm {
					got += " (asks before)"
				}
			}
			got = strings.TrimRight(got, "\n") + "\n"
			path := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; run go test ./templates -update and look at it", err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			checkDrawn(t, name, m)
		})
	}
}

func TestShippedTemplatesAreCleanToLint(t *testing.T) {
	files, err := shippedFiles.ReadDir("shipped")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := shippedFiles.ReadFile("shipped/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range Lint(strings.TrimSuffix(f.Name(), ".md"), string(text)) {
			t.Error(p)
		}
	}
}

func TestEveryShippedTemplateHasAGolden(t *testing.T) {
	files, err := os.ReadDir(filepath.Join("testdata", "golden"))
	if err != nil {
		t.Fatal(err)
	}
	if names := Shipped().Names(); len(files) != len(names) {
		t.Errorf("%d golden files for %d templates: one was renamed or removed", len(files), len(names))
	}
}

// TestMessagesAreDrawnOfAnyState: a message must come out of an incident in
// which nothing has happened yet.
func TestMessagesAreDrawnOfAnyState(t *testing.T) {
	bare := incident.Fold(incident.State{}, journal.Entry{Journal: "INC-1", Seq: 1, Meta: journal.Meta{At: tenUTC, Recorded: tenUTC, Actor: "alice"},
		Fact: &incident.Declared{Title: "x", Severity: 3, Acting: "alice"}})
	set := Shipped()
	for _, name := range set.Names() {
		v := viewFor(name)
		v.Incident = bare
		m, err := set.Render(name, v)
		if err != nil {
			if about := subjects[name]; about != "" && strings.Contains(err.Error(), about) {
				continue // it is about something that this incident does not have
			}
			t.Error(err)
			continue
		}
		checkDrawn(t, name, m)
	}
}

// TestNoWordsChangeAShippedMessage: what people write decides neither the
// blocks of a message nor its buttons.
func TestNoWordsChangeAShippedMessage(t *testing.T) {
	set := Shipped()
	for _, name := range set.Names() {
		v := viewFor(name)
		v.Incident = busyWith("word")
		harmless, err := set.Render(name, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"**x**\n# h\n\n- a\n---", "[Accept](cmd:close)", "<!channel> @here \x1b[31m\u202e", "\ue000\ue010\ue001 `\"| |", strings.Repeat("x ", 1000)} {
			v.Incident = busyWith(text)
			m, err := set.Render(name, v)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := structure(m), structure(harmless); got != want {
				t.Errorf("%s with %.20q has the structure\n%s\nnot\n%s", name, text, got, want)
			}
			checkDrawn(t, name, m)
		}
	}
}

// viewFor is what the golden of a template is drawn from.
func viewFor(name string) View {
	s := busy()
	switch name {
	case "resolved", "verify-please":
		s = incident.Fold(s, at(14*time.Minute, "bob", &incident.Resolved{Summary: "B serves all traffic", TR: tenUTC.Add(13 * time.Minute)}))
	case "closed":
		s = incident.Fold(s, at(14*time.Minute, "bob", &incident.Resolved{Summary: "B serves all traffic", TR: tenUTC.Add(13 * time.Minute)}),
			at(15*time.Minute, "oona", &incident.Verified{Person: "oona", Owner: true}), at(16*time.Minute, "bob", &incident.Closed{}))
	case "merged":
		s = incident.Fold(s, at(14*time.Minute, "bob", &incident.Merged{Into: "INC-2", Room: "#inc-2-switch-down"}), at(14*time.Minute, "bob", &incident.Closed{As: incident.AsMerged}))
	case "unclaimed", "declared", "dropped", "tray", "list", "mine", "home":
		s = incident.Fold(s, at(12*time.Minute, "bob", &incident.RoleDropped{Role: incident.Commander, Person: "bob"}))
	}
	v := ViewOf(s, tenUTC.Add(20*time.Minute))
	v.Subject, v.To, v.Person, v.Ref = subjects[name], recipients[name], "bob", "INC-1#4"
	v.Error, v.Wrong, v.Next = "E_ROLE", "@erin may not `decide`: this is for the commander (@bob).", "Ask @bob."
	v.Incidents = []incident.State{s}
	v.Telephones = map[string]string{"team:dba": "+44 20 7946 0204", "dan": "+44 20 7946 0104"}
	if answers[name] != nil {
		v.Answer = answerOf(name)
	}
	switch name {
	case "would-page":
		v.Text = "INC-1 SEV1: checkout failing"
	case "ticket-moved":
		v.Text = "OPS-313 (T1) moved from In Progress to Done by Jana [~admin] *Novak*."
	case "digest":
		v.Text = "late by 12 min"
	case "help", "help-verb":
		v.Answer = guide{"incident", []topic{{Verb: "decide", Says: "record a decision with its reason", Usage: `decide "x" because "y"`, Who: "the commander", Synonyms: []string{"choose"}, Examples: []string{`decide "fail over" because "lag"`}}}}
	case "home":
		v.Answer = me{ID: "bob", Known: true}
	case "whoami":
		v.Answer = me{ID: "bob", Name: "Bob Jones", Groups: []string{"commanders", "comms"}, Known: true, Roles: []string{"commander"}}
	case "oncall":
		until := tenUTC.Add(8 * time.Hour)
		v.Answer = watch{[]rota{
			{"payments-api, web-portal", "Applications", "+44 20 7946 0205", []reachable{{"erin", "Erin Eze", "+44 20 7946 0105", &until}, {"", "Night desk", "", nil}}, "from the pager"},
			{"command", "Command", "", nil, "from the plan, which names nobody"},
		}, "sha256:3f2a1c", &tenUTC}
	case "status":
		v.Plan = answerOf("plan-version").(*PlanStanding)
	case "plan-moved", "plan-adopted":
		v.Subject, v.Text = "e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3", "by @bob, because step 4 was wrong"
	case "plan-version":
		v.Plan = answerOf(name).(*PlanStanding)
		v.Answer = v.Plan
	case "plan-diff":
		v.Answer = answerOf(name)
	case "outcomes":
		v.Lines = []string{"INC-1/page:team:app", "INC-1/page:team:dba", "INC-1/ticket:second"}
	case "recorded":
		v.Lines = []string{"Something that looks like a secret (token) was left out."}
	case "list":
		v.Text = "active"
	case "exported":
		v.Text = "./INC-1.md"
	case "form":
		v.Text = "Record a decision"
	case "unopened":
		v.Text, v.Lines = "Record a decision with its reason", []string{"Why"}
	case "timeline":
		v.Text = "2 earlier entries are in the export."
		v.Lines = []string{"#7 10:02:00 @bob took command", "#9 10:04:00 @bob decided D1: fail over to B"}
	}
	v.Entries = []journal.Entry{at(4*time.Minute, "bob", &incident.DecisionMade{ID: "D1", Text: "fail over to B"}), at(4*time.Minute, "bob", &journal.Requested{Effect: journal.Effect{Type: journal.Page, To: "team:dba"}})}
	return v
}

// answers are what the questions about the plan are answered with.
var answers = map[string]func() any{
	"plan-show":        func() any { return &Inventory{} },
	"plan-check":       func() any { return &Checked{} },
	"service":          func() any { return &ServiceCard{} },
	"waves":            func() any { return &Order{} },
	"deps":             func() any { return &Order{} },
	"impact":           func() any { return &Blast{} },
	"inversions":       func() any { return &Inversions{} },
	"owners":           func() any { return &Stewards{} },
	"plan-version":     func() any { return &PlanStanding{} },
	"plan-diff":        func() any { return &PlanChanges{} },
	"picture":          func() any { return &Drawn{} },
	"bia":              func() any { return &Analysis{} },
	"windows":          func() any { return &Periods{} },
	"rating-card":      func() any { return &readiness.Card{} },
	"dispute":          func() any { return &readiness.Dispute{} },
	"dispute-decided":  func() any { return &readiness.Dispute{} },
	"risk-expired":     func() any { return &readiness.Dispute{} },
	"readiness-digest": func() any { return &readiness.Digest{} },
	"disputes":         func() any { return &Disputes{} },
	"proposed":         func() any { return &Proposed{} },
	"review-due":       func() any { return &Reviews{} },
	"plan-acks":        func() any { return &Acks{} },
}

// answerOf is the answer that the golden of a template is drawn from; the suite
// of Slack draws it too.
func answerOf(name string) any {
	answer := answers[name]()
	text, err := os.ReadFile(filepath.Join("testdata", "answers", name+".json"))
	if err == nil {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		panic(err)
	}
	return answer
}

// These stand for what the commands answer with.
type (
	guide struct {
		Root   string
		Topics []topic
	}
	topic struct {
		Verb, Says, Usage, Who string
		Synonyms, Examples     []string
	}
	me struct {
		ID, Name      string
		Groups, Roles []string
		Known, Guest  bool
	}
	watch struct {
		Rotas  []rota
		Commit string
		Since  *time.Time
	}
	rota struct {
		For, Name, Phone string
		People           []reachable
		From             string
	}
	reachable struct {
		ID, Name, Phone string
		Until           *time.Time
	}
)

// busy is an incident in which everything there is has happened once.
func busy() incident.State { return busyWith("") }

// busyWith is the same incident with all free text replaced.
func busyWith(text string) incident.State {
	say := func(s string) string {
		if text != "" {
			return text
		}
		return s
	}
	m := time.Minute
	due := func(d time.Duration) *time.Time { t := tenUTC.Add(d); return &t }
	page := func(to string) *journal.Requested {
		return &journal.Requested{Effect: journal.Effect{Key: "INC-1/page:" + to, Type: journal.Page, To: to, People: []string{"dan", "dora"}, Text: say("INC-1 SEV1: checkout failing")}}
	}
	ticket := func(about, text string) *journal.Requested {
		return &journal.Requested{Effect: journal.Effect{Key: "INC-1/ticket:" + about, Type: journal.Ticket, To: "new", Project: "OPS", Text: say(text)}}
	}
	why := at(4*m, "bob", &incident.DecisionMade{ID: "D1", Text: say("fail over to B"), Alternatives: []string{say("wait 20 minutes"), say("restore from backup")}, Reversible: "no"})
	why.Because = say("replica lag is 2 s")
	blocked := at(8*m, "dan", &incident.TaskBlocked{ID: "T2"})
	blocked.Because = say("no access")
	entries := []journal.Entry{
		at(0, "alice", &incident.Declared{Title: say("checkout failing"), Severity: 1, Health: "outage", Impact: say("no card payments"),
			Services: []string{"payments-api", "web-portal"}, Owners: []string{"oona"}, T0: due(-7 * m), Room: "#inc-1-checkout-failing", Platform: "console", Zone: "Europe/Zurich", Acting: "alice",
			Terms: incident.Terms{Cadence: map[string][4]incident.Dur{incident.Team: {incident.Dur(15 * m)}, incident.Exec: {incident.Dur(30 * m)}}, SilentAfter: incident.Dur(30 * m)}}),
		at(0, "alice", page("team:app")), at(0, "alice", page("team:dba")), at(0, "alice", ticket("main", "checkout failing")),
		at(0, "alice", ticket("second", "follow the money")), at(0, "alice", ticket("third", "tell the bank")),
		at(1*m, journal.Bot, &journal.Settled{Type: journal.Page, Key: "INC-1/page:team:app", Ref: "PG-1"}),
		at(1*m, "carol", &incident.PageAcknowledged{Key: "INC-1/page:team:app", Page: "PG-1", Person: "carol"}),
		at(1*m, journal.Bot, &incident.PageUnconfirmed{Key: "INC-1/page:team:dba", To: "team:dba"}),
		at(1*m, journal.Bot, &journal.Failed{Type: journal.Ticket, Key: "INC-1/ticket:second", Reason: say("the tracker refused it")}),
		at(1*m, journal.Bot, &journal.Settled{Type: journal.Ticket, Key: "INC-1/ticket:third", Ref: "OPS-311"}),
		at(2*m, "bob", &incident.RoleTaken{Role: incident.Commander, Person: "bob"}),
		at(2*m, "dan", &incident.RoleTaken{Role: incident.Deputy, Person: "dan"}),
		at(2*m, "erin", &incident.RoleTaken{Role: "lead:dba", Person: "erin"}),
		why,
		at(5*m, "erin", &incident.NoteAdded{Text: say("lag is 2 s and falling"), Tag: "finding"}),
		at(6*m, "bob", &incident.TaskAdded{ID: "T1", Text: say("check the replica"), Owner: "erin", Due: due(30 * m)}),
		at(6*m, "bob", &incident.TaskAdded{ID: "T2", Text: say("ask the bank")}), blocked,
		at(9*m, "bob", &incident.FollowupAdded{ID: "F1", Text: say("alert on replica lag"), Owner: "erin", Due: due(30 * 24 * time.Hour)}),
		at(10*m, "dan", &incident.UpdateSent{ID: "U1", Audience: incident.Team, Text: say("Failing over to B.\nCards work again in ten minutes."), Next: due(25 * m)}),
		at(10*m, "bob", &incident.UpdateSent{ID: "U2", Audience: incident.Exec, Text: say("Card payments fail; we are moving to site B."), Next: due(40 * m), Late: 3}),
		at(10*m, journal.Bot, &incident.Absorbed{From: "INC-3", Title: say("cards declined"), By: "dan", Key: "INC-3/merge:INC-1"}),
		at(11*m, "dan", &incident.UpdateDrafted{ID: "U3", Audience: incident.Team, Text: say("Cards work.")}),
		at(11*m, journal.Bot, &incident.UpdateMissed{Audience: incident.Exec, Due: *due(11 * m), Next: due(41 * m), Count: 1}),
		at(11*m, "bob", &incident.RoleOffered{Role: incident.Comms, To: "bob", By: "alice", Expires: *due(25 * m)}),
		at(11*m, "bob", &incident.CommandOffered{To: "carol", From: "bob", Expires: *due(26 * m)}),
	}
	entries[0].Plan = "3f2a1c9d5e6b7a8f90123456789abcdef0123456"
	entries = append(append(entries, unheard(say)...), approvals(say)...)
	for i := range entries {
		entries[i].Seq = uint64(i + 1)
	}
	return incident.Fold(incident.State{}, entries...)
}

// unheard is what happens while chat is away, and the digest that ends it.
func unheard(say func(string) string) []journal.Entry {
	post := func(key, template, subject string) *journal.Requested {
		return &journal.Requested{Effect: journal.Effect{Key: "INC-1/post:" + key, Type: journal.Post, To: "#inc-1-checkout-failing", Template: template, Subject: subject}}
	}
	worse := at(12*time.Minute, "dan", &incident.SeveritySet{Severity: 1, From: 2})
	worse.Because = say("the bank declines all cards")
	return []journal.Entry{
		worse, at(12*time.Minute, "dan", post("severity:1", "severity", "1")),
		at(13*time.Minute, "dan", &journal.Abandoned{Type: journal.Post, Key: "INC-1/post:severity:1", Reason: "superseded by INC-1/post:severity:1#33"}),
		at(16*time.Minute, journal.Bot, post("gap", "gap", "27")),
		at(17*time.Minute, journal.Bot, &incident.PlanPinned{Commit: "3f2a1c9d5e6b7a8f90123456789abcdef0123456", InForce: "e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3",
			Changes: []string{say("playbook db-failover: step 4 is different: timeout 5m, was 2m"), say("policy: join window 2m, was 1m")}}),
	}
}

// approvals are texts for customers: one that went out, one that was denied, and
// one that waits.
func approvals(say func(string) string) []journal.Entry {
	out, no, waits := say("Card payments fail. We are looking into it."), say("The database is gone."), say("Card payments are being moved to another site.")
	asked := func(d time.Duration, id, update, text string, warnings ...string) journal.Entry {
		return at(d, "carol", &incident.ApprovalRequested{ID: id, Update: update, Audience: incident.Customer, Hash: incident.Hash(text), Needs: []string{"approvers"}, Asked: []string{"lena", "bob"},
			Expires: tenUTC.Add(d + 30*time.Minute), Warnings: warnings, Public: &incident.Public{Name: say("Disruption of Customer portal"), Status: incident.Identified, Components: map[string]string{"8kbf7d35c070": "major_outage"}}})
	}
	const m = time.Minute
	denied := at(17*m, "lena", &incident.UpdateRejected{ID: "U5", Approval: "A2"})
	denied.Because = say("we do not know that")
	return []journal.Entry{
		at(16*m, "carol", &incident.UpdateDrafted{ID: "U4", Audience: incident.Customer, Text: out}), asked(16*m, "A1", "U4", out),
		at(16*m, "lena", &incident.ApprovalGiven{ID: "A1", As: "approvers", Hash: incident.Hash(out)}),
		at(16*m, "lena", &incident.UpdateApproved{ID: "U4", Approval: "A1", Hash: incident.Hash(out)}),
		at(16*m, "lena", &incident.UpdateSent{ID: "U4", Audience: incident.Customer, Text: out, By: "carol", Hash: incident.Hash(out), Next: &[]time.Time{tenUTC.Add(36 * m)}[0], Public: &incident.Public{Name: say("Disruption of Customer portal"), Status: incident.Investigating}}),
		at(16*m, "lena", &journal.Requested{Effect: journal.Effect{Key: "INC-1/statuspage:U4", Type: journal.StatusPage, To: incident.Investigating, Text: say("Disruption of Customer portal"), Subject: "U4"}}),
		at(17*m, journal.Bot, &journal.Settled{Type: journal.StatusPage, Key: "INC-1/statuspage:U4", Ref: "p31zjtct2jer"}),
		at(17*m, "carol", &incident.UpdateDrafted{ID: "U5", Audience: incident.Customer, Text: no}), asked(17*m, "A2", "U5", no), denied,
		at(18*m, "carol", &incident.UpdateDrafted{ID: "U6", Audience: incident.Customer, Text: waits}),
		asked(18*m, "A3", "U6", waits, `It promises a time: "back in 10". Say what is being done and when the next update comes.`),
	}
}

// at is an entry of INC-1 some time after ten.
func at(d time.Duration, actor string, f journal.Fact) journal.Entry {
	t := tenUTC.Add(d)
	return journal.Entry{Journal: "INC-1", Seq: 90, Hash: strings.Repeat("9f", 32), Meta: journal.Meta{At: t, Recorded: t, Actor: actor, Source: "slash"}, Fact: f}
}
