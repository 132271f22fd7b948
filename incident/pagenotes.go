package incident

import (
	"holdfast/journal"
)

// What the terms ask for is told to the incidents of the pager as well:
// decisions as notes, for who was called, and updates to executives as status
// updates, for who follows there.

// tellPager asks for a note on every page that is not over.
func (s State) tellPager(kind, id, text string) []journal.Fact {
	if s.Terms.PageNotes != kind && s.Terms.PageNotes != CommentsAll {
		return nil
	}
	effect := journal.PageNote
	if kind == CommentUpdates {
		effect = journal.PageUpdate
	}
	var facts []journal.Fact
	for _, p := range s.Pages {
		wanted := p.Outcome == journal.Pending || p.Outcome == journal.Done
		if !wanted || p.Turn == PageOver || s.Drill {
			continue
		}
		facts = append(facts, s.want(journal.Effect{Type: effect, To: p.Effect, Text: s.ID + " " + id + ": " + text, After: s.behindPage(p, effect)}, id+":"+p.To))
	}
	return facts
}

// behindPage names what must be over before one more effect of a kind reaches
// the pager: the page itself, and what was asked for of that kind before.
func (s State) behindPage(p Page, kind string) []string {
	var after []string
	if p.Outcome == journal.Pending {
		after = append(after, p.Effect)
	}
	for _, x := range s.Outbox.Open() {
		if x.Type == kind && x.To == p.Effect {
			after = append(after, x.Key)
		}
	}
	return after
}

// PageOf returns the page that an effect has asked for.
func (s State) PageOf(effect string) (Page, bool) {
	for _, p := range s.Pages {
		if p.Effect == effect {
			return p, true
		}
	}
	return Page{}, false
}
