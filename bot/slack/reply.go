package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/templates"
)

// instantly answers what Slack shows the answer to: a slash command and a
// form that was sent. body is nil for an empty answer; then is what is left to
// do after it was given, or nil.
func (r *Receiver) instantly(ctx context.Context, d delivery) (body any, then func(context.Context)) {
	reply, later := r.o.Answering.Answer(ctx, d.request)
	if d.request.Form != nil {
		return r.closing(d, reply, later)
	}
	if later != nil {
		return privately(r.draw(reply, nil), false), func(ctx context.Context) { r.follow(ctx, d, later) }
	}
	if reply.Form != nil {
		return nil, func(ctx context.Context) { r.deliver(ctx, d, reply) }
	}
	if len(reply.Message.Blocks) == 0 {
		return nil, nil
	}
	return privately(r.draw(reply, nil), false), nil
}

// follow brings the answer that an interim one has promised.
func (r *Receiver) follow(ctx context.Context, d delivery, later func(context.Context) (bot.Reply, error)) {
	reply, err := later(ctx)
	if err != nil {
		r.o.Log.Warn("an answer came too late to be given", "delivery", d.request.Delivery, "err", err)
		return
	}
	r.deliver(ctx, d, reply)
}

// closing answers a form that was sent: it closes, or stays open with what is
// wrong in it. While its command is still being recorded it shows that.
func (r *Receiver) closing(d delivery, reply bot.Reply, later func(context.Context) (bot.Reply, error)) (body any, then func(context.Context)) {
	switch {
	case later != nil:
		v := r.notice(d.request.Form.Title, reply)
		return slackgo.NewUpdateViewSubmissionResponse(&v), func(ctx context.Context) { r.settle(ctx, d, later) }
	case reply.Form == nil:
		return nil, func(ctx context.Context) { r.deliver(ctx, d, reply) }
	}
	f := *reply.Form
	errs := fieldErrors(f)
	if len(errs) == 0 && reply.Code != "" && len(f.Fields) > 0 {
		// What is wrong is wrong with the whole: it stands at the first field.
		f = withError(f, templates.Plain(reply.Message))
		errs = fieldErrors(f)
	}
	if len(errs) > 0 {
		return slackgo.NewErrorsViewSubmissionResponse(errs), nil
	}
	v, err := r.reader.forms.modal(f, d.back.place)
	if err != nil {
		r.o.Log.Error("draw a form", "verb", f.Verb, "err", err)
		return nil, func(ctx context.Context) { r.deliver(ctx, d, reply) }
	}
	return slackgo.NewUpdateViewSubmissionResponse(&v), nil
}

func withError(f bot.Form, text string) bot.Form {
	f.Fields = append([]bot.Field(nil), f.Fields...)
	f.Fields[0].Error = strings.TrimSpace(text)
	return f
}

// settle brings the answer to a form that shows an interim one: the form again
// with what is wrong, or the answer in its place. Who has closed it meanwhile
// finds the answer in the room.
func (r *Receiver) settle(ctx context.Context, d delivery, later func(context.Context) (bot.Reply, error)) {
	reply, err := later(ctx)
	if err != nil {
		r.o.Log.Warn("an answer came too late to be given", "delivery", d.request.Delivery, "err", err)
		return
	}
	if reply.Form == nil {
		if err := r.o.Responder.Update(ctx, d.back.view, r.notice(d.request.Form.Title, reply)); err != nil {
			r.o.Log.Debug("the form has been closed", "delivery", d.request.Delivery, "err", err)
		}
	}
	r.deliver(ctx, d, reply)
}

// notice is a view that only says something.
func (r *Receiver) notice(title string, reply bot.Reply) slackgo.ModalViewRequest {
	const mostTitle = 24
	if t := []rune(title); len(t) > mostTitle {
		title = string(t[:mostTitle-1]) + "…"
	}
	if title == "" {
		title = "Holdfast"
	}
	return slackgo.ModalViewRequest{Type: slackgo.VTModal, Blocks: slackgo.Blocks{BlockSet: r.draw(reply, nil).blocks},
		Title: slackgo.NewTextBlockObject(slackgo.PlainTextType, title, false, false),
		Close: slackgo.NewTextBlockObject(slackgo.PlainTextType, "Close", false, false)}
}

// deliver brings an answer to who asked: its form, if it has one, and its
// message. It is given up only when nothing reaches the person.
func (r *Receiver) deliver(ctx context.Context, d delivery, reply bot.Reply) {
	if d.back.tick != "" && reply.Code == "" && reply.Form == nil && !reply.Interim {
		err := r.o.Responder.Tick(ctx, d.back.Channel, d.back.tick)
		if err == nil {
			return
		}
		r.o.Log.Info("mark a message", "delivery", d.request.Delivery, "err", err)
	}
	if reply.Form != nil && !r.show(ctx, d, *reply.Form) {
		reply.Message.Blocks = append(reply.Message.Blocks[:len(reply.Message.Blocks):len(reply.Message.Blocks)], r.unopened(d.request, *reply.Form)...)
	}
	if len(reply.Message.Blocks) > 0 {
		r.say(ctx, d, reply)
	}
}

// show opens a form, in the place of the one that is open.
func (r *Receiver) show(ctx context.Context, d delivery, f bot.Form) bool {
	if d.back.view == "" && d.back.trigger == "" {
		return false
	}
	v, err := r.reader.forms.modal(f, d.back.place)
	if err != nil {
		r.o.Log.Error("draw a form", "verb", f.Verb, "err", err)
		return false
	}
	if d.back.view != "" {
		if err = r.o.Responder.Update(ctx, d.back.view, v); err == nil {
			return true
		}
	}
	if d.back.trigger != "" {
		err = r.o.Responder.Open(ctx, d.back.trigger, v)
	}
	if err != nil {
		r.o.Log.Warn("open a form", "verb", f.Verb, "delivery", d.request.Delivery, "err", err)
	}
	return err == nil
}

// unopened stands for a form that could not be opened, as after a message or a
// reaction, for which Slack allows none: a button that asks for it again, or
// the words to type.
func (r *Receiver) unopened(request bot.Request, f bot.Form) []templates.Block {
	var missing []string
	for _, field := range f.Fields {
		if field.Required && field.Value == "" || field.Error != "" {
			missing = append(missing, field.Label)
		}
	}
	m, err := r.o.Answering.Templates().Render("unopened", templates.View{Text: f.Title, Lines: missing, Person: request.Person})
	if err != nil {
		r.o.Log.Error("say that a form could not be opened", "verb", f.Verb, "err", err)
	}
	command := request.Text
	if command == "" {
		command = f.Verb
	}
	if request.Root != "" && request.Root != defaultRoot {
		command = "/" + request.Root + " " + command
	}
	if units(command) > buttonValue {
		command = f.Verb
	}
	if f.Of != "" && !strings.Contains(command, "#"+f.Of) {
		command += " #" + f.Of
	}
	// The first button opens the form, whatever a plan's own words for it are.
	for i := range m.Blocks {
		if buttons := m.Blocks[i].Buttons; len(buttons) > 0 {
			buttons[0].Command = command
			break
		}
	}
	return m.Blocks
}

// say shows a message to who asked. An answer that was accepted takes the place
// of a private message whose button it answers; what others see is never
// replaced, and a slash command's own answer cannot be.
func (r *Receiver) say(ctx context.Context, d delivery, reply bot.Reply) {
	drawn := r.draw(reply, d.request.Message)
	if u := d.back.url; u != nil {
		replace := d.back.private && reply.Code == "" && !reply.Interim
		err := r.o.Responder.Respond(ctx, u, drawn, replace)
		if err == nil {
			return
		}
		r.o.Log.Warn("answer a request", "delivery", d.request.Delivery, "err", err)
	}
	if d.back.user == "" {
		return
	}
	if err := r.o.Responder.Tell(ctx, d.back.user, d.back.place, drawn); err != nil {
		r.o.Log.Error("nobody could be told an answer", "delivery", d.request.Delivery, "err", err)
	}
}

// unseen is said when somebody has reacted to what the bot cannot look at.
const unseen = "Nothing was recorded: Slack does not show that message to Holdfast. Invite it, /invite @holdfast, and react again; or type what is to be recorded."

// notify tells who asked something in a few plain words.
func (r *Receiver) notify(ctx context.Context, d delivery, text string) {
	d.back.private = false // what was pressed stays as it was
	r.say(ctx, d, bot.Reply{Message: templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: text}}}}}})
}

// draw draws an answer. about is the message that it is about: as long as
// nothing was made of that, the answer's buttons still are about it.
func (r *Receiver) draw(reply bot.Reply, about *incident.Message) answer {
	if reply.Ref != "" {
		about = nil
	}
	blocks, text := drawing{account: r.o.Directory.Account, full: reply.Ref, about: about}.blocks(reply.Message)
	return answer{blocks: blocks, text: text}
}
