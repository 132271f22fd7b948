package integrations

import (
	"cmp"
	"context"
	"slices"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
)

// Move is a ticket that is to go one step in its workflow.
type Move struct {
	Ticket     string // "OPS-311"
	Transition string // as the workflow names the step, or where it leads
	// Since is when it was asked for, where an earlier try may have moved the
	// ticket already; zero where none has.
	Since time.Time
}

// Mover is a tracker that moves tickets along. It is an ability that a Tracker
// may have.
//
// Move makes one try. A ticket that is where the step leads stays there; one
// whose workflow does not offer the step ends in NotReachable.
type Mover interface {
	Move(ctx context.Context, m Move) error
}

// NotReachable ends a move that the ticket's workflow does not offer.
func NotReachable(ticket, transition, from string) error {
	return lasting(fault.Newf(fault.Transition, "Move the ticket by hand, or name another transition by ticket.move in the plan's policy.yaml.",
		"%s not reachable from %s (%s).", transition, from, ticket))
}

// TicketStates is a tracker that tells where tickets are and how they came
// there. It is an ability that a Tracker may have.
//
// States returns one for each ticket that the tracker has, in no order; beside an
// error, those that it could read all the same. It makes one try and ends when
// ctx does. A single ticket is read afresh; of several, a change of the last
// minute may be told the next time only.
type TicketStates interface {
	States(ctx context.Context, tickets ...string) ([]TicketState, error)
}

// TicketState is where a ticket is.
type TicketState struct {
	Ticket  string
	Status  string         // as the tracker names it
	Changes []TicketChange // of the status, in any order
}

// TicketChange is one step that a ticket has gone.
type TicketChange struct {
	Number   uint64 // of the change; later ones are greater
	At       time.Time
	By       string // as the tracker shows them, one line
	Own      bool   // Holdfast has made it
	From, To string // as the tracker names them
	Done     bool   // work is over in To
}

// Follow says what an incident has to take in of what has happened to its
// tickets, in the order in which it happened: what others have done, and what it
// does not know yet. The same answer of the tracker, whether it comes again,
// late or out of order, never gives more than was new.
func Follow(s incident.State, seen []TicketState) []incident.FollowTicket {
	known := map[string]uint64{}
	for _, t := range s.Tickets {
		if t.Key != "" {
			known[t.Key] = t.Change
		}
	}
	var news []incident.FollowTicket
	for _, x := range seen {
		last, ours := known[x.Ticket]
		for _, c := range x.Changes {
			if !ours || c.Own || c.Number <= last || c.From == c.To {
				continue
			}
			news = append(news, incident.FollowTicket{Ticket: x.Ticket, Change: c.Number, From: c.From, To: c.To, Done: c.Done, By: c.By, At: c.At})
		}
	}
	slices.SortStableFunc(news, func(a, b incident.FollowTicket) int {
		if a.Ticket == b.Ticket {
			return cmp.Compare(a.Change, b.Change)
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ticket, b.Ticket))
	})
	return slices.CompactFunc(news, func(a, b incident.FollowTicket) bool { return a.Ticket == b.Ticket && a.Change == b.Change })
}

// Followed lists the tickets of an incident that are to be looked at.
func Followed(s incident.State) []string {
	var keys []string
	for _, t := range s.Tickets {
		if t.Key != "" && !slices.Contains(keys, t.Key) {
			keys = append(keys, t.Key)
		}
	}
	return keys
}
