package incident

import (
	"regexp"
	"slices"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// OpenTicket asks the tracker for a work item.
type OpenTicket struct{ Title string } // empty: the incident's title

func (OpenTicket) verb() string { return "ticket open" }

func (a OpenTicket) decide(s State, c Context) Verdict {
	title := orElse(a.Title, s.PublicTitle())
	if err := textWithin("title of the ticket", title, s.Terms.TitleMax); err != nil {
		return Verdict{Refusal: err}
	}
	switch {
	case s.Terms.Project == "":
		return refuse(fault.NotOpen, "Set ticket.project in the plan's policy.yaml.", "The plan names no tracker project.")
	case s.Drill:
		return refuse(fault.NotOpen, "", "A drill opens no tickets.")
	}
	return accept(ruleAnyone, s.want(journal.Effect{Type: journal.Ticket, To: "new", Project: s.Terms.Project, Text: title}, "open"))
}

// LinkTicket ties an existing ticket to the incident.
type LinkTicket struct{ Key string }

func (LinkTicket) verb() string { return "ticket link" }

var ticketKey = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$`)

func (a LinkTicket) decide(s State, c Context) Verdict {
	switch {
	case !ticketKey.MatchString(a.Key):
		return refuse(fault.Range, "A key looks like OPS-311.", "%q is not a ticket key.", a.Key)
	case slices.ContainsFunc(s.Tickets, func(t Ticket) bool { return t.Key == a.Key }):
		return refuse(fault.NotOpen, "", "%s is linked already.", a.Key)
	}
	v := accept(ruleAnyone, &TicketLinked{Ticket: a.Key})
	if s.Drill {
		return v
	}
	return v.and(s.want(journal.Effect{Type: journal.Link, To: a.Key, Text: s.ID}, a.Key))
}
