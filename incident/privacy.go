package incident

import (
	"strings"

	"holdfast/internal/fault"
)

// MakePrivate withholds an incident from all who are not in it. What stood in
// the open before stays where it stands, and in the journal.
type MakePrivate struct{ Because string }

func (MakePrivate) verb() string { return "private" }

func (a MakePrivate) decide(s State, c Context) Verdict {
	if v, ok := mayChangeView(s, c, a, a.Because); !ok {
		return v
	}
	if s.Private {
		return refuse(fault.NotOpen, "`/incident public because \"...\"` shows it to everybody.", "%s is private already.", s.ID)
	}
	v := accept(ruleCommander, &MadePrivate{}).since(a.Because).and(s.post("private", ""))
	s.Private = true // s is a copy
	v = v.and(s.untold("private", func(f Follower) bool { return !s.shownTo(f) })...)
	v.Register = []Statement{{Fact: &Withheld{ID: s.ID}}} // and not why, which may say it all
	return v
}

// MakePublic shows a private incident to everybody, with all that was recorded
// while it was private.
type MakePublic struct{ Because string }

func (MakePublic) verb() string { return "public" }

func (a MakePublic) decide(s State, c Context) Verdict {
	if v, ok := mayChangeView(s, c, a, a.Because); !ok {
		return v
	}
	if !s.Private {
		return refuse(fault.NotOpen, "`/incident private because \"...\"` withholds it.", "%s is public already.", s.ID)
	}
	v := accept(ruleCommander, &MadePublic{}).since(a.Because).and(s.post("public", ""))
	v.Register = []Statement{{Fact: &Disclosed{ID: s.ID, Title: s.Title}}}
	return v
}

// mayChangeView: who sees an incident is the commander's to say, with a reason.
func mayChangeView(s State, c Context, a Action, because string) (Verdict, bool) {
	switch {
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander), false
	case strings.TrimSpace(because) == "":
		return refuse(fault.Missing, "`/incident "+a.verb()+" because \"...\"`", "Say why it is made %s.", a.verb()), false
	}
	return Verdict{}, true
}

// Discreet is a text as it may leave the incident's own room. One that was
// composed while the incident was public may end in its title, and is then
// said without it.
func (s State) Discreet(text string) string {
	if !s.Private {
		return text
	}
	for _, title := range append([]string{s.Title}, s.former...) {
		if text == title {
			return s.ID + ": a private incident"
		}
		if rest, ends := strings.CutSuffix(text, title); ends && strings.HasSuffix(rest, " ") {
			return rest + "a private incident"
		}
	}
	return text
}
