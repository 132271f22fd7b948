package inslack

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"holdfast/rehearse"
	standin "holdfast/rehearse/standin/slack"
)

// Act implements rehearse.Chat.
func (c *chat) Act(a rehearse.PersonAct) (rehearse.Delivery, error) {
	who := a.Actor()
	id, ok := c.cast.account(who)
	if !ok {
		return rehearse.Delivery{}, fmt.Errorf("@%s has no account in Slack", who)
	}
	said := strings.TrimPrefix(a.String(), "@"+who+" ")
	switch a := a.(type) {
	case rehearse.Say:
		return c.say(id, a)
	case rehearse.Click:
		m, button, err := c.button(a)
		if err != nil {
			return rehearse.Delivery{}, err
		}
		return c.delivery(who, said, true, c.slack.Press(id, m.Channel, m.TS, button.ID), nil), nil
	case rehearse.Submit:
		return c.submit(id, said, a)
	case rehearse.Cancel:
		v, err := c.form(id, who)
		if err != nil {
			return rehearse.Delivery{}, err
		}
		c.slack.Cancel(id, v.ID) // Slack tells only those who ask for it
		return rehearse.Delivery{Who: who, Said: said}, nil
	case rehearse.React:
		return c.react(id, said, a)
	case rehearse.Menu:
		callback, known := c.app.Menu[a.Label]
		if !known {
			return rehearse.Delivery{}, fmt.Errorf("the menu of a message has no entry %q", a.Label)
		}
		m, err := c.message(who, a.Ref)
		if err != nil {
			return rehearse.Delivery{}, err
		}
		return c.delivery(who, said, true, c.slack.Shortcut(id, callback, m.Channel, m.TS), nil), nil
	case rehearse.Rewrite:
		m, err := c.own(id, who, a.Ref)
		if err != nil {
			return rehearse.Delivery{}, err
		}
		return c.delivery(who, said, true, c.slack.Edited(m.Channel, m.TS, c.written(a.Text)), nil), nil
	case rehearse.Remove:
		m, err := c.own(id, who, a.Ref)
		if err != nil {
			return rehearse.Delivery{}, err
		}
		return c.delivery(who, said, true, c.slack.Deleted(m.Channel, m.TS), nil), nil
	}
	return rehearse.Delivery{}, fmt.Errorf("%s is not in this version of Slack's chat", a)
}

// say is a person typing a line: a slash command, a mention, or words that the
// bot hears where it is.
func (c *chat) say(id string, a rehearse.Say) (rehearse.Delivery, error) {
	place := string(a.Place)
	if place == "" {
		c.mu.Lock()
		place = c.desk(a.Who).place
		c.mu.Unlock()
	}
	said := place + ": " + a.Text
	channel, err := c.enter(id, a.Who, place)
	if err != nil {
		return rehearse.Delivery{Who: a.Who, Said: said}, err
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(a.Text), " ")
	rest = c.written(strings.TrimSpace(rest))
	if strings.HasPrefix(first, "/") {
		show := func(body []byte) {
			if err := c.slack.Answered(id, channel, body); err != nil {
				panic(fmt.Sprintf("Slack cannot show the answer to %s: %v", said, err))
			}
		}
		return c.delivery(a.Who, said, true, c.slack.Slash(id, channel, strings.ToLower(first), rest), show), nil
	}
	named := strings.EqualFold(strings.TrimRight(first, ":,"), "@holdfast")
	var r *http.Request
	switch {
	case named && place == dm:
		r = c.slack.Said(id, channel, "<@"+c.slack.Bot()+"> "+rest)
	case named:
		r = c.slack.Mention(id, channel, rest)
	default:
		r = c.slack.Said(id, channel, c.written(a.Text))
	}
	asks := named || place == dm || strings.HasPrefix(first, "!")
	return c.delivery(a.Who, said, asks, r, nil), nil
}

// enter takes a person to a place and returns its channel.
func (c *chat) enter(id, who, place string) (channel string, err error) {
	if place == dm {
		channel = c.slack.Direct(id)
	} else {
		there, ok := c.slack.Channel(bare(place))
		if there.Archived {
			c.slack.BringBack(there.ID) // nobody can speak in an archived one
		}
		switch {
		case !ok:
			return "", fmt.Errorf("Slack has no channel %s", place)
		case !c.slack.Enter(id, there.ID):
			return "", fmt.Errorf("@%s cannot get into %s", who, place)
		}
		channel = there.ID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.desk(who).goTo(place)
	return channel, nil
}

var (
	escapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	someName = regexp.MustCompile(`(^|[^\w&@#-])([@#])([a-z0-9][a-z0-9-]*)`)
)

// written is a text as Slack sends it: its own signs escaped, and people and
// channels by their ids.
func (c *chat) written(text string) string {
	return someName.ReplaceAllStringFunc(escapes.Replace(text), func(whole string) string {
		m := someName.FindStringSubmatch(whole)
		if m[2] == "@" {
			if id, known := c.cast.account(m[3]); known {
				return m[1] + "<@" + id + ">"
			}
			return whole
		}
		if there, known := c.slack.Channel(m[3]); known && there.Name == m[3] {
			return m[1] + "<#" + there.ID + "|" + there.Name + ">"
		}
		return whole
	})
}

// react is a person putting an emoji on a message, or taking it away.
func (c *chat) react(id, said string, a rehearse.React) (rehearse.Delivery, error) {
	m, err := c.message(a.Who, a.Ref)
	if err != nil {
		return rehearse.Delivery{}, err
	}
	there := slices.ContainsFunc(m.Reactions, func(r standin.Reaction) bool { return r.Name == a.Name && slices.Contains(r.Users, id) })
	switch {
	case there && !a.Undo:
		return rehearse.Delivery{}, fmt.Errorf("@%s has reacted with :%s: to that message already", a.Who, a.Name)
	case !there && a.Undo:
		return rehearse.Delivery{}, fmt.Errorf("@%s has not reacted with :%s: to that message", a.Who, a.Name)
	}
	change := c.slack.React
	if a.Undo {
		change = c.slack.Unreact
	}
	return c.delivery(a.Who, said, true, change(id, a.Name, m.Channel, m.TS), nil), nil
}

// Redeliver implements rehearse.Chat. Slack signs what it repeats anew, some
// seconds later.
func (c *chat) Redeliver() (rehearse.Delivery, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.last
	if s == nil {
		return rehearse.Delivery{}, fmt.Errorf("Nothing has been delivered yet. Type a command first.")
	}
	s.again++
	r := c.slack.Again(s.request, s.again, "http_timeout")
	body, err := bodyOf(r)
	if err != nil {
		return rehearse.Delivery{}, err
	}
	for name, signed := range c.slack.Sign(body, c.site.Clock.Now().Add(time.Duration(s.again)*time.Second)) {
		r.Header[name] = signed
	}
	repeated := *s
	repeated.request = r
	return c.handed(&repeated, "redelivered", true), nil
}
