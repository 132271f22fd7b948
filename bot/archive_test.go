package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// closing is a chat that can archive rooms: then nothing more can be said or
// changed in them.
type closing struct {
	*console.Chat
	gone []string
}

func (c *closing) Archive(_ context.Context, room string) error {
	c.gone = append(c.gone, room)
	return nil
}

var archived = fault.Wrap(fmt.Errorf("%w: is_archived", bot.ErrArchived), fault.UnknownID, "Could not post to it. The room is archived.", "Unarchive it.")

func (c *closing) Post(ctx context.Context, m bot.Message) (string, error) {
	if len(c.gone) > 0 {
		return "", archived
	}
	return c.Chat.Post(ctx, m)
}

// ended is a stage whose incident is closed, and what archives its room.
func ended(t *testing.T) (*stage, *bot.Headline, *closing, *bot.Posting, journal.Attempt) {
	s, h := posted(t)
	chat := &closing{Chat: s.chat}
	h.Platform = chat
	h.Display(t.Context(), s.state, s.clock.Now())
	s.apply("alice", &incident.Closed{As: incident.FalseAlarm})
	want := journal.Effect{Type: journal.Archive, Key: "INC-1/archive:main@console", To: s.state.Room}
	s.apply("alice", &journal.Requested{Effect: want})
	p := s.posting()
	p.Platform = chat
	return s, h, chat, p, journal.Attempt{Effect: want, Number: 1}
}

func TestARoomIsArchivedAfterItsHeadlineHasSaidTheEnd(t *testing.T) {
	s, h, chat, p, archive := ended(t)
	if _, err := p.Perform(t.Context(), s.state, archive); err != nil || len(chat.gone) != 1 {
		t.Fatalf("archived %q, %v", chat.gone, err)
	}
	if !s.saysNow("closed as false-alarm") || !strings.Contains(s.chat.Topic(s.state.Room), "closed") {
		t.Errorf("it says %q under %q", s.chat.Messages(s.state.Room)[0].Text, s.chat.Topic(s.state.Room))
	}
	s.apply(journal.Bot, &journal.Settled{Type: journal.Archive, Key: archive.Key})
	s.clock.Add(time.Minute)
	if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() {
		t.Errorf("the headline of an archived room is drawn again at %s", next)
	}
}

func TestAHeadlineInAnArchivedRoomIsGivenUpWhenAllIsOver(t *testing.T) {
	s, h, chat, _, _ := ended(t)
	chat.gone = []string{"by hand"}
	s.clock.Add(time.Minute)
	if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.IsZero() {
		t.Errorf("it is tried again at %s", next)
	}
	s.apply("bob", &incident.Reopened{})
	s.apply("bob", &incident.PhaseSet{Phase: incident.Monitoring})
	s.clock.Add(time.Minute)
	if next := h.Display(t.Context(), s.state, s.clock.Now()); !next.Equal(s.clock.Now().Add(time.Minute)) {
		t.Errorf("of an open incident it is tried again at %s", next)
	}
}

func TestNothingWaitsForTheArchivedRoomOfWhatIsOver(t *testing.T) {
	s, _, chat, p, _ := ended(t)
	chat.gone = []string{"by hand"}
	say := func(to string) error {
		_, err := p.Perform(t.Context(), s.state, journal.Attempt{Effect: journal.Effect{Type: journal.Post, Key: "k", To: to, Template: "closed"}, Number: 1})
		return err
	}
	permanent := func(err error) bool {
		var f *fault.Error
		return errors.As(err, &f) && f.Permanent
	}
	if err := say(s.state.Room); !permanent(err) {
		t.Errorf("in its own room: %v", err)
	}
	s.apply("bob", &incident.Reopened{})
	if err := say(s.state.Room); err == nil || permanent(err) {
		t.Errorf("when it is open again: %v", err)
	}
	if err := say("#inc-9-of-others"); !permanent(err) {
		t.Errorf("in another incident's room: %v", err)
	}
}

func TestAPlatformThatCannotArchiveHasNothingToDo(t *testing.T) {
	s, _, _, p, archive := ended(t)
	p.Platform = s.chat
	if ref, err := p.Perform(t.Context(), s.state, archive); ref != "" || err != nil {
		t.Errorf("%q, %v", ref, err)
	}
}

func TestARoomIsNotArchivedWhileItsHeadlineCannotBeDrawn(t *testing.T) {
	s, _, chat, p, archive := ended(t)
	s.refuse = errors.New("503")
	if _, err := p.Perform(t.Context(), s.state, archive); err == nil || len(chat.gone) > 0 {
		t.Errorf("archived %q, %v", chat.gone, err)
	}
}
