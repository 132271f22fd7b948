package readiness

import (
	"fmt"
	"slices"
	"time"

	"holdfast/journal"
	"holdfast/plan"
)

// Card is what an owner is shown of a service.
type Card struct {
	Service string
	Name    string
	Plan    Standard // what the plan says
	Rules   Standard // what rules now
	Because string   // the dispute that makes it so; empty: the plan
	Open    bool     // that dispute is open
	Owners  []string
	Commit  string
	Place   plan.Place // of the service in the plan; its file is empty where nobody knows
	Review  string     // "due 2026-11-10, in 5 days"
	Asked   []string   // what has reopened the assessment, a sentence each
	Shown   bool       // to somebody who has nothing to answer
	By      string     // who has confirmed it
	At      *time.Time
}

// CardOf draws a service for its owners.
func CardOf(s State, p *plan.Plan, service string, now time.Time) Card {
	x := SubjectOf(p, service, "")
	c := Card{Service: service, Name: service, Plan: x.Plan, Owners: x.Owners, Commit: p.Commit, Place: p.Where("service/" + service + ".rto")}
	known, _ := p.Service(service)
	if known.Name != "" {
		c.Name = known.Name
	}
	c.Rules, c.Because = s.Rules(x.Plan, service, now)
	_, c.Open = s.OpenDispute(service)
	c.Review = ReviewOf(s, p, service, now).String()
	st := s.Standing(service)
	for _, t := range st.Triggers {
		c.Asked = append(c.Asked, t.String())
	}
	if s.Confirmed(p, known, now) && st.Business != nil {
		c.By, c.At = st.Business.By, &st.Business.At
	}
	return c
}

// String says what has reopened an assessment.
func (t Trigger) String() string {
	if t.TTR > 0 {
		return t.Ref + " took " + minutes(t.TTR) + " against an RTO of " + minutes(t.RTO) + ": change the RTO, or what recovers it"
	}
	return t.Kind + " " + t.Ref
}

// minutes writes a span in minutes, rounded up, as people compare them.
func minutes(d journal.Dur) string {
	whole := (time.Duration(d) + time.Minute - 1) / time.Minute
	return fmt.Sprintf("%dm", whole)
}

// Digest is what waits for one person.
type Digest struct {
	Person    string
	Late      []Review  // of their services, overdue: the longest first
	Soon      []Review  // due within a fortnight
	Unrated   []string  // services they have never confirmed as they are
	Disputes  []Dispute // for them to decide
	Escalated []Review  // of everybody, for those who may decide: past their grace
	Confirmed Share     // of the whole plan
	Current   Share
}

// soon is how far ahead a digest looks.
const soon = 14

// DigestOf returns what waits for a person.
func DigestOf(s State, p *plan.Plan, person string, now time.Time) Digest {
	return surveyOf(s, p, now).digest(person)
}

// Anything says whether something waits.
func (d Digest) Anything() bool {
	return len(d.Late)+len(d.Soon)+len(d.Unrated)+len(d.Disputes)+len(d.Escalated) > 0
}

// Reviews returns where every service's assessment stands: the longest overdue
// first, then what is due next, then what was never assessed.
func Reviews(s State, p *plan.Plan, now time.Time) []Review {
	return sorted(surveyOf(s, p, now).reviews)
}

func sorted(all []Review) []Review {
	slices.SortStableFunc(all, func(a, b Review) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return all
}

// Soon says that an assessment is overdue, due within a fortnight or was never
// made.
func (r Review) Soon() bool { return r.Due.IsZero() || daysBetween(r.Today, r.Due) <= soon }
