package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"path/filepath"

	"holdfast/bot/slack"
	"holdfast/engine"
	"holdfast/export"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
	"holdfast/rehearse"
	"holdfast/rehearse/inslack"
	"holdfast/storage"
)

type rehearseCommand struct {
	Files []string `arg:"" name:"file" help:"Scenario files."`
	Plan  string   `help:"Use this plan instead of the one a file names." placeholder:"DIR"`
	Chat  string   `help:"Play them in this chat, console or slack, instead of the one a file names." placeholder:"CHAT" enum:",console,slack" default:""`
	Out   string   `help:"Where exports go; default a temporary folder." placeholder:"DIR"`
	Store string   `help:"memory, file:DIR or redis://HOST:PORT; every scenario gets a store of its own in it." default:"memory" placeholder:"STORE"`
	JSON  bool     `help:"Print the transcript as JSON lines, and what failed to standard error."`
	Quiet bool     `help:"Print no transcript, only what failed and the closing line." short:"q"`
}

func (c *rehearseCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	p, err := parsePlace(c.Store)
	if err != nil {
		return unusable, err
	}
	o := rehearse.Options{
		Files: c.Files, Plan: c.Plan, Chat: c.Chat, Out: c.Out, JSON: c.JSON, Report: std.out, Seed: 1,
		Chats: map[string]rehearse.NewChat{rehearse.Slack: inslack.New(inslack.App{Join: joinSlack, Menu: slack.MessageMenu()})},
		Open: func(ctx context.Context, name string, at clock.Clock) (storage.Store, error) {
			return openFresh(ctx, p.of(name), at)
		},
		Export: func(ctx context.Context, s storage.Store, journal, format string, w io.Writer) error {
			return recorder{store: s, key: rehearsalKey}.write(ctx, w, journal, format)
		},
	}
	o.Follow = followOutside
	if p.scheme != "memory" { // whose contents go when it is closed
		o.Reopen = func(ctx context.Context, name string, at clock.Clock) (storage.Store, error) {
			return p.of(name).open(ctx, at)
		}
	}
	switch {
	case c.JSON: // for programs: nothing else stands between
		o.Transcript, o.Report = std.out, std.err
	case !c.Quiet:
		o.Transcript = std.out
	}
	return rehearse.Run(ctx, o), nil
}

// of is the place of one scenario's own store.
func (p place) of(name string) place {
	switch p.scheme {
	case "redis":
		p.workspace = "rehearsal-" + plaintext.Slug(name)
	case "file":
		p.path = filepath.Join(p.path, name)
	}
	return p
}

// openFresh refuses a store that holds something: a scenario begins on nothing.
func openFresh(ctx context.Context, p place, at clock.Clock) (storage.Store, error) {
	store, err := p.open(ctx, at)
	if err != nil {
		return nil, err
	}
	names, err := store.(storage.Lister).Journals(ctx)
	if err == nil && len(names) > 0 {
		err = fault.Newf(fault.Usage, "Name an empty folder, or another Redis.", "The store of this scenario holds %s already; a scenario begins on an empty one.", names[0])
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// rehearsalKey seals the exports of rehearsals. Everybody has it, so that the
// same scenario writes the same bytes everywhere; it proves nothing.
func rehearsalKey() (export.Signer, error) {
	return export.NewSigner(sha256.Sum256([]byte("holdfast rehearsal"))), nil
}

// follower takes in what people do at the pager and in the tracker of a
// rehearsal, as a server does.
type follower struct {
	pages *pageWatch
	desk  *desk // nil when the tracker does not tell
}

func followOutside(e *engine.Engine, p integrations.Pager, t integrations.Tracker, at clock.Clock) rehearse.Follower {
	log := slog.New(slog.DiscardHandler) // the transcript says it
	f := follower{watchPages(p, log), deskOf(t, log)}
	if f.pages != nil {
		f.pages.engine, f.pages.clock = e, at
	}
	if f.desk != nil {
		f.desk.engine = e
	}
	return f
}

// Page implements rehearse.Follower.
func (f follower) Page(ctx context.Context, name string) error {
	if f.pages == nil {
		return nil
	}
	return f.pages.hear(ctx, "", name)
}

// Ticket implements rehearse.Follower.
func (f follower) Ticket(ctx context.Context, key string) error {
	if f.desk == nil {
		return nil
	}
	return f.desk.heard(ctx, key)
}

// Look implements rehearse.Follower.
func (f follower) Look(ctx context.Context) error {
	var pages, tickets error
	if f.pages != nil {
		pages = f.pages.poll(ctx)
	}
	if f.desk != nil {
		tickets = f.desk.look(ctx)
	}
	return errors.Join(pages, tickets)
}
