package incident

import (
	"time"

	"holdfast/journal"
)

// Dur is a duration that is stored as words: "30m", "1h30m".
type Dur = journal.Dur

// Terms are the plan's consequences for one incident, written into its first
// entry: how often whom to update, when to remind, whom to page. A later plan
// does not change them.
type Terms struct {
	// Cadence gives for each audience the time between updates at SEV1 to
	// SEV4; zero means that none is due.
	Cadence map[string][4]Dur `json:"cadence,omitempty"`
	// Lasting is how long an incident lasts before customers are told every Later,
	// unless that is more often than Cadence says; zero: never.
	Lasting Dur `json:"lasting,omitempty"`
	Later   Dur `json:"later,omitempty"`
	Remind  Dur `json:"remind,omitempty"` // before an update is due
	Grace   Dur `json:"grace,omitempty"`  // after it is due, before it counts as missed

	OfferLife      Dur `json:"offer_life,omitempty"`
	UnclaimedAfter Dur `json:"unclaimed_after,omitempty"`
	UnclaimedRed   Dur `json:"unclaimed_red,omitempty"`
	SilentAfter    Dur `json:"silent_after,omitempty"`
	SilentSeverity int `json:"silent_severity,omitempty"` // SEV1 to this one
	Repeat         Dur `json:"repeat,omitempty"`          // identical commands within it are refused

	PageSeverity int `json:"page_severity,omitempty"` // SEV1 to this one pages the teams
	PageConfirm  Dur `json:"page_confirm,omitempty"`  // then the fallback ladder starts
	// PageNotes says of what the pager's incidents are told: decisions, updates or
	// all; empty means nothing.
	PageNotes    string  `json:"page_notes,omitempty"`
	Escalate     *Target `json:"escalate,omitempty"`      // paged when command stays unclaimed
	Stuck        Dur     `json:"stuck,omitempty"`         // pending effects are announced after it
	Deadline     Dur     `json:"deadline,omitempty"`      // pending effects are given up after it
	ApprovalLife Dur     `json:"approval_life,omitempty"` // then what nobody has answered is void
	Gap          Dur     `json:"gap,omitempty"`           // messages that have waited for chat so long are late

	Digest Dur `json:"digest,omitempty"` // between two digests to one follower

	Project string `json:"project,omitempty"` // tracker project; empty means no tickets
	// TaskTickets opens a ticket for each task, TicketLink ties the incident's
	// ticket to it; Comments says of what its tickets are told besides its end:
	// decisions, updates or all.
	TaskTickets bool   `json:"task_tickets,omitempty"`
	TicketLink  bool   `json:"ticket_link,omitempty"`
	Comments    string `json:"ticket_comments,omitempty"`
	// Moves names for each of Turns the transition of the tracker's workflow that
	// the ticket is moved through; none where it is missing.
	Moves map[string]string `json:"ticket_moves,omitempty"`

	ExecRoom string `json:"exec_room,omitempty"` // where exec updates go; empty means the incident's room
	// ExecMail are addresses, and @people, that exec updates go to as well; empty
	// means none.
	ExecMail []string `json:"exec_mail,omitempty"`
	// Components are the services that the status page shows, as it knows them.
	Components map[string]Component `json:"components,omitempty"`
	// Unstaffed names standing groups that nobody in the plan belongs to: their
	// rights fall to every responder, because an emergency must not be blocked
	// by an unfinished plan.
	Unstaffed []string `json:"unstaffed,omitempty"`

	Archive bool `json:"archive,omitempty"` // the room is archived when the incident is closed

	TitleMax int `json:"title_max,omitempty"` // runes
	TextMax  int `json:"text_max,omitempty"`  // runes
}

// Every returns the time between updates for an audience, zero for none.
func (t Terms) Every(audience string, severity int) time.Duration {
	if severity < 1 || severity > 4 {
		return 0
	}
	return time.Duration(t.Cadence[audience][severity-1])
}
