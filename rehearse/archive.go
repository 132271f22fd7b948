package rehearse

import (
	"context"
	"encoding/json"
	"fmt"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/storage"
)

// archive is the store as checks see it: past every failure, and folded anew.
type archive struct {
	store   storage.Store
	exports *exports
}

func (a *archive) Facts(ctx context.Context, name string) ([]Fact, error) {
	var facts []Fact
	for e, err := range a.store.Read(ctx, name, 0) {
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		facts = append(facts, factOf(name, e.Seq, e.Kind, e.Body))
	}
	return facts, nil
}

func (a *archive) State(ctx context.Context, name string) (any, error) {
	entries, err := a.entries(ctx, name)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	var state any = incident.Fold(incident.State{}, entries...)
	switch name {
	case incident.RegisterJournal:
		state = incident.FoldRegister(incident.Register{}, entries...)
	case readiness.Journal:
		state = readiness.Fold(readiness.State{}, entries...)
	}
	doc, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("state of %s: %w", name, err)
	}
	return decode(doc)
}

func (a *archive) entries(ctx context.Context, name string) ([]journal.Entry, error) {
	var entries []journal.Entry
	for e, err := range engine.Read(ctx, a.store, name, 0) {
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func (a *archive) Verify(ctx context.Context, name string) error {
	v := storage.NewVerifier(name)
	for e, err := range a.store.Read(ctx, name, 0) {
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if err := v.Next(e); err != nil {
			return err
		}
	}
	if v.Count() == 0 {
		return fmt.Errorf("%s has no entries", name)
	}
	return nil
}

func (a *archive) Pending(ctx context.Context) (int, error) {
	register, err := a.entries(ctx, incident.RegisterJournal)
	if err != nil {
		return 0, err
	}
	ratings, err := a.entries(ctx, readiness.Journal)
	if err != nil {
		return 0, err
	}
	pending := readiness.Fold(readiness.State{}, ratings...).Pending
	for _, e := range register {
		opened, ok := e.Fact.(*incident.Opened)
		if !ok {
			continue
		}
		entries, err := a.entries(ctx, opened.ID)
		if err != nil {
			return 0, err
		}
		pending += incident.Fold(incident.State{}, entries...).Outbox.Pending()
	}
	return pending, nil
}

// File returns an exported file.
func (a *archive) File(name string) (string, error) { return a.exports.read(name) }
