package readiness

import (
	"maps"
	"slices"
	"time"

	"holdfast/journal"
)

// Fold adds up entries, oldest first.
func Fold(s State, entries ...journal.Entry) State {
	for _, e := range entries {
		s = s.Apply(e)
	}
	return s
}

// Apply returns the state after one more entry. It never fails and never
// refuses: what is in the journal has happened. The receiver stays as it was.
func (s State) Apply(e journal.Entry) State {
	s.Entries, s.Head = e.Seq, e.Hash
	if s.Services == nil {
		s.Services, s.Disputes, s.Playbooks, s.since = map[string]Standing{}, []Dispute{}, map[string][]Ack{}, e.Recorded
	}
	s.Outbox = s.Outbox.Apply(e)
	s.Pending, s.Failed = s.Outbox.Pending(), s.Outbox.Dead()
	switch f := e.Fact.(type) {
	case *RatingStated:
		r := &Rating{Standard: f.Standard, By: e.Actor, At: e.At, Because: e.Because, Plan: f.Plan}
		s = s.of(f.Service, func(x *Standing) {
			if f.Side == IT {
				x.IT = r
			} else {
				x.Business = r
			}
		})
		s = s.restated(f, e.Actor)
	case *RatingConfirmed:
		s = s.of(f.Service, func(x *Standing) {
			x.Business = &Rating{Standard: f.Standard, By: e.Actor, At: e.At, Because: e.Because, Plan: f.Plan}
		})
	case *DisputeOpened:
		s.Disputes = append(slices.Clip(s.Disputes), Dispute{ID: f.ID, Service: f.Service, State: Open, IT: f.IT, Business: f.Business,
			InForce: f.IT.Stricter(f.Business.Standard), Plan: f.Plan, Opened: e.At, Due: f.Due, Decider: f.Decider,
			stated: []string{f.IT.By, f.Business.By}})
	case *DisputeDecided:
		s = s.dispute(f.ID, func(d *Dispute) {
			d.State, d.InForce = Decided, f.Standard
			d.Decision = &Decision{By: e.Actor, At: e.At, Because: e.Because, AcceptUntil: f.AcceptUntil}
		})
	case *DisputeWithdrawn:
		s = s.dispute(f.ID, func(d *Dispute) { d.State = Withdrawn })
	case *DisputeOverdue:
		s = s.dispute(f.ID, func(d *Dispute) { d.Overdue = true })
	case *RiskExpired:
		s = s.dispute(f.ID, func(d *Dispute) {
			if d.Decision != nil {
				ended := *d.Decision
				ended.Expired = true
				d.Decision = &ended
			}
		})
	case *ReviewConfirmed:
		s = s.of(f.Service, func(x *Standing) { x.assessed(e) })
	case *ReviewChanged:
		s = s.of(f.Service, func(x *Standing) { x.assessed(e) })
	case *ReviewDue:
		s = s.of(f.Service, func(x *Standing) { x.told = f.Due })
	case *ReviewOverdue:
		s = s.of(f.Service, func(x *Standing) { x.overdue = f.Due })
	case *ReviewTriggered:
		t := Trigger{Kind: f.Trigger, Ref: f.Ref, At: e.At, seq: e.Seq}
		if f.TTR != nil && f.RTO != nil {
			t.TTR, t.RTO = *f.TTR, *f.RTO
		}
		s = s.of(f.Service, func(x *Standing) { x.Triggers = append(slices.Clip(x.Triggers), t) })
	case *PlaybookAcknowledged:
		s = s.acknowledged(f, e)
	case *DigestSent:
		s.Digested = &f.For
	case *journal.Requested:
		if f.Template == CardMessage {
			s = s.of(f.Subject, func(x *Standing) { x.carded = e.Seq })
		}
	case *AccessDenied:
		// Older ones keep nothing from being recorded: see deny.
		s.denials = slices.DeleteFunc(slices.Clone(s.denials), func(d denial) bool { return e.Recorded.Sub(d.at) >= time.Minute })
		s.denials = append(s.denials, denial{f.Person, f.Rule, e.Recorded})
	case journal.Unknown:
		s.newer = f.Of
	}
	return s
}

// of returns the state with one service's standing changed.
func (s State) of(service string, change func(*Standing)) State {
	s.Services = maps.Clone(s.Services)
	x, known := s.Services[service]
	if !known {
		x.Triggers = []Trigger{}
	}
	change(&x)
	s.Services[service] = x
	return s
}

// dispute returns the state with one dispute changed.
func (s State) dispute(id string, change func(*Dispute)) State {
	s.Disputes = slices.Clone(s.Disputes)
	if i := slices.IndexFunc(s.Disputes, func(d Dispute) bool { return d.ID == id }); i >= 0 {
		change(&s.Disputes[i])
	}
	return s
}

// restated lets an open dispute follow what a side says meanwhile.
func (s State) restated(f *RatingStated, by string) State {
	open, disputed := s.OpenDispute(f.Service)
	if !disputed {
		return s
	}
	return s.dispute(open.ID, func(d *Dispute) {
		side := Side{f.Standard, by}
		d.stated = append(slices.Clip(d.stated), by)
		if f.Side == IT {
			d.IT = side
		} else {
			d.Business = side
		}
		d.InForce = d.IT.Stricter(d.Business.Standard)
	})
}

// assessed notes a review. What had asked for it before is answered by it.
func (x *Standing) assessed(e journal.Entry) {
	if x.Assessed == nil || !e.At.Before(x.Assessed.At) { // an older one may be recorded later
		x.Assessed = &Assessment{At: e.At, By: e.Actor}
	}
	x.Triggers = slices.DeleteFunc(slices.Clone(x.Triggers), func(t Trigger) bool { return !t.At.After(e.At) })
}
