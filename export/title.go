package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"holdfast/incident"
)

// title opens the record: what it is about and how it stands.
func (r *record) title(context.Context) error {
	s := r.state
	if !r.told() {
		r.print("# Journal ", literal(r.journal), "\n\n")
		r.alarms()
		r.legend()
		return nil
	}
	r.print("# ", r.drill(), literal(s.ID), ": ", literal(s.Title), "\n\n")
	r.alarms()
	r.legend()
	r.print("\n")
	r.field("Title", literal(s.Title), r.course.from["title"])
	r.field("State", r.standing())
	r.field("Severity", steps(r, r.course.severities, s.Assumed))
	r.field("Phases", steps(r, r.course.phases, false))
	r.field("Services", said(strings.Join(s.Services, ", ")), r.course.from["services"])
	r.field("Impact", said(s.Impact), r.course.from["impact"])
	r.field("Declared by", person(r.course.declarer), 1)
	if s.Health != "" {
		r.field("Declared as", literal(s.Health), 1)
	}
	if s.Room != "" {
		r.field("Room", literal(s.Room), 1)
	}
	if from := r.course.from["private"]; s.Private {
		r.field("Private", "yes: keep this record among those who were invited", from)
	} else if from > 0 {
		r.field("Private", "no longer", from)
	}
	for _, part := range s.Absorbed {
		r.field("Part of it", literal(strings.TrimSpace(part.ID+" "+part.Title))+", merged by "+person(part.By), part.Seq)
	}
	if s.Retro {
		r.field("Written down afterwards", "yes: nobody was paged", 1)
	}
	return nil
}

func (r *record) drill() string {
	if r.state.Drill {
		return "\\[DRILL\\] "
	}
	return ""
}

// alarms says first what a reader must know before believing anything.
func (r *record) alarms() {
	if n := r.chain.breaks; n > 0 {
		r.printf("> **WARNING: THIS JOURNAL IS DAMAGED.** Its hash chain does not hold in %s. What follows is what can be read; do not rely on it as evidence.\n>\n", times(n, "place"))
		for _, b := range r.chain.named {
			r.print("> - ", literal(b), "\n")
		}
		if more := n - len(r.chain.named); more > 0 {
			r.printf("> - and %d more\n", more)
		}
		r.print("\n")
	}
	if r.doubt != "" {
		r.print("> **This journal takes no more entries.** ", literal(r.doubt), "\n\n")
	}
	var strange []string
	for kind, t := range r.kinds {
		if !t.known {
			strange = append(strange, fmt.Sprintf("%s, first in #%d", literal(kind), t.first))
		}
	}
	if len(strange) > 0 {
		slices.Sort(strange)
		r.print("> **This journal was written by a newer version.** It holds kinds of entries that this one can only quote: ", strings.Join(strange, "; "), ".\n\n")
	}
}

func (r *record) legend() {
	r.printf("A number such as (#%d) names the journal entry that a statement comes from. ", r.chain.seq)
	r.print("Times are in ", literal(r.zone.String()), "; those that end in Z are UTC.\n")
}

func (r *record) field(name, text string, seqs ...uint64) {
	r.print("- **", name, ":** ", text, ref(seqs...), "\n")
}

func (r *record) standing() string {
	s := r.state
	switch {
	case s.Phase == incident.PhaseClosed && s.MergedInto != "":
		return "closed: it goes on in " + literal(s.MergedInto) + ref(r.course.from["merged"])
	case s.Phase == incident.PhaseClosed && s.ClosedAs != "":
		return "closed as " + literal(s.ClosedAs) + ref(r.course.from["closed"])
	case s.Phase == incident.PhaseClosed:
		return "closed" + ref(r.course.from["closed"])
	case s.Phase == incident.PhaseResolved && s.TV != nil:
		return "resolved and verified, not closed" + ref(r.course.from["verified"])
	case s.Phase == incident.PhaseResolved:
		return "resolved, not verified" + ref(r.course.from["summary"])
	}
	return "**open**, in command: " + person(s.InCommand())
}

// steps writes a value's history in one line.
func steps(r *record, all []step, assumed bool) string {
	var parts []string
	for i, s := range all {
		text := literal(s.value)
		if assumed && i == len(all)-1 {
			text += ", assumed: nobody said it"
		}
		parts = append(parts, text+" since "+r.at(s.at)+ref(s.seq))
	}
	return strings.Join(parts, "; ")
}

func times(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// summary says how it ended.
func (r *record) summary(context.Context) error {
	s, from := r.state, r.course.from
	if s.MergedInto != "" {
		r.print("It goes on in ", literal(s.MergedInto), ref(from["merged"]), "; the record of that incident tells how it ended.\n\n")
	}
	if s.Summary == "" {
		r.print("No resolution is recorded.\n")
		return nil
	}
	r.print(literal(s.Summary), ref(from["summary"]), "\n\n")
	r.field("Resolved by", person(s.ResolvedBy), from["summary"])
	if s.VerifiedBy != "" {
		r.field("Verified by", person(s.VerifiedBy), from["verified"])
	} else {
		r.field("Verified by", "nobody yet")
	}
	return nil
}

// times writes the time points and the spans between them.
func (r *record) times(context.Context) error {
	r.print("| point | time | entry |\n|---|---|---|\n")
	for _, p := range timePoints {
		if t := p.of(r.state); t != nil {
			r.printf("| %s (%s) | %s | #%d |\n", p.says, p.name, r.at(*t), r.course.from[p.name])
		} else {
			r.printf("| %s (%s) | not recorded | |\n", p.says, p.name)
		}
	}
	r.print("\n")
	for _, l := range lastings {
		from, to := point(l.from, r.state), point(l.to, r.state)
		if from != nil && to != nil {
			r.printf("- Time %s: **%s** (%s to %s)%s\n", l.says, span(to.Sub(*from)), l.from, l.to, ref(r.course.from[l.from], r.course.from[l.to]))
		}
	}
	return nil
}
