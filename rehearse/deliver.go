package rehearse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// delivery is one thing a person does, on its way to the bot.
type delivery struct {
	who     string
	request bot.Request // without an id nothing is asked: plain chat, or a form that is closed
	said    string      // as the transcript shows it
}

func (d delivery) asks() bool { return d.request.Delivery != "" }

// request turns an act into what the chat would deliver.
func (r *runner) request(ctx context.Context, a PersonAct) (delivery, error) {
	d := delivery{who: a.Actor()}
	chat := r.world.chat
	var err error
	switch a := a.(type) {
	case Say:
		place := string(a.Place)
		if place == "" {
			place = chat.Place(a.Who)
		}
		d.said = place + ": " + a.Text
		d.request, err = chat.Type(a.Who, place, a.Text)
	case Click:
		d.said = "clicks " + enquote(a.Label)
		d.request, err = chat.Click(a.Who, a.Label, string(a.Place))
	case Submit:
		d.said = "submits"
		values := map[string]string{}
		for _, f := range a.Fields {
			d.said += " " + f.String()
			values[f.Name] = f.Value
		}
		d.request, err = chat.Fill(a.Who, values)
	case Cancel:
		d.said = "cancels"
		err = chat.Cancel(ctx, a.Who).Err
	default:
		err = fmt.Errorf("%s is not in this version", a)
	}
	return d, impossible(err)
}

// impossible says why the chat does not let an act happen. It has no code:
// codes are of refusals, and nobody was asked.
func impossible(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return errors.New(strings.TrimSpace(f.Text + " " + f.Next))
	}
	return err
}

func (r *runner) redeliver(ctx context.Context) error {
	last, err := r.world.chat.Redeliver()
	if err != nil {
		return impossible(err)
	}
	return r.deliver(ctx, delivery{who: last.Person, request: last, said: "redelivered"})
}

// deliver hands one delivery in, and shows the answer when its time has come.
func (r *runner) deliver(ctx context.Context, d delivery) error {
	r.input(d)
	if !d.asks() {
		return nil
	}
	r.judge.last = outcome{}
	if r.process == nil {
		return nil // nobody is there to answer
	}
	metered, meter := clock.WithMeter(ctx)
	reply := answer(metered, r.process.handler, d.request)
	if r.process.life.over() {
		return nil // it died before it could answer
	}
	if spent := meter.Spent(); spent > 0 {
		if err := r.moveTo(ctx, r.world.clock.Now().Add(spent)); err != nil {
			return err
		}
	}
	r.show(d, reply)
	return nil
}

// input writes down that somebody has acted.
func (r *runner) input(d delivery) {
	r.judge.actor = d.who
	r.world.transcript.Record(Event{Kind: KindInput, To: "@" + d.who, Ref: d.request.Delivery, Text: d.said})
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

// show lets the person see the answer.
func (r *runner) show(d delivery, reply bot.Reply) {
	r.world.chat.Show(d.request, reply)
	r.judge.last = outcome{answered: true, code: string(reply.Code), text: templates.Plain(reply.Message)}
}
