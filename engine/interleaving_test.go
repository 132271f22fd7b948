package engine_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/rehearse/standin"
	"holdfast/storage"
)

// storm is two engines on one store while people, clocks, providers and
// crashes do what they like.
type storm struct {
	*enginetest.World
	engines [2]*engine.Engine
	ids     []string       // incidents declared
	acks    []acknowledged // what people were told is recorded
	last    engine.Command
	landed  engine.Result    // of the last command, when it was accepted
	joining incident.Declare // the last declaration
}

type acknowledged struct{ ref, hash string }

// Whatever people ask and whatever fails, in any order: the invariants of
// invariants_test.go hold, and nothing stays pending once all is well again.
func TestRandomInterleavingsKeepTheInvariants(t *testing.T) {
	var ran struct{ accepted, crashes, entries, merges int }
	rapid.Check(t, func(t *rapid.T) {
		w := enginetest.New(t)
		s := &storm{World: w, engines: [2]*engine.Engine{w.Engine, w.Boot("b")}}
		s.declare(t)
		t.Repeat(map[string]func(*rapid.T){
			"declare":   s.declare,
			"say":       s.say,
			"say more":  s.say,
			"and more":  s.say,
			"merge":     s.merge,
			"redeliver": s.redeliver,
			"pass":      s.pass,
			"fail":      s.fail,
			"heal":      s.heal,
			"crash":     func(t *rapid.T) { ran.crashes++; s.crash(t) },
			"store":     s.troubleStore,
		})
		s.Store.Refuse(false)
		s.Store.LoseReplies(0)
		s.heal(t)
		s.Pass(5 * time.Minute)
		for _, id := range s.ids {
			entries := s.entries(t, id)
			checkCommand(t, entries)
			checkEffects(t, entries, s.Events)
			checkTimers(t, entries)
			checkFold(t, entries, s.Clock.Now())
			s.checkReplicas(t, id, entries)
			ran.entries += len(entries)
		}
		ran.merges += s.checkMerges(t)
		s.checkAcknowledged(t)
		once(t, w)
		ran.accepted += len(s.acks)
	})
	if ran.accepted < 300 || ran.crashes < 50 || ran.entries < 3000 || ran.merges < 10 {
		t.Errorf("void: too little has happened: %+v", ran)
	}
}

func (s *storm) engine(t *rapid.T) *engine.Engine {
	return s.engines[rapid.IntRange(0, 1).Draw(t, "engine")]
}

func (s *storm) declare(t *rapid.T) {
	if len(s.ids) >= 3 {
		t.Skip("enough incidents")
	}
	d := enginetest.Outage()
	d.Severity = rapid.IntRange(1, 4).Draw(t, "severity")
	d.Services = []string{rapid.SampledFrom([]string{"payments-api", "idp"}).Draw(t, "service")}
	d.Drill = rapid.IntRange(0, 4).Draw(t, "drill") == 0
	if rapid.Bool().Draw(t, "names a commander") {
		commander := rapid.SampledFrom([]incident.Person{bob, carol}).Draw(t, "commander")
		d.Commander = &commander
	}
	s.joining = d
	s.deliver(t, s.engine(t), s.By(rapid.SampledFrom(people).Draw(t, "who"), "", nil))
}

func (s *storm) say(t *rapid.T) {
	if len(s.ids) == 0 {
		t.Skip("nothing declared")
	}
	id := rapid.SampledFrom(s.ids).Draw(t, "incident")
	state := s.State(id)
	cmd := s.By(actor(t, state), id, action(t, state, s.Clock.Now()))
	cmd.Once, cmd.Print = rapid.Bool().Draw(t, "once"), rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "print")
	s.deliver(t, s.engine(t), cmd)
}

// merge has whoever is in command merge an incident into another one.
func (s *storm) merge(t *rapid.T) {
	if len(s.ids) < 2 {
		t.Skip("nothing to merge into")
	}
	part, into := rapid.SampledFrom(s.ids).Draw(t, "part"), rapid.SampledFrom(s.ids).Draw(t, "into")
	by := enginetest.Person(s.State(part).InCommand(), "commanders")
	s.deliver(t, s.engine(t), s.By(by, part, incident.Merge{Into: s.State(into), Page: []incident.Target{{To: "team:net", Fallback: []string{"olga"}}}}))
}

// deliver hands a command to an engine, and what it appends to the feed.
func (s *storm) deliver(t *rapid.T, e *engine.Engine, cmd engine.Command) engine.Result {
	t.Helper()
	var r engine.Result
	var err error
	if cmd.Action == nil {
		r, err = e.Declare(context.Background(), cmd, s.joining)
	} else {
		r, err = e.Do(context.Background(), cmd)
	}
	s.last, s.landed = cmd, engine.Result{}
	if err != nil {
		if code := fault.CodeOf(err); code == "" || code == fault.Internal {
			t.Fatalf("%s: %T %+v: %v", cmd.Actor.ID, cmd.Action, cmd.Action, err)
		}
		return r
	}
	for _, entry := range r.Entries {
		s.acks = append(s.acks, acknowledged{entry.Ref(), entry.Hash})
	}
	s.landed = r
	s.noteIncident(r.Journal)
	for _, other := range s.engines {
		if other != e {
			for _, name := range []string{r.Journal, incident.RegisterJournal} {
				if err := other.Grown(context.Background(), storage.Growth{Journal: name}); err != nil {
					t.Fatalf("the feed: %v", err)
				}
			}
		}
	}
	return r
}

func (s *storm) noteIncident(id string) {
	for _, known := range s.ids {
		if known == id {
			return
		}
	}
	s.ids = append(s.ids, id)
}

// redeliver hands the last accepted command in again, to any replica: what it
// had appended is found, nothing is added.
func (s *storm) redeliver(t *rapid.T) {
	first := s.landed
	if len(first.Entries) == 0 {
		t.Skip("nothing was accepted")
	}
	again := s.deliver(t, s.engine(t), s.last)
	if !again.Duplicate || again.Ref() != first.Ref() || len(again.Entries) != len(first.Entries) || again.Joined != first.Joined {
		t.Fatalf("%s with %d entries, then %s with %d, duplicate %v", first.Ref(), len(first.Entries), again.Ref(), len(again.Entries), again.Duplicate)
	}
}

func (s *storm) pass(t *rapid.T) {
	s.Pass(rapid.SampledFrom([]time.Duration{0, 0, time.Second, 5 * time.Second, 16 * time.Second, time.Minute, 5 * time.Minute, 16 * time.Minute, 31 * time.Minute}).Draw(t, "for"))
}

func (s *storm) providers() []*standin.Faults {
	return []*standin.Faults{s.Pager.Faults, s.Tracker.Faults, s.Chat.Faults}
}

func (s *storm) fail(t *rapid.T) {
	f := rapid.SampledFrom(s.providers()).Draw(t, "provider")
	if rapid.IntRange(0, 3).Draw(t, "slow") == 0 {
		f.Slow(rapid.SampledFrom([]time.Duration{time.Second, 4 * time.Second, 12 * time.Second}).Draw(t, "by"))
		return
	}
	mode := rapid.SampledFrom(standin.Modes).Draw(t, "mode")
	if err := f.Fault(mode, time.Time{}, rapid.IntRange(0, 3).Draw(t, "times")); err != nil {
		t.Fatalf("%v", err)
	}
}

func (s *storm) heal(*rapid.T) {
	for _, f := range s.providers() {
		f.Heal()
	}
}

// crash ends a replica and starts it again with nothing but the store.
func (s *storm) crash(t *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(t, "replica")
	s.Crash(s.engines[i])
	s.engines[i] = s.Boot([]string{"a", "b"}[i])
	if i == 0 {
		s.Engine = s.engines[0]
	}
}

// troubleStore lets one command meet a store that refuses, or one that lands
// it without saying so.
func (s *storm) troubleStore(t *rapid.T) {
	if len(s.ids) == 0 {
		t.Skip("nothing declared")
	}
	id := rapid.SampledFrom(s.ids).Draw(t, "incident")
	if rapid.Bool().Draw(t, "loses the answer") {
		s.Store.LoseReplies(1)
		s.deliver(t, s.engine(t), s.By(alice, id, incident.AddNote{Text: "did that land?"}))
		s.Store.LoseReplies(0)
		return
	}
	s.Store.Refuse(true)
	defer s.Store.Refuse(false)
	cmd := s.By(alice, id, incident.AddNote{Text: "into the void"})
	if r, err := s.engine(t).Do(context.Background(), cmd); fault.CodeOf(err) == "" {
		t.Fatalf("a store that refuses gave %s", r.Ref())
	}
}
