package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/templates"
)

var ten = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// subjects says what a message is about, where that is not the whole incident.
var subjects = map[string]string{
	"decision": "D1", "update-team": "U1", "update-exec": "U2", "task": "T1", "task-due": "T1",
	"offer": "comms", "declined": "comms bob", "lapsed": "comms bob", "handover": "carol",
	"reminder": "team", "missed": "exec", "unclaimed": "red", "silent": "bob", "command": "bob", "dropped": "bob", "severity": "1",
	"paging-unconfirmed": "INC-1/page:team:dba", "stuck": "INC-1/ticket:main", "gave-up": "INC-1/ticket:second", "would-page": "team:dba",
	"merged": "INC-2", "briefing": "commander", "absorbed": "INC-3", "digest": "14", "gap": "88", "approval": "A1", "approval-over": "A1", "update-customer": "U3",
}

// viewOf is what a shipped template is drawn from: an incident of the failover
// of snake_case services, in which people write what a chat reads as markup.
func viewOf(name string) templates.View {
	s := failover()
	then := func(minutes int, actor string, f journal.Fact) { s = incident.Fold(s, by(minutes, actor, f)) }
	switch name {
	case "resolved", "verify-please", "closed":
		then(24, "bob", &incident.Resolved{Summary: "B serves *all* traffic", TR: ten.Add(13 * time.Minute)})
		if name == "closed" {
			then(25, "oona", &incident.Verified{Person: "oona", Owner: true})
			then(26, "bob", &incident.Closed{})
		}
	case "merged":
		then(24, "bob", &incident.Merged{Into: "INC-2", Room: "#inc-2-switch-down"})
		then(24, "bob", &incident.Closed{As: incident.AsMerged})
	case "gap":
		post := func(key, template, subject string) *journal.Requested {
			return &journal.Requested{Effect: journal.Effect{Key: "INC-1/post:" + key, Type: journal.Post, To: s.Room, Template: template, Subject: subject}}
		}
		worse := by(12, "dan", &incident.SeveritySet{Severity: 1, From: 2})
		worse.Because = "_all_ cards of <!here> are declined"
		missed := []journal.Entry{
			worse, by(12, "dan", post("severity:1", "severity", "1")),
			by(14, "dan", &journal.Abandoned{Type: journal.Post, Key: "INC-1/post:severity:1", Reason: "superseded by INC-1/post:severity:1#93"}),
			by(16, journal.Bot, post("gap", "gap", "88")),
		}
		for i := range missed {
			missed[i].Seq = uint64(89 + i)
		}
		s = incident.Fold(s, missed...)
	case "approval", "approval-over", "update-customer":
		const text = "Cards of *all* customers of <!here> fail & we are looking into it."
		page := &incident.Public{Name: "Disruption of Customer_portal", Status: incident.Investigating, Components: map[string]string{"8kbf7d35c070": "major_outage"}}
		then(12, "carol", &incident.UpdateDrafted{ID: "U3", Audience: incident.Customer, Text: text})
		then(12, "carol", &incident.ApprovalRequested{ID: "A1", Update: "U3", Audience: incident.Customer, Hash: incident.Hash(text), Needs: []string{"approvers"}, Asked: []string{"erin"}, Expires: ten.Add(42 * time.Minute), Public: page,
			Warnings: []string{`It promises a time: "back in 10 minutes".`}})
		switch name {
		case "approval-over":
			no := by(14, "erin", &incident.UpdateRejected{ID: "U3", Approval: "A1"})
			no.Because = "we do *not* know that"
			s = incident.Fold(s, no)
		case "update-customer":
			then(14, "erin", &incident.ApprovalGiven{ID: "A1", As: "approvers", Hash: incident.Hash(text)})
			then(14, "erin", &incident.UpdateApproved{ID: "U3", Approval: "A1", Hash: incident.Hash(text)})
			then(14, "erin", &incident.UpdateSent{ID: "U3", Audience: incident.Customer, Text: text, By: "carol", Hash: incident.Hash(text), Public: page})
		}
	case "unclaimed", "declared", "dropped", "tray", "list", "mine", "home":
		then(22, "bob", &incident.RoleDropped{Role: incident.Commander, Person: "bob"})
	}
	v := templates.ViewOf(s, ten.Add(30*time.Minute))
	v.Subject, v.Person, v.Ref = subjects[name], "bob", "INC-1#4"
	v.To = map[string]string{"offer": "@bob", "handover": "@carol", "digest": "@dan", "briefing": "@bob"}[name]
	v.Error, v.Wrong, v.Next = "E_ROLE", "@erin may not `decide`: this is for the commander (@bob).", "Ask @bob."
	v.Incidents = []incident.State{s}
	v.Telephones = map[string]string{"team:dba": "+44 20 7946 0204"}
	v.Lines = []string{"#7 10:02:00 @bob took command", "#9 10:04:00 @bob decided D1: fail over to site_b"}
	v.Text = "Record a decision"
	v.Entries = []journal.Entry{by(4, "bob", &incident.DecisionMade{ID: "D1", Text: "fail over to site_b"}), by(4, "bob", &journal.Requested{Effect: journal.Effect{Type: journal.Page, To: "team:dba"}})}
	if answers[name] != nil {
		v.Answer = answerOf(name)
	}
	switch name {
	case "digest":
		v.Text = "late by 12 min"
	case "ticket-moved":
		v.Text = "OPS-313 (T1) moved from In Progress to Done by Jana [~admin] *Novak*."
	case "list":
		v.Text = "active"
	case "plan-moved", "plan-adopted":
		v.Subject, v.Text = "e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3", "by @bob, because step 4 was wrong"
		v.Incident.Plan = incident.Pin{Commit: "3f2a1c9d5e6b7a8f90123456789abcdef0123456", Newer: v.Subject, Changes: []string{"playbook db-failover: step 4 is different: timeout 5m, was 2m"}}
	case "plan-version":
		v.Plan = answerOf(name).(*templates.PlanStanding)
		v.Answer = v.Plan
	case "plan-diff":
		v.Answer = answerOf(name)
	case "outcomes":
		v.Lines = []string{"INC-1/page:team:dba", "INC-1/ticket:second"}
	case "help", "help-verb":
		v.Answer = guide{"incident", []topic{{Verb: "decide", Says: "record a decision with its reason", Usage: `decide "x" because "y"`, Who: "the commander", Synonyms: []string{"choose"}, Examples: []string{`decide "fail over" because "lag"`}}}}
	case "home":
		v.Answer = botMember{ID: "bob", Known: true}
	case "whoami":
		v.Answer = botMember{ID: "bob", Name: "Bob Jones", Groups: []string{"commanders"}, Known: true, Roles: []string{"commander"}}
	case "oncall":
		v.Answer = watch{[]rota{{"payments_api", "Applications", "+44 20 7946 0205", []reachable{{"erin", "Erin Eze", "+44 20 7946 0105", nil}}, "from the pager"}}, "sha256:3f2a1c", &ten}
	}
	return v
}

// answers are what the questions about the plan are answered with.
var answers = map[string]func() any{
	"plan-show":        func() any { return &templates.Inventory{} },
	"plan-check":       func() any { return &templates.Checked{} },
	"service":          func() any { return &templates.ServiceCard{} },
	"waves":            func() any { return &templates.Order{} },
	"deps":             func() any { return &templates.Order{} },
	"impact":           func() any { return &templates.Blast{} },
	"inversions":       func() any { return &templates.Inversions{} },
	"owners":           func() any { return &templates.Stewards{} },
	"plan-version":     func() any { return &templates.PlanStanding{} },
	"plan-diff":        func() any { return &templates.PlanChanges{} },
	"picture":          func() any { return &templates.Drawn{} },
	"bia":              func() any { return &templates.Analysis{} },
	"windows":          func() any { return &templates.Periods{} },
	"rating-card":      func() any { return &readiness.Card{} },
	"dispute":          func() any { return &readiness.Dispute{} },
	"dispute-decided":  func() any { return &readiness.Dispute{} },
	"risk-expired":     func() any { return &readiness.Dispute{} },
	"readiness-digest": func() any { return &readiness.Digest{} },
	"disputes":         func() any { return &templates.Disputes{} },
	"proposed":         func() any { return &templates.Proposed{} },
	"review-due":       func() any { return &templates.Reviews{} },
	"plan-acks":        func() any { return &templates.Acks{} },
}

// answerOf is the answer that a template is drawn from in its own golden.
func answerOf(name string) any {
	answer := answers[name]()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "testdata", "answers", name+".json"))
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
	botMember struct {
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

func failover() incident.State {
	due := func(minutes int) *time.Time { t := ten.Add(time.Duration(minutes) * time.Minute); return &t }
	effect := func(key, kind, to, project, text string) *journal.Requested {
		return &journal.Requested{Effect: journal.Effect{Key: "INC-1/" + key, Type: kind, To: to, Project: project, People: []string{"dan", "dora"}, Text: text}}
	}
	why := by(4, "bob", &incident.DecisionMade{ID: "D1", Text: "fail over to site_b", Alternatives: []string{"wait 20 minutes"}, Reversible: "no"})
	why.Because = "_replica_ lag is < 2 s & falling"
	entries := []journal.Entry{
		by(0, "alice", &incident.Declared{Title: "checkout failing for *all* of <!channel>", Severity: 1, Health: "outage", Impact: "no card payments at ~100% of shops",
			Services: []string{"payments_api", "web_portal"}, Owners: []string{"oona"}, T0: due(-7), Room: "#inc-1-checkout-failing", Platform: "slack", Zone: "Europe/Zurich", Acting: "alice",
			Terms: incident.Terms{Cadence: map[string][4]incident.Dur{incident.Team: {incident.Dur(15 * time.Minute)}, incident.Exec: {incident.Dur(30 * time.Minute)}}, SilentAfter: incident.Dur(30 * time.Minute)}}),
		by(0, "alice", effect("page:team:dba", journal.Page, "team:dba", "", "INC-1 SEV1: checkout failing")),
		by(0, "alice", effect("ticket:main", journal.Ticket, "new", "OPS", "checkout failing")),
		by(0, "alice", effect("ticket:second", journal.Ticket, "new", "OPS", "follow the money")),
		by(1, journal.Bot, &incident.PageUnconfirmed{Key: "INC-1/page:team:dba", To: "team:dba"}),
		by(1, journal.Bot, &journal.Failed{Type: journal.Ticket, Key: "INC-1/ticket:second", Reason: "the tracker refused `it`"}),
		by(2, "bob", &incident.RoleTaken{Role: incident.Commander, Person: "bob"}),
		by(2, "dan", &incident.RoleTaken{Role: incident.Deputy, Person: "dan"}),
		why,
		by(5, "erin", &incident.NoteAdded{Text: "> lag is 2 s :fire:", Tag: "finding"}),
		by(6, "bob", &incident.TaskAdded{ID: "T1", Text: "check the replica", Owner: "erin", Due: due(30)}),
		by(9, "bob", &incident.FollowupAdded{ID: "F1", Text: "alert on replica_lag", Owner: "erin", Due: due(30 * 24 * 60)}),
		by(10, "dan", &incident.UpdateSent{ID: "U1", Audience: incident.Team, Text: "Failing over to *B*.\n> Cards work again in ten minutes.", Next: due(25)}),
		by(10, "bob", &incident.UpdateSent{ID: "U2", Audience: incident.Exec, Text: "Card payments fail; we are moving to site B.", Next: due(40), Late: 3}),
		by(10, journal.Bot, &incident.Absorbed{From: "INC-3", Title: "cards declined", By: "dan", Key: "INC-3/merge:INC-1"}),
		by(11, journal.Bot, &incident.UpdateMissed{Audience: incident.Exec, Due: *due(11), Next: due(41), Count: 1}),
		by(11, "bob", &incident.RoleOffered{Role: incident.Comms, To: "bob", By: "alice", Expires: *due(25)}),
		by(11, "bob", &incident.CommandOffered{To: "carol", From: "bob", Expires: *due(26)}),
	}
	for i := range entries {
		entries[i].Seq = uint64(i + 1)
	}
	return incident.Fold(incident.State{}, entries...)
}

// by is an entry of INC-1 some minutes after ten.
func by(minutes int, actor string, f journal.Fact) journal.Entry {
	at := ten.Add(time.Duration(minutes) * time.Minute)
	return journal.Entry{Journal: "INC-1", Seq: 90, Hash: strings.Repeat("9f", 32), Meta: journal.Meta{At: at, Recorded: at, Actor: actor, Source: "slash"}, Fact: f}
}
