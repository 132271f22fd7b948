package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/commands"
	"holdfast/engine"
	"holdfast/examples/northbridge"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/plan/lint"
	"holdfast/rehearse/standin"
	"holdfast/storage"
	"holdfast/templates"
)

type demoCommand struct {
	Dir   string `help:"Where the demo keeps its journals." default:".holdfast-demo" placeholder:"DIR"`
	Fresh bool   `help:"Begin anew: forget what an earlier demo has recorded."`
	Plan  string `help:"Use this plan instead of the sample." placeholder:"DIR"`
	As    string `help:"Who you are at first." default:"alice" placeholder:"PERSON"`
}

func (c *demoCommand) run(ctx context.Context, env func(string) string, std stdio) (code int, err error) {
	p, err := c.plan(std)
	if err != nil {
		return unusable, err
	}
	if c.Fresh {
		if err := forget(ctx, c.Dir); err != nil {
			return unusable, err
		}
	}
	p = p.InForce(clock.System{}.Now())
	store, err := place{scheme: "file", path: c.Dir}.open(ctx, clock.System{})
	if err != nil {
		return unusable, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	warn(std, store)

	d, err := c.assemble(ctx, store, p)
	if err != nil {
		return unusable, err
	}
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.engine.Run(ctx)
	}()
	defer func() {
		stop()
		<-done
	}()

	intro, room, err := d.welcome(ctx)
	if err != nil {
		return unusable, err
	}
	s := console.NewSession(d.chat, d.bot, console.SessionOptions{
		In: std.in, Out: std.out, Person: c.As, People: p.PersonIDs(), Room: room, Intro: intro,
		Color: console.WantsColor(std.out, env), Zone: zoneOf(p),
		// The prompt comes when everything that the line has set off is done.
		Settle: func(ctx context.Context) { d.engine.Step(ctx) },
	})
	return clean, s.Run(ctx)
}

func (c *demoCommand) plan(std stdio) (*plan.Plan, error) {
	load := func() (*plan.Plan, []plan.Finding) { return lint.LoadFS(northbridge.Files) }
	if c.Plan != "" {
		load = func() (*plan.Plan, []plan.Finding) { return lint.Load(c.Plan) }
	}
	p, found := load()
	if p == nil {
		if err := plan.WriteFindings(std.err, found, false); err != nil {
			return nil, err
		}
		return nil, fault.New(fault.Usage, "The plan cannot be used.", "`holdfast plan check` names everything that is wrong with it.")
	}
	return p, nil
}

func zoneOf(p *plan.Plan) *time.Location {
	if zone, err := time.LoadLocation(p.Policy.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// forget removes a demo's store, and nothing that is none.
func forget(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	s, err := place{scheme: "file", path: dir}.open(ctx, clock.System{})
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// demo is one running demo: the true engine and bot, on a chat, a pager and a
// tracker that reach nobody.
type demo struct {
	engine *engine.Engine
	chat   *console.Chat
	bot    *commands.Bot
}

func (c *demoCommand) assemble(ctx context.Context, store storage.Store, p *plan.Plan) (*demo, error) {
	now := clock.System{}
	messages, err := templates.Shipped().With(p.Templates)
	if err != nil {
		return nil, err
	}
	set := func() *templates.Set { return messages }
	chat := console.New(now, console.Options{Run: strconv.FormatInt(now.Now().UnixNano(), 36)})
	pager, tracker := standin.NewPager(now), standin.NewTracker(now)
	posting := &bot.Posting{Platform: chat, Templates: set, Now: now.Now, Telephones: p.Telephones}
	tickets := integrations.Ticketing{Tracker: tracker}
	calls := integrations.Paging{Pager: pager}
	following := &bot.Following{Platform: chat, Templates: set}
	e := engine.New(engine.Options{
		Store: store, Clock: now,
		Performers: map[string]engine.Performer{
			journal.Room: posting, journal.Invite: posting, journal.Post: posting, journal.DM: posting, journal.Archive: posting,
			journal.Page: calls, journal.PageNote: calls, journal.PageUpdate: calls,
			journal.Mail:   integrations.Mailing{Mailer: standin.NewMailer(now), Templates: set, Now: now.Now, AddressOf: p.MailOf, Telephones: p.Telephones},
			journal.Ticket: tickets, journal.Link: tickets, journal.Comment: tickets, journal.Transition: tickets,
			journal.StatusPage: integrations.Publishing{Page: standin.NewStatusPage(now)},
		},
		Displays:  []engine.Display{&bot.Headline{Platform: chat, Templates: set}, &bot.Topic{Platform: chat}},
		Private:   []engine.Display{following},
		Readiness: readinessIn(bot.Postings{chat.Name(): posting}, func() *plan.Plan { return p }, chat.Name()),
		Spawn:     func(call func()) { call() },
		Seed:      uint64(now.Now().UnixNano()),
	})
	if err := e.Open(ctx); err != nil {
		return nil, err
	}
	if err := remind(ctx, e, pager, tracker); err != nil {
		return nil, err
	}
	b := &commands.Bot{
		Engine: e, Plan: func() *plan.Plan { return p }, Templates: set,
		Clock: now, Follow: following, OnCall: integrations.OnCallOf(pager), Export: recordsInto(recorderOf(store, c.Dir), "."),
	}
	return &demo{engine: e, chat: chat, bot: b}, nil
}

// remind tells the stand-ins what an earlier run of the demo had them do, as
// true providers would remember.
func remind(ctx context.Context, e *engine.Engine, pager *standin.Pager, tracker *standin.Tracker) error {
	lines, err := e.Incidents(ctx)
	if err != nil {
		return err
	}
	for _, l := range lines {
		s, err := e.StateOf(ctx, l)
		if err != nil {
			return err
		}
		for _, t := range s.Outbox.All() {
			switch {
			case t.Outcome != journal.Done:
			case t.Type == journal.Page:
				pager.Remember(t.Key, t.Ref)
			case t.Type == journal.Ticket:
				tracker.Remember(t.Key, t.Ref)
			}
		}
	}
	return nil
}

const intro = `Holdfast demo: a chat with a sample plan. Nothing leaves this machine.
Type   /incident declare "checkout failing" sev:1 service:payments-api
Then   /incident help, the number of a button, @bob: to speak as Bob, quit to leave.`

// welcome says what this is and what an earlier run has left open; the room is
// that of the latest one.
func (d *demo) welcome(ctx context.Context) (text, room string, err error) {
	lines, err := d.engine.Incidents(ctx)
	if err != nil {
		return "", "", err
	}
	text = intro
	for _, l := range lines {
		s, err := d.engine.StateOf(ctx, l)
		if err != nil {
			return "", "", err
		}
		if s.Open() {
			title := s.Title
			if s.Private {
				title = "private"
			}
			text += fmt.Sprintf("\nOpen   %s SEV%d %s, %s, in %s", s.ID, s.Severity, templates.Inert(title), s.Phase, s.Room)
			room = s.Room
		}
	}
	return text, room, nil
}

// recordsInto writes the records people ask for into a folder: ./INC-1.md.
func recordsInto(r recorder, folder string) commands.Exporter {
	return func(ctx context.Context, id, format string) (string, error) {
		path := folder + string(filepath.Separator) + id + "." + format
		return path, writeFile(path, func(w io.Writer) error { return r.write(ctx, w, id, format) })
	}
}
