package incident

import (
	"slices"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Invite asks somebody into the incident's room. Of a private incident it
// makes that person one of those who may see it.
type Invite struct{ Who Person }

func (Invite) verb() string { return "invite" }

func (a Invite) decide(s State, c Context) Verdict {
	switch {
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander)
	case s.present(a.Who.ID):
		return refuse(fault.NotOpen, "", "%s is in %s already.", at(a.Who.ID), s.ID)
	}
	return accept(ruleCommander, s.inviteAll(a.Who.ID, a.Who.ID))
}

// inviteAll asks people in because somebody wants them there: it is tried
// until it is done. Those that a role or a report brings are asked by
// inviteOne.
func (s State) inviteAll(about string, people ...string) *journal.Requested {
	return s.want(journal.Effect{Type: journal.Invite, To: s.Room, People: people, After: []string{s.roomKey()}}, about)
}

// present says whether a person is in the room: was asked in, or has acted
// there.
func (s State) present(person string) bool {
	return slices.Contains(s.invited(), person) ||
		slices.ContainsFunc(s.seen, func(x seen) bool { return x.person == person && x.room == s.Room })
}

// people names everybody who is in the room or has acted in the incident.
func (s State) people() []string {
	people := s.invited()
	for _, x := range s.seen {
		people = append(people, x.person)
	}
	return unique(people, s.Joined)
}

// invited returns everybody who was asked into the room, save where that was
// given up.
func (s State) invited() []string {
	var people []string
	for _, t := range s.Outbox.All() {
		if t.Type == journal.Invite && (t.Outcome == journal.Pending || t.Outcome == journal.Done) {
			people = append(people, t.People...)
		}
	}
	return unique(people)
}
