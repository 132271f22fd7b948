package rehearse

import (
	"context"
	"fmt"
	"time"

	"holdfast/bot"
	"holdfast/commands"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/storage"
)

// process is one run of the program inside a scenario: the engine and the bot
// on a store, and what they remember. A restart throws it away.
type process struct {
	life      *life
	store     storage.Store // as this process reaches it
	engine    *engine.Engine
	bot       *commands.Bot
	handler   bot.Handler // the same, as a chat knows it
	following *bot.Following
	posting   *bot.Posting
	hooks     *hooks // nil where no webhook comes in
}

// start begins a process on the world's store. It fails when the store cannot
// be opened or read.
func (w *world) start(ctx context.Context) (*process, error) {
	if err := w.shelf.reopen(ctx); err != nil {
		return nil, fmt.Errorf("start on the store: %w", err)
	}
	p := &process{life: &life{}}
	p.store = &mortalStore{w.store, p.life}
	chat, err := w.chat.Connect(ctx, func() bool { return !p.life.over() })
	if err != nil {
		return nil, fmt.Errorf("start in the chat: %w", err)
	}
	p.following = &bot.Following{Platform: chat, Templates: w.templates}
	p.posting = &bot.Posting{Platform: chat, Templates: w.templates, Now: w.clock.Now,
		Telephones: func() map[string]string { return w.inForce().Telephones() }}
	p.engine = engine.New(engine.Options{
		Store: p.store, Clock: w.clock, Performers: w.performers(p),
		Displays:  []engine.Display{&bot.Headline{Platform: chat, Templates: w.templates}, &bot.Topic{Platform: chat}},
		Private:   []engine.Display{p.following},
		Readiness: w.readiness(p),
		Spawn:     func(call func()) { call() },
		Seed:      w.seed,
	})
	if err := p.engine.Open(ctx); err != nil {
		return nil, fmt.Errorf("start on the store: %w", err)
	}
	p.bot = w.bot(p.engine, p.following)
	p.handler = p.bot
	if w.follow != nil {
		p.hooks, err = w.openHooks(p)
	}
	return p, err
}

// performers says who does what, as long as the process lives.
func (w *world) performers(p *process) map[string]engine.Performer {
	mortal := func(x engine.Performer) engine.Performer { return &mortalPerformer[incident.State]{x, p.life} }
	talk, tickets := mortal(p.posting), mortal(integrations.Ticketing{Tracker: w.tracker})
	calls := mortal(integrations.Paging{Pager: w.pager})
	return map[string]engine.Performer{
		journal.Room: talk, journal.Invite: talk, journal.Post: talk, journal.DM: talk, journal.Archive: talk,
		journal.Page: calls, journal.PageNote: calls, journal.PageUpdate: calls,
		journal.Mail:   mortal(integrations.Mailing{Mailer: w.mailer, Templates: w.templates, Now: w.clock.Now, AddressOf: w.addressOf, Telephones: w.telephones}),
		journal.Ticket: tickets, journal.Link: tickets, journal.Comment: tickets, journal.Transition: tickets,
		journal.StatusPage: mortal(integrations.Publishing{Page: w.page}),
	}
}

// readiness says who tells people of ratings and reviews, and what falls due.
func (w *world) readiness(p *process) engine.Readiness {
	chat := p.posting.Platform.Name()
	advising := bot.Advising{Postings: bot.Postings{chat: p.posting}, Plan: w.inForce}
	return engine.Readiness{
		Performers: map[string]engine.PerformerOf[readiness.State]{journal.DM: &mortalPerformer[readiness.State]{advising, p.life}},
		Due: func(s readiness.State, now time.Time) ([]readiness.Timer, time.Time) {
			return readiness.Due(s, w.inForce(), chat, now)
		},
	}
}

// bot returns the bot on an engine.
func (w *world) bot(e *engine.Engine, f *bot.Following) *commands.Bot {
	return &commands.Bot{
		Engine: e, Plan: w.inForce, Plans: w, Templates: w.templates,
		Clock: w.clock, Export: w.exports.forPerson, Keep: w.exports.keep, Follow: f, OnCall: integrations.OnCallOf(w.pager),
	}
}

// replica returns a second bot beside a process, on a store of its own making.
// It answers people and performs nothing.
func (w *world) replica(ctx context.Context, p *process, s storage.Store, name string) (bot.Handler, error) {
	e := engine.New(engine.Options{Store: s, Clock: w.clock, Replica: name, Seed: w.seed})
	if err := e.Open(ctx); err != nil {
		return nil, fmt.Errorf("start a replica: %w", err)
	}
	return w.bot(e, p.following), nil
}
