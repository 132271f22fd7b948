package slack_test

import (
	"slices"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/rehearse/standin/slack"
)

// watched notes what happens before people's eyes.
func watched(s *stage) *[]slack.Sight {
	var all []slack.Sight
	s.OnSight(func(one slack.Sight) { all = append(all, one) })
	return &all
}

func whats(all []slack.Sight) string {
	var words []string
	for _, s := range all {
		words = append(words, s.What)
	}
	return strings.Join(words, " ")
}

func TestWhatTheAppDoesBeforePeoplesEyesIsTold(t *testing.T) {
	s := set(t, slack.Options{})
	seen := watched(s)
	c, err := s.client.CreateConversationContext(t.Context(), slackgo.CreateConversationParams{ChannelName: "inc-1-x"})
	s.good(err)
	_, err = s.client.InviteUsersToConversationContext(t.Context(), c.ID, s.alice, s.bob)
	s.good(err)
	for range 2 { // the second time nothing is new
		_, err = s.client.SetTopicOfConversationContext(t.Context(), c.ID, "SEV1")
		s.good(err)
	}
	ts := s.post(c.ID, "headline")
	_, _, _, err = s.client.UpdateMessageContext(t.Context(), c.ID, ts, slackgo.MsgOptionText("headline, later", false))
	s.good(err)
	s.Said("alice", c.ID, "what people say is not told")
	if got := whats(*seen); got != "made invited invited topic posted changed" {
		t.Fatal(got)
	}
	if last := (*seen)[5]; last.Channel.Name != "inc-1-x" || last.Message.Text != "headline, later" || last.Message.TS != ts {
		t.Errorf("%+v", last)
	}
	if (*seen)[1].User != s.alice || (*seen)[2].User != s.bob {
		t.Errorf("invited were %+v", (*seen)[1:3])
	}
}

func TestTheAnswerToASlashCommandIsSeenByOneAlone(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	seen := watched(s)
	s.good(s.Answered("alice", id, nil))
	s.good(s.Answered("alice", id, []byte(`{"response_type":"ephemeral","text":"done"}`)))
	if err := s.Answered("alice", id, []byte(`{"blocks":[{"type":"heading"}]}`)); err == nil {
		t.Error("blocks that Slack cannot draw were shown")
	}
	if got := whats(*seen); got != "posted" || (*seen)[0].Message.EphemeralTo != s.alice {
		t.Errorf("%s %+v", got, *seen)
	}
	if all := s.Ephemerals("alice"); len(all) != 1 || all[0].Text != "done" || len(s.Ephemerals("bob")) > 0 {
		t.Errorf("%+v", all)
	}
}

func TestPeopleGoWhereTheyAreLetIn(t *testing.T) {
	s := set(t, slack.Options{})
	s.AddChannel("open", slack.Channel{})
	s.AddChannel("secret", slack.Channel{Private: true})
	s.AddChannel("old", slack.Channel{Archived: true})
	for room, want := range map[string]bool{"open": true, "secret": true, "old": false, "nowhere": false, s.Direct("bob"): false} {
		if got := s.Enter("alice", room); got != want {
			t.Errorf("%s: %t", room, got)
		}
		if c, ok := s.Channel(room); ok && slices.Contains(c.Members, s.alice) != want {
			t.Errorf("%s has %v", room, c.Members)
		}
	}
}

func TestAnArchivedChannelIsBroughtBackWithTheBot(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("inc-1-x")
	s.good(s.client.ArchiveConversationContext(t.Context(), id))
	s.word(s.client.UnArchiveConversationContext(t.Context(), id), "not_in_channel")
	if !s.BringBack(id) || s.BringBack(id) || s.BringBack("nowhere") {
		t.Error("it is not brought back once")
	}
	if s.post(id, "again") == "" || !s.Enter("alice", id) {
		t.Error("nobody can speak there")
	}
}

func TestAPersonSeesTheirOwnChannelsInTheOrderOfTime(t *testing.T) {
	s := set(t, slack.Options{})
	s.AddChannel("one", slack.Channel{Members: []string{"alice"}})
	s.AddChannel("two", slack.Channel{Members: []string{"alice", "bob"}})
	s.Said("alice", "two", "first")
	s.Said("alice", "one", "second")
	s.Said("bob", "two", "third")
	var words []string
	for _, m := range s.Sees("alice") {
		words = append(words, m.Text)
	}
	if got := strings.Join(words, " "); got != "first second third" {
		t.Error(got)
	}
	if n := len(s.Sees("bob")); n != 2 {
		t.Errorf("bob sees %d", n)
	}
	if id := s.AddUser("carol", slack.User{ID: "U0CAROL123"}); id != "U0CAROL123" {
		t.Errorf("carol is %s", id)
	}
}
