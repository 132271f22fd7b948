// Package readiness is what the business says about the plan while nothing
// burns: how it rates its services, what is disputed and who has decided it,
// and which assessment has grown old. All of it is one journal, "readiness".
//
// It is pure, as package incident is: an action is decided on a state, gives
// facts or a refusal, and the facts add up to the next state. What the plan says
// of a service is in the action, see SubjectOf; the journal is read without it.
package readiness

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Journal is the name of the journal.
const Journal = "readiness"

// Person is somebody who acts, as the plan knows them.
type Person struct {
	ID     string
	Groups []string // standing groups
	Guest  bool
}

// In says whether the person belongs to a standing group.
func (p Person) In(group string) bool { return slices.Contains(p.Groups, group) }

// Context is everything a rule may know beside the state. The engine puts it in.
type Context struct {
	Now   time.Time
	Actor Person
}

// bot is the context of a timer, a settled effect or another journal's wish.
func (c Context) bot() bool { return c.Actor.ID == journal.Bot }

// Action is one thing that may be decided here. The set is closed: one file of
// this package each.
type Action interface {
	verb() string
	decide(s State, c Context) Verdict
}

// Verdict is the answer of the rules: facts to append, or a refusal. A refusal
// may carry facts too: that access was denied, that a new card is wanted.
type Verdict struct {
	Statements []journal.Statement
	Rule       string // the permission rule that allowed or denied it
	Refusal    error  // a *fault.Error
}

// Decide judges an action. It is pure: the same arguments give the same verdict.
func Decide(s State, c Context, a Action) Verdict {
	switch {
	case s.newer != "":
		return refuse(fault.Newer, "Reading, exporting and verifying work; upgrade Holdfast to add to it.",
			"%s holds a fact of kind %q, which this version does not know.", Journal, s.newer)
	case c.Actor.Guest:
		return deny(s, c, a, ruleAnyone, "")
	}
	return a.decide(s, c)
}

func accept(r rule, facts ...journal.Fact) Verdict {
	v := Verdict{Rule: r.name}
	return v.and(facts...)
}

// and adds facts that happened now.
func (v Verdict) and(facts ...journal.Fact) Verdict {
	for _, f := range facts {
		v.Statements = append(v.Statements, journal.Statement{Fact: f})
	}
	return v
}

// wants adds effects.
func (v Verdict) wants(effects ...*journal.Requested) Verdict {
	for _, e := range effects {
		v.Statements = append(v.Statements, journal.Statement{Fact: e})
	}
	return v
}

// since sets the reason of every statement so far but effects.
func (v Verdict) since(because string) Verdict {
	for i := range v.Statements {
		if _, isEffect := v.Statements[i].Fact.(*journal.Requested); !isEffect {
			v.Statements[i].Because = strings.TrimSpace(because)
		}
	}
	return v
}

func refuse(code fault.Code, next, format string, args ...any) Verdict {
	return Verdict{Refusal: fault.Newf(code, next, format, args...)}
}

// deny refuses for want of a right and records it, at most once a person, rule
// and minute.
func deny(s State, c Context, a Action, r rule, who string) Verdict {
	if who == "" {
		who = r.says
	}
	v := refuse(fault.Role, "", "%s may not `%s`: this is for %s.", at(c.Actor.ID), a.verb(), who)
	v.Rule = r.name
	for _, d := range s.denials {
		if d.person == c.Actor.ID && d.rule == r.name && c.Now.Sub(d.at) < time.Minute {
			return v
		}
	}
	return v.and(&AccessDenied{Person: c.Actor.ID, Verb: a.verb(), Rule: r.name})
}

func at(person string) string { return "@" + person }

func all(people []string) string {
	if len(people) == 0 {
		return "nobody"
	}
	return "@" + strings.Join(people, ", @")
}

// reasonMax is the longest reason, in characters.
const reasonMax = 2000

// reasoned refuses a missing or overlong reason.
func reasoned(because string) error {
	switch {
	case strings.TrimSpace(because) == "":
		return fault.New(fault.Missing, "Say why.", "Add because \"...\": a rating without a reason convinces nobody.")
	case utf8.RuneCountInString(because) > reasonMax:
		return fault.Newf(fault.Length, "Shorten it; put long material into a document and name it.", "The reason has %d characters; %d are allowed.", utf8.RuneCountInString(because), reasonMax)
	}
	return nil
}
