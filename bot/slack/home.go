package slack

import (
	"context"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/templates"
)

var _ bot.Pages = (*Workspace)(nil)

// ShowPage implements bot.Pages by the home tab of the app.
func (w *Workspace) ShowPage(ctx context.Context, person string, m templates.Message) error {
	member := w.Account(person)
	if member == "" {
		return noAccount(person)
	}
	_, err := w.client.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: member, View: home(m, w.drawing(""))})
	if err != nil {
		return w.failure("show the home of", "@"+person, err)
	}
	return nil
}

// home draws a message as a person's home tab, which holds twice as many
// blocks as a message in a room.
func home(m templates.Message, d drawing) slackgo.HomeTabViewRequest {
	blocks := d.fit(d.drawn(m), homeBlocks, homeWeight)
	if blocks == nil {
		blocks = []slackgo.Block{} // Slack takes an empty tab, but no null
	}
	return slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}}
}
