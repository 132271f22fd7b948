package slack

import (
	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// home draws a message as a person's home tab, which holds twice as many
// blocks as a message in a room.
func home(m templates.Message, d drawing) slackgo.HomeTabViewRequest {
	blocks := d.fit(d.drawn(m), homeBlocks, homeWeight)
	if blocks == nil {
		blocks = []slackgo.Block{} // Slack takes an empty tab, but no null
	}
	return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}}
}
