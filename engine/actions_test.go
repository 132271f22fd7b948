package engine_test

import (
	"time"

	"pgregory.net/rapid"

	"holdfast/engine/enginetest"
	"holdfast/incident"
)

var (
	dan    = enginetest.Person("dan", "responders")
	guest  = incident.Person{ID: "gus", Guest: true}
	people = []incident.Person{alice, bob, carol, dan, olga, guest}
	roles  = []string{incident.Commander, incident.Comms, incident.Deputy, incident.Scribe, incident.Lead + "db"}
)

// actor draws who acts: somebody, or half of the time whoever is in command,
// since little is decided by others.
func actor(t *rapid.T, s incident.State) incident.Person {
	if rapid.Bool().Draw(t, "in command") {
		for _, p := range people {
			if p.ID == s.InCommand() {
				return p
			}
		}
	}
	return rapid.SampledFrom(people).Draw(t, "who")
}

// action draws anything that may be asked of an incident, sensible or not.
func action(t *rapid.T, s incident.State, now time.Time) incident.Action {
	whom := func() incident.Person { return rapid.SampledFrom(people).Draw(t, "whom") }
	role := func() string { return rapid.SampledFrom(roles).Draw(t, "role") }
	maybe := func(all ...string) string { return rapid.SampledFrom(all).Draw(t, "word") }
	when := func() time.Time {
		return now.Add(time.Duration(rapid.IntRange(-120, 10).Draw(t, "minutes")) * time.Minute)
	}
	families := []func() incident.Action{
		func() incident.Action { return peopleAction(t, whom, role, maybe) },
		func() incident.Action { return peopleAction(t, whom, role, maybe) },
		func() incident.Action { return courseAction(t, maybe, when) },
		func() incident.Action { return courseAction(t, maybe, when) },
		func() incident.Action { return recordAction(t, s, whom, maybe, when) },
		func() incident.Action { return outsideAction(t, whom, maybe) },
	}
	return rapid.SampledFrom(families).Draw(t, "family")()
}

func peopleAction(t *rapid.T, whom func() incident.Person, role func() string, maybe func(...string) string) incident.Action {
	switch rapid.IntRange(0, 5).Draw(t, "people") {
	case 0:
		return incident.Claim{Role: role()}
	case 1:
		return incident.Assign{Role: role(), To: whom()}
	case 2:
		return incident.Handover{Role: role(), To: whom()}
	case 3:
		return incident.Accept{Role: maybe("", "", incident.Commander, incident.Comms)}
	case 4:
		return incident.Decline{Role: maybe("", incident.Commander)}
	}
	return incident.Drop{Role: maybe("", incident.Commander, incident.Deputy)}
}

func courseAction(t *rapid.T, maybe func(...string) string, when func() time.Time) incident.Action {
	because := maybe("it looks like it", "")
	switch rapid.IntRange(0, 7).Draw(t, "course") {
	case 0:
		return incident.SetSeverity{Severity: rapid.IntRange(0, 5).Draw(t, "severity"), Because: because, Page: []incident.Target{{To: "team:dba", Fallback: []string{"olga"}}}, Ticket: true}
	case 1:
		return incident.SetPhase{Phase: rapid.SampledFrom(incident.Phases).Draw(t, "phase")}
	case 2:
		return incident.SetTime{Point: rapid.SampledFrom(incident.Points).Draw(t, "point"), At: when(), Because: because}
	case 3:
		return incident.SendUpdate{Audience: maybe(incident.Team, incident.Exec), Text: "still looking", Next: time.Duration(rapid.IntRange(0, 90).Draw(t, "next")) * time.Minute}
	case 4:
		return incident.SkipUpdate{Audience: maybe(incident.Team, incident.Exec), Because: because}
	case 5:
		return incident.Resolve{Summary: "failed over"}
	case 6:
		return rapid.SampledFrom([]incident.Action{incident.Verify{}, incident.Reopen{Because: "it is back"}}).Draw(t, "word of the business")
	}
	return incident.Close{As: maybe("", incident.FalseAlarm), Because: because}
}

func recordAction(t *rapid.T, s incident.State, whom func() incident.Person, maybe func(...string) string, when func() time.Time) incident.Action {
	switch rapid.IntRange(0, 8).Draw(t, "record") {
	case 0:
		return incident.AddNote{Text: maybe("replica lag 2 s", "disk full"), At: when()}
	case 1:
		return incident.Correct{Seq: uint64(rapid.IntRange(0, int(s.Entries)+1).Draw(t, "entry")), Text: "replica lag 3 s"}
	case 2:
		return incident.MakeDecision{Text: "fail over to B", Because: maybe("", "replica lag 2 s"), Alternatives: []string{"wait"}}
	case 3:
		owner := whom()
		return incident.AddTask{Text: "look at the queue", Owner: &owner, Due: when()}
	case 4:
		return incident.FinishTask{ID: maybe("T1", "T2")}
	case 5:
		return incident.BlockTask{ID: maybe("T1", "T2"), Because: maybe("", "no access")}
	case 6:
		return incident.AddFollowup{Text: "alert on lag"}
	case 7:
		return incident.OwnFollowup{ID: maybe("F1", "F2"), Owner: whom()}
	}
	return incident.DraftUpdate{Audience: incident.Exec, Text: "we know why"}
}

func outsideAction(t *rapid.T, whom func() incident.Person, maybe func(...string) string) incident.Action {
	switch rapid.IntRange(0, 8).Draw(t, "outside") {
	case 0:
		return incident.PagePeople{To: incident.Target{To: "@" + whom().ID, Fallback: []string{"dan"}}, Why: "come"}
	case 1:
		return incident.AcknowledgePage{Page: maybe("", "PG-1")}
	case 2:
		return incident.OpenTicket{Title: maybe("", "lag")}
	case 3:
		return incident.LinkTicket{Key: maybe("OPS-311", "NOPE-1")}
	case 4:
		return incident.Invite{Who: whom()}
	case 5:
		return incident.Follow{}
	case 6:
		return incident.Unfollow{}
	case 7:
		return rapid.SampledFrom([]incident.Action{incident.MakePrivate{Because: "it names people"}, incident.MakePublic{Because: "they know"}}).Draw(t, "view")
	}
	return incident.Rescope{Services: []string{maybe("idp", "mq")}, Page: []incident.Target{{To: "team:identity"}}, Invite: []string{whom().ID}}
}
