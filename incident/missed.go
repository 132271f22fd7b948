package incident

import (
	"fmt"
	"slices"

	"holdfast/journal"
)

// Miss is a service that came back later than it had to.
type Miss struct {
	Service string `json:"service"`
	TTR     Dur    `json:"ttr"` // from the begin of the impact to technically restored
	RTO     Dur    `json:"rto"`
	key     string // of the effect that asks for a review
}

// RTOMissed says that a service came back later than it had to.
type RTOMissed struct {
	Service string `json:"service"`
	TTR     Dur    `json:"ttr"`
	RTO     Dur    `json:"rto"`
}

// Kind returns rto.missed.
func (RTOMissed) Kind() string { return "rto.missed" }

// missed weighs what an incident took against what its services may take, and
// asks for a review of those that took longer. A drill proves nothing about the
// business's day, and of a private incident no other journal learns.
func (s State) missed() []journal.Fact {
	if s.Drill || s.T0 == nil || s.TR == nil {
		return nil
	}
	var facts []journal.Fact
	for _, o := range s.objectives {
		ttr := s.TR.Sub(*s.T0)
		known := slices.ContainsFunc(s.Missed, func(m Miss) bool { return m.Service == o.Service })
		if o.RTO <= 0 || Dur(ttr) <= o.RTO || known || !slices.Contains(s.Services, o.Service) {
			continue
		}
		facts = append(facts, &RTOMissed{Service: o.Service, TTR: Dur(ttr), RTO: o.RTO})
		if !s.Private {
			facts = append(facts, s.want(journal.Effect{Type: journal.Reassess, To: "readiness", Subject: o.Service,
				Text: fmt.Sprintf("%s against an RTO of %s", Dur(ttr), o.RTO)}, o.Service))
		}
	}
	return facts
}

// MissOf is the miss for which the effect of this key asks for a review.
func (s State) MissOf(key string) (Miss, bool) {
	i := slices.IndexFunc(s.Missed, func(m Miss) bool { return m.key == key })
	if i < 0 {
		return Miss{}, false
	}
	return s.Missed[i], true
}

// missing notes a miss, or the effect that asks for its review.
func (s State) missing(f *RTOMissed) State {
	s.Missed = append(slices.Clip(s.Missed), Miss{Service: f.Service, TTR: f.TTR, RTO: f.RTO})
	return s
}

func (s State) reassessed(f *journal.Requested) State {
	s.Missed = slices.Clone(s.Missed)
	for i, m := range s.Missed {
		if m.Service == f.Subject {
			s.Missed[i].key = f.Key
		}
	}
	return s
}
