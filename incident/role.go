package incident

import (
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
	return v.and(&RoleTaken{Role: a.Role, Person: c.Actor.ID}, s.inviteOne(c.Actor.ID), s.brief(c.Actor.ID, a.Role))
}

func exclusive(person, role string) Verdict {
	return refuse(fault.RoleExclusive, "Give it to somebody else, or hand over command first.", "%s is the commander and holds no second role, so not %s.", at(person), role)
}

func (s State) inviteOne(person string) *journal.Requested {
	return s.want(journal.Effect{Type: journal.Invite, To: s.Room, People: []string{person}, After: []string{s.roomKey()}, Droppable: true}, person)
}

// brief tells who has just taken a role what it is about, once for each time.
// Who declares has the answer to that instead, and whom command is offered gets
// the handover brief before.
func (s State) brief(person, role string) *journal.Requested {
	return s.tell(person, "briefing", role)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
