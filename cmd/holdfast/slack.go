package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"holdfast/bot"
	"holdfast/bot/slack"
	"holdfast/cmd/holdfast/config"
	"holdfast/commands"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/plan"
)

// slackWorkspace returns the workspace that people talk in; nil where none is
// configured. Slack is not called.
func slackWorkspace(ctx context.Context, c config.Config, env func(string) string, people func() *plan.Plan, log *slog.Logger) (*slack.Workspace, error) {
	if !c.SlackToken.Given() {
		return nil, nil
	}
	token, err := c.SlackToken.Fetch(ctx, env)
	if err != nil {
		return nil, err
	}
	out, err := wayOut(c)
	if err != nil {
		return nil, err
	}
	return slack.New(slack.Options{Token: token, API: c.SlackAPI, HTTP: out.Standard(), Way: out.Way(), People: people, Clock: clock.System{}, Log: log})
}

// slackDoor is where a server hears Slack. It opens as soon as Slack has told
// who the bot is, which may be after the server has started.
type slackDoor struct {
	workspace *slack.Workspace
	receiving slack.Receiving
	homes     *bot.Homes
	appToken  string // empty: Slack calls this server
	log       *slog.Logger

	receiver atomic.Pointer[slack.Receiver] // nil until then
}

func openSlackDoor(ctx context.Context, c config.Config, env func(string) string, w *slack.Workspace, homes *bot.Homes, answering *bot.Answering, refused func(string), log *slog.Logger) (*slackDoor, error) {
	d := &slackDoor{workspace: w, homes: homes, log: log, receiving: slack.Receiving{
		App: c.SlackAppID, Roots: slackRoots(c), Answering: answering, Reactions: slack.NewReactions(slack.DefaultReactions(), incident.IsRoomName),
		Refused: refused, Log: log,
		Hooks: slack.Hooks{
			Home: func(_ context.Context, _, person string) { homes.Look(person) },
			Gone: func(_ context.Context, why string) {
				log.Error("the app is no longer welcome in Slack: install it again and set slack.token", "why", why)
			},
		},
	}}
	for _, s := range []struct {
		secret config.Secret
		keep   func(string)
	}{
		{c.SlackSigning, func(s string) { d.receiving.Secrets = append(d.receiving.Secrets, s) }},
		{c.SlackSigningOld, func(s string) { d.receiving.Secrets = append(d.receiving.Secrets, s) }},
		{c.SlackAppToken, func(s string) { d.appToken = s }},
	} {
		if !s.secret.Given() {
			continue
		}
		value, err := s.secret.Fetch(ctx, env)
		if err != nil {
			return nil, err
		}
		s.keep(value)
	}
	return d, nil
}

// slackRoots are the names of slash commands and the root each means. A root is
// always known by its own name too: buttons say it.
func slackRoots(c config.Config) map[string]string {
	roots := map[string]string{}
	for _, root := range commands.Roots {
		roots[root] = root
	}
	for _, name := range c.SlackCommands {
		roots[name] = commands.IncidentRoot
	}
	for _, name := range c.SlackContinuity {
		roots[name] = commands.ContinuityRoot
	}
	return roots
}

// ServeHTTP implements http.Handler for what Slack calls. A door that is not
// open yet asks nobody anything: who knocks may be anybody.
func (d *slackDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	receiver := d.receiver.Load()
	if receiver == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	receiver.Handler().ServeHTTP(w, r)
}

// run opens the door: it asks Slack until it knows the bot, and keeps the socket
// open where there is one.
func (d *slackDoor) run(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		asking, done := context.WithTimeout(ctx, askLimit)
		d.workspace.LoadGroups(asking) // so that the first who ask are known for what they are
		receiver, err := d.workspace.Receive(asking, d.receiving)
		done()
		if err != nil {
			d.log.Warn("Slack does not say who the bot is; nothing said there is heard", "err", err)
			pause.Reset(askLimit)
			continue
		}
		d.receiver.Store(receiver)
		if d.appToken != "" {
			d.workspace.Socket(receiver, d.appToken).Run(ctx)
		}
		return
	}
}

// stop waits for what is being answered, or for ctx.
func (d *slackDoor) stop(ctx context.Context) {
	if r := d.receiver.Load(); r != nil {
		r.Stop(ctx)
	}
}
