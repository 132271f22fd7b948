package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"holdfast/incident"
)

// slackHangs measures how long nineteen of twenty people wait for an answer in a
// room of Slack, while a call of Slack hangs up to its limit. The control is the
// same while none hangs.
func slackHangs(ctx context.Context, b *bench) ([]row, error) {
	s, err := openSlackSite(ctx, filepath.Join(b.dir, "slackhang"), 64)
	if err != nil {
		return nil, err
	}
	d, err := s.declare(ctx, 1)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w (%v)", err, d.calls), s.close(ctx))
	}
	taken := 0
	notes := func() (float64, error) {
		return steady{b.hangAsked, b.hangPerSecond, 95}.measure(ctx, func(ctx context.Context, i int) error {
			_, err := s.slash(ctx, "inc-1-trouble-1", fmt.Sprintf(`note "remark %d" again`, i))
			return err
		})
	}
	r, err := b.inTurns(ctx,
		func() (float64, error) { taken += b.hangAsked; return notes() },
		func() (float64, error) {
			h := &hanging{method: "chat.postMessage", begun: make(chan struct{}), let: make(chan struct{})}
			s.hanger.Store(h)
			if _, err := s.slash(ctx, "inc-1-trouble-1", `decide "wait for it" because "lag" again`); err != nil {
				return 0, err
			}
			<-h.begun
			taken += b.hangAsked
			p95, err := notes()
			s.hanger.Store(nil)
			close(h.let)
			return p95, errors.Join(err, s.state(ctx, "INC-1", func(i incident.State) bool { return i.Pending == 0 }))
		})
	if err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	state, err := s.engine.State(ctx, "INC-1")
	if err == nil {
		r.broken = errors.Join(r.broken, exactly("notes", len(state.Notes), taken), exactly("decisions", len(state.Decisions), b.rounds))
	}
	what := fmt.Sprintf("answer in Slack while a call hangs, p95 at %d/s", b.hangPerSecond)
	return []row{r.row(what, seconds, "while none hangs, p95", ratioAtMost(2))}, errors.Join(err, s.close(ctx))
}
