package incident

import "holdfast/journal"

// A room is closed to talk when its incident is closed, where the terms say so:
// as the last thing that is done in it. Opening the incident again wants the
// room again.

// archive asks for the room to be archived once others are over.
func (s State) archive(after []string) *journal.Requested {
	return s.want(journal.Effect{Type: journal.Archive, To: s.Room, After: after, Droppable: true}, "main")
}

// Archived says whether the room is archived, as far as Holdfast has done it.
func (s State) Archived() bool { return s.archiving() == journal.Done }

// archiving says where the archiving of the room stands; "" when it was not
// wanted since the room was last wanted.
func (s State) archiving() (stands journal.Outcome) {
	for _, t := range s.Outbox.All() {
		switch {
		case t.To != s.Room:
		case t.Type == journal.Archive:
			stands = t.Outcome
		case t.Type == journal.Room:
			stands = ""
		}
	}
	return stands
}

// roomAgain asks for a room that was archived, or is about to be; what is said
// in it from now on waits for that.
func (s State) roomAgain(v Verdict) (State, Verdict) {
	if at := s.archiving(); at != journal.Done && at != journal.Pending {
		return s, v
	}
	again := s.want(journal.Effect{Type: journal.Room, To: s.Room}, "main")
	s.room = again.Key // s is a copy
	return s, v.and(again)
}
