package incident

import (
	"fmt"
	"slices"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// The tracker and the room tell each other where work stands. What the terms
// ask for becomes effects here: tickets of tasks, links, comments, and
// transitions that move tickets along. What somebody has done in the tracker
// becomes facts: FollowTicket.

// The turns of an incident and its tasks that may move a ticket. Terms.Moves
// says through which transition of the tracker's workflow.
const (
	TurnDone     = "done"     // a task is done
	TurnBlocked  = "blocked"  // a task cannot go on
	TurnResolved = "resolved" // the incident is
	TurnClosed   = "closed"
	TurnReopened = "reopened"
)

// Turns lists them all.
var Turns = []string{TurnDone, TurnBlocked, TurnResolved, TurnClosed, TurnReopened}

// What comments may be about, in Terms.Comments; CommentsAll is both.
const (
	CommentDecisions = "decisions"
	CommentUpdates   = "updates"
	CommentsAll      = "all"
)

// name is the ticket's key, or before it has one the effect that opens it.
func (t Ticket) name() string { return orElse(t.Key, t.Effect) }

// wanted says that the ticket is there, or will be.
func (t Ticket) wanted() bool { return t.Outcome == journal.Pending || t.Outcome == journal.Done }

// TicketKey returns the key of the ticket that an effect is about, which it may
// name by the effect that opens it; "" when that has failed.
func (s State) TicketKey(name string) string {
	if i := slices.IndexFunc(s.Tickets, func(t Ticket) bool { return t.Effect == name }); i >= 0 {
		return s.Tickets[i].Key
	}
	return name
}

// Ticket returns the ticket that stands for the incident itself: the first one
// that was opened for it.
func (s State) Ticket() (Ticket, bool) {
	return s.ticket(func(t Ticket) bool { return t.Task == "" && t.Effect != "" && t.wanted() })
}

// TicketOf returns the ticket of a task.
func (s State) TicketOf(task string) (Ticket, bool) {
	return s.ticket(func(t Ticket) bool { return t.Task == task && t.wanted() })
}

func (s State) ticket(is func(Ticket) bool) (Ticket, bool) {
	i := slices.IndexFunc(s.Tickets, is)
	if i < 0 {
		return Ticket{}, false
	}
	return s.Tickets[i], true
}

// subTicket asks for a ticket below the incident's own, where the terms say so.
func (s State) subTicket(task, text string) []journal.Fact {
	main, ok := s.Ticket()
	if !s.Terms.TaskTickets || s.Terms.Project == "" || s.Drill || !ok {
		return nil
	}
	if s.Private {
		text = s.ID + " " + task + ": of a private incident"
	}
	return []journal.Fact{s.want(journal.Effect{Type: journal.Ticket, To: "new", Project: s.Terms.Project, Text: text, Subject: task, After: pendingOnly(main)}, task)}
}

func pendingOnly(t Ticket) []string {
	if t.Key != "" || t.Effect == "" {
		return nil
	}
	return []string{t.Effect}
}

// behind names what must be over before one more effect of a kind reaches a
// ticket: its opening, and what was asked for of that kind before. So comments
// stand in their order, and a ticket goes its way step by step.
func (s State) behind(t Ticket, kind string) []string {
	after := pendingOnly(t)
	for _, x := range s.Outbox.Open() {
		if x.Type == kind && (x.To == t.Key || x.To == t.Effect) {
			after = append(after, x.Key)
		}
	}
	return after
}

// move asks for a ticket to be moved along, where the terms name a transition.
func (s State) move(t Ticket, turn string) []journal.Fact {
	to := s.Terms.Moves[turn]
	if to == "" || s.Drill {
		return nil
	}
	return []journal.Fact{s.want(journal.Effect{Type: journal.Transition, To: t.name(), Text: to, Subject: t.Task, After: s.behind(t, journal.Transition)},
		turn+":"+orElse(t.Task, "main"))}
}

// moveTask and moveMain move the ticket of a task, and the incident's own.
func (s State) moveTask(task, turn string) []journal.Fact {
	if t, ok := s.TicketOf(task); ok {
		return s.move(t, turn)
	}
	return nil
}

func (s State) moveMain(turn string) []journal.Fact {
	if t, ok := s.Ticket(); ok {
		return s.move(t, turn)
	}
	return nil
}

// commentOn asks for a comment on one ticket.
func (s State) commentOn(t Ticket, text, about string) *journal.Requested {
	return s.want(journal.Effect{Type: journal.Comment, To: t.name(), Text: text, After: s.behind(t, journal.Comment)}, about+":"+orElse(t.Key, orElse(t.Task, "main")))
}

// noteFor tells the tickets of a decision or an update, where the terms say so.
func (s State) noteFor(kind, id, text string) []journal.Fact {
	if s.Terms.Comments != kind && s.Terms.Comments != CommentsAll {
		return nil
	}
	return s.commentAll(id, s.ID+" "+id+": "+text)
}

// commentAll tells every ticket but those of tasks. What of a private incident
// the tracker may know is for whoever performs it to say.
func (s State) commentAll(about, text string) []journal.Fact {
	var facts []journal.Fact
	for _, t := range s.Tickets {
		if t.Task == "" && t.wanted() && !s.Drill {
			facts = append(facts, s.commentOn(t, text, about))
		}
	}
	return facts
}

// without abandons what was wanted on a ticket or a page that has not come about.
func (s State) without(effect, why string) []journal.Fact {
	var facts []journal.Fact
	for _, x := range s.Outbox.Open() {
		if x.To == effect {
			facts = append(facts, &journal.Abandoned{Type: x.Type, Key: x.Key, Reason: why})
		}
	}
	return facts
}

// sameMoment is within which time two changes, one in the room and one in the
// tracker, are made by people who cannot have known of each other.
const sameMoment = 5 * time.Second

// FollowTicket takes in that somebody has moved a ticket in the tracker. A
// change that was taken in before changes nothing. It is decided by Holdfast,
// for who has done it is known to the tracker only.
type FollowTicket struct {
	Ticket   string // OPS-3
	Change   uint64 // the tracker's number of the change; a later one is greater
	From, To string // states, as the tracker names them
	Done     bool   // work is over in To
	By       string // who has done it, as the tracker names them
	At       time.Time
}

func (FollowTicket) verb() string { return "ticket follow" }

func (a FollowTicket) decide(s State, c Context) Verdict {
	t, ok := s.ticket(func(t Ticket) bool { return t.Key == a.Ticket })
	if !c.bot() {
		return refuse(fault.Role, "Move the ticket in the tracker.", "What happens in the tracker is taken from there.")
	}
	if !ok || a.Change <= t.Change || a.At.Before(t.since) {
		return Verdict{Rule: ruleEngine.name}
	}
	if a.At.IsZero() || a.At.After(c.Now) {
		a.At = c.Now // its clock is ahead
	}
	v := accept(ruleEngine, &TicketMoved{Ticket: a.Ticket, Task: t.Task, Change: a.Change, From: a.From, To: a.To, Done: a.Done, By: a.By})
	task, _, known := s.task(t.Task)
	if !known {
		return v.happened(a.At).and(s.said(a, t, "")...)
	}
	switch clash := !task.changed.IsZero() && a.At.Sub(task.changed).Abs() <= sameMoment; {
	case a.Done == (task.State == "done"):
		return v.happened(a.At)
	case clash:
		return v.happened(a.At).and(s.overruled(a, t, task)...)
	case a.Done:
		v = v.and(&TaskDone{ID: task.ID, Ticket: a.Ticket, By: a.By}).happened(a.At)
		v.Statements[1].At = a.At
		return v.and(s.said(a, t, "")...)
	case task.State == "done":
		return v.happened(a.At).and(s.said(a, t, task.ID+" stays done.")...)
	}
	return v.happened(a.At)
}

// said tells the room.
func (s State) said(a FollowTicket, t Ticket, more string) []journal.Fact {
	if s.Room == "" {
		return nil
	}
	told := s.post("ticket-moved", fmt.Sprintf("%s:%d", a.Ticket, a.Change))
	told.Subject, told.Text = a.Ticket, fmt.Sprintf("%s moved from %s to %s by %s.", a.Ticket, a.From, a.To, a.By)
	if t.Task != "" {
		told.Text = fmt.Sprintf("%s (%s) moved from %s to %s by %s.", a.Ticket, t.Task, a.From, a.To, a.By)
	}
	if more != "" {
		told.Text += " " + more
	}
	return []journal.Fact{told}
}

// overruled answers a change that was made at the same moment as another one in
// the room: what the room has said stands, the ticket is brought back to it, and
// whoever has moved it is told.
func (s State) overruled(a FollowTicket, t Ticket, task Task) []journal.Fact {
	text := fmt.Sprintf("%s %s was marked %s in the incident's room at %s, at the same moment as this ticket was moved to %s by %s. The room's word stands.",
		s.ID, task.ID, task.State, task.changed.UTC().Format("15:04:05Z"), a.To, a.By)
	facts := []journal.Fact{s.commentOn(t, text, fmt.Sprintf("overruled-%d", a.Change))}
	turn := TurnBlocked
	if task.State == "done" {
		turn = TurnDone
	}
	if !s.isMoving(t) {
		facts = append(facts, s.move(t, turn)...)
	}
	return append(facts, s.said(a, t, task.ID+" stays "+task.State+": the room's word stands.")...)
}

func (s State) isMoving(t Ticket) bool {
	return slices.ContainsFunc(s.Outbox.Open(), func(x journal.Tracked) bool {
		return x.Type == journal.Transition && (x.To == t.Key || x.To == t.Effect)
	})
}

// ticketMoved folds what has happened in the tracker.
func (s State) ticketMoved(f *TicketMoved) State {
	s.Tickets = changed(s.Tickets, func(t Ticket) bool { return t.Key == f.Ticket }, func(t *Ticket) { t.Status, t.Change = f.To, f.Change })
	return s
}
