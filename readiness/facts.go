package readiness

import (
	"maps"
	"time"

	"holdfast/journal"
)

// The facts of the journal. Their kinds are stable and may only grow;
// docs/facts.md is generated from Kinds. The plan's commit is in each entry.
type (
	// RatingStated says how one side rates a service, and what the plan said then.
	RatingStated struct {
		Service string `json:"service"`
		Side    string `json:"side"` // it, business
		Standard
		Plan Standard `json:"plan"`
	}
	// RatingConfirmed is the business owner's word that what rules is right: what
	// the plan says, or what was decided and the plan does not say yet.
	RatingConfirmed struct {
		Service string `json:"service"`
		Standard
		Plan Standard `json:"plan"`
	}
	// DisputeOpened names the third person. Until it is decided the stricter value
	// of the two rules.
	DisputeOpened struct {
		ID       string    `json:"id"`
		Service  string    `json:"service"`
		IT       Side      `json:"it"`
		Business Side      `json:"business"`
		Plan     Standard  `json:"plan"`
		Due      time.Time `json:"due"`               // the begin of the day, all of which is in time
		Decider  string    `json:"decider,omitempty"` // empty when the plan knows nobody
	}
	// DisputeDecided ends it. What is looser than the business asks for is a risk
	// that somebody has accepted until a day.
	DisputeDecided struct {
		ID      string `json:"id"`
		Service string `json:"service"`
		Standard
		AcceptUntil *time.Time `json:"accept_until,omitempty"`
	}
	// DisputeWithdrawn says that the sides agree again.
	DisputeWithdrawn struct {
		ID      string `json:"id"`
		Service string `json:"service"`
	}
	DisputeOverdue struct {
		ID  string    `json:"id"`
		Due time.Time `json:"due"`
	}
	// RiskExpired says that the day has passed until which a risk was accepted.
	RiskExpired struct {
		ID      string    `json:"id"`
		Service string    `json:"service"`
		Until   time.Time `json:"until"`
	}

	// ReviewDue and ReviewOverdue say that the day of a review has come, and that
	// its grace has passed.
	ReviewDue struct {
		Service string    `json:"service"`
		Due     time.Time `json:"due"`  // the begin of the day
		Trigger string    `json:"kind"` // what has made it due, see TriggerKinds
	}
	ReviewOverdue struct {
		Service string    `json:"service"`
		Due     time.Time `json:"due"`
	}
	// ReviewConfirmed says that an owner has looked and found the rating right,
	// ReviewChanged that it is another one from now on.
	ReviewConfirmed struct {
		Service string `json:"service"`
		Standard
	}
	ReviewChanged struct {
		Service string `json:"service"`
		Standard
	}
	// ReviewTriggered says that something has happened after which a rating has to
	// be looked at, whatever the calendar says.
	ReviewTriggered struct {
		Service string       `json:"service"`
		Trigger string       `json:"kind"` // see TriggerKinds
		Ref     string       `json:"ref"`  // INC-1, CHG-881, another service, a person
		TTR     *journal.Dur `json:"ttr,omitempty"`
		RTO     *journal.Dur `json:"rto,omitempty"`
	}
	// DigestSent says who was told in one week what waits for them.
	DigestSent struct {
		For    time.Time `json:"for"`
		People []string  `json:"people"`
	}

	// PlaybookAcknowledged says that somebody has read a playbook and goes by that
	// version of it.
	PlaybookAcknowledged struct {
		Playbook string `json:"playbook"`
		Digest   string `json:"digest"` // of what it has people do, see plan.Playbook
	}

	// AccessDenied is written at most once a person, rule and minute.
	AccessDenied struct {
		Person string `json:"person"`
		Verb   string `json:"verb"`
		Rule   string `json:"rule"`
	}
)

// Side is one side's rating in a dispute.
type Side struct {
	Standard
	By string `json:"by,omitempty"` // empty: the plan
}

func (RatingStated) Kind() string         { return "rating.stated" }
func (RatingConfirmed) Kind() string      { return "rating.confirmed" }
func (DisputeOpened) Kind() string        { return "dispute.opened" }
func (DisputeDecided) Kind() string       { return "dispute.decided" }
func (DisputeWithdrawn) Kind() string     { return "dispute.withdrawn" }
func (DisputeOverdue) Kind() string       { return "dispute.overdue" }
func (RiskExpired) Kind() string          { return "risk.expired" }
func (ReviewDue) Kind() string            { return "review.due" }
func (ReviewOverdue) Kind() string        { return "review.overdue" }
func (ReviewConfirmed) Kind() string      { return "review.confirmed" }
func (ReviewChanged) Kind() string        { return "review.changed" }
func (ReviewTriggered) Kind() string      { return "review.triggered" }
func (DigestSent) Kind() string           { return "digest.sent" }
func (PlaybookAcknowledged) Kind() string { return "playbook.acknowledged" }
func (AccessDenied) Kind() string         { return "access.denied" }

// Kinds is the closed set of facts the journal may hold.
func Kinds() journal.Kinds {
	k := journal.EffectKinds(journal.DM, journal.Propose)
	maps.Copy(k, journal.Kinds{
		"rating.stated":         func() journal.Fact { return &RatingStated{} },
		"rating.confirmed":      func() journal.Fact { return &RatingConfirmed{} },
		"dispute.opened":        func() journal.Fact { return &DisputeOpened{} },
		"dispute.decided":       func() journal.Fact { return &DisputeDecided{} },
		"dispute.withdrawn":     func() journal.Fact { return &DisputeWithdrawn{} },
		"dispute.overdue":       func() journal.Fact { return &DisputeOverdue{} },
		"risk.expired":          func() journal.Fact { return &RiskExpired{} },
		"review.due":            func() journal.Fact { return &ReviewDue{} },
		"review.overdue":        func() journal.Fact { return &ReviewOverdue{} },
		"review.confirmed":      func() journal.Fact { return &ReviewConfirmed{} },
		"review.changed":        func() journal.Fact { return &ReviewChanged{} },
		"review.triggered":      func() journal.Fact { return &ReviewTriggered{} },
		"digest.sent":           func() journal.Fact { return &DigestSent{} },
		"playbook.acknowledged": func() journal.Fact { return &PlaybookAcknowledged{} },
		"access.denied":         func() journal.Fact { return &AccessDenied{} },
	})
	return k
}
