package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Person is somebody who acts or is addressed, as the plan knows them.
type Person struct {
	ID     string
	Groups []string // standing groups: responders, commanders, comms ...
	Guest  bool
}

// In says whether the person belongs to a standing group.
func (p Person) In(group string) bool { return slices.Contains(p.Groups, group) }

// Context is everything a rule may know beside the state: who asks, where and
// when. The engine puts it in.
type Context struct {
	Now      time.Time
	Actor    Person
	Room     string   // where it was asked
	Print    string   // fingerprint of the words
	Once     bool     // refuse an identical repeat
	Again    bool     // the person wrote `again`: repeat on purpose
	Platform string   // where posts of this incident go when it has no room yet
	Message  *Message // the chat message it is about, or nil
}

// bot is the context of a timer or a settled effect.
func (c Context) bot() bool { return c.Actor.ID == journal.Bot }

// Action is one thing that may be decided about an incident. The set is
// closed: one file of this package each.
type Action interface {
	verb() string
	decide(s State, c Context) Verdict
}

// Verdict is the answer of the rules: facts to append, or a refusal. A refusal
// may carry facts too: that access was denied.
type Verdict struct {
	Statements []Statement
	Register   []Statement // appended to the register in the same batch
	Rule       string      // the permission rule that allowed or denied it
	Refusal    error       // a *fault.Error
}

// Statement is a fact with what its entry says beside the common context.
type Statement = journal.Statement

// Decide judges an action. It is pure: the same arguments give the same
// verdict.
func Decide(s State, c Context, a Action) Verdict {
	switch {
	case s.Entries == 0:
		return refuse(fault.UnknownID, "`/incident list all` lists them.", "There is no such incident.")
	case s.newer != "":
		return refuse(fault.Newer, "Reading, exporting and verifying work; upgrade Holdfast to add to it.",
			"%s holds a fact of kind %q, which this version does not know.", s.ID, s.newer)
	case c.Actor.Guest && !ofAuthors(a):
		return deny(s, c, a, ruleAnyone)
	case !s.Open() && !worksAfterClose(a):
		return refuse(fault.Closed, "`/incident reopen` opens it again.", "%s is closed since %s.", s.ID, s.TX.Format("2006-01-02 15:04Z"))
	}
	if ref, repeated := s.repeat(c); repeated {
		return refuse(fault.Repeat, "Add `again` to repeat it.", "already recorded as %s", ref)
	}
	return s.overtaken(s.unapproved(a.decide(s, c)), c).of(c.Message)
}

// worksAfterClose lists what may still be added to a closed incident: the ends
// of its effects, that it is opened again, and that somebody looks away.
func worksAfterClose(a Action) bool {
	switch a.(type) {
	case Settle, Fail, Reopen, Stuck, ConfirmMissing, Unfollow:
		return true
	}
	return false
}

// repeat finds the same words by the same person in the same room within the
// repeat window, with nothing of theirs between.
func (s State) repeat(c Context) (ref string, repeated bool) {
	if !c.Once || c.Again || c.Print == "" {
		return "", false
	}
	for _, x := range s.seen {
		if x.person == c.Actor.ID && x.room == c.Room && x.print == c.Print && c.Now.Sub(x.at) < time.Duration(s.Terms.Repeat) {
			return journal.Ref(s.ID, x.seq), true
		}
	}
	return "", false
}

func accept(r rule, facts ...journal.Fact) Verdict {
	v := Verdict{Rule: r.name}
	return v.and(facts...)
}

// and adds facts that happened now.
func (v Verdict) and(facts ...journal.Fact) Verdict {
	for _, f := range facts {
		v.Statements = append(v.Statements, Statement{Fact: f})
	}
	return v
}

// since sets the reason of every statement so far.
func (v Verdict) since(because string) Verdict {
	for i := range v.Statements {
		if _, isEffect := v.Statements[i].Fact.(*journal.Requested); !isEffect {
			v.Statements[i].Because = because
		}
	}
	return v
}

// happened sets when the first statement happened.
func (v Verdict) happened(at time.Time) Verdict {
	if !at.IsZero() && len(v.Statements) > 0 {
		v.Statements[0].At = at
	}
	return v
}

func refuse(code fault.Code, next, format string, args ...any) Verdict {
	return Verdict{Refusal: fault.Newf(code, next, format, args...)}
}

// deny refuses for want of a right and records it, at most once a person, rule
// and minute.
func deny(s State, c Context, a Action, r rule) Verdict {
	v := refuse(fault.Role, "", "%s may not %s: this is for %s.", at(c.Actor.ID), spoken(a.verb()), r.whoMay(s))
	v.Rule = r.name
	for _, d := range s.denials {
		if d.person == c.Actor.ID && d.rule == r.name && c.Now.Sub(d.at) < time.Minute {
			return v
		}
	}
	return v.and(&AccessDenied{Person: c.Actor.ID, Verb: a.verb(), Rule: r.name})
}

func spoken(verb string) string { return "`" + verb + "`" }

func at(person string) string { return "@" + person }

// textWithin refuses empty and overlong texts.
func textWithin(what, text string, limit int) error {
	if strings.TrimSpace(text) == "" {
		return fault.Newf(fault.Missing, "Say it in a few words, in quotes.", "The %s is empty.", what)
	}
	if limit == 0 {
		limit = 10000
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return fault.Newf(fault.Length, "Shorten it; put long material into a ticket or document and note its link.",
			"The %s has %d characters; %d are allowed.", what, n, limit)
	}
	return nil
}

// notFuture refuses an instant after now. A minute of clock difference between
// machines passes.
func notFuture(what string, t, now time.Time) error {
	if t.After(now.Add(time.Minute)) {
		return fault.Newf(fault.Future, "Record what has happened; use a task for what will.", "%s lies in the future: %s, now it is %s.", what, stamp(t), stamp(now))
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

func nth(prefix string, n int) string { return fmt.Sprintf("%s%d", prefix, n+1) }
