package templates

import (
	"slices"

	"holdfast/incident"
)

// Mine returns the incidents in which something waits for the reader.
func (v View) Mine() []incident.State {
	var mine []incident.State
	for _, s := range v.Incidents {
		if len(s.Duties(v.Person)) > 0 || len(s.DraftsFor(v.Person)) > 0 {
			mine = append(mine, s)
		}
	}
	return mine
}

// RolesIn returns the roles the reader holds in an incident.
func (v View) RolesIn(s incident.State) []string {
	held := s.RolesOf(v.Person)
	if s.Roles.Acting == v.Person {
		held = slices.Insert(held, 0, "acting commander")
	}
	return held
}

// ApprovalsIn returns what of an incident waits for the reader's yes or no.
func (v View) ApprovalsIn(s incident.State) []incident.Approval {
	return slices.DeleteFunc(slices.Clone(s.Approvals), func(p incident.Approval) bool {
		return p.State != incident.Waiting || !slices.Contains(p.Asked, v.Person)
	})
}

// WordingIn returns the text that an approval of an incident is about.
func (v View) WordingIn(s incident.State, p incident.Approval) string {
	v.Incident = s
	return v.Wording(p)
}

// DraftsIn returns the drafts of an incident that wait for the reader.
func (v View) DraftsIn(s incident.State) []incident.Draft { return s.DraftsFor(v.Person) }

// TasksIn returns the reader's tasks in an incident that are not done.
func (v View) TasksIn(s incident.State) []incident.Task {
	var mine []incident.Task
	for _, t := range s.Tasks {
		if t.Owner == v.Person && t.State != "done" {
			mine = append(mine, t)
		}
	}
	return mine
}

// FollowupsIn returns the reader's follow-ups of an incident that are open.
func (v View) FollowupsIn(s incident.State) []incident.Followup {
	var mine []incident.Followup
	for _, f := range s.Followups {
		if f.Owner == v.Person && f.State == "open" {
			mine = append(mine, f)
		}
	}
	return mine
}

// Verifies says whether the reader is asked to verify an incident.
func (v View) Verifies(s incident.State) bool { return s.Verifies(v.Person) }
