package journal

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Effect is something to be done outside: a page, a room, a posted message, a
// ticket. It is data, so that it can be stored in the same batch as the
// decision that wants it.
type Effect struct {
	Key       string   `json:"key"`                 // unique in the journal: INC-42/room@chat
	Type      string   `json:"-"`                   // one of EffectTypes; stored as the fact's kind
	To        string   `json:"to"`                  // #room, a mail address, @person, team:app, service:x, ticket key, "new", INC-41
	Text      string   `json:"text,omitempty"`      // what is to be said, where no template says it
	Template  string   `json:"template,omitempty"`  // shipped template that is rendered from state
	Subject   string   `json:"subject,omitempty"`   // what the template is about: D1, U2, an entry number
	Project   string   `json:"project,omitempty"`   // tracker project of a ticket
	People    []string `json:"people,omitempty"`    // who is invited
	Mail      []string `json:"mail,omitempty"`      // who of them is told by mail, too
	After     []string `json:"after,omitempty"`     // keys that must be over before this starts
	Droppable bool     `json:"droppable,omitempty"` // given up, not queued, when it fails for good once
}

// Effect types. A page goes before everything else.
const (
	Page       = "page"
	Room       = "room"
	Invite     = "invite"
	Post       = "post"
	DM         = "dm"
	Archive    = "archive" // close a room to talk, when nothing is left to be said in it
	Mail       = "mail"
	PageNote   = "pagenote"   // a note on the pager's incident, for who is on it
	PageUpdate = "pageupdate" // a status update of the pager's incident, for who follows it there
	Ticket     = "ticket"
	Link       = "link"
	Comment    = "comment"
	Transition = "transition" // move a ticket along in the tracker's workflow
	StatusPage = "statuspage" // tell customers, on the page they look at
	Register   = "register"   // tell the register journal that this one has ended
	Merge      = "merge"      // have another incident's journal take this one in
	Reassess   = "reassess"   // have the journal of readiness ask for a review
	Propose    = "proposal"   // a branch of the plan's repository with one change
)

// EffectTypes lists every effect type in the order in which ready effects of
// one platform start.
var EffectTypes = []string{Page, Register, Merge, Reassess, Room, Invite, Post, DM, Archive, Mail, PageNote, PageUpdate, Ticket, Link, Comment, Transition, StatusPage, Propose}

// Own says whether effects of a type are Holdfast's own: done in another of
// its journals, with nobody outside to ask.
func Own(effectType string) bool {
	return effectType == Register || effectType == Merge || effectType == Reassess
}

// Requested says that an effect is wanted. It is stored with the decision.
type Requested struct{ Effect }

// Kind returns EFFECT.requested.
func (f Requested) Kind() string { return f.Type + ".requested" }

// Settled says that an effect has been done.
type Settled struct {
	Type string `json:"-"`
	Key  string `json:"key"`
	Ref  string `json:"ref,omitempty"` // the provider's name for it: PG-1, OPS-311, a message id
}

// Kind returns EFFECT.settled.
func (f Settled) Kind() string { return f.Type + ".settled" }

// Failed says that an effect will not be done: the dead letter. A retried
// attempt is no fact.
type Failed struct {
	Type   string `json:"-"`
	Key    string `json:"key"`
	Reason string `json:"reason"`
}

// Kind returns EFFECT.failed.
func (f Failed) Kind() string { return f.Type + ".failed" }

// Abandoned says that an effect is no longer wanted.
type Abandoned struct {
	Type   string `json:"-"`
	Key    string `json:"key"`
	Reason string `json:"reason"`
}

// Kind returns EFFECT.abandoned.
func (f Abandoned) Kind() string { return f.Type + ".abandoned" }

// EffectKinds returns the four kinds of each of the effect types, of every one
// when none is named.
func EffectKinds(types ...string) Kinds {
	if len(types) == 0 {
		types = EffectTypes
	}
	k := Kinds{}
	for _, t := range types {
		k[t+".requested"] = func() Fact { return &Requested{Effect{Type: t}} }
		k[t+".settled"] = func() Fact { return &Settled{Type: t} }
		k[t+".failed"] = func() Fact { return &Failed{Type: t} }
		k[t+".abandoned"] = func() Fact { return &Abandoned{Type: t} }
	}
	return k
}

// Outcome is where an effect stands.
type Outcome string

// The outcomes. Everything but Pending is over.
const (
	Pending  Outcome = "pending"
	Done     Outcome = "settled"
	Dead     Outcome = "failed"
	NoLonger Outcome = "abandoned"
)

// Tracked is an effect and what became of it.
type Tracked struct {
	Effect
	Outcome Outcome
	Ref     string    // provider's name, when done
	Reason  string    // when dead or abandoned
	Asked   time.Time // when it was requested
	Ended   time.Time // when it was over; zero while pending
	Seq     uint64    // the entry that requested it
	EndSeq  uint64    // the entry that ended it; 0 while pending
}

// Outbox is the fold of effect facts: requested minus settled. It is a value:
// Apply returns a new one and leaves the old as it was, also where two are
// grown from the same one.
type Outbox struct {
	list    []*Tracked // what is pointed to never changes
	pending int
	dead    int
}

// Apply folds one entry; entries that are no effect facts change nothing. The
// first request of a key counts, and the first end.
func (o Outbox) Apply(e Entry) Outbox {
	switch f := e.Fact.(type) {
	case *Requested:
		if o.index(f.Key) >= 0 {
			return o
		}
		o.list = append(slices.Clip(o.list), &Tracked{Effect: f.Effect, Outcome: Pending, Asked: e.Recorded, Seq: e.Seq})
		o.pending++
	case *Settled:
		return o.end(f.Key, e, Done, f.Ref, "")
	case *Failed:
		return o.end(f.Key, e, Dead, "", f.Reason)
	case *Abandoned:
		return o.end(f.Key, e, NoLonger, "", f.Reason)
	}
	return o
}

func (o Outbox) end(key string, e Entry, how Outcome, ref, reason string) Outbox {
	i := o.index(key)
	if i < 0 || o.list[i].Outcome != Pending {
		return o
	}
	t := *o.list[i]
	t.Outcome, t.Ref, t.Reason, t.Ended, t.EndSeq = how, ref, reason, e.Recorded, e.Seq
	o.list = slices.Clone(o.list)
	o.list[i] = &t
	o.pending--
	if how == Dead {
		o.dead++
	}
	return o
}

func (o Outbox) index(key string) int {
	return slices.IndexFunc(o.list, func(t *Tracked) bool { return t.Key == key })
}

// Get returns the effect of this key.
func (o Outbox) Get(key string) (Tracked, bool) {
	if i := o.index(key); i >= 0 {
		return *o.list[i], true
	}
	return Tracked{}, false
}

// All returns every effect in the order it was requested.
func (o Outbox) All() []Tracked {
	return o.where(func(*Tracked) bool { return true })
}

func (o Outbox) where(wanted func(*Tracked) bool) []Tracked {
	var some []Tracked
	for _, t := range o.list {
		if wanted(t) {
			some = append(some, *t)
		}
	}
	return some
}

// Pending returns how many effects are neither settled, failed nor abandoned.
func (o Outbox) Pending() int { return o.pending }

// Dead returns how many effects have failed for good.
func (o Outbox) Dead() int { return o.dead }

// Open returns the pending effects in the order they were requested.
func (o Outbox) Open() []Tracked {
	return o.where(func(t *Tracked) bool { return t.Outcome == Pending })
}

// Says tells the place where an effect says something; "" for one that says
// nothing.
func (e Effect) Says() (place string) {
	if e.Type == Post || e.Type == DM || e.Type == Mail {
		return e.To
	}
	return ""
}

// queue is where an effect waits its turn behind others: where it says something,
// or the tracker, where tickets are numbered as they come.
func (e Effect) queue() string {
	if e.Type == Ticket {
		return Ticket
	}
	return e.Says()
}

// Ready returns the pending effects whose predecessors are all over, pages
// first, otherwise by key; an archive when nothing else waits for its room; what is said in one place, and
// tickets, in the order in which they were asked for.
func (o Outbox) Ready() []Tracked {
	ready := o.where(func(t *Tracked) bool {
		return t.Outcome == Pending && !slices.ContainsFunc(t.After, o.isPending) && !o.tooSoon(t)
	})
	slices.SortStableFunc(ready, func(a, b Tracked) int {
		if (a.Type == Page) != (b.Type == Page) {
			if a.Type == Page {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Key, b.Key)
	})
	inOrder(ready)
	return ready
}

// inOrder puts what queues in the order in which it was asked for, and leaves
// everything else where it is.
func inOrder(list []Tracked) {
	places := map[string][]int{} // indexes, in their order
	for i, t := range list {
		if to := t.queue(); to != "" {
			places[to] = append(places[to], i)
		}
	}
	for _, at := range places {
		said := make([]Tracked, len(at))
		for i, n := range at {
			said[i] = list[n]
		}
		slices.SortFunc(said, func(a, b Tracked) int { return cmp.Compare(a.Seq, b.Seq) })
		for i, n := range at {
			list[n] = said[i]
		}
	}
}

// tooSoon says that a room must not be archived yet: something else is wanted in
// it, perhaps since the archive was.
func (o Outbox) tooSoon(t *Tracked) bool {
	return t.Type == Archive && slices.ContainsFunc(o.list, func(x *Tracked) bool {
		return x.Outcome == Pending && x.Type != Archive && x.To == t.To
	})
}

func (o Outbox) isPending(key string) bool {
	t, known := o.Get(key)
	return known && t.Outcome == Pending
}

// Attempt is one try of an effect. Doubtful is set when an earlier try may
// have reached the provider: look before sending again.
type Attempt struct {
	Effect
	Number   int // 1 for the first try of this process
	Doubtful bool
	Asked    time.Time
}
