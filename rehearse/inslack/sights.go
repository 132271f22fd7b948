package inslack

import (
	"strings"

	"holdfast/rehearse"
	standin "holdfast/rehearse/standin/slack"
)

// see tells a rehearsal what happens before people's eyes. The workspace is
// held meanwhile, and not called.
func (c *chat) see(s standin.Sight) {
	room := "#" + s.Channel.Name
	switch s.What {
	case standin.Made:
		c.site.See(rehearse.Event{Kind: rehearse.KindRoom, To: room, Ref: s.Channel.ID, Text: room})
	case standin.Topic:
		c.site.See(rehearse.Event{Kind: rehearse.KindTopic, To: room, Text: s.Channel.Topic})
	case standin.Invited:
		c.site.See(rehearse.Event{Kind: rehearse.KindInvite, To: "@" + c.cast.person(s.User), Text: room})
	case standin.Shown:
		c.seeForm(s.View, nil)
	case standin.Posted, standin.Changed:
		c.seeMessage(s)
	}
}

// seeMessage tells of a message of the bot. What only one person sees is an
// answer, and so is what stands in a direct conversation and is no effect.
func (c *chat) seeMessage(s standin.Sight) {
	m := s.Message
	e := rehearse.Event{Kind: rehearse.KindPost, To: "#" + s.Channel.Name, Ref: m.Channel + ":" + m.TS, Text: c.plain(m)}
	if len(s.Files) > 0 {
		e.Text = strings.TrimSpace(e.Text + "\n" + strings.Join(s.Files, "\n"))
	}
	if s.What == standin.Changed {
		e.Kind = rehearse.KindEdit
	}
	private := m.EphemeralTo != ""
	if s.Channel.Direct {
		e.To = "@" + c.cast.person(c.other(s.Channel))
		private = private || m.Metadata == nil && len(m.Files) == 0
		if e.Kind == rehearse.KindPost {
			e.Kind = rehearse.KindDM
		}
	}
	data := map[string]any{}
	if all := buttonsOf(m.Blocks); len(all) > 0 {
		data["buttons"] = all
	}
	if private {
		if m.EphemeralTo != "" {
			e.To = "@" + c.cast.person(m.EphemeralTo)
		}
		e.Kind, e.Ref = rehearse.KindReply, ""
		c.answered(&e, data, spot{m.Channel, m.TS})
	}
	if len(data) > 0 {
		e.Data = data
	}
	c.site.See(e)
}

// answered completes an answer by what it answers, and puts it before the
// person.
func (c *chat) answered(e *rehearse.Event, data map[string]any, at spot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.desk(e.To[1:])
	if d.answer != nil {
		d.latest = len(d.replies)
		e.Ref = d.answer.Ref
		if d.answer.Code != "" {
			data["code"] = d.answer.Code
		}
		d.answer = nil // what comes later is a follow-up
	}
	d.replies = append(d.replies, at)
}

// other is the one in a direct conversation who is not the bot.
func (c *chat) other(in standin.Channel) string {
	for _, m := range in.Members {
		if m != c.slack.Bot() {
			return m
		}
	}
	return ""
}
