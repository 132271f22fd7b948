package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// outside writes what was to be done in other systems and what became of it,
// those that failed first.
func (r *record) outside(ctx context.Context) error {
	if !r.reachedOut() {
		r.none()
		return nil
	}
	r.tellOutcomes(r.wanted())
	if err := r.givenUp(ctx); err != nil {
		return err
	}
	tickets := []string{journal.Ticket, journal.Link, journal.Comment, journal.Transition}
	var others []string
	for _, t := range journal.EffectTypes {
		if t != journal.Page && !slices.Contains(tickets, t) {
			others = append(others, t)
		}
	}
	if err := r.effects(ctx, "Pages", kindsOf(".requested", journal.Page)); err != nil {
		return err
	}
	if err := r.effects(ctx, "Tickets", append(kindsOf(".requested", tickets...), "ticket.linked")); err != nil {
		return err
	}
	if err := r.effects(ctx, "Rooms, posts and messages", kindsOf(".requested", others...)); err != nil {
		return err
	}
	return r.strays(ctx)
}

// reachedOut says whether anything was to be done outside.
func (r *record) reachedOut() bool {
	return r.wanted() > 0 || len(r.ends) > 0 || r.count("ticket.linked") > 0
}

func (r *record) wanted() int { return r.count(kindsOf(".requested", journal.EffectTypes...)...) }

func kindsOf(suffix string, types ...string) []string {
	kinds := make([]string, len(types))
	for i, t := range types {
		kinds[i] = t + suffix
	}
	return kinds
}

func (r *record) tellOutcomes(wanted int) {
	by := map[journal.Outcome]int{}
	for _, x := range r.ends {
		by[x.outcome]++
	}
	r.printf("%s wanted: %d done", times(wanted, "effect"), by[journal.Done])
	if n := by[journal.Dead]; n > 0 {
		r.printf(", **%d FAILED**", n)
	}
	if n := by[journal.NoLonger]; n > 0 {
		r.printf(", %d no longer wanted", n)
	}
	if n := wanted - len(r.ends); n > 0 {
		r.printf(", **%d still pending**", n)
	}
	r.print(".\n")
}

// givenUp lists the dead letters: what nobody has done unless a person has.
func (r *record) givenUp(ctx context.Context) error {
	kinds := kindsOf(".failed", journal.EffectTypes...)
	if r.count(kinds...) == 0 {
		return nil
	}
	r.print("\n")
	return r.each(ctx, of(kinds...), func(e journal.Entry, err error) {
		if err == nil && r.endSeqs[e.Seq] != nil {
			what := strings.TrimPrefix(templates.Sentence(e), "FAILED: ")
			r.print("- **FAILED:** ", literal(what), ref(e.Seq), "\n")
		}
	})
}

// effects writes a table of requests and linked tickets.
func (r *record) effects(ctx context.Context, name string, kinds []string) error {
	if r.count(kinds...) == 0 {
		return nil
	}
	r.print("\n### ", name, "\n\n| entry | asked | what | outcome |\n|---|---|---|---|\n")
	return r.each(ctx, of(kinds...), func(e journal.Entry, err error) {
		if err != nil {
			r.row(e.Seq, "", "cannot be read: "+literal(err.Error()), "")
			r.unreadable++
			return
		}
		what := templates.Sentence(e)
		switch f := e.Fact.(type) {
		case *journal.Requested:
			r.row(e.Seq, r.at(e.Recorded), r.inForce(e.Seq, templates.EffectWords(f.Effect)), r.outcome(e, f))
		case *incident.TicketLinked:
			r.row(e.Seq, r.at(e.Recorded), r.inForce(e.Seq, what), "linked")
		}
	})
}

func (r *record) outcome(e journal.Entry, f *journal.Requested) string {
	x := r.ends[f.Key]
	if x == nil || x.seq < e.Seq {
		return "**still pending**" + r.answer(f)
	}
	took := span(x.at.Sub(e.Recorded))
	if x.shown {
		return "the same as before" + ref(x.seq)
	}
	x.shown = true
	switch x.outcome {
	case journal.Done:
		s := "done"
		if x.ref != "" {
			s += " as " + literal(x.ref)
		}
		return s + " after " + took + ref(x.seq) + r.answer(f)
	case journal.Dead:
		return "**FAILED** after " + took + ": " + said(x.reason) + ref(x.seq) + r.answer(f)
	}
	return "no longer wanted: " + said(x.reason) + ref(x.seq) + r.answer(f)
}

// answer says of a page who answered it.
func (r *record) answer(f *journal.Requested) string {
	p := r.pages[f.Key]
	if p == nil {
		return ""
	}
	s := ""
	if p.warnSeq != 0 {
		s += "; **PAGING NOT CONFIRMED** in time" + ref(p.warnSeq)
	}
	if p.ackSeq != 0 {
		s += fmt.Sprintf("; acknowledged by %s at %s%s", reached(p.by), r.at(p.at), ref(p.ackSeq))
	}
	return s
}

// reached names somebody a pager speaks of.
func reached(x incident.Reached) string {
	if x.Person != "" {
		return person(x.Person)
	}
	return said(x.Name)
}

// strays writes ends that no request above accounts for, so that no entry is
// left out. A journal that was written in order has none.
func (r *record) strays(ctx context.Context) error {
	var kinds []string
	for _, suffix := range []string{".settled", ".failed", ".abandoned"} {
		kinds = append(kinds, kindsOf(suffix, journal.EffectTypes...)...)
	}
	told := 0
	for _, x := range r.endSeqs {
		if x.shown || x.outcome == journal.Dead {
			told++
		}
	}
	if told == r.count(kinds...) {
		return nil
	}
	headed := false
	return r.each(ctx, of(kinds...), func(e journal.Entry, err error) {
		x := r.endSeqs[e.Seq]
		if err == nil && x != nil && (x.shown || x.outcome == journal.Dead) {
			return
		}
		if !headed {
			headed = true
			r.print("\n### Ends without a request\n\n")
		}
		if err != nil {
			r.unreadable++
			r.print("- cannot be read: ", literal(err.Error()), ref(e.Seq), "\n")
			return
		}
		r.print("- ", literal(templates.Sentence(e)), ref(e.Seq), "\n")
	})
}
