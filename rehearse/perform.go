package rehearse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// act does what a directive asks for. The engine has not run on yet when it
// returns. An error means that the act could not be done at all.
func (r *runner) act(ctx context.Context, s *Scenario, d Directive) error {
	record := r.world.transcript.Record
	switch b := d.Body.(type) {
	case At:
		record(Event{Kind: KindClock, Text: b.String()})
		return r.moveTo(ctx, b.Time)
	case Wait:
		record(Event{Kind: KindClock, Text: b.String()})
		return r.moveTo(ctx, r.world.clock.Now().Add(b.For))
	case Redeliver:
		return r.redeliver(ctx)
	case Together:
		return r.together(ctx, d, b)
	case Fail:
		record(Event{Kind: KindFault, To: b.Name, Text: b.String()})
		return r.world.fail(b)
	case Heal:
		record(Event{Kind: KindFault, To: b.Name, Text: b.String()})
		r.world.faults[b.Name].Heal()
	case Slow:
		record(Event{Kind: KindFault, To: b.Name, Text: b.String()})
		r.world.faults[b.Name].Slow(b.By)
	case Restart:
		return r.restart(d, b)
	case UsePlan:
		return r.usePlan(ctx, s, b)
	case Export:
		record(Event{Kind: KindInput, Text: b.String()})
		return r.world.exports.write(ctx, b.Journal, b.Format, b.File)
	case Inbound:
		return r.webhook(ctx, s, b)
	case PersonAct:
		done, err := r.world.chat.Act(b)
		if err != nil {
			return err
		}
		return r.deliver(ctx, done)
	default:
		return fmt.Errorf("%s is not in this version", d.Body)
	}
	return nil
}

// restart ends the process now, or arms it to end during the next act.
func (r *runner) restart(d Directive, b Restart) error {
	r.world.transcript.Record(Event{Kind: KindFault, To: "process", Text: b.String()})
	switch {
	case b.Point == "":
		r.end()
	case r.process == nil:
		return errors.New("there is no process that could end: the store cannot be read")
	default:
		r.process.life.arm(b.Point)
		r.armed = &d
	}
	return nil
}

// usePlan puts a new commit of the plan in force. One that cannot be used, or
// reached, is refused and the old one stays. Open incidents are told.
func (r *runner) usePlan(ctx context.Context, s *Scenario, b UsePlan) error {
	e := Event{Kind: KindInput, Text: b.String()}
	err := r.world.faults["plan"].Strike(ctx).Err
	if err != nil {
		r.world.unreached(err)
	} else if err = r.loadPlan(s.path(b.Dir), b.Commit); err != nil {
		r.world.refused(cmp.Or(b.Commit, b.Dir), err)
	}
	if err != nil {
		e.Data = map[string]string{"refused": err.Error()}
	}
	r.world.transcript.Record(e)
	if r.process == nil {
		return nil
	}
	if err := r.process.bot.FollowPlan(ctx); err != nil {
		r.world.transcript.Record(Event{Kind: KindFault, To: "plan", Text: "not every incident was told: " + err.Error()})
	}
	return nil
}

func (r *runner) loadPlan(dir, commit string) error {
	st := r.staging
	st.at = "" // it is not the stage that names this folder
	p, err := st.plan(dir, commit)
	if err != nil {
		return err
	}
	return r.world.use(p)
}
