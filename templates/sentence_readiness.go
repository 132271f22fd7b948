package templates

import (
	"fmt"
	"time"

	"holdfast/journal"
	"holdfast/readiness"
)

// sayReadiness is about ratings, disputes and reviews.
func sayReadiness(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *readiness.RatingStated:
		return fmt.Sprintf("%s rated %s %s for %s", who, f.Service, f.Standard, side(f.Side))
	case *readiness.RatingConfirmed:
		return fmt.Sprintf("%s confirmed %s for %s", who, f.Standard, f.Service)
	case *readiness.DisputeOpened:
		s := fmt.Sprintf("%s is disputed: %s, IT %s against the business's %s; %s rules", f.Service, f.ID, f.IT.Standard, f.Business.Standard, f.IT.Stricter(f.Business.Standard))
		if f.Decider == "" {
			return s + ", and the plan names nobody to decide it"
		}
		return fmt.Sprintf("%s until @%s has decided, due %s", s, f.Decider, f.Due.Format(time.DateOnly))
	case *readiness.DisputeDecided:
		s := fmt.Sprintf("%s decided %s: %s is %s", who, f.ID, f.Service, f.Standard)
		if f.AcceptUntil != nil {
			s += ", the risk accepted until " + f.AcceptUntil.Add(-time.Nanosecond).Format(time.DateOnly)
		}
		return s
	case *readiness.DisputeWithdrawn:
		return fmt.Sprintf("%s is over: both sides agree on %s", f.ID, f.Service)
	case *readiness.DisputeOverdue:
		return fmt.Sprintf("%s was due %s and nobody has decided it", f.ID, f.Due.Format(time.DateOnly))
	case *readiness.RiskExpired:
		return fmt.Sprintf("The risk accepted in %s for %s has run out", f.ID, f.Service)
	}
	return sayReviews(who, e)
}

func sayReviews(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *readiness.ReviewDue:
		return fmt.Sprintf("The review of %s is due", f.Service)
	case *readiness.ReviewOverdue:
		return fmt.Sprintf("The review of %s was due %s, and its grace has passed", f.Service, f.Due.Format(time.DateOnly))
	case *readiness.ReviewConfirmed:
		return fmt.Sprintf("%s reviewed %s: it stays %s", who, f.Service, f.Standard)
	case *readiness.ReviewChanged:
		return fmt.Sprintf("%s reviewed %s: it becomes %s", who, f.Service, f.Standard)
	case *readiness.ReviewTriggered:
		t := readiness.Trigger{Kind: f.Trigger, Ref: f.Ref}
		if f.TTR != nil && f.RTO != nil {
			t.TTR, t.RTO = *f.TTR, *f.RTO
		}
		return fmt.Sprintf("The review of %s was reopened: %s", f.Service, t)
	case *readiness.PlaybookAcknowledged:
		return fmt.Sprintf("%s holds the playbook %s as it is", who, f.Playbook)
	case *readiness.DigestSent:
		return fmt.Sprintf("Holdfast told %s what waits", people(f.People))
	case *readiness.AccessDenied:
		return fmt.Sprintf("@%s was refused `%s` (%s)", f.Person, f.Verb, f.Rule)
	}
	return ""
}

func side(s string) string {
	if s == readiness.IT {
		return "IT"
	}
	return "the business"
}
