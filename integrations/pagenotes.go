package integrations

import (
	"context"
	"fmt"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// PageNote is a text that is to stand with a page.
type PageNote struct {
	Key  string // that the page was made under
	ID   string // the name that Page returned
	Text string // ends in Mark
	Mark string // what no other note has in it: "(INC-1#17)"
	// Again says that an earlier try may have written it.
	Again bool
}

// PageNotes is a pager whose incidents keep notes, for who was called, and have
// status updates, for who follows them. It is an ability that a Pager may have.
//
// Note writes a note; of one that may be there already it looks for the mark
// first, so that none stands twice. Update sends a status update, which cannot
// be looked for: the text says that it is a repeat. Of a page that another pager
// has made, or that the pager does not have any more, there is nothing to write.
// Both make one try; errors are as errors.go describes them.
type PageNotes interface {
	Note(ctx context.Context, n PageNote) error
	Update(ctx context.Context, n PageNote) error
}

// PageNotesOf returns the ability of a pager, nil when it does not have it.
func PageNotesOf(p Pager) PageNotes {
	if r, both := p.(Rungs); both && PageNotesOf(r.First) == nil {
		return nil
	}
	n, _ := p.(PageNotes)
	return n
}

// tell writes a note or sends a status update. What a private incident is about
// stays out of the pager, which more people read.
func (p Paging) tell(ctx context.Context, s incident.State, a journal.Attempt) (string, error) {
	notes := PageNotesOf(p.Pager)
	if notes == nil {
		return "", lasting(fault.New(fault.NotOpen, "This pager keeps no notes.", "Leave page.notes out of the plan's policy.yaml."))
	}
	page, _ := s.PageOf(a.To)
	if page.ID == "" {
		return "", lasting(fault.New(fault.NotOpen, "Its page was not accepted.", "Tell them by hand."))
	}
	t, _ := s.Outbox.Get(a.Key)
	ref := journal.Ref(s.ID, t.Seq)
	n := PageNote{Key: page.Effect, ID: page.ID, Mark: "(" + ref + ")", Again: a.Doubtful}
	n.Text = discreetly(s, a.Text) + " " + n.Mark
	write := notes.Note
	if a.Type == journal.PageUpdate {
		write = notes.Update
		if a.Doubtful {
			n.Text += " (repeat of " + ref + ")"
		}
	}
	if err := write(ctx, n); err != nil {
		return "", fmt.Errorf("tell %s of page %s: %w", page.To, page.ID, err)
	}
	return page.ID, nil
}
