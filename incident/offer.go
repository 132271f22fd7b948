package incident

import (
	"slices"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Accept takes an offered role. Command is in force from here on.
type Accept struct {
	Role string // empty when the person has one open offer
}

func (Accept) verb() string { return "role accept" }

func (a Accept) decide(s State, c Context) Verdict {
	o, v, ok := s.answered(a.Role, c)
	if !ok {
		return v
	}
	if o.Role != Commander {
		if s.Roles.Commander == c.Actor.ID {
			return exclusive(c.Actor.ID, o.Role)
		}
		return accept(ruleAddressee, &RoleTaken{Role: o.Role, Person: c.Actor.ID}, s.inviteOne(c.Actor.ID), s.brief(c.Actor.ID, o.Role))
	}
	v = accept(ruleAddressee)
	for _, other := range s.RolesOf(c.Actor.ID) {
		v = v.and(&RoleDropped{Role: other, Person: c.Actor.ID})
	}
	return v.and(&CommandAccepted{Person: c.Actor.ID, From: o.By}, s.inviteOne(c.Actor.ID), s.post("command", c.Actor.ID), s.brief(c.Actor.ID, Commander))
}

// Decline refuses an offered role.
type Decline struct{ Role string }

func (Decline) verb() string { return "role decline" }

func (a Decline) decide(s State, c Context) Verdict {
	o, v, ok := s.answered(a.Role, c)
	if !ok {
		return v
	}
	if o.Role == Commander {
		v = accept(ruleAddressee, &CommandDeclined{Person: c.Actor.ID})
	} else {
		v = accept(ruleAddressee, &RoleDeclined{Role: o.Role, Person: c.Actor.ID})
	}
	return v.and(s.tell(o.By, "declined", o.Role+" "+o.To))
}

// answered finds the open offer a word is about. That the offer is for
// somebody else comes before any question of rights.
func (s State) answered(role string, c Context) (Offer, Verdict, bool) {
	for _, o := range s.Offers {
		if o.To == c.Actor.ID && (role == "" || o.Role == role) && c.Now.Before(o.Expires) {
			return o, Verdict{}, true
		}
	}
	for _, o := range s.Offers {
		if (role == "" || o.Role == role) && c.Now.Before(o.Expires) {
			return Offer{}, refuse(fault.NotAddressee, "", "The offer of %s is for %s, not for %s.", o.Role, at(o.To), at(c.Actor.ID)), false
		}
	}
	for _, o := range slices.Backward(slices.Concat(s.closedOffs, s.Offers)) {
		if o.To == c.Actor.ID && (role == "" || o.Role == role) {
			return Offer{}, refuse(fault.Stale, s.whatNow(o.Role), "The offer of %s to %s is over.", o.Role, at(o.To)), false
		}
	}
	what := role
	if what == "" {
		what = "a role"
	}
	return Offer{}, refuse(fault.NotOpen, s.whatNow(role), "No offer of %s is open.", what), false
}

func (s State) whatNow(role string) string {
	switch holder := s.Holder(role); {
	case holder != "":
		return at(holder) + " holds " + role + "."
	case role == Commander:
		return "`/incident role claim commander` takes command."
	case role != "":
		return "`/incident role claim " + role + "` takes it."
	}
	return "`/incident status` shows the roles."
}

// Lapse ends an offer nobody answered. A timer decides it.
type Lapse struct{ Role, To string }

func (Lapse) verb() string { return "lapse" }

func (a Lapse) decide(s State, c Context) Verdict {
	o, open := s.Offer(a.Role)
	if !c.bot() || !open || o.To != a.To || c.Now.Before(o.Expires) {
		return Verdict{Rule: ruleEngine.name}
	}
	v := accept(ruleEngine, lapsed(o, "expired"))
	return v.and(s.tell(o.By, "lapsed", o.Role+" "+o.To))
}

func lapsed(o Offer, why string) journal.Fact {
	if o.Role == Commander {
		return &CommandLapsed{To: o.To, Reason: why}
	}
	return &RoleLapsed{Role: o.Role, To: o.To, Reason: why}
}

// superseded ends every open offer of a role that somebody now takes or is
// newly offered.
func superseded(s State, role string) []journal.Fact {
	var facts []journal.Fact
	for _, o := range s.Offers {
		if o.Role == role {
			facts = append(facts, lapsed(o, "superseded"))
		}
	}
	return facts
}

func offerRole(s State, c Context, role string, to Person) []journal.Fact {
	return append(superseded(s, role),
		&RoleOffered{Role: role, To: to.ID, By: c.Actor.ID, Expires: c.Now.Add(offerLife(s))},
		s.tell(to.ID, "offer", role))
}

func offerLife(s State) time.Duration {
	if s.Terms.OfferLife == 0 {
		return 5 * time.Minute
	}
	return time.Duration(s.Terms.OfferLife)
}

// addressable refuses an offer to somebody who may not hold the role.
func addressable(s State, role string, to Person) (Verdict, bool) {
	r := eligible(role)
	switch {
	case s.Holder(role) == to.ID:
		return refuse(fault.NotOpen, "", "%s is %s already.", at(to.ID), role), true
	case to.Guest || !r.allows(s, to):
		return refuse(fault.Role, "", "%s may not be %s: that is for %s.", at(to.ID), role, r.says), true
	case role != Commander && s.Roles.Commander == to.ID:
		return exclusive(to.ID, role), true
	}
	return Verdict{}, false
}
