package slack

import (
	"fmt"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// pressed is what Slack sends when a button is pressed.
func pressed(e slackgo.BlockElement) *slackgo.BlockAction {
	b := e.(*slackgo.ButtonBlockElement)
	return &slackgo.BlockAction{ActionID: b.ActionID, Type: "button", Text: *b.Text, Value: b.Value}
}

func TestAButtonCarriesItsCommandAsItIsTyped(t *testing.T) {
	var buttons []templates.Button
	for i := range 12 {
		buttons = append(buttons, templates.Button{Label: fmt.Sprint("B", i), Command: fmt.Sprintf(`note "a & <%d>" #INC-42`, i)})
	}
	at, sizes := 0, []int{}
	for _, row := range drawn(templates.Block{Kind: templates.Actions, Buttons: buttons}) {
		elements := row.(*slackgo.ActionBlock).Elements.ElementSet
		sizes = append(sizes, len(elements))
		for _, e := range elements {
			if command, ok := commandOf(pressed(e)); !ok || command != buttons[at].Command {
				t.Errorf("button %d runs %q, %v", at, command, ok)
			}
			at++
		}
	}
	if fmt.Sprint(sizes) != "[5 5 2]" {
		t.Errorf("rows of %v", sizes)
	}
}

func TestAButtonThatAsksBeforeSaysWhatItRuns(t *testing.T) {
	b := drawing{}.button(templates.Button{Label: "Close", Command: "close", Style: "danger", Confirm: true}, 0).(*slackgo.ButtonBlockElement)
	if b.Style != slackgo.StyleDanger || b.Confirm == nil || b.Confirm.Text.Text != "This runs: close" || b.Confirm.Confirm.Text != "Close" || b.Confirm.Style != slackgo.StyleDanger {
		t.Errorf("got %s", line(t, b))
	}
	b = drawing{}.button(templates.Button{Label: "Claim", Command: "role claim commander", Style: "primary"}, 0).(*slackgo.ButtonBlockElement)
	if b.Style != slackgo.StylePrimary || b.Confirm != nil {
		t.Errorf("got %s", line(t, b))
	}
}

func TestAButtonSlackCannotCarryIsNoHalfButton(t *testing.T) {
	got := said(drawn(templates.Block{Kind: templates.Actions, Buttons: []templates.Button{
		{Label: "A", Command: "status"},
		{Label: "Long", Command: "note " + strings.Repeat("x", 2000)},
		{Label: "Nothing"},
		{Label: strings.Repeat("l", 80), Command: "tray"},
		{Command: "list"},
	}}))
	want := []string{"[A]", "> [Long] is too long for a button; type the command.", "[" + strings.Repeat("l", 74) + "…|list]"}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestWhatIsNoButtonOfOursRunsNothing(t *testing.T) {
	for name, a := range map[string]*slackgo.BlockAction{
		"nothing":            nil,
		"another action":     {ActionID: "answer", Value: "close"},
		"an id like ours":    {ActionID: "run-1x", Value: "close"},
		"no command":         {ActionID: "run-1"},
		"a command too long": {ActionID: "run-1", Value: strings.Repeat("x", 2001)},
	} {
		t.Run(name, func(t *testing.T) {
			if command, ok := commandOf(a); ok || command != "" {
				t.Errorf("runs %q", command)
			}
		})
	}
}
