package inslack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"holdfast/rehearse"
	standin "holdfast/rehearse/standin/slack"
)

// button finds the newest message there that carries a label. Without a place
// the last answer is looked at first, then the room the person was in last,
// then the direct messages.
func (c *chat) button(a rehearse.Click) (standin.Message, button, error) {
	c.mu.Lock()
	d := *c.desk(a.Who)
	c.mu.Unlock()
	places := []string{string(a.Place)}
	if a.Place == "" {
		places = []string{string(rehearse.Reply), d.room, dm}
	}
	var seen []string
	for _, place := range places {
		for _, m := range slices.Backward(c.there(a.Who, place, d)) {
			for _, b := range buttonsOf(m.Blocks) {
				if b.Label == a.Label {
					return m, b, nil
				}
				seen = append(seen, b.Label)
			}
		}
	}
	where := "anywhere"
	if a.Place != "" {
		where = "in " + string(a.Place)
	}
	next := "There is no button there at all."
	if slices.Sort(seen); len(seen) > 0 {
		next = "Buttons there: " + strings.Join(slices.Compact(seen), ", ") + "."
	}
	return standin.Message{}, button{}, fmt.Errorf("@%s sees no button %q %s. %s", a.Who, a.Label, where, next)
}

// there is what a person sees in a place, oldest first.
func (c *chat) there(who, place string, d desk) []standin.Message {
	switch place {
	case dm:
		return c.slack.DMs(who)
	case string(rehearse.Reply):
		private := append(c.slack.Ephemerals(who), c.slack.DMs(who)...)
		var all []standin.Message
		for _, at := range d.replies[min(d.latest, len(d.replies)):] {
			i := slices.IndexFunc(private, func(m standin.Message) bool { return m.Channel == at.channel && m.TS == at.ts })
			if i >= 0 {
				all = append(all, private[i])
			}
		}
		return all
	}
	return c.slack.Messages(bare(place))
}

// message finds the message that an act is about, among those that a person
// sees and others see too.
func (c *chat) message(who string, ref rehearse.Ref) (standin.Message, error) {
	c.mu.Lock()
	place := c.desk(who).place
	c.mu.Unlock()
	fits := func(m standin.Message) bool { return strings.Contains(c.plain(m), ref.Text) }
	switch {
	case ref.Last && place == dm:
		fits = func(m standin.Message) bool { return m.Channel == c.slack.Direct(who) }
	case ref.Last:
		there, _ := c.slack.Channel(bare(place))
		fits = func(m standin.Message) bool { return m.Channel == there.ID }
	case ref.Entry != "":
		key, known := c.site.KeyOf(ref.Entry)
		fits = func(m standin.Message) bool { return known && keyOf(m) == key }
	}
	for _, m := range slices.Backward(c.slack.Sees(who)) {
		if m.EphemeralTo == "" && fits(m) {
			return m, nil
		}
	}
	return standin.Message{}, fmt.Errorf("@%s sees no message %s", who, ref)
}

// own finds a message that the person has written.
func (c *chat) own(id, who string, ref rehearse.Ref) (standin.Message, error) {
	m, err := c.message(who, ref)
	if err == nil && m.User != id {
		err = fmt.Errorf("the message %s is not @%s's own", ref, who)
	}
	return m, err
}

// keyOf is the key of the effect that a message is of; empty for none.
func keyOf(m standin.Message) string {
	var meta struct {
		Payload struct {
			Key string `json:"key"`
		} `json:"event_payload"`
	}
	if json.Unmarshal(m.Metadata, &meta) != nil {
		return ""
	}
	return meta.Payload.Key
}
