package export

import (
	"context"
	"fmt"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
)

// gathered is what the first pass learns: that the chain holds, and all that a
// later line must know before it is written. Texts stay in the store but for
// the course of the incident and for corrections.
type gathered struct {
	chain     chain
	doubt     string // why it is not certain that the journal is whole
	kinds     map[string]*tally
	state     incident.State // folded from the course and from who holds what
	course    course
	duties    duties
	fixes     map[uint64][]fix       // by the entry they supersede
	tasks     map[string]standing    // by T1
	followups map[string]standing    // by F1
	ends      map[string]*ending     // of effects, by key
	endSeqs   map[uint64]*ending     // the same, by their entry
	pages     map[string]*pageAnswer // by the effect's key
}

// tally says how many entries of a kind there are and which is the first.
type tally struct {
	n     int
	first uint64
	known bool
}

// fix is a correction.
type fix struct {
	seq  uint64
	text string
}

// standing is how a task or follow-up ended up.
type standing struct {
	state, owner, reason string
	stateSeq, ownerSeq   uint64
}

// ending is how an effect came to its end.
type ending struct {
	outcome     journal.Outcome
	ref, reason string
	at          time.Time
	seq         uint64
	shown       bool
}

// pageAnswer is what became of a page after the pager took it, or did not.
type pageAnswer struct {
	by              incident.Reached
	at              time.Time
	ackSeq, warnSeq uint64
}

// gather reads the journal once.
func (r *record) gather(ctx context.Context) error {
	g := &gathered{
		chain: chain{journal: r.journal}, kinds: map[string]*tally{}, fixes: map[uint64][]fix{},
		tasks: map[string]standing{}, followups: map[string]standing{},
		ends: map[string]*ending{}, endSeqs: map[uint64]*ending{}, pages: map[string]*pageAnswer{},
	}
	r.gathered = g
	for x, err := range r.pass(ctx, 0, r.matters) {
		if err != nil {
			if inDoubt(err) && g.chain.count > 0 {
				g.doubt = err.Error()
				break
			}
			if ctx.Err() != nil || g.chain.count == 0 {
				return fmt.Errorf("read %s for export: %w", r.journal, err)
			}
			g.chain.cut(err)
			break
		}
		g.chain.add(x.stored)
		g.tally(x.stored, r.known)
		if x.wanted && x.harm == nil { // what does not decode is shown where its own line stands
			g.learn(x.entry)
		}
	}
	if g.chain.count == 0 {
		return noEntries(r.journal)
	}
	return nil
}

func (g *gathered) tally(e storage.Entry, known journal.Kinds) {
	t := g.kinds[e.Kind]
	if t == nil {
		_, isKnown := known[e.Kind]
		t = &tally{first: e.Seq, known: isKnown}
		g.kinds[e.Kind] = t
	}
	t.n++
}

// matters picks the kinds that the first pass decodes.
func (r *record) matters(kind string) bool {
	if _, known := r.known[kind]; !known {
		return false
	}
	subject, what, _ := strings.Cut(kind, ".")
	switch subject {
	case "incident", "severity", "phase", "time", "entry":
		return true
	case "role", "command":
		return what == "taken" || what == "dropped" || what == "accepted"
	case "task", "followup":
		return what != "added"
	}
	switch what {
	case "settled", "failed", "abandoned", "acknowledged", "unconfirmed":
		return true
	}
	return false
}

func (g *gathered) learn(e journal.Entry) {
	switch f := e.Fact.(type) {
	case *incident.EntryCorrected:
		g.fixes[f.Supersedes] = append(g.fixes[f.Supersedes], fix{e.Seq, f.Text})
	case *incident.TaskDone:
		g.tasks[f.ID] = standing{state: "done", stateSeq: e.Seq}
	case *incident.TaskBlocked:
		g.tasks[f.ID] = standing{state: "blocked", reason: e.Because, stateSeq: e.Seq}
	case *incident.FollowupOwned:
		s := g.followups[f.ID]
		s.owner, s.ownerSeq = f.Owner, e.Seq
		g.followups[f.ID] = s
	case *incident.FollowupDone:
		s := g.followups[f.ID]
		s.state, s.stateSeq = "done", e.Seq
		g.followups[f.ID] = s
	case *journal.Settled:
		g.end(f.Key, e, ending{outcome: journal.Done, ref: f.Ref})
	case *journal.Failed:
		g.end(f.Key, e, ending{outcome: journal.Dead, reason: f.Reason})
	case *journal.Abandoned:
		g.end(f.Key, e, ending{outcome: journal.NoLonger, reason: f.Reason})
	case *incident.PageUnconfirmed:
		g.page(f.Key).warnSeq = e.Seq
	case *incident.PageAcknowledged:
		if p := g.page(f.Key); p.ackSeq == 0 {
			p.by, p.at, p.ackSeq = incident.Reached{Person: f.Person, Name: f.Name}, e.At, e.Seq
		}
		if g.state.TK == nil {
			g.move(e)
		}
	default:
		g.move(e)
	}
}

// move folds one entry by the incident's own rules and notes what it changed.
func (g *gathered) move(e journal.Entry) {
	before := g.state
	g.state = g.state.Apply(e)
	g.course.note(before, g.state, e)
	g.duties.note(before.Roles, g.state.Roles, e)
}

// end keeps the first end of an effect; a later one changes nothing.
func (g *gathered) end(key string, e journal.Entry, x ending) {
	if _, over := g.ends[key]; over {
		return
	}
	x.at, x.seq = e.Recorded, e.Seq
	g.ends[key], g.endSeqs[e.Seq] = &x, &x
}

func (g *gathered) page(key string) *pageAnswer {
	p := g.pages[key]
	if p == nil {
		p = &pageAnswer{}
		g.pages[key] = p
	}
	return p
}

// count adds up the entries of the given kinds.
func (g *gathered) count(kinds ...string) int {
	n := 0
	for _, k := range kinds {
		if t := g.kinds[k]; t != nil {
			n += t.n
		}
	}
	return n
}
