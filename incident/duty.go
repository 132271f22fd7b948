package incident

import (
	"fmt"
	"slices"
)

// Duties says what of an incident is a person's: roles, offers that wait for
// their word, tasks and follow-ups that are not done.
func (s State) Duties(person string) []string {
	var duties []string
	if s.Roles.Acting == person {
		duties = append(duties, "acting commander")
	}
	duties = append(duties, s.RolesOf(person)...)
	for _, o := range s.Offers {
		if o.To == person {
			duties = append(duties, fmt.Sprintf("%s is offered to you by %s", o.Role, at(o.By)))
		}
	}
	for _, p := range s.Approvals {
		if p.State == Waiting && slices.Contains(p.Asked, person) {
			duties = append(duties, fmt.Sprintf("approve or deny %s, the update %s to %s", p.ID, p.Update, p.Audience))
		}
	}
	for _, t := range s.Tasks {
		if t.Owner == person && t.State != "done" {
			duties = append(duties, fmt.Sprintf("task %s (%s): %s", t.ID, t.State, t.Text))
		}
	}
	for _, f := range s.Followups {
		if f.Owner == person && f.State == "open" {
			duties = append(duties, fmt.Sprintf("follow-up %s: %s", f.ID, f.Text))
		}
	}
	if s.Verifies(person) {
		duties = append(duties, "verify that the business has its service back")
	}
	return duties
}

// DraftsFor returns the drafts that wait for a person to send them: for whoever
// speaks for the incident, and of those to the team for who wrote them.
func (s State) DraftsFor(person string) []Draft {
	var mine []Draft
	for _, d := range s.Drafts {
		if _, waits := s.Awaits(d.ID); d.Withdrawn || waits {
			continue
		}
		if s.speaker() == person || d.By == person && d.Audience == Team {
			mine = append(mine, d)
		}
	}
	return mine
}

// Verifies says whether a person is asked to verify that the business has its
// service back.
func (s State) Verifies(person string) bool {
	return slices.Contains(s.Owners, person) && s.Phase == PhaseResolved && s.TV == nil
}

// Involves says whether a person has to do with the incident: did something
// in it, holds or was offered a role, was given work, joined or was invited.
func (s State) Involves(person string) bool { return slices.Contains(s.Involved(), person) }

// Involved names everybody the incident involves, each once.
func (s State) Involved() []string {
	var people []string
	for _, x := range s.seen {
		people = append(people, x.person)
	}
	for _, h := range s.holders {
		people = append(people, h.person)
	}
	for _, o := range s.Offers {
		people = append(people, o.To)
	}
	for _, t := range s.Tasks {
		if t.State != "done" {
			people = append(people, t.Owner)
		}
	}
	for _, f := range s.Followups {
		if f.State == "open" {
			people = append(people, f.Owner)
		}
	}
	people = append(people, s.Joined...)
	people = append(people, s.Owners...)
	for _, t := range s.Outbox.All() {
		people = append(people, t.People...)
	}
	return slices.DeleteFunc(unique(people), func(p string) bool { return p == "" })
}
