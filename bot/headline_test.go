package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// posted returns a stage whose headline has been posted.
func posted(t *testing.T) (*stage, *bot.Headline) {
	t.Helper()
	s := declared(t)
	for _, kind := range []string{journal.Room, journal.Post} {
		e := s.effect(kind, "")
		ref, err := s.posting().Perform(t.Context(), s.state, journal.Attempt{Effect: e.Effect, Number: 1})
		if err != nil {
			t.Fatal(err)
		}
		s.settle(e, ref)
	}
	s.kinds()
	return s, s.headline()
}

// headline is that of a process that has just started.
func (s *stage) headline() *bot.Headline {
	return &bot.Headline{Platform: s.chat, Templates: templates.Shipped}
}

func (s *stage) saysNow(what string) bool {
	return strings.Contains(s.chat.Messages(s.state.Room)[0].Text, what)
}

func TestNothingIsDrawnBeforeTheHeadlineIsPosted(t *testing.T) {
	s := declared(t)
	if next := s.headline().Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() || len(s.seen) > 0 {
		t.Errorf("next %s, seen %v", next, s.seen)
	}
}

func TestAHeadlineIsEditedAtMostOnceInFiveSeconds(t *testing.T) {
	s, h := posted(t)
	h.Display(t.Context(), s.state, s.clock.Now())
	s.kinds()
	phases := []string{incident.Identified, incident.Recovering, incident.Monitoring}
	var edits []time.Time
	for i := range 60 { // one change a second for a minute
		s.clock.Add(time.Second)
		s.apply("alice", &incident.PhaseSet{Phase: phases[i%len(phases)]})
		next := h.Display(t.Context(), s.state, s.clock.Now())
		if s.kinds()[console.Edit] > 0 {
			edits = append(edits, s.clock.Now())
		} else if next.IsZero() {
			t.Fatalf("after %d s it is neither true nor wants to be drawn again", i+1)
		}
	}
	if len(edits) != 12 {
		t.Errorf("%d edits in a minute, want 12", len(edits))
	}
	for i := range edits[1:] {
		if gap := edits[i+1].Sub(edits[i]); gap < 5*time.Second {
			t.Errorf("edits %s apart", gap)
		}
	}
}

func TestTheLastChangeIsDrawnWhenItsTimeHasCome(t *testing.T) {
	s, h := posted(t)
	h.Display(t.Context(), s.state, s.clock.Now())
	s.apply("alice", &incident.PhaseSet{Phase: incident.Identified})
	s.clock.Add(time.Second)
	next := h.Display(t.Context(), s.state, s.clock.Now())
	if s.saysNow(incident.Identified) || !next.Equal(start.Add(5*time.Second)) {
		t.Fatalf("next %s", next)
	}
	s.clock.Set(next)
	if next := h.Display(t.Context(), s.state, next); !next.IsZero() || !s.saysNow(incident.Identified) {
		t.Errorf("next %s, and it says %q", next, s.chat.Messages(s.state.Room)[0].Text)
	}
}

func TestAHeadlineThatIsTrueIsLeftAlone(t *testing.T) {
	s, h := posted(t)
	h.Display(t.Context(), s.state, s.clock.Now())
	s.kinds()
	for range 3 {
		s.clock.Add(time.Minute)
		if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() || len(s.seen) > 0 {
			t.Errorf("next %s, seen %v", next, s.seen)
		}
	}
}

func TestAfterARestartTheHeadlineConvergesByOneEdit(t *testing.T) {
	s, h := posted(t)
	h.Display(t.Context(), s.state, s.clock.Now())
	s.apply("alice", &incident.PhaseSet{Phase: incident.Monitoring})
	s.kinds()
	h = s.headline()
	for range 5 {
		h.Display(t.Context(), s.state, s.clock.Now())
		s.clock.Add(10 * time.Second)
	}
	if n := s.kinds()[console.Edit]; n != 1 || !s.saysNow(incident.Monitoring) {
		t.Errorf("%d edits, and it says %q", n, s.chat.Messages(s.state.Room)[0].Text)
	}
}

func TestAHeadlineConvergesWhenTheChatIsBack(t *testing.T) {
	s, h := posted(t)
	h.Display(t.Context(), s.state, s.clock.Now())
	s.apply("alice", &incident.PhaseSet{Phase: incident.Monitoring})
	s.refuse = errors.New("503")
	for range 4 {
		s.clock.Add(5 * time.Second)
		next := h.Display(t.Context(), s.state, s.clock.Now())
		if want := s.clock.Now().Add(5 * time.Second); !next.Equal(want) {
			t.Errorf("while the chat is down it tries again at %s, want %s", next, want)
		}
	}
	s.refuse = nil
	s.clock.Add(5 * time.Second)
	if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() || !s.saysNow(incident.Monitoring) {
		t.Errorf("next %s, and it says %q", next, s.chat.Messages(s.state.Room)[0].Text)
	}
}
