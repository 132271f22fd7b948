package rehearse

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// restless is how often the engine may go on at one instant before it is
	// taken for one that never comes to rest.
	restless = 10_000
	// startAgain is how soon a start that failed is tried again.
	startAgain = 5 * time.Second
)

// runner plays one scenario.
type runner struct {
	world   *world
	staging staging
	process *process // nil while it cannot start
	judge   judge
	report  func(d Directive, saw []string) // told every check that failed

	armed  *Directive // a restart that waits for the next act
	unable string     // why the process could not start when it was last tried
	checks int
	failed int
}

func newRunner(w *world, st staging, report func(Directive, []string)) *runner {
	return &runner{
		world: w, staging: st, report: report,
		judge: judge{transcript: w.transcript, record: &archive{w.shelf, w.exports}},
	}
}

// play runs one directive.
func (r *runner) play(ctx context.Context, s *Scenario, d Directive) {
	if c, isCheck := d.Body.(Check); isCheck {
		r.check(ctx, d, c)
		return
	}
	armed := r.armed
	r.armed = nil
	r.world.transcript.Begin(d.Pos)
	if err := r.act(ctx, s, d); err != nil {
		r.judge.last = outcome{} // nothing was asked, so nothing was answered
		r.checks++
		r.fail(d, []string{err.Error()})
	}
	if _, err := r.settle(ctx); err != nil {
		r.checks++
		r.fail(d, []string{err.Error()})
	}
	if armed != nil && r.process != nil && r.process.life.disarm() {
		r.checks++
		r.fail(*armed, []string{"the act that followed never came to this point"})
	}
}

func (r *runner) check(ctx context.Context, d Directive, c Check) {
	r.checks++
	v := r.judge.Judge(ctx, c)
	r.world.transcript.Blame(d.Pos)
	text := "ok: "
	if !v.ok {
		text = "failed: "
		r.fail(d, v.saw)
	}
	r.world.transcript.Record(Event{Kind: KindCheck, Text: text + d.Body.String(), Data: map[string]bool{"ok": v.ok}})
}

func (r *runner) fail(d Directive, saw []string) {
	r.failed++
	r.report(d, saw)
}

// end ends the process, and with it what it holds of the store.
func (r *runner) end() {
	r.process = nil
	r.world.shelf.left = true
}

// settle lets the engine run until nothing is left to do at this instant, and
// returns when there will be more; zero for never. A process that has ended is
// started again.
func (r *runner) settle(ctx context.Context) (next time.Time, err error) {
	for range restless {
		if r.process != nil && r.process.life.over() {
			r.world.transcript.Record(Event{Kind: KindFault, To: "process", Text: "ended at the armed point; it is started again"})
			r.end()
		}
		now := r.world.clock.Now()
		if r.process == nil {
			if r.process, err = r.world.start(ctx); err != nil {
				if why := err.Error(); why != r.unable {
					r.unable = why
					r.world.transcript.Record(Event{Kind: KindFault, To: "process", Text: "cannot start, tried again every 5 s: " + why})
				}
				return now.Add(startAgain), nil
			}
			r.unable = ""
		}
		_, next = r.process.engine.Advance(ctx, now)
		if look := r.look(ctx, now); !look.IsZero() && (next.IsZero() || look.Before(next)) {
			next = look
		}
		if !r.process.life.over() && (next.IsZero() || next.After(now)) {
			return next, nil
		}
	}
	return time.Time{}, fmt.Errorf("the engine does not come to rest: %d rounds at one instant", restless)
}

// moveTo advances the clock; everything due on the way happens in time order.
func (r *runner) moveTo(ctx context.Context, target time.Time) error {
	for {
		next, err := r.settle(ctx)
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if next.IsZero() || !next.Before(target) {
			r.world.clock.Set(target)
			return nil
		}
		r.world.clock.Set(next)
	}
}
