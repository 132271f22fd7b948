package incident

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/journal"
)

// Found is what can be read of one incident's journal.
type Found struct {
	ID    string
	First journal.Entry // what declared it; zero when no entry can be read
	State State         // zero then, too
	Whole bool          // nothing of it is missing
}

// Remains is what a register is gathered from after its own journal was
// damaged.
type Remains struct {
	Kept   Register        // what its intact beginning adds up to
	Behind []journal.Entry // what can be read of it behind the damage
	Found  []Found         // every journal that is an incident's
	Spare  int             // how many numbers more may have been given
	From   string          // where the old register is, a clause
}

// Entries returns what must be written behind the intact beginning, so that
// every incident is listed, no number is given twice, and what is open is taken
// up. Their place and the instant at which they are recorded are not set. The
// title of a private incident stays out.
func (m Remains) Entries() []journal.Entry {
	g := gathering{Remains: m, now: FoldRegister(m.Kept.copy(), m.Behind...)}
	g.openings()
	g.lost()
	g.endings()
	rebuilt := &Rebuilt{Kept: m.Kept.Entries, From: m.From, Incidents: g.now.incs, Drills: g.now.drills, LeftOut: m.Spare}
	return append([]journal.Entry{{Meta: journal.Meta{Actor: journal.Bot, Source: "repair", Rule: "repair"}, Fact: rebuilt}}, g.entries...)
}

// copy parts the register from the one it was copied from, whose lines are
// edited in place.
func (r Register) copy() Register {
	r.Incidents = slices.Clone(r.Incidents)
	at := map[string]int{}
	for i, l := range r.Incidents {
		at[l.ID] = i
	}
	r.at = at
	return r
}

// gathering writes down what the register has to say.
type gathering struct {
	Remains
	now     Register // as all that is known of the old one would have it
	entries []journal.Entry
}

func (g *gathering) say(m journal.Meta, f journal.Fact) {
	m.Source, m.Rule = "repair", "repair"
	if m.Actor == "" {
		m.Actor = journal.Bot
	}
	g.entries = append(g.entries, journal.Entry{Meta: m, Fact: f})
}

// openings lists what the intact beginning does not: as the register had it
// where that can still be read behind the damage, else from the incident's own
// first entry.
func (g *gathering) openings() {
	for _, e := range g.Behind {
		if f, ok := e.Fact.(*Opened); ok {
			if _, listed := g.Kept.Lookup(f.ID); !listed {
				g.say(opening(e), f)
			}
		}
	}
	slices.SortFunc(g.Found, func(a, b Found) int { return byName(a.ID, b.ID) })
	for _, x := range g.Found {
		if _, listed := g.now.Lookup(x.ID); listed || x.State.Entries == 0 {
			continue
		}
		s := x.State
		f := &Opened{ID: x.ID, Title: s.Title, Services: s.Services, Severity: s.Severity, Private: s.Private, Drill: s.Drill}
		if s.Private {
			f.Title = ""
		}
		g.say(opening(x.First), f)
		g.now = g.now.Apply(journal.Entry{Seq: g.now.Entries, Meta: opening(x.First), Fact: f})
	}
}

// opening is what the entry of an opening keeps of the one it is made from: a
// declaration that is delivered again finds its incident by the command.
func opening(e journal.Entry) journal.Meta {
	return journal.Meta{At: e.At, Actor: e.Actor, Plan: e.Plan, Command: e.Command, Room: e.Room, Print: e.Print}
}

func byName(a, b string) int {
	if d := strings.Compare(strings.TrimRight(a, "0123456789"), strings.TrimRight(b, "0123456789")); d != 0 {
		return d
	}
	return NumberOf(a) - NumberOf(b)
}

// lost marks what nothing can be read of: incidents without an entry, and
// numbers of which no trace is left though a higher one was given.
func (g *gathering) lost() {
	readable := map[string]bool{}
	for _, x := range g.Found {
		readable[x.ID] = x.State.Entries > 0
		g.now.incs = max(g.now.incs, numberIn(incidentPrefix, x.ID))
		g.now.drills = max(g.now.drills, numberIn(drillPrefix, x.ID))
	}
	for _, series := range []struct {
		prefix string
		last   int
	}{{incidentPrefix, g.now.incs}, {drillPrefix, g.now.drills}} {
		for n := 1; n <= series.last; n++ {
			id := fmt.Sprintf("%s%d", series.prefix, n)
			kept, listed := g.Kept.Lookup(id)
			if !readable[id] && !kept.Lost && (listed || !g.Kept.leftOut(id, n)) {
				g.say(journal.Meta{}, &Lost{ID: id})
			}
		}
	}
}

// leftOut says that a number was passed over since damage may have hidden that
// it had been given.
func (r Register) leftOut(id string, n int) bool {
	return slices.ContainsFunc(r.rebuilt, func(f Rebuilt) bool {
		given := f.Incidents
		if isDrill(id) {
			given = f.Drills
		}
		return n > given && n <= given+f.LeftOut
	})
}

func numberIn(prefix, id string) int {
	if strings.HasPrefix(id, prefix) {
		return NumberOf(id)
	}
	return 0
}

// endings brings the lines in step with the journals that are whole. Of one
// that is not, what the register last said stands.
func (g *gathering) endings() {
	for _, x := range g.Found {
		line, listed := g.now.Lookup(x.ID)
		if !listed || x.State.Entries == 0 {
			continue
		}
		closed := line.Closed
		if x.Whole {
			closed = x.State.ended(line.Closed)
		}
		kept, _ := g.Kept.Lookup(x.ID)
		switch {
		case closed && !kept.Closed:
			g.say(journal.Meta{}, EndOf(x.State))
		case !closed && kept.Closed:
			g.say(journal.Meta{}, &Resumed{ID: x.ID})
		}
	}
}

// ended says whether the register has been told of the incident's end. It may
// have heard of it though the journal does not say so yet; then nothing else is
// left to do.
func (s State) ended(heard bool) bool {
	told := false
	for _, t := range s.Outbox.All() {
		if t.Type == journal.Register {
			told = t.Outcome == journal.Done // the last one counts
		}
	}
	return s.Phase == PhaseClosed && (told || heard && s.Pending <= 1)
}
