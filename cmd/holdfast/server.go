package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"holdfast/bot"
	"holdfast/bot/slack"
	"holdfast/cmd/holdfast/config"
	"holdfast/commands"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/telemetry"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/templates"
	"holdfast/web"
)

// server is one replica: it answers people, and performs effects while it has
// the lease.
type server struct {
	config  config.Config
	log     *slog.Logger
	metrics *telemetry.Metrics

	plan      *planKeeper
	place     place
	store     storage.Store
	growth    storage.Feed
	engine    *engine.Engine
	onCall    integrations.OnCaller // nil when the pager does not know
	pages     *pageWatch            // nil when the pager does not tell what becomes of a page
	pagerDoor http.Handler          // nil when it may not say so by itself
	answering *bot.Answering
	// followPlan tells open incidents that another plan has come into force.
	followPlan func(context.Context) error
	web        *web.Server
	slack      *slackDoor   // nil when nobody talks in Slack
	archiving  *archiving   // nil when nothing is archived
	desk       *desk        // nil when nothing is to be seen of tickets
	jira       http.Handler // nil when Jira does not call
	api, ops   *web.Serving // ops may be nil

	running  sync.WaitGroup
	end      context.CancelFunc
	stopping chan struct{} // closed when stop begins
}

// newServer opens everything a server needs, and listens. What it has opened is
// closed again when something is missing.
func newServer(ctx context.Context, c config.Config, env func(string) string, log *slog.Logger) (*server, error) {
	s := &server{config: c, log: log, metrics: telemetry.New(version), stopping: make(chan struct{})}
	for _, step := range []func() error{
		func() (err error) { s.plan, err = openPlan(ctx, c, env, log); return err },
		func() error { return s.openStore(ctx, env) },
		func() error { return s.assemble(ctx, env) },
		func() error { return s.listen(ctx) },
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, s.close(ctx))
		}
	}
	return s, nil
}

func (s *server) openStore(ctx context.Context, env func(string) string) (err error) {
	if s.place, err = configuredPlace(ctx, s.config, env); err != nil {
		return err
	}
	if s.store, err = s.place.serve(ctx, s.config); err != nil {
		return err
	}
	class := classOf(s.store)
	s.metrics.Store(s.place.scheme, class)
	s.log.Info("store opened", "store", s.config.StoreURL, "class", class)
	if s.config.Durability == "relaxed" && s.place.scheme == "redis" {
		s.log.Warn("durability relaxed: a kill or a power cut may take what was acknowledged", "class", class)
	}
	for _, f := range findingsOf(s.store) {
		s.log.Warn("the store is not as it was written", "finding", f)
	}
	return nil
}

// assemble builds the replica from the store outwards.
func (s *server) assemble(ctx context.Context, env func(string) string) error {
	now, platform := clock.System{}, web.NewPlatform()
	posting := &bot.Posting{Platform: platform, Templates: s.plan.Templates, Now: now.Now,
		Telephones: func() map[string]string { return s.plan.Plan().Telephones() }}
	postings, followUps := bot.Postings{web.Name: posting}, bot.FollowUpsOf{web.Name: platform}
	headlines, topics, bookmarks, files := bot.OnPlatform{}, bot.OnPlatform{}, bot.OnPlatform{}, map[string]bot.Files{}
	workspace, err := slackWorkspace(ctx, s.config, env, s.plan.Plan, s.log)
	if err != nil {
		return err
	}
	if workspace != nil {
		there := *posting
		there.Platform = workspace
		postings[slack.Name], followUps[slack.Name] = &there, workspace
		files[slack.Name] = workspace
		headlines[slack.Name] = &bot.Headline{Platform: workspace, Templates: s.plan.Templates}
		topics[slack.Name] = &bot.Topic{Platform: workspace}
		if page := s.pageOf(); page != nil {
			bookmarks[slack.Name] = &bot.Bookmark{Platform: workspace, Page: page}
		}
	}
	homes, displays := &bot.Homes{Now: now.Now, Log: s.log}, []engine.Display{}
	var standing bot.Standing
	if workspace != nil {
		standing = workspace
		homes.Platform, displays = workspace, append(displays, homes)
	}
	following := &bot.Following{Platform: followUps, Templates: s.plan.Templates}
	performers, err := s.performers(ctx, env, postings)
	if err != nil {
		return err
	}
	s.engine = engine.New(engine.Options{
		Store: measuredStore{s.store, s.metrics}, Clock: now, Performers: performers,
		Displays:  []engine.Display{headlines, topics, bookmarks}, // the web draws its own from the journal
		Private:   append(displays, following),
		Readiness: s.readiness(postings, workspace != nil),
		Apart:     map[string]time.Duration{slack.Name: slack.Apart},
		Replica:   s.replica(), LeaseLife: s.config.LeaseLife, Seed: uint64(now.Now().UnixNano()), Log: s.log,
	})
	if err := s.engine.Open(ctx); err != nil {
		return err
	}
	if s.pages != nil {
		s.pages.engine = s.engine
	}
	if s.pagerDoor, err = openPagerDoor(ctx, s.config, env, s.pages, s.metrics.Refused, s.log); err != nil {
		return err
	}
	if s.desk != nil {
		s.desk.engine = s.engine
	}
	if s.jira, err = jiraDoor(ctx, s.config, env, s.desk, s.metrics.Refused, s.log); err != nil {
		return err
	}
	desk := &commands.Bot{Engine: s.engine, Plan: s.plan.Plan, Plans: s.plan, Templates: s.plan.Templates, Clock: now, Follow: following, OnCall: s.onCall, Standing: standing, Proposes: s.config.PlanGit.URL != "", Log: s.log,
		// The record itself is fetched by who asks; see web's export.
		Export: func(_ context.Context, id, format string) (string, error) { return id + "." + format, nil }}
	records := recorderOf(s.store, keysDir(s.config))
	if _, err := records.key(); err != nil {
		return err // now, and not when somebody needs the record
	}
	s.followPlan = desk.FollowPlan
	handler := handing{Handler: patient{desk, s.config.StorePatience, s.metrics}, files: files, write: records.write, followUps: followUps,
		templates: s.plan.Templates, under: &s.running, log: s.log}
	homes.Draw = func(ctx context.Context, person string) (templates.Message, error) {
		return desk.Home(ctx, bot.Request{Platform: slack.Name, Person: person})
	}
	s.answering = &bot.Answering{Handler: homes.After(slack.Name, handler), Templates: s.plan.Templates, Log: s.log}
	if workspace != nil {
		if s.slack, err = openSlackDoor(ctx, s.config, env, workspace, homes, s.answering, s.metrics.Refused, s.log); err != nil {
			return err
		}
	}
	people, err := s.people(now)
	if err != nil {
		return err
	}
	if s.archiving, err = openArchiving(ctx, s.config, env, records, s.engine.Leading, s.log); err != nil {
		return err
	}
	s.web = web.New(web.Options{
		Platform: platform, Answering: s.answering, Desk: desk, Journals: s.engine, Growth: &s.growth, Plan: s.plan.Plan,
		Templates: s.plan.Templates, Draw: posting.Draw, Export: records.write, People: people, Standing: standing, Clock: now,
		Refused: s.metrics.Refused, Log: s.log,
	})
	s.gauges()
	return nil
}

// performers says who does what. What nobody is configured for is given up and
// said so in the room.
func (s *server) performers(ctx context.Context, env func(string) string, posting bot.Postings) (map[string]engine.Performer, error) {
	pager, tracker, err := providers(ctx, s.config, env)
	if err != nil {
		return nil, err
	}
	if pager, err = withPagerDuty(ctx, s.config, env, s.plan.Plan, pager); err != nil {
		return nil, err
	}
	s.plan.call(properNames(s.config))
	s.onCall, s.pages = integrations.OnCallOf(pager), watchPages(pager, s.log)
	all := map[string]engine.Performer{journal.Room: posting, journal.Invite: posting, journal.Post: posting, journal.DM: posting, journal.Archive: posting}
	if pager != nil {
		paging := integrations.Paging{Pager: pager}
		all[journal.Page], all[journal.PageNote], all[journal.PageUpdate] = paging, paging, paging
	} else {
		s.log.Warn("no pager is configured: nobody is paged, people are asked to telephone")
	}
	if tracker != nil {
		tickets := integrations.Ticketing{Tracker: tracker}
		all[journal.Ticket], all[journal.Link], all[journal.Comment], all[journal.Transition] = tickets, tickets, tickets, tickets
		s.desk = deskOf(tracker, s.log)
	}
	mailing, err := s.mailing(ctx, env)
	if err != nil {
		return nil, err
	}
	if mailing != nil {
		all[journal.Mail] = mailing
	}
	page, err := statusPage(ctx, s.config, env)
	if err != nil {
		return nil, err
	}
	if page != nil {
		all[journal.StatusPage] = integrations.Publishing{Page: page}
	}
	for kind, p := range all {
		all[kind] = measuredPerformer[incident.State]{p, s.metrics}
	}
	return all, nil
}

// replica names this process apart from every other one that may ask for the
// lease, an earlier one of its own included.
func (s *server) replica() string {
	name := s.config.ReplicaName
	if name == "" {
		name, _ = os.Hostname() // a replica without one is told apart all the same
	}
	return name + "-" + rand.Text()[:6]
}

func (s *server) people(c clock.Clock) (web.People, error) {
	var all web.Anyone
	if s.config.ClientCA != "" {
		all = append(all, web.Certificates{})
	}
	if s.config.Tokens != "" {
		tokens, err := web.OpenTokens(s.config.Tokens, c)
		if err != nil {
			return nil, err
		}
		all = append(all, tokens)
	}
	return all, nil
}

// pageOf says where an incident's page is; nil when people reach this server
// nowhere.
func (s *server) pageOf() func(incident string) string {
	if s.config.PublicURL == "" {
		return nil
	}
	return func(incident string) string { return s.config.PublicURL + web.PageOf(incident) }
}

func (s *server) gauges() {
	gauge := func(name, help string, of func(engine.Pulse) float64) {
		s.metrics.Gauge(name, help, func() float64 { return of(s.engine.Pulse()) })
	}
	gauge("holdfast_performing", "1 while this replica holds the lease and performs effects.", func(p engine.Pulse) float64 {
		return one(p.Leading)
	})
	gauge("holdfast_incidents_open", "Incidents that may have something to do.", func(p engine.Pulse) float64 { return float64(p.Open) })
	gauge("holdfast_effects_pending", "Effects that are wanted and not over.", func(p engine.Pulse) float64 { return float64(p.Pending) })
	gauge("holdfast_effect_oldest_pending_seconds", "Age of the oldest of them; 0 when there is none.", func(p engine.Pulse) float64 {
		if p.Oldest.IsZero() {
			return 0
		}
		return time.Since(p.Oldest).Seconds()
	})
	s.metrics.Gauge("holdfast_plan_refused", "1 while the newest plan cannot be used; the one before stays in force.", func() float64 {
		return one(s.plan.isRefused())
	})
	s.metrics.Gauge("holdfast_plan_age_seconds", "How long ago the plan in force was last known to be the newest.", func() float64 {
		return s.plan.age(time.Now()).Seconds()
	})
	gauge("holdfast_platforms_failing", "Providers whose last call has failed.", func(p engine.Pulse) float64 { return float64(p.Failing) })
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

var errStopping = errors.New("stopping")

func (s *server) isRunning(context.Context) error {
	select {
	case <-s.stopping:
		return errStopping
	default:
		return nil
	}
}

func (s *server) storeAnswers(ctx context.Context) error {
	if _, err := s.engine.Incidents(ctx); err != nil {
		return errors.New(fault.From(err).Text)
	}
	return nil
}

// start begins to perform effects and to follow the journals. Requests are
// answered already.
func (s *server) start() {
	ctx, end := context.WithCancel(context.Background())
	s.end = end
	s.running.Go(func() { s.engine.Run(ctx) })
	s.running.Go(func() {
		if err := s.engine.Follow(ctx, func(g storage.Growth) { s.growth.Grew(g) }); err != nil && ctx.Err() == nil {
			s.log.Error("the journals cannot be watched: what other replicas write is seen late", "err", err)
		}
	})
	s.running.Go(func() { s.plan.watch(ctx, s.engine.Leading, s.followPlan) })
	if s.pages != nil {
		s.running.Go(func() { s.pages.run(ctx, s.growth.Watch(ctx)) })
	}
	if s.archiving != nil {
		s.running.Go(func() { s.archiving.run(ctx) })
	}
	if s.desk != nil {
		s.running.Go(func() { s.desk.run(ctx) })
	}
	if s.slack != nil {
		s.running.Go(func() { s.slack.run(ctx) })
		s.running.Go(func() { s.slack.homes.Run(ctx) })
		s.running.Go(func() { s.slack.workspace.KeepGroups(ctx) })
	}
}

// where says what is served where, for whoever started the server.
func (s *server) where() []string {
	scheme := "http"
	if s.config.Certificate != "" {
		scheme = "https"
	}
	lines := []string{"holdfast serves " + scheme + "://" + s.api.Address()}
	if s.ops != nil {
		lines = append(lines, "health and metrics http://"+s.ops.Address())
	}
	return lines
}

// askingLimit is how long a server that stops waits for those who are asking.
// Who waits for the store is told within two seconds that it is being recorded,
// and that goes on.
const askingLimit = 2500 * time.Millisecond

// stop takes no more requests, finishes what has begun, gives the lease back
// and closes the store, all within ctx.
func (s *server) stop(ctx context.Context) error {
	close(s.stopping)
	s.web.Close()
	s.growth.Close()
	asking, done := context.WithTimeout(ctx, askingLimit)
	err := s.api.Stop(asking)
	done()
	s.end()
	over := make(chan struct{})
	go func() {
		if s.slack != nil {
			s.slack.stop(ctx)
		}
		s.answering.Wait(ctx)
		s.running.Wait()
		close(over)
	}()
	select {
	case <-over:
	case <-ctx.Done():
		err = errors.Join(err, errors.New("stopped before everything was finished; nothing that was answered is lost"))
	}
	s.engine.Resign(ctx)
	if s.ops != nil {
		err = errors.Join(err, s.ops.Stop(ctx))
	}
	return errors.Join(err, s.archiving.close(), s.store.Close())
}

// close undoes a start that has failed.
func (s *server) close(ctx context.Context) error {
	var errs []error
	for _, l := range []*web.Serving{s.api, s.ops} {
		if l != nil {
			errs = append(errs, l.Stop(ctx))
		}
	}
	errs = append(errs, s.archiving.close())
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}

// patient is the bot, with the patience that people have while a store fails
// over, and counted.
type patient struct {
	bot     *commands.Bot
	life    time.Duration
	metrics *telemetry.Metrics
}

// Handle implements bot.Handler.
func (p patient) Handle(ctx context.Context, r bot.Request) bot.Reply {
	begun := time.Now()
	ctx, done := engine.Patient(ctx, p.life)
	defer done()
	reply := p.bot.Handle(ctx, r)
	p.metrics.Answered(reply.Verb, string(reply.Code), time.Since(begun))
	return reply
}
