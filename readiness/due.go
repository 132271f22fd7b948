package readiness

import (
	"slices"
	"strings"
	"time"

	"holdfast/journal"
	"holdfast/plan"
)

// Timer is something that falls due by itself. Nothing is scheduled anywhere:
// the timers are a function of the state and the plan in force.
type Timer struct {
	Name   string // unique with At in the journal; part of the command id
	At     time.Time
	Action Action
}

// Due returns what is due at now, earliest first, and the instant at which the
// next timer falls due; the zero time when there is none. Whoever it tells
// something is told on the platform. What fell due before the plan came into
// force and before anything was recorded is for the digest to say: nobody gets
// three hundred cards on the first day.
func Due(s State, p *plan.Plan, platform string, now time.Time) (due []Timer, next time.Time) {
	for _, t := range timers(s, p, platform, now) {
		switch {
		case !t.At.After(now):
			due = append(due, t)
		case next.IsZero() || t.At.Before(next):
			next = t.At
		}
	}
	slices.SortStableFunc(due, func(a, b Timer) int { return a.At.Compare(b.At) })
	return due, next
}

func timers(s State, p *plan.Plan, platform string, now time.Time) []Timer {
	if s.newer != "" {
		return nil
	}
	var all []Timer
	for _, t := range s.Outbox.Open() {
		if limit := p.Policy.EffectDeadline; limit > 0 {
			all = append(all, Timer{"deadline:" + t.Key, t.Asked.Add(limit), Fail{t.Key, "not done within " + journal.Dur(limit).String()}})
		}
	}
	for _, d := range s.Disputes {
		all = append(all, disputeTimers(d, p, platform)...)
	}
	since := s.begun(p)
	processes := processesByService(p)
	for _, x := range p.Services {
		all = append(all, s.reviewTimers(p, x, s.review(p, processes[x.ID], x.ID, now), platform, since)...)
	}
	if at, ok := s.digestDue(p, since, now); ok {
		var people []string
		if !at.After(now) {
			if people = s.addressees(p, now); len(people) == 0 {
				at = atHour(plusDays(at, 7))
			}
		}
		all = append(all, Timer{"digest", at, SendDigest{For: at, People: people, Platform: platform}})
	}
	return all
}

// begun is when the journal or the plan in force began, whichever was first.
func (s State) begun(p *plan.Plan) time.Time {
	if s.since.IsZero() || !p.Since.IsZero() && p.Since.Before(s.since) {
		return p.Since
	}
	return s.since
}

func disputeTimers(d Dispute, p *plan.Plan, platform string) []Timer {
	switch {
	case d.State == Open && !d.Overdue:
		// The day it is due is still in time.
		return []Timer{{"dispute:" + d.ID, atHour(plusDays(d.Due.In(zoneOf(p)), 1)), Overdue{d.ID, SubjectOf(p, d.Service, platform)}}}
	case d.State == Decided && d.Decision.AcceptUntil != nil && !d.Decision.Expired:
		return []Timer{{"risk:" + d.ID, *d.Decision.AcceptUntil, ExpireRisk{d.ID, SubjectOf(p, d.Service, platform)}}}
	}
	return nil
}

// reviewTimers: on the day of a review its owners get the card, and once more
// when the grace has passed.
func (s State) reviewTimers(p *plan.Plan, x plan.Service, r Review, platform string, since time.Time) []Timer {
	st := s.Standing(x.ID)
	subject := func() Subject { return SubjectOf(p, x.ID, platform) }
	var all []Timer
	if st.unasked() {
		all = append(all, Timer{"ask:" + x.ID, st.Triggers[len(st.Triggers)-1].At, Ask{subject()}})
	}
	if r.Due.IsZero() {
		return all
	}
	if at := atHour(r.Due); at.After(since) && !st.told.Equal(r.Due) {
		all = append(all, Timer{"review:" + x.ID, at, NoteDue{r.Due, r.Because.Kind, subject()}})
	}
	if at := atHour(plusDays(r.Grace, 1)); at.After(since) && !st.overdue.Equal(r.Due) {
		all = append(all, Timer{"overdue:" + x.ID, at, NoteOverdue{r.Due, subject()}})
	}
	return all
}

// hour is when people are told what a day brings, in the plan's zone.
const hour = 9

func atHour(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, hour, 0, 0, 0, day.Location())
}

// lateDigest is for how long a weekly digest that could not be sent is worth
// sending.
const lateDigest = 24 * time.Hour

// digestDue is when the weekly digest is due next, or was within the last day and
// has not been sent. ok is false where there is none.
func (s State) digestDue(p *plan.Plan, since, now time.Time) (at time.Time, ok bool) {
	day, ok := weekdays[p.Policy.ReviewDigest]
	if !ok || since.IsZero() {
		return time.Time{}, false
	}
	today := dayOf(now, zoneOf(p))
	at = atHour(plusDays(today, -((int(today.Weekday()) - int(day) + 7) % 7)))
	if at.After(now) {
		return at, true
	}
	if !at.After(since) || now.Sub(at) > lateDigest || s.Digested != nil && !at.After(*s.Digested) {
		at = atHour(plusDays(at, 7))
	}
	return at, true
}

var weekdays = func() map[string]time.Weekday {
	all := map[string]time.Weekday{}
	for d := time.Sunday; d <= time.Saturday; d++ {
		all[strings.ToLower(d.String())] = d
	}
	return all
}()

// addressees are the owners and deciders for whom something waits.
func (s State) addressees(p *plan.Plan, now time.Time) []string {
	var people []string
	v := surveyOf(s, p, now)
	for _, x := range p.People {
		if v.digest(x.ID).Anything() {
			people = append(people, x.ID)
		}
	}
	return people
}

// NoteDue says that the day of a review has come, and sends the card.
type NoteDue struct {
	Due     time.Time
	Kind    string
	Subject Subject
}

func (NoteDue) verb() string { return "due" }

func (a NoteDue) decide(s State, c Context) Verdict {
	if !c.bot() || s.Standing(a.Subject.Service).told.Equal(a.Due) {
		return Verdict{Rule: ruleEngine.name}
	}
	return accept(ruleEngine, &ReviewDue{Service: a.Subject.Service, Due: a.Due, Trigger: a.Kind}).wants(s.cards(a.Subject)...)
}

// NoteOverdue says that the grace of a review has passed, and sends the card
// again.
type NoteOverdue struct {
	Due     time.Time
	Subject Subject
}

func (NoteOverdue) verb() string { return "overdue" }

func (a NoteOverdue) decide(s State, c Context) Verdict {
	if !c.bot() || s.Standing(a.Subject.Service).overdue.Equal(a.Due) {
		return Verdict{Rule: ruleEngine.name}
	}
	return accept(ruleEngine, &ReviewOverdue{Service: a.Subject.Service, Due: a.Due}).wants(s.cards(a.Subject)...)
}

// SendDigest tells owners and deciders once a week what waits for them.
type SendDigest struct {
	For      time.Time
	People   []string
	Platform string
}

func (SendDigest) verb() string { return "digest" }

func (a SendDigest) decide(s State, c Context) Verdict {
	if !c.bot() || s.Digested != nil && !a.For.After(*s.Digested) {
		return Verdict{Rule: ruleEngine.name}
	}
	v := accept(ruleEngine, &DigestSent{For: a.For, People: a.People})
	for _, person := range a.People {
		v = v.wants(s.dm(a.Platform, person, DigestMessage, a.For.UTC().Format(time.RFC3339), "digest:"+a.For.UTC().Format(time.DateOnly)))
	}
	return v
}
