package export

import (
	"context"
	"strings"

	"holdfast/incident"
	"holdfast/journal"
)

// decisions writes what was decided, why, and what else was on the table.
func (r *record) decisions(ctx context.Context) error {
	if r.count("decision.made") == 0 {
		r.none()
		return nil
	}
	first := true
	return r.each(ctx, of("decision.made"), func(e journal.Entry, err error) {
		d, ok := e.Fact.(*incident.DecisionMade)
		if err != nil || !ok {
			return // its line in the timeline says so
		}
		if !first {
			r.print("\n")
		}
		first = false
		r.print("### ", literal(d.ID), ", by ", person(e.Actor), " at ", r.at(e.At), ref(e.Seq), "\n\n")
		r.print(r.inForce(e.Seq, d.Text), "\n\n")
		r.field("Why", said(e.Because))
		r.field("Alternatives", said(strings.Join(d.Alternatives, "; ")))
		switch d.Reversible {
		case "":
			r.field("Reversible", "nobody said")
		default:
			r.field("Reversible", literal(d.Reversible))
		}
	})
}

// inForce writes a text; one that was corrected is struck out and followed by
// each text that took its place.
func (r *record) inForce(seq uint64, text string) string {
	fixes := r.fixes[seq]
	if len(fixes) == 0 {
		return said(text)
	}
	s := struck(text)
	for i, f := range fixes {
		now := said(f.text)
		if i < len(fixes)-1 {
			now = struck(f.text)
		}
		s += " corrected to: " + now + ref(f.seq)
	}
	return s
}

func struck(text string) string { return "~~" + said(text) + "~~" }
