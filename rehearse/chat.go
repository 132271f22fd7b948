package rehearse

import (
	"context"
	"fmt"
	"strings"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

// newChat returns the chat in which a scenario is played. It outlives the
// processes that talk to it, fails as it is told, and writes what people would
// see into the transcript.
func newChat(c clock.Clock, f *standin.Faults, t *Transcript) *console.Chat {
	chat := console.New(c, console.Options{Before: func(ctx context.Context) (bool, error) {
		out := f.Strike(ctx)
		return out.Performs, out.Err
	}})
	chat.On(func(e console.Event) {
		if e.Kind != console.Speech { // an input has said so already
			t.Record(visible(e))
		}
	})
	return chat
}

// visible shows what has happened in the chat as plain text, and buttons,
// refusals and forms as data.
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
