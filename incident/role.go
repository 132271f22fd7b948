package incident

import (
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Assign gives a role: to oneself at once, to anybody else as an offer.
type Assign struct {
	Role string
	To   Person
}

func (Assign) verb() string { return "role" }

func (a Assign) decide(s State, c Context) Verdict {
	if a.To.ID == c.Actor.ID && s.Holder(a.Role) == "" {
		return Claim{Role: a.Role}.decide(s, c)
	}
	if !ruleCommander.permits(s, c) {
		return deny(s, c, a, ruleCommander)
	}
	if a.To.ID == c.Actor.ID {
		return Claim{Role: a.Role}.take(s, c, ruleCommander)
	}
	if v, bad := addressable(s, a.Role, a.To); bad {
		return v
	}
	if a.Role == Commander {
		return accept(ruleCommander, offerCommand(s, c, a.To)...)
	}
	return accept(ruleCommander, offerRole(s, c, a.Role, a.To)...)
}

// Claim takes a role nobody holds.
type Claim struct{ Role string }

func (Claim) verb() string { return "role claim" }

func (a Claim) decide(s State, c Context) Verdict {
	if holder := s.Holder(a.Role); holder == c.Actor.ID {
		return refuse(fault.NotOpen, "", "already done by %s: you are %s.", at(holder), a.Role)
	} else if holder != "" {
		next := "Ask for an offer: `/incident role " + a.Role + " " + at(c.Actor.ID) + "`."
		if a.Role == Commander {
			next = "Ask for a handover: `/incident handover commander " + at(c.Actor.ID) + "`."
		}
		return refuse(fault.LostRace, next, "%s is already held by %s.", a.Role, at(holder))
	}
	r := eligible(a.Role)
	if !r.permits(s, c) {
		return deny(s, c, a, r)
	}
	return a.take(s, c, r)
}

// take gives the role to the actor. Whoever takes command gives up every other
// role, since the commander holds no second one; the other way round it is
// refused, for nobody should lose the commander by accident.
func (a Claim) take(s State, c Context, r rule) Verdict {
	v := accept(r)
	if a.Role == Commander {
		for _, other := range s.RolesOf(c.Actor.ID) {
			v = v.and(&RoleDropped{Role: other, Person: c.Actor.ID})
		}
	} else if s.Roles.Commander == c.Actor.ID {
		return exclusive(c.Actor.ID, a.Role)
	}
	v = v.and(superseded(s, a.Role)...)
	return v.and(&RoleTaken{Role: a.Role, Person: c.Actor.ID}, s.inviteOne(c.Actor.ID))
}

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
		return accept(ruleAddressee, &RoleTaken{Role: o.Role, Person: c.Actor.ID}, s.inviteOne(c.Actor.ID))
	}
	v = accept(ruleAddressee)
	for _, other := range s.RolesOf(c.Actor.ID) {
		v = v.and(&RoleDropped{Role: other, Person: c.Actor.ID})
	}
	return v.and(&CommandAccepted{Person: c.Actor.ID, From: o.By}, s.inviteOne(c.Actor.ID), s.post("command", c.Actor.ID))
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

// Drop gives a role back. Who drops command acts until somebody takes it.
type Drop struct{ Role string } // empty when the person holds one role

func (Drop) verb() string { return "role drop" }

func (a Drop) decide(s State, c Context) Verdict {
	held := s.RolesOf(c.Actor.ID)
	role := a.Role
	if role == "" && len(held) == 1 {
		role = held[0]
	}
	switch {
	case role == "" && len(held) > 1:
		return refuse(fault.Ambiguous, "Say which: `/incident role drop "+held[0]+"`.", "%s holds %s.", at(c.Actor.ID), strings.Join(held, ", "))
	case role == "" || !slices.Contains(held, role):
		if role == Commander && s.Roles.Acting == c.Actor.ID {
			return refuse(fault.NotOpen, "Offer it: `/incident role commander @somebody`.", "%s is acting commander; that ends when somebody claims or accepts command.", at(c.Actor.ID))
		}
		return refuse(fault.NotOpen, "`/incident status` shows the roles.", "%s does not hold %s.", at(c.Actor.ID), orElse(role, "any role"))
	}
	v := accept(ruleHolder, &RoleDropped{Role: role, Person: c.Actor.ID})
	if role == Commander {
		v = v.and(s.post("dropped", c.Actor.ID))
	}
	return v
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

func exclusive(person, role string) Verdict {
	return refuse(fault.RoleExclusive, "Give it to somebody else, or hand over command first.", "%s is the commander and holds no second role, so not %s.", at(person), role)
}

func (s State) inviteOne(person string) *journal.Requested {
	return s.want(journal.Effect{Type: journal.Invite, To: s.Room, People: []string{person}, After: []string{s.roomKey()}, Droppable: true}, person)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
