package main

import (
	"context"
	"errors"
	"time"

	"holdfast/engine"
	"holdfast/internal/telemetry"
	"holdfast/journal"
	"holdfast/storage"
)

// measuredStore counts appends and how long they take.
type measuredStore struct {
	storage.Store
	metrics *telemetry.Metrics
}

// Append implements storage.Store.
func (s measuredStore) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	begun := time.Now()
	spans, err := s.Store.Append(ctx, command, writes...)
	s.metrics.Appended(appendOutcome(err), time.Since(begun))
	return spans, err
}

func appendOutcome(err error) string {
	switch {
	case err == nil:
		return "landed"
	case errors.As(err, new(*storage.ConflictError)):
		return "conflict"
	case errors.As(err, new(*storage.DuplicateError)):
		return "duplicate"
	case errors.As(err, new(*storage.UnavailableError)):
		return "unavailable"
	}
	return "refused"
}

// measuredPerformer counts calls to providers and how long they take.
type measuredPerformer[S any] struct {
	engine.PerformerOf[S]
	metrics *telemetry.Metrics
}

// Perform implements engine.Performer.
func (p measuredPerformer[S]) Perform(ctx context.Context, s S, a journal.Attempt) (string, error) {
	begun := time.Now()
	ref, err := p.PerformerOf.Perform(ctx, s, a)
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	p.metrics.Called(a.Type, outcome, time.Since(begun))
	return ref, err
}
