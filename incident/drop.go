package incident

import (
	"slices"
	"strings"

	"holdfast/internal/fault"
)

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
