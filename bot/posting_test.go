package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

func TestADeclarationMakesItsRoomInvitesAndPosts(t *testing.T) {
	s := declared(t)
	for _, kind := range []string{journal.Room, journal.Invite, journal.Post} {
		e := s.effect(kind, "")
		ref, err := s.posting().Perform(t.Context(), s.state, journal.Attempt{Effect: e.Effect, Number: 1})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		s.settle(e, ref)
	}
	n := s.kinds()
	if n[console.Room] != 1 || n[console.Invite] != 2 || n[console.Post] != 1 {
		t.Errorf("seen: %v", n)
	}
	if got := s.chat.Members(s.state.Room); strings.Join(got, " ") != "alice bob" {
		t.Errorf("in the room are %v", got)
	}
	head := s.chat.Messages(s.state.Room)[0]
	if ref := s.effect(journal.Post, "headline").Ref; ref != head.Ref || head.Key != s.state.HeadlineKey() {
		t.Errorf("the headline is %s under %s, settled as %s", head.Ref, head.Key, ref)
	}
	if !strings.Contains(head.Text, "checkout failing") || !strings.Contains(head.Text, "SEV1") {
		t.Errorf("the headline says %q", head.Text)
	}
}

func TestADoubtfulPostIsLookedForFirst(t *testing.T) {
	s := declared(t)
	headline := s.effect(journal.Post, "headline").Effect
	s.lose = errors.New("the answer was lost")
	if _, err := s.posting().Perform(t.Context(), s.state, journal.Attempt{Effect: headline, Number: 1}); err == nil {
		t.Fatal("a lost answer is an error")
	}
	s.lose = nil
	ref, err := s.posting().Perform(t.Context(), s.state, journal.Attempt{Effect: headline, Number: 2, Doubtful: true})
	if err != nil || ref != "m1" {
		t.Errorf("the second try gave %q, %v", ref, err)
	}
	if all := s.chat.Messages(s.state.Room); len(all) != 1 {
		t.Errorf("it stands there %d times", len(all))
	}
}

func TestADoubtfulPostThatNeverArrivedIsPosted(t *testing.T) {
	s := declared(t)
	headline := s.effect(journal.Post, "headline").Effect
	ref, err := s.posting().Perform(t.Context(), s.state, journal.Attempt{Effect: headline, Number: 2, Doubtful: true})
	if err != nil || ref != "m1" || len(s.chat.Messages(s.state.Room)) != 1 {
		t.Errorf("got %q, %v, %d messages", ref, err, len(s.chat.Messages(s.state.Room)))
	}
}

// blind can post but cannot look.
type blind struct{ *console.Chat }

func (blind) Find(context.Context, string, string) (string, bool, error) {
	return "", false, errors.New("503")
}

func TestALookThatFailsPostsNothing(t *testing.T) {
	s := declared(t)
	p := s.posting()
	p.Platform = blind{s.chat}
	_, err := p.Perform(t.Context(), s.state, journal.Attempt{Effect: s.effect(journal.Post, "headline").Effect, Number: 2, Doubtful: true})
	if err == nil || len(s.seen) > 0 {
		t.Errorf("got %v and %v", err, s.seen)
	}
}

// mute can post and nothing else.
type mute struct{ bot.Platform }

func TestARepeatThatCannotBeRuledOutIsMarked(t *testing.T) {
	s := declared(t)
	p := s.posting()
	p.Platform = mute{s.chat}
	headline := s.effect(journal.Post, "headline")
	if _, err := p.Perform(t.Context(), s.state, journal.Attempt{Effect: headline.Effect, Number: 2, Doubtful: true}); err != nil {
		t.Fatal(err)
	}
	if text := s.chat.Messages(s.state.Room)[0].Text; !strings.HasSuffix(text, "(repeat of "+journal.Ref(s.state.ID, headline.Seq)+")") {
		t.Errorf("it says %q", text)
	}
}

func TestAPlatformWithoutRoomsPostsAllTheSame(t *testing.T) {
	s := declared(t)
	p := s.posting()
	p.Platform = mute{s.chat}
	for _, kind := range []string{journal.Room, journal.Invite, journal.Post} {
		if _, err := p.Perform(t.Context(), s.state, journal.Attempt{Effect: s.effect(kind, "").Effect, Number: 1}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if n := s.kinds(); n[console.Post] != 1 || len(n) != 1 {
		t.Errorf("seen: %v", n)
	}
}

func TestAMessageThatCannotBeWrittenIsNotTriedAgain(t *testing.T) {
	s := declared(t)
	for _, template := range []string{"no-such-template", "decision"} {
		_, err := s.posting().Perform(t.Context(), s.state, journal.Attempt{Effect: journal.Effect{Key: "k", Type: journal.Post, To: "#ops", Template: template, Subject: "D9"}, Number: 1})
		var f *fault.Error
		if !errors.As(err, &f) || !f.Permanent || !strings.Contains(f.Text, template) {
			t.Errorf("%s: %v", template, err)
		}
	}
	if len(s.seen) > 0 {
		t.Errorf("seen: %v", s.seen)
	}
}

func TestAFollowUpTellsOutcomesOnceAndOneLaterFailure(t *testing.T) {
	s := declared(t)
	var asked []journal.Entry
	var pages []journal.Tracked
	for _, key := range []string{"INC-1/page:a", "INC-1/page:b"} {
		e := s.apply("alice", &journal.Requested{Effect: journal.Effect{Type: journal.Page, Key: key, To: "team:app"}})
		page, _ := s.state.Outbox.Get(key)
		asked, pages = append(asked, e), append(pages, page)
	}
	follow := &bot.Following{Platform: s.chat, Templates: templates.Shipped}
	follow.Track(bot.Request{Person: "alice", Room: "#ops"}, s.state, asked, s.clock.Now())
	speaks := func(when string, want int) {
		t.Helper()
		follow.Display(t.Context(), s.state, s.clock.Now())
		if n := s.kinds()[console.Reply]; n != want {
			t.Errorf("%s: it speaks %d times, want %d", when, n, want)
		}
	}
	if next := follow.Display(t.Context(), s.state, s.clock.Now()); !next.Equal(start.Add(5 * time.Second)) {
		t.Errorf("it asks to be called at %s", next)
	}
	speaks("before five seconds", 0)
	s.clock.Set(start.Add(5 * time.Second))
	speaks("after five seconds", 1)
	s.clock.Set(start.Add(20 * time.Second))
	speaks("with nothing new", 0)
	s.apply(journal.Bot, &journal.Failed{Type: journal.Page, Key: pages[0].Key, Reason: "401"})
	speaks("after a failure", 1)
	s.apply(journal.Bot, &journal.Failed{Type: journal.Page, Key: pages[1].Key, Reason: "401"})
	speaks("after one failure more", 0)
}

func TestAFollowUpComesAtOnceWhenAllIsKnown(t *testing.T) {
	s := declared(t)
	page := s.effect(journal.Page, "")
	follow := &bot.Following{Platform: s.chat, Templates: templates.Shipped}
	follow.Track(bot.Request{Person: "alice", Room: "#ops"}, s.state, []journal.Entry{{Fact: &journal.Requested{Effect: page.Effect}}}, s.clock.Now())
	s.settle(page, "PG-1")
	for range 3 {
		follow.Display(t.Context(), s.state, s.clock.Now())
		s.clock.Add(time.Minute)
	}
	if got := s.chat.Replies("alice"); len(got) != 1 || !strings.Contains(got[0].Text, "PG-1") {
		t.Errorf("told: %+v", got)
	}
}
