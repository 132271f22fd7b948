package commands_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/commands"
	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	"holdfast/storage/memory"
	"holdfast/templates"
)

var (
	start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	// northbridge is read once; nothing changes a plan.
	northbridge *plan.Plan
)

func TestMain(m *testing.M) {
	p, found := plan.Load("../examples/northbridge")
	if plan.HasErrors(found) {
		fmt.Fprintln(os.Stderr, "the sample plan cannot be used:", found)
		os.Exit(1)
	}
	northbridge = p
	os.Exit(m.Run())
}

const (
	minute = time.Minute
	hour   = time.Hour
)

// ops is a room of no incident, war that of INC-1 after declared.
const (
	ops = "#ops"
	war = "#inc-1-checkout-failing"
)

// desk is a chat in which the true bot answers, on a true engine, beside a
// pager and a tracker that reach nobody.
type desk struct {
	*testing.T
	clock  *clock.Manual
	memory *memory.Store
	store  *enginetest.Store // what the engine reaches it through: may refuse
	engine *engine.Engine
	chat   *console.Chat
	bot    *commands.Bot
	plan   *plan.Plan
	plans  map[string]*plan.Plan // other versions, by the names people may give them
	wrote  []string              // records that were handed out

	reached []standin.Event // by pager and tracker
}

// quiet returns a desk at which nothing has happened.
func quiet(t *testing.T) *desk {
	t.Helper()
	c := clock.NewManual(start)
	d := &desk{T: t, clock: c, memory: memory.New(c), chat: console.New(c, console.Options{}), plan: northbridge, plans: versions(t)}
	d.store = &enginetest.Store{Store: d.memory}
	d.boot()
	return d
}

// boot starts the process anew; chat and store stay.
func (d *desk) boot() {
	d.Helper()
	set := templates.Shipped()
	pager, tracker := standin.NewPager(d.clock), standin.NewTracker(d.clock)
	note := func(e standin.Event) { d.reached = append(d.reached, e) }
	pager.On(note)
	tracker.On(note)
	posting := &bot.Posting{Platform: d.chat, Templates: templates.Shipped, Now: d.clock.Now}
	tickets := integrations.Ticketing{Tracker: tracker}
	d.engine = engine.New(engine.Options{
		Store: d.store, Clock: d.clock, Spawn: func(call func()) { call() }, Seed: 1,
		Performers: map[string]engine.Performer{
			journal.Room: posting, journal.Invite: posting, journal.Post: posting, journal.DM: posting, journal.Archive: posting,
			journal.Page:   integrations.Paging{Pager: pager},
			journal.Ticket: tickets, journal.Link: tickets, journal.Comment: tickets,
		},
	})
	if err := d.engine.Open(d.Context()); err != nil {
		d.Fatal(err)
	}
	d.bot = &commands.Bot{
		Engine: d.engine, Plan: func() *plan.Plan { return d.plan }, Templates: func() *templates.Set { return set }, Clock: d.clock,
		Export: d.record, Plans: shelf{d},
	}
	d.chat.Answer(d.bot)
}

// versions are two commits of the plan: in the second, payments-api is run by
// another team and updates are owed more often.
func versions(t *testing.T) map[string]*plan.Plan {
	t.Helper()
	first, second := *northbridge, *northbridge
	first.Commit, second.Commit = "a1b2c3d", "e4f5a6b"
	second.Services = slices.Clone(second.Services)
	for i := range second.Services {
		if second.Services[i].ID == "payments-api" {
			second.Services[i].Team, second.Services[i].Owners = "dba", []string{"dan"}
		}
	}
	second.Policy.Cadence = maps.Clone(second.Policy.Cadence)
	second.Policy.Cadence[incident.Team] = [4]time.Duration{10 * minute, 10 * minute, 0, 0}
	return map[string]*plan.Plan{"a1b2c3d": &first, "e4f5a6b": &second, "main": &second}
}

// shelf is where the desk's other plans are.
type shelf struct{ *desk }

func (s shelf) At(_ context.Context, name string) (*plan.Plan, error) {
	if p := s.plans[name]; p != nil {
		return p, nil
	}
	return nil, fault.Newf(fault.CommitMissing, "", "The plan has no commit %s.", name)
}

func (s shelf) Standing() templates.PlanStanding {
	return templates.PlanStanding{Commit: s.plan.Commit, Since: s.plan.Since, Current: s.clock.Now(), Checked: s.clock.Now(), From: "the branch main"}
}

// declared returns a desk with INC-1: SEV2, declared by alice, whose owner is
// olga; everything it asked for is done.
func declared(t *testing.T) *desk {
	t.Helper()
	d := quiet(t)
	d.ok("alice", ops, `declare "checkout failing" sev:2 service:payments-api`)
	return d
}

// settle lets the engine do what there is to do at this instant.
func (d *desk) settle() { d.engine.Step(d.Context()) }

// later lets time go by; what is due on the way happens at its end.
func (d *desk) later(by time.Duration) {
	d.clock.Add(by)
	d.settle()
}

// say is a person typing a command behind the root.
func (d *desk) say(who, place, words string) answer {
	d.Helper()
	return d.line(who, place, "/incident "+words)
}

func (d *desk) line(who, place, line string) answer {
	d.Helper()
	r := d.chat.Say(d.Context(), who, place, line)
	d.settle()
	return answer{Result: r, of: brief(line), desk: d}
}

// brief keeps what failed readable.
func brief(line string) string { return fmt.Sprintf("%.100s", line) }

// ok is say, and it is accepted: no refusal and no form.
func (d *desk) ok(who, place, words string) answer {
	d.Helper()
	return d.say(who, place, words).accepted()
}

// refused is say, and the answer refuses with this code.
func (d *desk) refused(code fault.Code, who, place, words string) answer {
	d.Helper()
	return d.say(who, place, words).refused(code)
}

// submit sends the form that waits for a person.
func (d *desk) submit(who string, values map[string]string) answer {
	d.Helper()
	r := d.chat.Submit(d.Context(), who, values)
	d.settle()
	return answer{Result: r, of: brief(fmt.Sprintf("form %v", values)), desk: d}
}

// record hands out records by writing down that it did.
func (d *desk) record(_ context.Context, id, format string) (string, error) {
	d.wrote = append(d.wrote, id+"."+format)
	return id + "." + format, nil
}

// click presses a button of the last answer.
func (d *desk) click(who, label string) answer {
	d.Helper()
	r, err := d.chat.Click(who, label, console.LastReply)
	if err != nil {
		d.Fatal(err)
	}
	return d.deliver(r)
}

// again delivers a request that has been delivered before.
func (d *desk) again(a answer) answer {
	d.Helper()
	return d.deliver(a.Request)
}

// deliver hands a request in that has been made.
func (d *desk) deliver(r bot.Request) answer {
	d.Helper()
	reply := d.bot.Handle(d.Context(), r)
	d.chat.Show(r, reply)
	d.settle()
	return answer{Result: console.Result{Request: r, Reply: reply}, of: brief(r.Text), desk: d}
}
