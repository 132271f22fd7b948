package rehearse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// terminal is the chat of the demo, behind the contract of rehearsals.
type terminal struct{ chat *console.Chat }

func newTerminal(s Site) (Chat, error) {
	chat := console.New(s.Clock, console.Options{Before: func(ctx context.Context) (bool, error) {
		out := s.Faults.Strike(ctx)
		return out.Performs, out.Err
	}})
	chat.On(func(e console.Event) {
		if e.Kind != console.Speech { // an input has said so already
			s.See(visible(e))
		}
	})
	return &terminal{chat}, nil
}

func (t *terminal) Act(a PersonAct) (Delivery, error) {
	d := Delivery{Who: a.Actor()}
	var q bot.Request
	var err error
	switch a := a.(type) {
	case Say:
		place := string(a.Place)
		if place == "" {
			place = t.chat.Place(a.Who)
		}
		d.Said = place + ": " + a.Text
		q, err = t.chat.Type(a.Who, place, a.Text)
	case Click:
		d.Said = "clicks " + enquote(a.Label)
		q, err = t.chat.Click(a.Who, a.Label, string(a.Place))
	case Submit:
		d.Said = submitted(a)
		q, err = t.chat.Fill(a.Who, a.Values())
	case Cancel:
		d.Said = "cancels"
		err = t.chat.Cancel(context.Background(), a.Who).Err
	default:
		err = fmt.Errorf("%s is not in this version", a)
	}
	return t.delivery(d, q), impossible(err)
}

func (t *terminal) Redeliver() (Delivery, error) {
	q, err := t.chat.Redeliver()
	return t.delivery(Delivery{Who: q.Person, Said: "redelivered"}, q), impossible(err)
}

// delivery completes a delivery by its request; without an id nothing is asked:
// plain chat, or a form that is closed.
func (t *terminal) delivery(d Delivery, q bot.Request) Delivery {
	if d.ID = q.Delivery; d.ID == "" {
		return d
	}
	d.Asks = true
	d.Hand = func(ctx context.Context, ask Ask) {
		if reply, answered := ask(ctx, q); answered {
			t.chat.Show(q, reply)
		}
	}
	return d
}

func submitted(a Submit) string { return strings.TrimPrefix(a.String(), "@"+a.Who+" ") }

// impossible says why a chat does not let an act happen. It has no code: codes
// are of refusals, and nobody was asked.
func impossible(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return errors.New(strings.TrimSpace(f.Text + " " + f.Next))
	}
	return err
}

// connection is the terminal's chat as one process reaches it.
type connection struct {
	*console.Chat
	alive func() bool
}

func (t *terminal) Connect(_ context.Context, alive func() bool) (Connection, error) {
	return &connection{t.chat, alive}, nil
}

func (c *connection) Post(ctx context.Context, m bot.Message) (string, error) {
	if !c.alive() {
		return "", errDied
	}
	return c.Chat.Post(ctx, m)
}

func (c *connection) SetTopic(ctx context.Context, room, topic string) error {
	if !c.alive() {
		return errDied
	}
	return c.Chat.SetTopic(ctx, room, topic)
}

func (c *connection) FollowUp(ctx context.Context, to bot.Request, m templates.Message) error {
	if !c.alive() {
		return errDied
	}
	return c.Chat.FollowUp(ctx, to, m)
}

// visible shows what has happened in the terminal's chat as plain text, and
// buttons, refusals and forms as data.
func visible(e console.Event) Event {
	seen := Event{Kind: EventKind(e.Kind), To: e.To, Ref: e.Ref, Text: e.Text}
	switch e.Kind {
	case console.Room:
		seen.Ref = e.Key
	case console.Reply:
		seen.Ref = e.Entry
	case console.Form:
		seen.Text = formText(*e.Form)
		seen.Data = map[string]any{"verb": e.Form.Verb, "fields": e.Form.Fields}
		return seen
	}
	data := map[string]any{}
	if e.Code != "" {
		data["code"] = e.Code
	}
	if buttons := e.Message.Buttons(); len(buttons) > 0 || e.Code != "" {
		data["buttons"] = buttons
	}
	if len(data) > 0 {
		seen.Data = data
	}
	return seen
}

// formText shows a form: its title, then a line for each field.
func formText(f bot.Form) string {
	var text strings.Builder
	text.WriteString(f.Title)
	for _, field := range f.Fields {
		fmt.Fprintf(&text, "\n%s: %s", field.Label, field.Value)
		if field.Error != "" {
			fmt.Fprintf(&text, " (%s)", field.Error)
		}
	}
	return text.String()
}
