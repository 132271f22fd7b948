package bot_test

import (
	"context"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/templates"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// stage is one incident and the chat it is talked about in.
type stage struct {
	*testing.T
	clock *clock.Manual
	chat  *console.Chat
	state incident.State

	refuse error // what the chat answers instead of doing a call
	lose   error // what it answers after doing it
	seen   []console.Event
}

// declared returns a stage with an incident whose effects are all pending.
func declared(t *testing.T) *stage {
	t.Helper()
	s := &stage{T: t, clock: clock.NewManual(start)}
	s.chat = console.New(s.clock, console.Options{Before: func(context.Context) (bool, error) {
		if s.refuse != nil {
			return false, s.refuse
		}
		return true, s.lose
	}})
	s.chat.On(func(e console.Event) { s.seen = append(s.seen, e) })
	d := incident.Declare{Title: "checkout failing", Slug: "checkout-failing", Severity: 1, Services: []string{"payments-api"}, Invite: []string{"bob"},
		Page: []incident.Target{{To: "team:app"}}, Terms: incident.Terms{PageSeverity: 2, TitleMax: 200, TextMax: 2000}}
	o := d.Open(incident.Register{}, incident.Context{Now: start, Actor: incident.Person{ID: "alice"}, Platform: "console"})
	if o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	for _, st := range o.First {
		s.apply("alice", st.Fact)
	}
	return s
}

// apply appends one fact to the incident.
func (s *stage) apply(actor string, f journal.Fact) journal.Entry {
	now := s.clock.Now()
	e := journal.Entry{Journal: "INC-1", Seq: s.state.Entries + 1, Meta: journal.Meta{At: now, Recorded: now, Actor: actor}, Fact: f}
	s.state = s.state.Apply(e)
	return e
}

// effect returns the pending or ended effect of this type and template.
func (s *stage) effect(kind, template string) journal.Tracked {
	s.Helper()
	for _, t := range s.state.Outbox.All() {
		if t.Type == kind && (template == "" || t.Template == template) {
			return t
		}
	}
	s.Fatalf("no %s %s is wanted", kind, template)
	return journal.Tracked{}
}

func (s *stage) posting() *bot.Posting {
	return &bot.Posting{Platform: s.chat, Templates: templates.Shipped, Now: s.clock.Now}
}

func (s *stage) settle(t journal.Tracked, ref string) {
	s.apply(journal.Bot, &journal.Settled{Type: t.Type, Key: t.Key, Ref: ref})
}

// kinds counts what was seen since the last call, by kind.
func (s *stage) kinds() map[console.Kind]int {
	n := map[console.Kind]int{}
	for _, e := range s.seen {
		n[e.Kind]++
	}
	s.seen = nil
	return n
}
