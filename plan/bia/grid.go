// Package bia works out a business impact analysis: how long a process may be
// away at most, and which way to recover it is the cheapest one that is fast
// enough.
//
// Judge reads the grid of impact over time, Weigh compares the strategies.
// Both reckon in whole nanoseconds, hundredths of the currency and fractions of
// them; nothing is rounded before it is printed.
package bia

import (
	"slices"
	"time"

	"holdfast/plan"
)

// Known says what a grid tells about the longest bearable absence.
type Known int

// What a grid may tell.
const (
	Unjudged Known = iota // there is no grid
	Exactly               // it is MTPD
	AtLeast               // it is MTPD or longer: nothing ever becomes unacceptable
	Below                 // it is shorter than MTPD, the first point, where something is already unacceptable
)

// A Tolerance is the maximum tolerable period of disruption of a process.
type Tolerance struct {
	Known Known
	MTPD  time.Duration // how to read it is said by Known; zero when Unjudged
	WRT   time.Duration // from technically restored to verified by the business
	From  time.Duration // the first point at which an impact is unacceptable; zero when there is none
	Types []string      // the types of impact that are unacceptable there, as plan.ImpactTypes lists them
}

// Judge finds the largest point at which every type of impact is below the
// unacceptable level; the level itself is unacceptable.
func Judge(p plan.Process) Tolerance {
	t := Tolerance{WRT: p.WRT}
	if len(p.Points) == 0 || !graded(p) {
		return t
	}
	for i, point := range p.Points {
		if t.Types = unacceptable(p, i); len(t.Types) > 0 {
			t.From = point
			if i == 0 {
				t.Known, t.MTPD = Below, point
			}
			return t
		}
		t.Known, t.MTPD = Exactly, point
	}
	t.Known = AtLeast
	return t
}

func graded(p plan.Process) bool {
	for _, row := range p.Levels {
		if len(row) > 0 {
			return true
		}
	}
	return false
}

// unacceptable lists the types that have reached the unacceptable level at the
// point of this index.
func unacceptable(p plan.Process, point int) []string {
	var types []string
	for _, kind := range plan.ImpactTypes {
		if row := p.Levels[kind]; point < len(row) && row[point] >= p.Unacceptable {
			types = append(types, kind)
		}
	}
	return types
}

// String writes the period: "6h", "at least 7d", "under 1h", "not assessed".
func (t Tolerance) String() string {
	switch t.Known {
	case Exactly:
		return plan.FormatDuration(t.MTPD)
	case AtLeast:
		return "at least " + plan.FormatDuration(t.MTPD)
	case Below:
		return "under " + plan.FormatDuration(t.MTPD)
	}
	return "not assessed"
}

// RTOCap returns the longest recovery time that leaves room for the work
// recovery time. ok is false when the grid sets no such limit, or none that is
// known. A negative cap says that no recovery time is short enough.
func (t Tolerance) RTOCap() (limit time.Duration, ok bool) {
	return t.MTPD - t.WRT, t.Known == Exactly
}

// A Fit says whether a recovery time and the work after it end in time.
type Fit int

// How a recovery time fits.
const (
	Fits    Fit = iota // it ends within the period, or nothing limits it
	Exceeds            // it ends after it
	Unknown            // the grid begins too late to say
)

// Fit judges a recovery time: RTO + WRT must not exceed the MTPD; equal is
// admitted.
func (t Tolerance) Fit(rto time.Duration) Fit {
	switch end := rto + t.WRT; {
	case t.Known == Exactly && end > t.MTPD, t.Known == Below && end >= t.MTPD:
		return Exceeds
	case t.Known == Below:
		return Unknown
	}
	return Fits
}

// Sum writes why a recovery time exceeds the period: "6h+1h>6h".
func (t Tolerance) Sum(rto time.Duration) string {
	than := ">"
	if t.Known == Below {
		than = ">=" // the period ends before the first point
	}
	return plan.FormatDuration(rto) + "+" + plan.FormatDuration(t.WRT) + than + plan.FormatDuration(t.MTPD)
}

// Of returns the processes that cannot do without a service, by id.
func Of(p *plan.Plan, service string) []plan.Process {
	var all []plan.Process
	for _, x := range p.Processes {
		if slices.Contains(x.Services, service) {
			all = append(all, x)
		}
	}
	return all
}
