package integrations

import (
	"context"
	"fmt"
	"strings"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// Ticketing performs ticket, link, comment and transition effects. What a private incident
// is about stays out of the tracker, which more people read.
type Ticketing struct{ Tracker Tracker }

// Perform opens, ties or comments. A ticket that may have been opened before
// is looked for by its label first; links and comments carry a key that keeps
// them single.
func (p Ticketing) Perform(ctx context.Context, s incident.State, a journal.Attempt) (ref string, err error) {
	if a.Type == journal.Ticket {
		return p.open(ctx, s, a)
	}
	to := s.TicketKey(a.To)
	if to == "" {
		return "", lasting(fault.New(fault.NotOpen, "Its ticket was not opened.", "Do it by hand."))
	}
	switch a.Type {
	case journal.Link:
		if err := p.Tracker.Link(ctx, to, s.ID, "holdfast:"+s.ID); err != nil {
			return "", fmt.Errorf("link %s to %s: %w", to, s.ID, err)
		}
		return to, nil
	case journal.Comment:
		if err := p.Tracker.Comment(ctx, to, discreetly(s, a.Text), a.Key); err != nil {
			return "", fmt.Errorf("comment on %s: %w", to, err)
		}
		return to, nil
	case journal.Transition:
		return to, p.move(ctx, to, a)
	}
	return "", fmt.Errorf("ticketing cannot perform a %s", a.Type)
}

func (p Ticketing) move(ctx context.Context, ticket string, a journal.Attempt) error {
	mover, able := p.Tracker.(Mover)
	if !able {
		return lasting(fault.New(fault.NotOpen, "This tracker does not move tickets.", "Leave ticket.move out of the plan's policy.yaml, and move the ticket by hand."))
	}
	m := Move{Ticket: ticket, Transition: a.Text}
	if a.Doubtful {
		m.Since = a.Asked
	}
	if err := mover.Move(ctx, m); err != nil {
		return fmt.Errorf("move %s to %s: %w", ticket, a.Text, err)
	}
	return nil
}

func (p Ticketing) open(ctx context.Context, s incident.State, a journal.Attempt) (string, error) {
	if a.Doubtful {
		id, found, err := p.Tracker.Find(ctx, a.Key)
		if err != nil {
			return "", fmt.Errorf("look for an earlier ticket: %w", err)
		}
		if found {
			return id, nil
		}
	}
	n := NewTicket{Key: a.Key, Project: a.Project, Title: s.Discreet(a.Text), Body: body(s), Severity: s.Severity}
	if main, ok := s.Ticket(); ok && a.Subject != "" && main.Key != "" {
		n.Parent, n.Body = main.Key, fmt.Sprintf("Task %s.\n%s", a.Subject, n.Body)
		if s.Private { // perhaps since it was asked for
			n.Title = s.ID + " " + a.Subject + ": of a private incident"
		}
		if i := strings.LastIndex(main.Key, "-"); i > 0 {
			n.Project = main.Key[:i] // which is where it has to be
		}
	}
	id, err := p.Tracker.Create(ctx, n)
	if err != nil {
		return "", fmt.Errorf("open a ticket in %s: %w", n.Project, err)
	}
	return id, nil
}

// discreetly is a text as more people may read it than those of the incident.
func discreetly(s incident.State, text string) string {
	if s.Private {
		return s.ID + " has news; it is private, its room has them."
	}
	return text
}

// body says where the work happens, for whoever finds the ticket first.
func body(s incident.State) string {
	lines := []string{fmt.Sprintf("Incident %s, SEV%d.", s.ID, s.Severity)}
	if s.TC != nil {
		lines = append(lines, "Declared: "+s.TC.UTC().Format("2006-01-02 15:04Z"))
	}
	if !s.Private {
		if len(s.Services) > 0 {
			lines = append(lines, "Services: "+strings.Join(s.Services, ", "))
		}
		if s.Impact != "" {
			lines = append(lines, "Impact: "+s.Impact)
		}
		if s.Room != "" {
			lines = append(lines, "Room: "+s.Room)
		}
	}
	if who := s.InCommand(); who != "" {
		lines = append(lines, "In command: @"+who)
	}
	return strings.Join(lines, "\n")
}
