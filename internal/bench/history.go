package main

import (
	"context"
	"fmt"
	"time"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/file"
)

// history writes journals into a store, each batch as the engine would have
// appended it. Only what it leaves is measured, so nothing is made durable.
type history struct {
	store    storage.Store
	clock    *clock.Manual
	register int // entries of the register
}

func newHistory(dir string) (*history, error) {
	c := clock.NewManual(epoch)
	unsynced := newDisk(dir)
	unsynced.lazy = true
	store, err := file.Open(dir, file.Options{Clock: c, FS: unsynced})
	return &history{store: store, clock: c}, err
}

// declare opens an incident: its first entries and the register's are one
// batch.
func (h *history) declare(ctx context.Context, id string) (*story, error) {
	s := newStory(id, h.clock.Now())
	command := s.command()
	first := s.declare()
	opened := encode(h.meta(command), &incident.Opened{ID: id, Title: s.title(), Services: s.services(), Severity: 2})
	_, err := h.store.Append(ctx, command,
		storage.Write{Journal: incident.RegisterJournal, At: uint64(h.register), Drafts: []storage.Draft{opened}},
		storage.Write{Journal: id, Drafts: first})
	h.register++
	return s, err
}

// grow appends one batch. It reports false when the story has n entries.
func (h *history) grow(ctx context.Context, s *story, n int) (more bool, err error) {
	command := s.command()
	drafts := s.more(n)
	if len(drafts) == 0 {
		return false, nil
	}
	return true, h.append(ctx, s, command, drafts)
}

func (h *history) append(ctx context.Context, s *story, command string, drafts []storage.Draft) error {
	h.clock.Set(s.now)
	_, err := h.store.Append(ctx, command, storage.Write{Journal: s.id, At: uint64(s.entries - len(drafts)), Drafts: drafts})
	return err
}

// close ends an incident and then tells the register, in a batch of its own.
func (h *history) close(ctx context.Context, s *story) error {
	command := s.command()
	if err := h.append(ctx, s, command, s.close()); err != nil {
		return err
	}
	command = s.id + "/register:main"
	ended := encode(h.meta(command), &incident.Ended{ID: s.id, Title: s.title()})
	_, err := h.store.Append(ctx, command, storage.Write{Journal: incident.RegisterJournal, At: uint64(h.register), Drafts: []storage.Draft{ended}})
	h.register++
	return err
}

func (h *history) meta(command string) journal.Meta {
	now := h.clock.Now()
	return journal.Meta{At: now, Recorded: now, Actor: people[0], Source: "slash", Rule: "anyone", Plan: planCommit, Command: command}
}

// whole writes one incident from end to end, with n entries.
func (h *history) whole(ctx context.Context, id string, n int) error {
	s, err := h.declare(ctx, id)
	for more := true; more && err == nil; {
		more, err = h.grow(ctx, s, n-closing)
	}
	if err != nil {
		return err
	}
	return h.close(ctx, s)
}

// past writes an organisation's past: incidents that are over, one after the
// other over a year, and at its end those that are not, whose entries lie
// mixed with each other's as they came.
func (h *history) past(ctx context.Context, z sizes) error {
	number := 0
	id := func() string { number++; return fmt.Sprintf("INC-%d", number) }
	for range z.closed {
		if err := h.whole(ctx, id(), z.closedEntries); err != nil {
			return err
		}
		h.clock.Add(30 * time.Minute)
	}
	stories := make([]*story, z.opened)
	for i := range stories {
		var err error
		if stories[i], err = h.declare(ctx, id()); err != nil {
			return err
		}
	}
	for growing := true; growing; {
		growing = false
		for _, s := range stories {
			more, err := h.grow(ctx, s, z.openEntries)
			if err != nil {
				return err
			}
			growing = growing || more
		}
	}
	return nil
}
