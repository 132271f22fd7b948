package engine

import (
	"context"
	"errors"
	"time"

	"holdfast/storage"
)

// The pauses between the tries of a patient call.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 800 * time.Millisecond
)

type patientKey struct{}

// Patient returns a context in which a store that does not answer is asked
// again until d has passed: a failover takes seconds, and the person who waits
// has been told that it is being recorded. Without it every call is one try.
func Patient(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithValue(ctx, patientKey{}, true), d)
}

// patiently calls try, and again while it says that the store is unavailable
// for a while and the context is patient.
func patiently(ctx context.Context, try func() error) error {
	patient, _ := ctx.Value(patientKey{}).(bool)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := try()
		var down *storage.UnavailableError
		if !patient || !errors.As(err, &down) || down.Lasting {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}
