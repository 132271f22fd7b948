package main

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/file"
)

// log is what the register is gathered from.
type log interface {
	storage.Lister
	Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error]
}

// smallestOpening is less than half of what a declaration takes in a log. So
// many fit into damage of which nobody can tell what it held.
const smallestOpening = 1000

// rebuild returns what a damaged register must say behind its intact beginning,
// and for one that is whole, what it lacks; nothing when it lacks nothing.
func rebuild(ctx context.Context, b file.Broken, now time.Time) ([]storage.Draft, error) {
	m := incident.Remains{From: "the incidents' own journals"}
	if b.Damaged {
		m.From += "; the old register is kept in " + b.Kept
		m.Spare = int(b.Room / smallestOpening)
	}
	kinds := incident.RegisterKinds()
	for _, e := range b.Behind {
		if entry, err := kinds.Decode(e.Journal, e.Seq, e.Kind, e.Body); err == nil {
			m.Behind = append(m.Behind, entry)
		}
	}
	frozen := map[string]bool{}
	for _, f := range b.Frozen {
		frozen[f.Journal] = true
	}
	if err := gather(ctx, b.Log, frozen, &m); err != nil {
		return nil, err
	}
	return lacking(m, b.Damaged, now)
}

// lacking encodes what a register lacks, recorded now.
func lacking(m incident.Remains, damaged bool, now time.Time) ([]storage.Draft, error) {
	entries := m.Entries()
	if !damaged && len(entries) == 1 {
		return nil, nil // it would say that it was rebuilt, and nothing else
	}
	var drafts []storage.Draft
	for _, e := range entries {
		e.Recorded = now
		if e.At.IsZero() {
			e.At = now
		}
		body, err := journal.Encode(e.Meta, e.Fact)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, storage.Draft{Kind: e.Fact.Kind(), Body: body})
	}
	return drafts, nil
}

// gather reads the register and every incident, as far as they go. The frozen
// ones may not say so themselves, and of some nothing is left.
func gather(ctx context.Context, from log, frozen map[string]bool, m *incident.Remains) error {
	err := follow(ctx, from, incident.RegisterJournal, incident.RegisterKinds(), func(e journal.Entry) { m.Kept = m.Kept.Apply(e) })
	if err != nil {
		return err
	}
	names, err := from.Journals(ctx)
	if err != nil {
		return err
	}
	names = slices.AppendSeq(names, maps.Keys(frozen))
	slices.Sort(names)
	kinds := incident.Kinds()
	for _, name := range slices.Compact(names) {
		if incident.NumberOf(name) == 0 {
			continue
		}
		x := incident.Found{ID: name}
		err := follow(ctx, from, name, kinds, func(e journal.Entry) {
			if x.State.Entries == 0 {
				x.First = e
			}
			x.State = x.State.Apply(e)
		})
		if err != nil && !errors.As(err, new(*storage.FrozenError)) {
			return err
		}
		x.Whole = err == nil && !frozen[name]
		m.Found = append(m.Found, x)
	}
	return nil
}

func follow(ctx context.Context, from log, name string, kinds journal.Kinds, apply func(journal.Entry)) error {
	for stored, err := range from.Read(ctx, name, 0) {
		if err != nil {
			return err
		}
		e, err := kinds.Decode(stored.Journal, stored.Seq, stored.Kind, stored.Body)
		if err != nil {
			return err
		}
		e.Hash = stored.Hash.String()
		apply(e)
	}
	return nil
}
