package incident

import (
	"slices"

	"holdfast/internal/fault"
)

// Retitle gives the incident a better title. Its room keeps its name, so that
// links stay good.
type Retitle struct{ Title string }

func (Retitle) verb() string { return "edit" }

func (a Retitle) decide(s State, c Context) Verdict {
	if err := textWithin("title", a.Title, s.Terms.TitleMax); err != nil {
		return Verdict{Refusal: err}
	}
	if !ruleCommander.permits(s, c) {
		return deny(s, c, a, ruleCommander)
	}
	if a.Title == s.Title {
		return refuse(fault.Range, "", "That is the title already.")
	}
	return accept(ruleCommander, &Retitled{Title: a.Title, From: s.Title})
}

// Rescope replaces the affected services, with their owners. Teams that come
// in are paged when the severity asks for it.
type Rescope struct {
	Services   []string
	Owners     []string
	Objectives []Objective
	Page       []Target
	Invite     []string
}

func (Rescope) verb() string { return "edit" }

func (a Rescope) decide(s State, c Context) Verdict {
	if !ruleCommander.permits(s, c) {
		return deny(s, c, a, ruleCommander)
	}
	if slices.Equal(a.Services, s.Services) {
		return refuse(fault.Range, "", "Those are the services already.")
	}
	v := accept(ruleCommander, &Rescoped{Services: a.Services, Owners: a.Owners, Objectives: a.Objectives})
	if s.Severity <= s.Terms.PageSeverity && !s.Retro {
		for _, target := range a.Page {
			if !s.paged(target.To) {
				v = v.and(s.call(target, pageText(s)))
			}
		}
	}
	for _, p := range a.Invite {
		v = v.and(s.inviteOne(p))
	}
	return v
}

// DescribeImpact says what users feel.
type DescribeImpact struct{ Impact string }

func (DescribeImpact) verb() string { return "edit" }

func (a DescribeImpact) decide(s State, c Context) Verdict {
	if err := textWithin("impact", a.Impact, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	if !ruleCommander.permits(s, c) {
		return deny(s, c, a, ruleCommander)
	}
	return accept(ruleCommander, &Rescoped{Impact: &a.Impact})
}
