package slack

import (
	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// drawing says what a message is drawn with.
type drawing struct {
	// account returns the Slack id of a person of the plan, empty if there is
	// none; only such a person is mentioned.
	account func(person string) string
	// full names where the whole text is, for what has to be cut; may be empty.
	full string
}

// blocks draws a message. fallback is what notifications and old clients show.
func (d drawing) blocks(m templates.Message) (blocks []slackgo.Block, fallback string) {
	text := templates.Plain(m)
	return []slackgo.Block{slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false), nil, nil)}, text
}
