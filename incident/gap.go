package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/journal"
)

// A gap is a time in which chat took nothing. What was to be said waits for its
// end. Of what says how things stand, only the newest is said then; what people
// decided is said in full; and a digest closes the gap.

// states are the templates that say how things stand: a newer one makes an older
// one that waits pointless.
var states = []string{"update-team", "update-exec", "update-customer", "vendor-told", "severity", "command", "unclaimed", "silent", "missed", "reminder", "plan-moved"}

// aboutOne are those of them that speak of one thing of several: only a newer
// one about the same takes their place.
var aboutOne = []string{"missed", "reminder", "silent"}

// overtaken puts before each message of a verdict the end of those that have
// waited for chat too long and that it takes the place of.
func (s State) overtaken(v Verdict, c Context) Verdict {
	if v.Refusal != nil || s.Terms.Gap == 0 {
		return v
	}
	waiting := s.Outbox.Open()
	all := make([]Statement, 0, len(v.Statements))
	for _, st := range v.Statements {
		if newer, ok := st.Fact.(*journal.Requested); ok {
			for _, t := range waiting {
				if s.late(t, c.Now) && takesPlace(newer.Effect, t.Effect) {
					all = append(all, Statement{Fact: &journal.Abandoned{Type: t.Type, Key: t.Key, Reason: supersededBy + newer.Key}})
				}
			}
			waiting = slices.DeleteFunc(waiting, func(t journal.Tracked) bool { return takesPlace(newer.Effect, t.Effect) })
		}
		all = append(all, st)
	}
	v.Statements = all
	return v
}

// supersededBy begins the reason of a message that a newer one took the place
// of; its key follows.
const supersededBy = "superseded by "

func takesPlace(newer, older journal.Effect) bool {
	return newer.Type == older.Type && newer.To == older.To && newer.Template == older.Template &&
		slices.Contains(states, older.Template) &&
		(!slices.Contains(aboutOne, older.Template) || newer.Subject == older.Subject)
}

// late says that something has waited for chat so long that people there have
// missed it.
func (s State) late(t journal.Tracked, now time.Time) bool {
	return s.Terms.Gap > 0 && s.onPlatform(t.Type) && now.Sub(t.Asked) >= time.Duration(s.Terms.Gap)
}

// Gap is a time in which nothing could be said in the incident's room.
type Gap struct {
	After  uint64    // the entry before the first news that nobody heard
	Before uint64    // the entry that asked for the digest
	From   time.Time // when the first message was wanted that had to wait
	To     time.Time
	Unsaid int // messages that newer ones took the place of
}

const gapTemplate = "gap"

// closeGap asks for the digest that ends a gap, once, when the first late
// message has arrived: behind all others that wait. Where nothing has happened
// meanwhile there is nothing to catch up on.
func (s State) closeGap(arrived journal.Tracked, now time.Time) (digest *journal.Requested, wanted bool) {
	if arrived.Type != journal.Post || arrived.To != s.Room || arrived.Template == gapTemplate || !s.late(arrived, now) {
		return nil, false
	}
	first, last := arrived.Asked, s.lastGap()
	if arrived.Seq < last {
		return nil, false // that digest tells of it
	}
	e := journal.Effect{Type: journal.Post, To: s.Room, Template: gapTemplate, After: []string{s.roomKey()}}
	for _, t := range s.Outbox.All() {
		if t.Type != journal.Post || t.To != s.Room || t.Seq < last || t.Key == arrived.Key {
			continue
		}
		if t.Outcome == journal.Pending {
			e.After = append(e.After, t.Key)
		}
		if (t.Outcome == journal.Pending || wasSuperseded(t)) && t.Asked.Before(first) {
			first = t.Asked
		}
	}
	unheard := slices.IndexFunc(s.news, func(e journal.Entry) bool { return !e.Recorded.Before(first) })
	if unheard < 0 {
		return nil, false
	}
	e.Subject = strconv.FormatUint(s.news[unheard].Seq-1, 10)
	return s.want(e, about(gapTemplate, e.Subject)), true
}

// lastGap is the entry that asked for the last digest of a gap; 0 for none.
func (s State) lastGap() (seq uint64) {
	for _, t := range s.Outbox.All() {
		if t.Type == journal.Post && t.Template == gapTemplate {
			seq = t.Seq
		}
	}
	return seq
}

func wasSuperseded(t journal.Tracked) bool {
	return t.Outcome == journal.NoLonger && strings.HasPrefix(t.Reason, supersededBy)
}

// GapAfter returns the gap whose digest has an entry number as its subject; the
// zero gap where there is none.
func (s State) GapAfter(seq uint64) Gap {
	g := Gap{After: seq}
	for _, t := range s.Outbox.All() {
		if t.Type == journal.Post && t.Template == gapTemplate && t.Subject == strconv.FormatUint(seq, 10) {
			g.Before, g.To = t.Seq, t.Asked
		}
	}
	for _, t := range s.Outbox.All() {
		if t.Type != journal.Post || t.To != s.Room || t.Seq <= g.After || t.Seq >= g.Before {
			continue
		}
		if g.From.IsZero() {
			g.From = t.Asked
		}
		if wasSuperseded(t) {
			g.Unsaid++
		}
	}
	return g
}
