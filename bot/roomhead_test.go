package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/incident"
	"holdfast/templates"
)

func TestTheTopicRepeatsTheHeadlineInShort(t *testing.T) {
	s, _ := posted(t)
	h := &bot.Topic{Platform: s.chat}
	h.Display(t.Context(), s.state, s.clock.Now())
	if got := s.chat.Topic(s.state.Room); got != templates.Topic(s.state) {
		t.Errorf("the topic is %q", got)
	}
	s.apply("bob", &incident.RoleTaken{Role: incident.Commander, Person: "bob"})
	s.clock.Add(5 * time.Second)
	h.Display(t.Context(), s.state, s.clock.Now())
	if got := s.chat.Topic(s.state.Room); !strings.Contains(got, "commander @bob") {
		t.Errorf("the topic is %q", got)
	}
}

// noTopic is a chat whose topics cannot be set while down.
type noTopic struct {
	*console.Chat
	down bool
}

func (n *noTopic) SetTopic(ctx context.Context, room, topic string) error {
	if n.down {
		return errors.New("503")
	}
	return n.Chat.SetTopic(ctx, room, topic)
}

func TestATopicThatFailedIsSetLater(t *testing.T) {
	s, _ := posted(t)
	chat := &noTopic{s.chat, true}
	h := &bot.Topic{Platform: chat}
	if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.Equal(start.Add(5 * time.Second)) {
		t.Errorf("next %s", next)
	}
	s.kinds()
	chat.down = false
	s.clock.Add(5 * time.Second)
	h.Display(t.Context(), s.state, s.clock.Now())
	if n := s.kinds(); n[console.Topic] != 1 {
		t.Errorf("seen: %v", n)
	}
}

// marked is a chat that keeps bookmarks, unless it is told to refuse.
type marked struct {
	*console.Chat
	refuse bool
	kept   []string
}

func (m *marked) Bookmark(_ context.Context, room, title, link string) error {
	if m.refuse {
		return errors.New("missing_scope")
	}
	m.kept = append(m.kept, room+" "+title+" "+link)
	return nil
}

func TestTheWayToTheDashboardIsKeptOnceAndHoldsUpNothing(t *testing.T) {
	s, _ := posted(t)
	chat := &marked{Chat: s.chat, refuse: true}
	h := &bot.Bookmark{Platform: chat, Page: func(incident string) string { return "https://holdfast.example.com/incidents/" + incident }}
	if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() {
		t.Errorf("a bookmark that is refused wants to be drawn at %s", next)
	}
	chat.refuse = false
	for _, phase := range []string{incident.Identified, incident.Recovering, incident.Monitoring} {
		s.clock.Add(5 * time.Second)
		s.apply("alice", &incident.PhaseSet{Phase: phase})
		h.Display(t.Context(), s.state, s.clock.Now())
	}
	if want := s.state.Room + " INC-1 in a browser https://holdfast.example.com/incidents/INC-1"; len(chat.kept) != 1 || chat.kept[0] != want {
		t.Errorf("kept %q, want once %q", chat.kept, want)
	}
}

func TestNothingStandsAtTheHeadOfARoomThatIsNotThere(t *testing.T) {
	s := declared(t)
	chat := &marked{Chat: s.chat}
	for _, d := range []bot.Display{&bot.Topic{Platform: chat}, &bot.Bookmark{Platform: chat, Page: func(string) string { return "x" }}} {
		if next := d.Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() {
			t.Errorf("it wants to be drawn at %s", next)
		}
	}
	if len(s.seen) > 0 || len(chat.kept) > 0 {
		t.Errorf("seen %v, kept %q", s.seen, chat.kept)
	}
}
