package rehearse

import (
	"context"
	"errors"
	"fmt"

	"holdfast/bot"
)

// together runs acts that are decided on the same position and appended in
// written order, each by a replica of its own.
func (r *runner) together(ctx context.Context, block Directive, b Together) error {
	if r.process == nil {
		return errors.New("there is no process: the store cannot be read")
	}
	deliveries := make([]Delivery, len(b.Acts))
	for i, d := range b.Acts {
		var err error
		if deliveries[i], err = r.world.chat.Act(d.Body.(PersonAct)); err != nil {
			return fmt.Errorf("line %d: %w", d.Line, err)
		}
	}
	begin := func(i int) {
		r.world.transcript.Blame(b.Acts[i].Pos)
		r.input(deliveries[i])
	}
	broken := make([]error, len(b.Acts))
	runRace(len(b.Acts), begin, func(i int, l *lane) {
		if deliveries[i].Hand == nil {
			return
		}
		store := &laneStore{r.process.store, l, begin}
		h, err := r.world.replica(ctx, r.process, store, fmt.Sprintf("lane-%d", i+1))
		if broken[i] = err; err != nil {
			return
		}
		deliveries[i].Hand(ctx, func(asked context.Context, q bot.Request) (bot.Reply, bool) {
			reply := answer(asked, h, q)
			l.wait(begin) // nobody sees an answer before their turn
			if r.process.life.over() {
				return reply, false
			}
			r.judge.last = outcomeOf(reply)
			return reply, true
		})
	}, func(i int) {
		if deliveries[i].Asks && (r.process.life.over() || broken[i] != nil) {
			r.judge.last = outcome{}
		}
	})
	r.world.transcript.Blame(block.Pos)
	if r.process.life.over() {
		return nil
	}
	// The process that performs has not seen what the replicas appended.
	return r.process.engine.Open(ctx)
}
