package export

import (
	"slices"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// course is how the headline values came to be: which entry each one is from,
// and the steps of those whose history is told.
type course struct {
	from       map[string]uint64 // title, services, impact, summary, t0 ... -> entry
	declarer   string
	severities []step
	phases     []step
}

// step is a value from an entry on.
type step struct {
	value string
	at    time.Time
	seq   uint64
}

// note compares the states around an entry.
func (c *course) note(before, after incident.State, e journal.Entry) {
	if c.from == nil {
		c.from = map[string]uint64{}
	}
	if _, ok := e.Fact.(*incident.Declared); ok {
		c.declarer = e.Actor
	}
	set := func(name string, changed bool) {
		if changed {
			c.from[name] = e.Seq
		}
	}
	set("title", before.Title != after.Title)
	set("impact", before.Impact != after.Impact)
	set("private", before.Private != after.Private)
	set("services", !slices.Equal(before.Services, after.Services))
	set("summary", before.Summary != after.Summary || isResolved(e))
	set("verified", after.VerifiedBy != "" && !sameInstant(before.TV, after.TV))
	set("merged", before.MergedInto != after.MergedInto)
	set("closed", before.Phase != after.Phase && after.Phase == incident.PhaseClosed)
	for _, p := range timePoints {
		set(p.name, !sameInstant(p.of(before), p.of(after)))
	}
	if before.Severity != after.Severity {
		c.severities = append(c.severities, step{severity(after.Severity), e.At, e.Seq})
	}
	if before.Phase != after.Phase {
		c.phases = append(c.phases, step{after.Phase, e.At, e.Seq})
	}
}

func isResolved(e journal.Entry) bool {
	_, ok := e.Fact.(*incident.Resolved)
	return ok
}

func sameInstant(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}

// timePoint is one of the instants that an incident is measured by.
type timePoint struct {
	name, says string
	of         func(incident.State) *time.Time
}

var timePoints = []timePoint{
	{"t0", "impact began", func(s incident.State) *time.Time { return s.T0 }},
	{"td", "detected", func(s incident.State) *time.Time { return s.TD }},
	{"tk", "acknowledged", func(s incident.State) *time.Time { return s.TK }},
	{"tc", "declared", func(s incident.State) *time.Time { return s.TC }},
	{"tr", "technically restored", func(s incident.State) *time.Time { return s.TR }},
	{"tv", "verified", func(s incident.State) *time.Time { return s.TV }},
	{"tx", "closed", func(s incident.State) *time.Time { return s.TX }},
}

// lasting is a span between two time points that people are held to.
type lasting struct{ says, from, to string }

var lastings = []lasting{
	{"to acknowledge", "td", "tk"},
	{"to declare", "t0", "tc"},
	{"to restore", "t0", "tr"},
	{"to verify", "tr", "tv"},
	{"to close", "t0", "tx"},
}

func point(name string, s incident.State) *time.Time {
	i := slices.IndexFunc(timePoints, func(p timePoint) bool { return p.name == name })
	return timePoints[i].of(s)
}
