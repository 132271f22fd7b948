package rehearse

import (
	"context"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/templates"
)

func (r *runner) redeliver(ctx context.Context) error {
	last, err := r.world.chat.Redeliver()
	if err != nil {
		return err
	}
	return r.deliver(ctx, last)
}

// deliver hands one delivery in, and has the answer shown when its time has
// come.
func (r *runner) deliver(ctx context.Context, d Delivery) error {
	r.input(d)
	if d.Asks {
		r.judge.last = outcome{}
	}
	if d.Hand == nil || r.process == nil {
		return nil // nobody is there to answer
	}
	p := r.process
	var late error
	d.Hand(ctx, func(asked context.Context, q bot.Request) (bot.Reply, bool) {
		metered, meter := clock.WithMeter(asked)
		reply := answer(metered, p.handler, q)
		if p.life.over() {
			return reply, false // it died before it could answer
		}
		if spent := meter.Spent(); spent > 0 {
			if late = r.moveTo(ctx, r.world.clock.Now().Add(spent)); late != nil {
				return reply, false
			}
		}
		r.judge.last = outcomeOf(reply)
		return reply, true
	})
	return late
}

// input writes down that somebody has acted.
func (r *runner) input(d Delivery) {
	r.judge.actor = d.Who
	r.world.transcript.Record(Event{Kind: KindInput, To: "@" + d.Who, Ref: d.ID, Text: d.Said})
}

// answer asks the bot, unless the chat refuses by itself.
func answer(ctx context.Context, h bot.Handler, q bot.Request) bot.Reply {
	if err := console.Refuses(q); err != nil {
		f := fault.From(err)
		text := []templates.Span{{Text: templates.Inert(f.Text)}}
		return bot.Reply{Code: f.Code, Message: templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: text}}}}
	}
	return h.Handle(ctx, q)
}

func outcomeOf(reply bot.Reply) outcome {
	return outcome{answered: true, code: string(reply.Code), text: templates.Plain(reply.Message)}
}
