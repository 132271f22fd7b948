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

// Result is what a command has added, and the state right after it.
type Result struct {
	Journal   string
	Entries   []journal.Entry
	State     incident.State
	Duplicate bool // the command id had landed before: these are its entries
	Joined    bool // a declaration that joined an incident
}

// Ref names the first entry, or "" when nothing was added.
func (r Result) Ref() string {
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
	b := e.book(cmd.Journal)
	if err := b.turn.take(ctx, cmd.Journal); err != nil {
		return Result{}, err
	}
	defer b.turn.give()
	if b.state.Entries == 0 {
		if err := e.catchUp(ctx, b); err != nil {
			return Result{}, err
		}
	}
	var wanted bool // the first look would have allowed it
	var seen uint64
	for range maxTries {
		if span, ok := b.spans[cmd.ID]; ok && cmd.ID != "" {
			return e.landed(ctx, []storage.Span{span})
		}
		v := incident.Decide(b.state, e.context(cmd), cmd.Action)
		if v.Refusal != nil && seen != b.state.Entries+1 {
			// What this process remembers may be old: look before refusing.
			seen = b.state.Entries + 1
			before := b.state.Entries
			if err := e.catchUp(ctx, b); err != nil {
				return Result{}, err
			}
			if b.state.Entries != before {
				continue
			}
		}
		if v.Refusal != nil && wanted {
			v.Refusal = lostRace(v.Refusal, b.state)
		}
		wanted = wanted || v.Refusal == nil
		entries, err := e.append(ctx, b, cmd, v)
		var dup *storage.DuplicateError
		switch {
		case stale(err, b.drop):
			if err := e.catchUp(ctx, b); err != nil {
				return Result{}, err
			}
			continue
		case errors.As(err, &dup):
			if err := e.catchUp(ctx, b); err != nil {
				return Result{}, err
			}
			return e.landed(ctx, dup.Spans)
		case err != nil:
			return Result{}, err
		}
		return Result{Journal: b.name, Entries: entries, State: b.state}, v.Refusal
	}
	return Result{}, fault.Newf(fault.LostRace, "Try again.", "%s moved %d times while this was decided.", cmd.Journal, maxTries)
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
func lostRace(refusal error, s incident.State) error {
	f := *fault.From(refusal)
	if f.Code != fault.NotOpen && f.Code != fault.LostRace && f.Code != fault.Stale {
		return refusal
	}
	f.Code = fault.LostRace
	if who := s.LastActor(); who != "" {
		f.Text = fmt.Sprintf("already done by @%s. %s", who, f.Text)
	}
	return &f
}

// append makes a verdict's statements durable and folds them. The caller has
// the turn.
func (e *Engine) append(ctx context.Context, b *book, cmd Command, v incident.Verdict) ([]journal.Entry, error) {
	if len(v.Statements) == 0 {
		return nil, nil
	}
	if v.Refusal != nil {
		// A denial must not make a later, allowed delivery of the same id look
		// like one that has landed.
		cmd.ID = ""
	}
	w, entries, err := e.draft(b.name, b.state.Entries, cmd, v.Rule, v.Statements)
	if err != nil {
		return nil, err
	}
	if len(v.Register) > 0 {
		err = e.writeBoth(ctx, cmd, v, w)
	} else {
		err = e.write(ctx, cmd.ID, w)
	}
	if err != nil {
		return nil, err
	}
	entries, err = chained(b.state.Head, w, entries)
	if err != nil {
		return nil, err
	}
	b.apply(entries...)
	e.told(b.name, entries)
	return entries, nil
}

// draft encodes statements as entries that follow position at.
func (e *Engine) draft(name string, at uint64, cmd Command, rule string, statements []incident.Statement) (storage.Write, []journal.Entry, error) {
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
func (e *Engine) landed(ctx context.Context, spans []storage.Span) (Result, error) {
	for _, span := range spans {
		if span.Journal == incident.RegisterJournal {
			continue
		}
		r := Result{Journal: span.Journal, Duplicate: true}
		for entry, err := range e.Entries(ctx, span.Journal, 0) {
			if err != nil {
				return Result{}, err
			}
			if entry.Seq > span.Last {
				break
			}
			r.State = r.State.Apply(entry)
			if entry.Seq >= span.First {
				r.Entries = append(r.Entries, entry)
			}
		}
		if len(r.Entries) > 0 {
			_, r.Joined = r.Entries[0].Fact.(*incident.Joined)
		}
		return r, nil
	}
	return Result{Duplicate: true}, nil
}
