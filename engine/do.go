package engine

import (
	"context"
	"errors"
	"fmt"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
)

// maxTries bounds how often a decision is taken again because the journal had
// moved. Sixteen writers on one journal have been seen to need eighty.
const maxTries = 200

// Command is an action with who asks for it, where and how.
type Command struct {
	ID       string // of the delivery; the same id is answered, not repeated
	Journal  string // ignored by Declare
	Action   incident.Action
	Actor    incident.Person
	Source   string // slash, mention, button, form, api
	Room     string
	Print    string
	Platform string
	Plan     string // plan commit
	Once     bool
	Again    bool
	Message  *incident.Message // the chat message it is about, or nil
}

// Result is what a command has added to an incident, and the state right after
// it.
type Result = ResultOf[incident.State]

// ResultOf is what a command has added to a journal, and the state right after
// it.
type ResultOf[S any] struct {
	Journal   string
	Entries   []journal.Entry
	State     S
	Duplicate bool // the command id had landed before: these are its entries
	Joined    bool // a declaration that joined an incident
}

// Ref names the first entry, or "" when nothing was added.
func (r ResultOf[S]) Ref() string {
	if len(r.Entries) == 0 {
		return ""
	}
	return r.Entries[0].Ref()
}

// Do decides a command and appends its facts. It returns when they are
// durable, or with a *fault.Error and nothing recorded but, where a right was
// missing, the denial. A journal that moves meanwhile is decided again; who
// loses by that gets E_LOST_RACE and is told who won.
func (e *Engine) Do(ctx context.Context, cmd Command) (Result, error) {
	r, err := do(ctx, e, e.book(cmd.Journal), cmd, func(s incident.State) ruling {
		v := incident.Decide(s, e.context(cmd), cmd.Action)
		return ruling{v.Statements, v.Register, v.Rule, v.Refusal}
	})
	return joined(r), err
}

// joined notes whether a repeated declaration had joined an incident.
func joined(r Result) Result {
	if r.Duplicate && len(r.Entries) > 0 {
		_, r.Joined = r.Entries[0].Fact.(*incident.Joined)
	}
	return r
}

// ruling is a domain's verdict: facts to append, or a refusal.
type ruling struct {
	statements []journal.Statement
	register   []journal.Statement // appended to the register in the same batch
	rule       string
	refusal    error
}

// do is Do for a journal of any nature.
func do[S any](ctx context.Context, e *Engine, b *book[S], cmd Command, decide func(S) ruling) (ResultOf[S], error) {
	var none ResultOf[S]
	if err := b.turn.take(ctx, b.name); err != nil {
		return none, err
	}
	defer b.turn.give()
	if b.entries() == 0 {
		if err := b.catchUp(ctx, e); err != nil {
			return none, err
		}
	}
	var wanted bool // the first look would have allowed it
	var seen uint64
	for range maxTries {
		if span, ok := b.spans[cmd.ID]; ok && cmd.ID != "" {
			return landed(ctx, e, b.of, []storage.Span{span})
		}
		v := decide(b.state)
		if before := b.entries(); v.refusal != nil && seen != before+1 {
			// What this process remembers may be old: look before refusing.
			seen = before + 1
			if err := b.catchUp(ctx, e); err != nil {
				return none, err
			}
			if b.entries() != before {
				continue
			}
		}
		if v.refusal != nil && wanted {
			v.refusal = lostRace(v.refusal, b.of.last(b.state))
		}
		wanted = wanted || v.refusal == nil
		entries, err := b.append(ctx, e, cmd, v)
		var dup *storage.DuplicateError
		switch {
		case stale(err, b.drop):
			if err := b.catchUp(ctx, e); err != nil {
				return none, err
			}
			continue
		case errors.As(err, &dup):
			if err := b.catchUp(ctx, e); err != nil {
				return none, err
			}
			return landed(ctx, e, b.of, dup.Spans)
		case err != nil:
			return none, err
		}
		return ResultOf[S]{Journal: b.name, Entries: entries, State: b.state}, v.refusal
	}
	return none, fault.Newf(fault.LostRace, "Try again.", "%s moved %d times while this was decided.", b.name, maxTries)
}

// stale says that what was decided on is not what stands in the store: somebody
// was faster, or the journal went back and what was read of it is dropped.
func stale(err error, drop func()) bool {
	var moved *storage.ConflictError
	var rewound *storage.RewoundError
	if errors.As(err, &rewound) {
		drop()
		return true
	}
	return errors.As(err, &moved)
}

func (e *Engine) context(cmd Command) incident.Context {
	return incident.Context{Now: e.opts.Clock.Now(), Actor: cmd.Actor, Room: cmd.Room, Print: cmd.Print,
		Once: cmd.Once, Again: cmd.Again, Platform: cmd.Platform, Message: cmd.Message}
}

// lostRace says who was faster. Only a refusal that the winner caused is one.
func lostRace(refusal error, winner string) error {
	f := *fault.From(refusal)
	if f.Code != fault.NotOpen && f.Code != fault.LostRace && f.Code != fault.Stale {
		return refusal
	}
	f.Code = fault.LostRace
	if winner != "" {
		f.Text = fmt.Sprintf("already done by @%s. %s", winner, f.Text)
	}
	return &f
}

// append makes a ruling's statements durable and folds them. The caller has
// the turn.
func (b *book[S]) append(ctx context.Context, e *Engine, cmd Command, v ruling) ([]journal.Entry, error) {
	if len(v.statements) == 0 {
		return nil, nil
	}
	if v.refusal != nil {
		// A denial must not make a later, allowed delivery of the same id look
		// like one that has landed.
		cmd.ID = ""
	}
	w, entries, err := e.draft(b.name, b.entries(), cmd, v.rule, v.statements)
	if err != nil {
		return nil, err
	}
	if len(v.register) > 0 {
		err = e.writeBoth(ctx, cmd, v, w)
	} else {
		err = e.write(ctx, cmd.ID, w)
	}
	if err != nil {
		return nil, err
	}
	_, head := b.of.at(b.state)
	entries, err = chained(head, w, entries)
	if err != nil {
		return nil, err
	}
	b.apply(entries...)
	e.told(b.name, entries)
	return entries, nil
}

// draft encodes statements as entries that follow position at.
func (e *Engine) draft(name string, at uint64, cmd Command, rule string, statements []journal.Statement) (storage.Write, []journal.Entry, error) {
	now := e.opts.Clock.Now()
	w := storage.Write{Journal: name, At: at}
	var entries []journal.Entry
	for i, st := range statements {
		m := journal.Meta{At: st.At, Recorded: now, Actor: cmd.Actor.ID, Source: cmd.Source, Because: st.Because,
			Rule: rule, Plan: cmd.Plan, Command: cmd.ID, Room: cmd.Room, Print: cmd.Print}
		if m.At.IsZero() {
			m.At = now
		}
		body, err := journal.Encode(m, st.Fact)
		if err != nil {
			return w, nil, err
		}
		if len(body) > storage.MaxBody {
			return w, nil, fault.Newf(fault.TooBig, "Shorten it; put long material into a ticket and note its link.",
				"One entry would have %d bytes; %d are allowed.", len(body), storage.MaxBody)
		}
		w.Drafts = append(w.Drafts, storage.Draft{Kind: st.Fact.Kind(), Body: body})
		// Folding what was decoded, not what was meant, keeps a running process
		// and a restarted one in the same state.
		entry, err := kindsOf(name).Decode(name, at+uint64(i)+1, st.Fact.Kind(), body)
		if err != nil {
			return w, nil, err
		}
		entries = append(entries, entry)
	}
	return w, entries, nil
}

// write appends; when it is in doubt whether a batch has landed it asks once
// more under the same command id, and patiently if there is time. What never
// came out of doubt is said to be in doubt.
func (e *Engine) write(ctx context.Context, id string, writes ...storage.Write) error {
	var doubted bool
	var down *storage.UnavailableError
	try := func() error {
		_, err := e.opts.Store.Append(ctx, id, writes...)
		if !errors.As(err, &down) || !down.Doubtful {
			return err
		}
		doubted = true
		if id != "" {
			_, err = e.opts.Store.Append(ctx, id, writes...)
		}
		return err
	}
	var err error
	if id == "" {
		err = try() // nothing would tell a second one from the first
	} else {
		err = patiently(ctx, try)
	}
	var moved *storage.ConflictError
	var rewound *storage.RewoundError
	var dup *storage.DuplicateError
	switch {
	case errors.As(err, &dup) && doubted:
		return nil // it had landed
	case err == nil, errors.As(err, &moved), errors.As(err, &rewound), errors.As(err, &dup):
		return err
	case errors.As(err, &down) && doubted:
		inDoubt := *down
		inDoubt.Doubtful = true
		err = &inDoubt
	}
	return storeFault(err, "append to "+writes[0].Journal)
}

// chained computes the hashes that the store has given the entries.
func chained(head string, w storage.Write, entries []journal.Entry) ([]journal.Entry, error) {
	var prev storage.Hash
	if head != "" {
		h, err := storage.ParseHash(head)
		if err != nil {
			return nil, fmt.Errorf("head of %s: %w", w.Journal, err)
		}
		prev = h
	}
	for i, d := range w.Drafts {
		prev = storage.Chain(prev, w.Journal, entries[i].Seq, d.Kind, d.Body)
		entries[i].Hash = prev.String()
	}
	return entries, nil
}

// told passes appended entries on and wakes whoever performs.
func (e *Engine) told(name string, entries []journal.Entry) {
	e.mu.Lock()
	for _, entry := range entries {
		if f, ok := entry.Fact.(*journal.Requested); ok {
			e.fresh[f.Key] = true
		}
	}
	e.mu.Unlock()
	if e.opts.Appended != nil {
		e.opts.Appended(entries)
	}
	if name != incident.RegisterJournal {
		e.stir(name)
	}
	e.nudge()
}

// landed answers a delivery that has been recorded before, from where it
// landed: the same entries and the state right after them.
func landed[S any](ctx context.Context, e *Engine, of nature[S], spans []storage.Span) (ResultOf[S], error) {
	for _, span := range spans {
		if span.Journal == incident.RegisterJournal {
			continue
		}
		r := ResultOf[S]{Journal: span.Journal, Duplicate: true}
		for entry, err := range e.Entries(ctx, span.Journal, 0) {
			if err != nil {
				return ResultOf[S]{}, err
			}
			if entry.Seq > span.Last {
				break
			}
			r.State = of.fold(r.State, entry)
			if entry.Seq >= span.First {
				r.Entries = append(r.Entries, entry)
			}
		}
		return r, nil
	}
	return ResultOf[S]{Duplicate: true}, nil
}
