package incident

import (
	"slices"
	"strings"

	"holdfast/internal/fault"
)

// NoReason is stored when a decision's reason was asked for and not given.
const NoReason = "no reason given"

// MakeDecision records a choice, why, and what else was on the table.
type MakeDecision struct {
	Text         string
	Because      string // stored as NoReason when empty
	Alternatives []string
	Reversible   string // yes, no, or empty
}

func (MakeDecision) verb() string { return "decide" }

func (a MakeDecision) decide(s State, c Context) Verdict {
	for what, text := range map[string]string{"decision": a.Text, "reason": orElse(a.Because, NoReason)} {
		if err := textWithin(what, text, s.Terms.TextMax); err != nil {
			return Verdict{Refusal: err}
		}
	}
	if !slices.Contains([]string{"", "yes", "no"}, a.Reversible) {
		return refuse(fault.Range, "`--reversible yes` or `--reversible no`", "Reversible is yes or no, not %q.", a.Reversible)
	}
	if !ruleDecider.permits(s, c) {
		return deny(s, c, a, ruleDecider)
	}
	id := nth("D", len(s.Decisions))
	made := &DecisionMade{ID: id, Text: a.Text, Alternatives: a.Alternatives, Reversible: a.Reversible}
	return accept(ruleDecider, made).since(orElse(strings.TrimSpace(a.Because), NoReason)).and(s.post("decision", id)).and(s.noteFor(CommentDecisions, id, a.Text)...).and(s.tellPager(CommentDecisions, id, a.Text)...)
}
