package rehearse

import (
	"context"
	"strings"
	"time"

	"holdfast/engine"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	"holdfast/templates"
)

// world is everything around the process of one scenario.
type world struct {
	clock      *clock.Manual
	transcript *Transcript
	faults     map[string]*standin.Faults // by the counterparty's name
	chat       Chat
	pager      *standin.Pager
	tracker    *standin.Tracker
	mailer     *standin.Mailer
	page       *standin.StatusPage
	shelf      *shelf   // the store as it is
	store      *failing // with what the scenario does to it
	plan       *plan.Plan
	plans      []*plan.Plan // all that have been in force
	standing   templates.PlanStanding
	set        *templates.Set
	exports    *exports
	seed       uint64
	// follow is nil unless a webhook of the scenario comes in.
	follow func(e *engine.Engine, p integrations.Pager, t integrations.Tracker, at clock.Clock) Follower
}

func newWorld(c *clock.Manual, s *shelf, p *plan.Plan, o Options, st staging, out string, listen func(Event)) (*world, error) {
	w := &world{clock: c, shelf: s, seed: o.Seed, exports: &exports{dir: out, shelf: s, export: o.Export}}
	w.transcript = NewTranscript(c, listen)
	if st.hooked {
		w.follow = o.Follow
	}
	chatFaults := standin.NewFaults("the chat", c)
	w.pager, w.tracker, w.mailer = standin.NewPager(c), standin.NewTracker(c), standin.NewMailer(c)
	w.pager.Who = w.personAtPager
	w.pager.On(w.outside)
	w.tracker.On(w.outside)
	w.mailer.On(w.outside)
	w.page = standin.NewStatusPage(c)
	w.page.On(w.outside)
	w.store = &failing{Store: &recorded{s, w.transcript}, faults: standin.NewFaults("the store", c)}
	w.faults = map[string]*standin.Faults{
		"chat": chatFaults, "pager": w.pager.Faults, "tracker": w.tracker.Faults, "mail": w.mailer.Faults, "statuspage": w.page.Faults,
		"store": w.store.faults, "plan": standin.NewFaults("the plan's repository", c),
	}
	if err := w.use(p); err != nil {
		return w, err
	}
	var err error
	w.chat, err = o.chats()[st.chat](Site{
		Clock: c, Faults: chatFaults, People: w.inForce, Templates: w.templates, Rooms: st.rooms(p),
		KeyOf: w.keyOf, Record: w.exports.record, See: w.transcript.Record,
	})
	return w, err
}

// keyOf returns the key of the effect that an entry has asked for.
func (w *world) keyOf(ref string) (key string, ok bool) {
	name, _, _ := strings.Cut(ref, "#")
	all, err := (&archive{w.shelf, w.exports}).Facts(context.Background(), name)
	if err != nil {
		return "", false
	}
	for _, f := range all {
		if data, _ := f.Data.(map[string]any); f.Ref == ref && strings.HasSuffix(f.Kind, ".requested") {
			key, ok = data["key"].(string)
		}
	}
	return key, ok
}

// outside writes down what has reached the pager, the tracker, a mailbox or the
// status page. Links and comments are events of their ticket.
func (w *world) outside(e standin.Event) {
	kind := KindTicket
	switch e.Kind {
	case standin.Note, standin.Update:
		kind = KindNote
	case standin.Page:
		kind = KindPage
	case standin.Letter:
		kind = KindMail
	case standin.Notice:
		kind = KindStatusPage
	}
	w.transcript.Record(Event{Kind: kind, To: e.To, Ref: e.Ref, Text: e.Text, Data: map[string]string{"did": e.Kind, "key": e.Key}})
}

// fail makes a counterparty fail.
func (w *world) fail(f Fail) error {
	var until time.Time
	if f.For > 0 {
		until = w.clock.Now().Add(f.For)
	}
	if f.Name == "store" {
		w.store.counted = f.Times > 0
	}
	return w.faults[f.Name].Fault(f.Mode, until, f.Times)
}

func (w *world) addressOf(person string) string { return w.plan.MailOf(person) }

func (w *world) telephones() map[string]string { return w.plan.Telephones() }
