package slack

import (
	"regexp"
	"strconv"

	slackgo "github.com/slack-go/slack"

	"holdfast/incident"
	"holdfast/templates"
)

// buttonsOfRow keeps a row readable on a telephone; Slack would take 25.
const buttonsOfRow = 5

// actions draws buttons in rows. count numbers them through the message, so
// that no two have the same id.
func (d drawing) actions(buttons []templates.Button, count *int) []slackgo.Block {
	var out []slackgo.Block
	var row []slackgo.BlockElement
	flush := func() {
		if len(row) > 0 {
			out, row = append(out, slackgo.NewActionBlock(d.rowID(*count), row...)), nil
		}
	}
	for _, b := range buttons {
		switch size := units(b.Command); {
		case size == 0:
			continue // there is nothing that it could do
		case size > buttonValue:
			flush()
			out = append(out, d.typed(b)...)
			continue
		}
		row = append(row, d.button(b, *count))
		*count++
		if len(row) == buttonsOfRow {
			flush()
		}
	}
	flush()
	return out
}

// rowID has a row of buttons remember which message they are about, so that
// nobody sees it and no command has to say it. Other rows Slack names itself.
func (d drawing) rowID(number int) string {
	if d.about == nil {
		return ""
	}
	id := "about/" + strconv.Itoa(number) + "/" + d.about.ID + "/" + d.about.Reaction
	if !aboutRow.MatchString(id) || units(id) > idText {
		return ""
	}
	return id
}

var aboutRow = regexp.MustCompile(`^about/[0-9]{1,6}/(slack:[A-Z0-9]{1,40}:[0-9.]{1,40})/([^/]*)$`)

// aboutOf returns the message that a row of buttons is about, or nil.
func aboutOf(a *slackgo.BlockAction) *incident.Message {
	m := aboutRow.FindStringSubmatch(a.BlockID)
	if m == nil {
		return nil
	}
	return &incident.Message{ID: m[1], Reaction: m[2]}
}

// typed stands for a button whose command Slack would not carry: half of a
// command must never be run.
func (d drawing) typed(b templates.Button) []slackgo.Block {
	return d.aside(plain("[" + caption(b) + "] is too long for a button; type the command."))
}

func (d drawing) button(b templates.Button, number int) slackgo.BlockElement {
	e := slackgo.NewButtonBlockElement("run-"+strconv.Itoa(number), b.Command, plainText(caption(b), buttonText, "…"))
	switch b.Style {
	case "primary":
		e.Style = slackgo.StylePrimary
	case "danger":
		e.Style = slackgo.StyleDanger
	}
	if b.Confirm {
		e.Confirm = slackgo.NewConfirmationBlockObject(
			plainText("Are you sure?", headerText, ""),
			plainText("This runs: "+oneLine(b.Command), dialogText, "…"),
			plainText(caption(b), dialogButton, "…"),
			plainText("No", dialogButton, ""))
		e.Confirm.Style = e.Style
	}
	return e
}

// caption is what a button says; one without words shows what it does.
func caption(b templates.Button) string {
	for _, text := range []string{b.Label, b.Command} {
		if text = oneLine(text); text != "" {
			return cutPlain(text, buttonText, "…")
		}
	}
	return "Run"
}

var runs = regexp.MustCompile(`^run-[0-9]{1,6}$`)

// commandOf returns the command of a button that was pressed, without the
// root. ok is false for anything that is no such button.
func commandOf(a *slackgo.BlockAction) (command string, ok bool) {
	if a == nil || !runs.MatchString(a.ActionID) || a.Value == "" || units(a.Value) > buttonValue {
		return "", false
	}
	return a.Value, true
}
