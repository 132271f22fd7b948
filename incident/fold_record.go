package incident

import (
	"maps"
	"slices"
	"time"

	"holdfast/journal"
)

// applyRecord folds decisions, notes, tasks, follow-ups, pages and tickets.
func (s State) applyRecord(e journal.Entry) State {
	switch f := e.Fact.(type) {
	case *DecisionMade:
		s.Decisions = append(s.Decisions, Decision{ID: f.ID, Text: f.Text, Because: e.Because,
			Alternatives: f.Alternatives, Reversible: f.Reversible, By: e.Actor, At: e.At, Seq: e.Seq})
	case *NoteAdded:
		s.Notes = append(s.Notes, Note{Text: f.Text, Tag: f.Tag, By: e.Actor, At: e.At, Seq: e.Seq})
	case *EntryCorrected:
		s = s.corrected(e, f)
	case *TaskAdded:
		s.Tasks = append(s.Tasks, Task{ID: f.ID, Text: f.Text, Owner: f.Owner, Due: f.Due, State: "open", By: e.Actor, Seq: e.Seq})
	case *TaskDone:
		s = s.taskIs(f.ID, "done", "", e.Recorded, f.Ticket == "")
	case *TaskBlocked:
		s = s.taskIs(f.ID, "blocked", e.Because, e.Recorded, true)
	case *TaskOverdue:
		s = s.fired(timerTask(f.ID), e.Recorded)
	case *FollowupAdded:
		s.Followups = append(s.Followups, Followup{ID: f.ID, Text: f.Text, Owner: f.Owner, Due: f.Due, State: "open", By: e.Actor, Seq: e.Seq})
	case *FollowupOwned:
		s.Followups = changed(s.Followups, func(x Followup) bool { return x.ID == f.ID }, func(x *Followup) { x.Owner = f.Owner })
	case *FollowupDone:
		s.Followups = changed(s.Followups, func(x Followup) bool { return x.ID == f.ID }, func(x *Followup) { x.State = "done" })
	case *PageAcknowledged:
		s.Pages = changed(s.Pages, func(p Page) bool { return p.Effect == f.Key }, func(p *Page) { p.acknowledged(e.At, f) })
		if s.TK == nil {
			at := e.At
			s.TK = &at
		}
	case *PageUnconfirmed:
		s.Pages = changed(s.Pages, func(p Page) bool { return p.Effect == f.Key }, func(p *Page) { p.Unconfirmed, p.Lost = true, f.Lost })
	case *PageUnacknowledged:
		s = s.pageTook(e, f.PageTurn, Unacknowledged)
	case *PageEscalated:
		s = s.pageTook(e, f.PageTurn, Escalated)
	case *PageDeclined:
		s.Pages = changed(s.Pages, func(p Page) bool { return p.Effect == f.Key }, func(p *Page) { p.declined(e.At, f.PageTurn) })
	case *PageReassigned:
		s = s.pageTook(e, f.PageTurn, Reassigned)
	case *PageResolved:
		s = s.pageTook(e, f.PageTurn, PageOver)
	case *TicketLinked:
		s.Tickets = append(slices.Clip(s.Tickets), Ticket{Key: f.Ticket, Outcome: journal.Done, Seq: e.Seq, since: e.Recorded})
	case *TicketMoved:
		s = s.ticketMoved(f)
	}
	return s
}

// taskIs keeps when the room has said so; what was done in the tracker is known
// there.
func (s State) taskIs(id, state, reason string, at time.Time, inRoom bool) State {
	s.Tasks = changed(s.Tasks, func(t Task) bool { return t.ID == id }, func(t *Task) {
		if t.State, t.Reason = state, reason; inRoom {
			t.changed = at
		}
	})
	return s
}

// corrected supersedes the text of what an entry has put on the record; the
// old entry stays in the journal. What was sent has been sent.
func (s State) corrected(e journal.Entry, f *EntryCorrected) State {
	s.Decisions = changed(s.Decisions, func(d Decision) bool { return d.Seq == f.Supersedes }, func(d *Decision) { d.Text, d.Corrected = f.Text, e.Seq })
	s.Notes = changed(s.Notes, func(n Note) bool { return n.Seq == f.Supersedes }, func(n *Note) { n.Text, n.Corrected = f.Text, e.Seq })
	s.Tasks = changed(s.Tasks, func(t Task) bool { return t.Seq == f.Supersedes }, func(t *Task) { t.Text, t.Corrected = f.Text, e.Seq })
	s.Followups = changed(s.Followups, func(x Followup) bool { return x.Seq == f.Supersedes }, func(x *Followup) {
		x.Text, x.Corrected, x.Withdrawn = f.Text, e.Seq, x.Withdrawn || f.Withdrawn
	})
	s.Drafts = changed(s.Drafts, func(d Draft) bool { return d.Seq == f.Supersedes }, func(d *Draft) {
		d.Text, d.Corrected, d.Withdrawn = f.Text, e.Seq, d.Withdrawn || f.Withdrawn
	})
	return s
}

// applyUpdates folds what was said to whom and what is due next.
func (s State) applyUpdates(e journal.Entry) State {
	switch f := e.Fact.(type) {
	case *UpdateDrafted:
		s.Drafts = append(slices.Clip(s.Drafts), Draft{ID: f.ID, Audience: f.Audience, Text: f.Text, By: e.Actor, Seq: e.Seq})
	case *UpdateSent:
		at := e.Recorded
		s.Drafts = slices.DeleteFunc(slices.Clone(s.Drafts), func(d Draft) bool { return d.ID == f.ID })
		s.Sent = append(s.Sent, Sent{ID: f.ID, Audience: f.Audience, Text: f.Text, By: orElse(f.By, e.Actor), At: at, Next: f.Next, Late: f.Late, Seq: e.Seq, Public: f.Public, Approved: s.approvedBy(f), Vendors: f.Vendors})
		s = s.withUpdate(f.Audience, func(u *Update) {
			if !u.Missed && u.Due != nil {
				u.DueCount++
			}
			u.Last, u.Due, u.Missed, u.MissedDue = &at, f.Next, false, nil
			u.SentCount++
		})
	case *UpdateSkipped:
		s = s.withUpdate(f.Audience, func(u *Update) { u.Due, u.Missed, u.MissedDue = f.Next, false, nil })
	case *UpdateReminded:
		s = s.fired(timerUpdate(f.Audience), f.Due)
	case *UpdateMissed:
		s = s.withUpdate(f.Audience, func(u *Update) {
			due := f.Due
			if u.MissedDue == nil {
				u.MissedDue, u.missedSeq = &due, e.Seq
			}
			u.Missed, u.Due = true, f.Next
			u.DueCount += f.Count
		})
	}
	return s
}

// approvedBy names who has let an update out.
func (s State) approvedBy(f *UpdateSent) []string {
	p, _ := s.approval(func(p Approval) bool { return p.Update == f.ID && p.State == Approved && p.Hash == f.Hash })
	return p.ApprovedBy()
}

func (s State) withUpdate(audience string, edit func(*Update)) State {
	s.Updates = maps.Clone(s.Updates)
	if s.Updates == nil {
		s.Updates = map[string]Update{}
	}
	u := s.Updates[audience]
	edit(&u)
	s.Updates[audience] = u
	return s
}

// fired remembers for which instant a timer has gone off.
func (s State) fired(timer string, due time.Time) State {
	s.reminders = maps.Clone(s.reminders)
	if s.reminders == nil {
		s.reminders = map[string]time.Time{}
	}
	s.reminders[timer] = due
	return s
}

// changed returns list with the first matching element edited, on a copy.
func changed[T any](list []T, match func(T) bool, edit func(*T)) []T {
	i := slices.IndexFunc(list, match)
	if i < 0 {
		return list
	}
	list = slices.Clone(list)
	edit(&list[i])
	return list
}
