package rehearse

import (
	"context"
	"errors"
	"fmt"

	"holdfast/bot"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/templates"
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
	case PersonAct:
		req, err := r.request(b)
		if err != nil {
			return err
		}
		return r.deliver(ctx, req)
	default:
		return fmt.Errorf("%s is not in this version", d.Body)
	}
	return nil
}

// delivery is one thing a person does, on its way to the bot.
type delivery struct {
	request bot.Request
	asks    bool   // the bot is asked something; plain chat and cancelling ask nothing
	said    string // as the transcript shows it
}

// request turns an act into what the chat platform would deliver.
func (r *runner) request(a PersonAct) (d delivery, err error) {
	switch a := a.(type) {
	case Say:
		place := a.Place
		if place == "" {
			place = r.placeOf(a.Who)
		}
		r.move(a.Who, place)
		d.request, d.asks = Typed(a.Who, place, a.Text)
		d.request.Person, d.said = a.Who, string(place)+": "+a.Text
	case Click:
		d.request, err = r.world.chat.Press(a.Who, a.Label, a.Place, r.lastRoomOf(a.Who))
		d.asks, d.said = true, "clicks "+enquote(a.Label)
	case Submit:
		d.request, err = r.world.chat.Fill(a.Who, a.Fields)
		d.asks, d.said = true, "submits"
		for _, f := range a.Fields {
			d.said += " " + f.String()
		}
	case Cancel:
		d.request.Person, d.said = a.Who, "cancels"
		err = r.world.chat.Close(a.Who)
	default:
		err = fmt.Errorf("%s is not in this version", a)
	}
	if d.asks {
		r.sent++
		d.request.Delivery = fmt.Sprintf("delivery-%d", r.sent)
	}
	return d, err
}

const general Place = "#general"

func (r *runner) placeOf(who string) Place {
	if p, ok := r.place[who]; ok {
		return p
	}
	return general
}

func (r *runner) lastRoomOf(who string) Place {
	if p, ok := r.lastRoom[who]; ok {
		return p
	}
	return general
}

func (r *runner) move(who string, to Place) {
	r.place[who] = to
	if to.Room() {
		r.lastRoom[who] = to
	}
}

// deliver hands one delivery in, and shows the answer when its time has come.
func (r *runner) deliver(ctx context.Context, d delivery) error {
	r.input(d)
	if !d.asks {
		return nil
	}
	r.judge.last = outcome{}
	if r.process == nil {
		return nil // nobody is there to answer
	}
	metered, meter := clock.WithMeter(ctx)
	reply := r.answer(metered, r.process.handler, d.request)
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
	r.judge.actor = d.request.Person
	if d.asks {
		r.delivered = &d.request
	}
	r.world.transcript.Record(Event{Kind: KindInput, To: "@" + d.request.Person, Ref: d.request.Delivery, Text: d.said})
}

// answer asks the bot. A command of another program is the platform's to
// refuse.
func (r *runner) answer(ctx context.Context, h bot.Handler, q bot.Request) bot.Reply {
	if q.Origin == "slash" && roots[q.Root] == "" {
		text := []templates.Span{{Text: templates.Inert("There is no command /" + q.Root + ".")}}
		return bot.Reply{Code: fault.UnknownVerb, Message: templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: text}}}}
	}
	return h.Handle(ctx, q)
}

// show lets the person see the answer.
func (r *runner) show(d delivery, reply bot.Reply) {
	r.world.chat.Answer(d.request, reply)
	r.judge.last = outcome{answered: true, code: string(reply.Code), text: templates.Plain(reply.Message)}
	if reply.MoveTo != "" {
		r.move(d.request.Person, Place(reply.MoveTo))
	}
}

func (r *runner) redeliver(ctx context.Context) error {
	if r.delivered == nil {
		return errors.New("nothing has been delivered yet")
	}
	return r.deliver(ctx, delivery{request: *r.delivered, asks: true, said: "redelivered"})
}

// restart ends the process now, or arms it to end during the next act.
func (r *runner) restart(d Directive, b Restart) error {
	r.world.transcript.Record(Event{Kind: KindFault, To: "process", Text: b.String()})
	switch {
	case b.Point == "":
		r.process = nil
	case r.process == nil:
		return errors.New("there is no process that could end: the store cannot be read")
	default:
		r.process.life.arm(b.Point)
		r.armed = &d
	}
	return nil
}

// usePlan puts a new commit of the plan in force. One that cannot be used, or
// reached, is refused and the old one stays.
func (r *runner) usePlan(ctx context.Context, s *Scenario, b UsePlan) error {
	e := Event{Kind: KindInput, Text: b.String()}
	err := r.world.faults["plan"].Strike(ctx).Err
	if err == nil {
		err = r.loadPlan(s.path(b.Dir))
	}
	if err != nil {
		e.Data = map[string]string{"refused": err.Error()}
	}
	r.world.transcript.Record(e)
	return nil
}

func (r *runner) loadPlan(dir string) error {
	st := r.staging
	st.at = "" // it is not the stage that names this folder
	p, err := st.plan(dir)
	if err != nil {
		return err
	}
	if err := r.world.use(p); err != nil {
		return err
	}
	if run := r.process; run != nil {
		set := r.world.templates
		run.posting.Templates, run.headline.Templates, run.following.Templates = set, set, set
	}
	return nil
}
