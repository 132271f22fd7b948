package incident_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
)

func TestRoles(t *testing.T) {
	t.Run("whoever declares acts as commander from the first entry", func(t *testing.T) {
		s := begin(t)
		is(t, "acting", s.state.Roles.Acting, "alice")
		is(t, "commander", s.state.Roles.Commander, "")
	})
	t.Run("a declarer who is named commander is it at once", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Commander = &incident.Person{ID: "alice", Groups: []string{"commanders"}} })
		is(t, "acting", s.state.Roles.Acting, "")
		is(t, "commander", s.state.Roles.Commander, "alice")
	})
	t.Run("somebody else who is named commander is offered it", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Commander = &bob })
		is(t, "acting", s.state.Roles.Acting, "alice")
		is(t, "offered to", s.state.Offers[0].To, "bob")
	})
	t.Run("a claim of command ends acting", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander})
		is(t, "acting", s.state.Roles.Acting, "")
		is(t, "commander", s.state.Roles.Commander, "bob")
	})
	t.Run("command is claimed by members of the commanders group", func(t *testing.T) {
		begin(t).refused(dan, incident.Claim{Role: incident.Commander}, fault.Role, "commanders group")
	})
	t.Run("the rights of a group nobody belongs to fall to every responder", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Terms.Unstaffed = []string{"commanders"} })
		s.does(dan, incident.Claim{Role: incident.Commander})
		is(t, "commander", s.state.Roles.Commander, "dan")
	})
	t.Run("a role that is held cannot be claimed, and the holder is named", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander})
		s.refused(carol, incident.Claim{Role: incident.Commander}, fault.LostRace, "already held by @bob")
		s.refused(bob, incident.Claim{Role: incident.Commander}, fault.NotOpen, "already done by @bob")
	})
	t.Run("the commander holds no second role", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander})
		s.refused(bob, incident.Claim{Role: incident.Comms}, fault.RoleExclusive, "no second role")
		s.refused(bob, incident.Claim{Role: incident.Lead + "db"}, fault.RoleExclusive, "no second role")
	})
	t.Run("nobody offers the commander a second role", func(t *testing.T) {
		s := begin(t)
		s.does(carol, incident.Claim{Role: incident.Commander})
		s.does(carol, incident.Assign{Role: incident.Deputy, To: bob})
		s.does(bob, incident.Accept{})
		s.refused(carol, incident.Assign{Role: incident.Comms, To: carol}, fault.RoleExclusive, "no second role")
	})
	t.Run("nobody hands the commander a second role", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander})
		s.does(dan, incident.Claim{Role: incident.Scribe})
		s.refused(dan, incident.Handover{Role: incident.Scribe, To: bob}, fault.RoleExclusive, "no second role")
	})
	t.Run("a commander does not accept a second role that was offered before", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Assign{Role: incident.Scribe, To: bob})
		s.does(bob, incident.Claim{Role: incident.Commander})
		s.refused(bob, incident.Accept{Role: incident.Scribe}, fault.RoleExclusive, "no second role")
	})
	t.Run("an acting commander may hold a second role", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Claim{Role: incident.Scribe})
		is(t, "scribe", s.state.Roles.Scribe, "alice")
		is(t, "acting", s.state.Roles.Acting, "alice")
	})
	t.Run("whoever takes command gives up every other role", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Deputy}, incident.Claim{Role: incident.Lead + "db"}, incident.Claim{Role: incident.Commander})
		is(t, "deputy", s.state.Roles.Deputy, "")
		is(t, "leads", len(s.state.Roles.Leads), 0)
		is(t, "commander", s.state.Roles.Commander, "bob")
	})
	t.Run("who drops command acts until somebody takes it", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander}, incident.Drop{})
		is(t, "commander", s.state.Roles.Commander, "")
		is(t, "acting", s.state.Roles.Acting, "bob")
		s.refused(bob, incident.Drop{Role: incident.Commander}, fault.NotOpen, "acting commander")
	})
	t.Run("who holds two roles says which one to drop", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Claim{Role: incident.Scribe}, incident.Claim{Role: incident.Lead + "db"})
		s.refused(dan, incident.Drop{}, fault.Ambiguous, "scribe, lead:db")
		s.does(dan, incident.Drop{Role: incident.Scribe})
		is(t, "scribe", s.state.Roles.Scribe, "")
	})
	t.Run("nobody drops what they do not hold", func(t *testing.T) {
		begin(t).refused(dan, incident.Drop{Role: incident.Scribe}, fault.NotOpen, "does not hold scribe")
	})
	t.Run("comms is for members of comms or commanders", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, incident.Claim{Role: incident.Comms}, fault.Role, "comms or commanders group")
		s.does(carol, incident.Claim{Role: incident.Comms})
	})
}

func TestOffers(t *testing.T) {
	offered := func(t *testing.T) *story {
		s := begin(t)
		s.does(alice, incident.Assign{Role: incident.Commander, To: bob})
		return s
	}
	t.Run("an offer changes nothing until it is accepted", func(t *testing.T) {
		s := offered(t)
		is(t, "commander", s.state.Roles.Commander, "")
		s.does(bob, incident.Accept{})
		is(t, "commander", s.state.Roles.Commander, "bob")
		is(t, "open offers", len(s.state.Offers), 0)
		is(t, "accepted from", last[*incident.CommandAccepted](s).From, "alice")
	})
	t.Run("an offer to oneself is a claim", func(t *testing.T) {
		s := begin(t)
		s.does(carol, incident.Assign{Role: incident.Comms, To: carol})
		is(t, "comms", s.state.Roles.Comms, "carol")
	})
	t.Run("only the addressee answers, and that comes before any question of rights", func(t *testing.T) {
		s := offered(t)
		s.refused(carol, incident.Accept{Role: incident.Commander}, fault.NotAddressee, "for @bob, not for @carol")
		s.refused(dan, incident.Decline{}, fault.NotAddressee, "for @bob")
	})
	t.Run("a declined offer is over, and whoever made it is told", func(t *testing.T) {
		s := offered(t)
		before := len(s.entries)
		s.does(bob, incident.Decline{})
		are(t, "told", s.wants("dm", before), "@alice declined commander bob")
		s.refused(bob, incident.Accept{}, fault.Stale, "is over")
		is(t, "acting", s.state.Roles.Acting, "alice")
	})
	t.Run("an offer lasts to the second before five minutes", func(t *testing.T) {
		s := offered(t)
		s.now = s.now.Add(5*time.Minute - time.Second)
		s.does(bob, incident.Accept{})
	})
	t.Run("an offer lapses after five minutes, and whoever made it is told", func(t *testing.T) {
		s := offered(t)
		before := len(s.entries)
		s.pass(5 * time.Minute)
		is(t, "reason", last[*incident.CommandLapsed](s).Reason, "expired")
		has(t, "told", s.wants("dm", before), "@alice lapsed commander bob")
		s.refused(bob, incident.Accept{}, fault.Stale, "is over")
	})
	t.Run("an offer that is past its time is over even before anybody has written so", func(t *testing.T) {
		s := offered(t)
		s.now = s.now.Add(5 * time.Minute)
		s.refused(bob, incident.Accept{}, fault.Stale, "is over")
	})
	t.Run("an offer does not lapse before its time", func(t *testing.T) {
		s := offered(t)
		s.does(bot, incident.Lapse{Role: incident.Commander, To: "bob"})
		is(t, "open offers", len(s.state.Offers), 1)
	})
	t.Run("a newer offer of the same role supersedes", func(t *testing.T) {
		s := offered(t)
		s.does(alice, incident.Assign{Role: incident.Commander, To: carol})
		is(t, "reason", last[*incident.CommandLapsed](s).Reason, "superseded")
		s.refused(bob, incident.Accept{}, fault.NotAddressee, "for @carol")
	})
	t.Run("a claim supersedes the offer", func(t *testing.T) {
		s := offered(t)
		s.does(carol, incident.Claim{Role: incident.Commander})
		s.refused(bob, incident.Accept{}, fault.Stale, "is over")
		is(t, "commander", s.state.Roles.Commander, "carol")
	})
	t.Run("an offer to somebody who may not hold the role is refused", func(t *testing.T) {
		s := begin(t)
		s.refused(alice, incident.Assign{Role: incident.Commander, To: dan}, fault.Role, "@dan may not be commander")
		s.refused(alice, incident.Assign{Role: incident.Scribe, To: gus}, fault.Role, "@gus may not be scribe")
	})
	t.Run("who may not give a role away is told who may", func(t *testing.T) {
		begin(t).refused(dan, incident.Assign{Role: incident.Scribe, To: bob}, fault.Role, "(@alice)")
	})
	t.Run("without an offer there is nothing to accept", func(t *testing.T) {
		begin(t).refused(bob, incident.Accept{}, fault.NotOpen, "No offer")
	})
}

func TestHandover(t *testing.T) {
	commanded := func(t *testing.T) *story {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander})
		return s
	}
	t.Run("command passes without a gap when the addressee accepts", func(t *testing.T) {
		s := commanded(t)
		s.does(bob, incident.Handover{Role: incident.Commander, To: carol})
		is(t, "until accepted", s.state.InCommand(), "bob")
		s.does(carol, incident.Accept{})
		is(t, "then", s.state.InCommand(), "carol")
		s.refused(bob, incident.SetPhase{Phase: incident.Identified}, fault.Role, "(@carol)")
	})
	t.Run("the offer carries the sum of the brief", func(t *testing.T) {
		s := commanded(t)
		s.does(bob, incident.Handover{Role: incident.Commander, To: carol})
		first := last[*incident.CommandOffered](s).Brief
		s.does(bob, incident.MakeDecision{Text: "fail over", Because: "lag"}, incident.Handover{Role: incident.Commander, To: carol})
		if second := last[*incident.CommandOffered](s).Brief; len(first) != 64 || first == second {
			t.Errorf("the sums are %q and %q", first, second)
		}
	})
	t.Run("an acting commander hands over too", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Handover{Role: incident.Commander, To: bob})
		s.does(bob, incident.Accept{})
		is(t, "commander", s.state.Roles.Commander, "bob")
	})
	t.Run("a holder hands over a role that is not command", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.Claim{Role: incident.Scribe}, incident.Handover{Role: incident.Scribe, To: olga})
		s.does(olga, incident.Accept{})
		is(t, "scribe", s.state.Roles.Scribe, "olga")
	})
	t.Run("nobody hands over what another holds", func(t *testing.T) {
		commanded(t).refused(carol, incident.Handover{Role: incident.Commander, To: carol}, fault.Role, "(@bob)")
	})
	t.Run("what nobody holds is not handed over", func(t *testing.T) {
		begin(t).refused(alice, incident.Handover{Role: incident.Comms, To: carol}, fault.NotOpen, "Nobody holds comms")
	})
	t.Run("command is not handed to whoever holds it", func(t *testing.T) {
		commanded(t).refused(bob, incident.Handover{Role: incident.Commander, To: bob}, fault.NotOpen, "already")
	})
	t.Run("whoever accepts command gives up every other role", func(t *testing.T) {
		s := commanded(t)
		s.does(carol, incident.Claim{Role: incident.Comms})
		s.does(bob, incident.Handover{Role: incident.Commander, To: carol})
		s.does(carol, incident.Accept{})
		is(t, "comms", s.state.Roles.Comms, "")
		are(t, "roles", s.state.RolesOf("carol"), incident.Commander)
	})
	t.Run("every heading of the brief is there, each line rests on an entry", func(t *testing.T) {
		s := commanded(t)
		s.does(bob, incident.MakeDecision{Text: "fail over to B", Because: "lag 2 s", Reversible: "no"}, incident.AddTask{Text: "warn finance", Owner: &dan})
		brief := incident.Brief(s.state)
		is(t, "headings", len(brief), 11)
		for _, h := range brief {
			for _, l := range h.Lines {
				if l.Seq == 0 || l.Seq > s.state.Entries {
					t.Errorf("%s: %q rests on entry %d", h.Title, l.Text, l.Seq)
				}
			}
		}
	})
}
