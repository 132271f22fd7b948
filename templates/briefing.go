package templates

import (
	"maps"
	"slices"
	"strings"

	"holdfast/incident"
)

// RoleKind is the role the message is about, which of a lead is "lead",
// whatever the team.
func (v View) RoleKind() string {
	kind, _, _ := strings.Cut(v.Subject, ":")
	return kind
}

// Holds says whether who the message goes to still holds the role that it is
// about.
func (v View) Holds() bool {
	holder := v.Incident.Holder(v.Subject)
	return holder != "" && "@"+holder == v.To
}

// Held is a role and who holds it.
type Held struct{ Role, Person string }

// Others returns the roles, beside command, that others than the message's
// reader hold.
func (v View) Others() []Held {
	roles := []string{incident.Comms, incident.Deputy, incident.Scribe}
	for _, team := range slices.Sorted(maps.Keys(v.Incident.Roles.Leads)) {
		roles = append(roles, incident.Lead+team)
	}
	var all []Held
	for _, role := range roles {
		if who := v.Incident.Holder(role); who != "" && "@"+who != v.To {
			all = append(all, Held{strings.ToUpper(role[:1]) + strings.Replace(role[1:], ":", " of ", 1), who})
		}
	}
	return all
}
