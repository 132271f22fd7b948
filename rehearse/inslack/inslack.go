// Package inslack plays scenarios in Slack: people act in a workspace of the
// stand-in's, what they do reaches the bot signed as by Slack, and what they
// see is read from the messages and forms that the bot has put there. Nothing
// leaves the process, and no answer is under way when an act is over.
//
// Unless it is asked for, Slack's own pace is set aside: what the bot would post a second later, one
// post a second in a room, comes at once, so that a scenario's instants mean
// the same in every chat.
package inslack

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"holdfast/bot"
	"holdfast/internal/clock"
	"holdfast/plan"
	"holdfast/rehearse"
	standin "holdfast/rehearse/standin/slack"
	"holdfast/templates"
)

// App is the bot as Slack knows it: made by the program, which knows the
// adapter.
type App struct {
	Join Join
	Menu map[string]string // the callback ids of a message's menu, by its entries
	// Limited keeps Slack's own pace: its rate limits hold, and the bot spares
	// them as it does in a true workspace.
	Limited bool
	Told    func(standin.Call) // is told of each call of the Web API; may be nil
}

// Join makes the bot of one process. It does not call Slack.
type Join func(Site) (Bot, error)

// Site is what a process needs to be in this Slack.
type Site struct {
	Token, Secret string
	Limited       bool         // as the App's
	API           string       // the base of the Web API
	HTTP          *http.Client // the only way there
	People        func() *plan.Plan
	Templates     func() *templates.Set
	Clock         clock.Clock
	Handler       bot.Handler // answers, when its time has come
	Record        func(ctx context.Context, w io.Writer, id, format string) error
}

// Bot is one process in this Slack.
type Bot struct {
	Connection rehearse.Connection
	// Open asks Slack who the bot is, and returns what Slack calls. When it has
	// served a request nothing is left to do of it.
	Open func(ctx context.Context) (http.Handler, error)
	// After does what is done beside an answer, when it can be seen.
	After func(ctx context.Context)
}

// The workspace's own.
const (
	token  = "xoxb-holdfast"
	secret = "8f742231b10e8888abcd99yyyzzz85a5" // of Slack's own example
	base   = "http://slack.invalid"
)

// chat is a workspace with the people of a scenario in it.
type chat struct {
	site  rehearse.Site
	app   App
	slack *standin.Workspace
	cast  cast

	mu         sync.Mutex // never held while the workspace is called
	door       *door      // where the connected process hears Slack; nil before the first
	desks      map[string]*desk
	deliveries int
	last       *sent // the last that asked for something
}

// desk is what a person has before them.
type desk struct {
	place   string // a room or dm: where they spoke last
	room    string // the last place that is a room
	replies []spot // private answers, oldest first
	latest  int    // the last answer; follow-ups come after it
	answer  *bot.Reply
	typed   map[string]map[string]string // what stands in the inputs of a form that was sent in vain, by view and block
}

// spot is where a message is.
type spot struct{ channel, ts string }

const (
	general = "#general"
	dm      = string(rehearse.DM)
)

// New returns the chat that rehearsals build.
func New(app App) rehearse.NewChat {
	return func(s rehearse.Site) (rehearse.Chat, error) {
		c := &chat{site: s, app: app, desks: map[string]*desk{}}
		c.slack = standin.New(standin.Options{Clock: s.Clock, BotToken: token, SigningSecret: secret, Unlimited: !app.Limited})
		if app.Told != nil {
			c.slack.OnCall(app.Told)
		}
		c.slack.At(base)
		c.cast = cast{slack: c.slack, plan: s.People, accounts: map[string]string{}, people: map[string]string{}}
		members := []string{c.slack.Bot()}
		for _, p := range c.cast.known().People {
			members = append(members, p.Slack)
		}
		for _, room := range s.Rooms {
			c.slack.AddChannel(strings.TrimPrefix(room, "#"), standin.Channel{Members: members})
		}
		c.slack.OnSight(c.see)
		return c, nil
	}
}

// desk returns what a person has before them. mu is held.
func (c *chat) desk(person string) *desk {
	d, ok := c.desks[person]
	if !ok {
		d = &desk{place: general, room: general, typed: map[string]map[string]string{}}
		c.desks[person] = d
	}
	return d
}

func (d *desk) goTo(place string) {
	d.place = place
	if place != dm {
		d.room = place
	}
}
