package export_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// outage is an incident in which most things happen.
func outage(t testing.TB) *book {
	b := newBook(t)
	b.declareOutage()
	b.workOnOutage()
	b.endOutage()
	return b
}

func (b *book) declareOutage() {
	b.declare("alice", incident.Declare{
		Title: "checkout failing", Slug: "checkout-failing", Severity: 2, Health: "outage", Impact: "no payments",
		Services: []string{"payments-api", "db-payments"}, Owners: []string{"olga"}, T0: start.Add(-4 * time.Minute),
		Page: []incident.Target{{To: "team:app"}, {To: "team:dba", Fallback: []string{"dan"}}}, Ticket: true, Terms: terms(),
		Invite: []string{"bob"},
	})
	b.settle("INC-1/page:team:app", "PG-1")
	b.pass(3 * time.Second)
	b.settle("INC-1/ticket:main", "OPS-1")
	b.settle("INC-1/room:main@console", "#inc-1-checkout-failing")
	b.pass(13 * time.Second)
	b.fire()
	b.must("dan", incident.AcknowledgePage{Page: "PG-1"})
	b.must(journal.Bot, incident.Fail{Key: "INC-1/page:team:dba", Reason: "the pager refused it: unknown team"})
	b.pass(6 * time.Minute)
	b.fire()
	b.must("bob", incident.Claim{Role: incident.Commander})
	b.must("bob", incident.Assign{Role: incident.Comms, To: somebody("carol")})
	b.pass(time.Minute)
	b.must("carol", incident.Accept{})
}

func (b *book) workOnOutage() {
	b.must("bob", incident.SetSeverity{Severity: 1, Because: "all cards are refused"})
	b.refused("erin", incident.SetPhase{Phase: incident.Recovering})
	b.must("erin", incident.AddNote{Text: "replication lag is 40 s", Tag: "db", At: b.clock.Now().Add(-3 * time.Minute)})
	noted := b.at
	b.must("bob", incident.MakeDecision{Text: "fail over db-payments to the standby", Because: "the primary does not come back", Alternatives: []string{"wait for the vendor", "restore last night's backup"}, Reversible: "no"})
	decided := b.seqOf("decision.made")
	b.must("bob", incident.MakeDecision{Text: "stop the nightly batch"})
	b.must("erin", incident.Correct{Seq: noted, Text: "replication lag is 4 s", Because: "misread the graph"})
	b.must("bob", incident.Correct{Seq: decided, Text: "fail over db-payments to the second standby"})
	b.must("bob", incident.AddTask{Text: "check the reconciliation job", Owner: who("erin"), Due: b.clock.Now().Add(20 * time.Minute)})
	b.must("bob", incident.AddTask{Text: "tell the card schemes"})
	b.must("carol", incident.SendUpdate{Audience: incident.Team, Text: "Failing over.\nNext: payments-api."})
	b.settleAll()
	b.pass(10 * time.Minute)
	b.must("erin", incident.FinishTask{ID: "T1"})
	b.must("bob", incident.BlockTask{ID: "T2", Because: "nobody answers"})
	b.pass(30 * time.Minute)
	b.fire()
	b.pass(5 * time.Minute)
	b.must("carol", incident.SendUpdate{Audience: incident.Team, Text: "Failover done, checking."})
	b.must("bob", incident.Handover{Role: incident.Commander, To: somebody("frank")})
	b.pass(time.Minute)
	b.must("frank", incident.Accept{})
	b.must("frank", incident.SetPhase{Phase: incident.Monitoring})
	b.must("frank", incident.SkipUpdate{Audience: incident.Team, Because: "everybody is in the room"})
	b.must("frank", incident.AddFollowup{Text: "alert on replication lag", Owner: who("erin"), Due: start.Add(30 * 24 * time.Hour)})
	b.must("frank", incident.AddFollowup{Text: "rehearse the failover"})
	b.must("frank", incident.OwnFollowup{ID: "F2", Owner: somebody("dan")})
}

func (b *book) endOutage() {
	b.must("frank", incident.Resolve{Summary: "Second standby serves; card payments are back.", At: b.clock.Now().Add(-5 * time.Minute)})
	b.pass(4 * time.Minute)
	b.must("olga", incident.Verify{})
	b.must("erin", incident.FinishFollowup{ID: "F1"})
	b.must("frank", incident.LinkTicket{Key: "OPS-7"})
	b.settleAll()
	b.pass(time.Hour)
	b.plan = "77aa01f"
	b.must("frank", incident.Close{})
	b.settle("INC-1/post:closed@console", "")
}

func who(id string) *incident.Person {
	p := somebody(id)
	return &p
}
