package slack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/rehearse/standin/slack"
)

// raw calls a method without the client library.
func (s *stage) raw(method string, form url.Values) map[string]any {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+"/api/"+method, strings.NewReader(form.Encode()))
	s.good(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer xoxb-holdfast")
	resp, err := http.DefaultClient.Do(r)
	s.good(err)
	defer resp.Body.Close()
	var a map[string]any
	s.good(json.NewDecoder(resp.Body).Decode(&a))
	return a
}

func TestARoomIsMadeAndDescribed(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("inc-1-checkout")
	_, err := s.client.InviteUsersToConversationContext(t.Context(), id, s.alice, s.bob)
	s.good(err)
	_, err = s.client.SetTopicOfConversationContext(t.Context(), id, "SEV1")
	s.good(err)
	_, err = s.client.SetPurposeOfConversationContext(t.Context(), id, "to mend it")
	s.good(err)
	_, err = s.client.RenameConversationContext(t.Context(), id, "inc-1-payments")
	s.good(err)
	told, err := s.client.GetConversationInfoContext(t.Context(), &slackgo.GetConversationInfoInput{ChannelID: id, IncludeNumMembers: true})
	s.good(err)
	if told.Name != "inc-1-payments" || told.Topic.Value != "SEV1" || told.Purpose.Value != "to mend it" || told.NumMembers != 3 || !told.IsMember {
		t.Errorf("told %+v", told)
	}
	people, _, err := s.client.GetUsersInConversationContext(t.Context(), &slackgo.GetUsersInConversationParameters{ChannelID: id})
	s.good(err)
	if c, ok := s.Channel("#inc-1-payments"); !ok || c.Topic != "SEV1" || !slices.Equal(c.Members, people) || len(people) != 3 {
		t.Errorf("it is %+v, told %v", c, people)
	}
}

func TestANameThatSlackRefusesIsRefused(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("taken")
	for name, want := range map[string]string{
		"":                      "invalid_name_required",
		"Upper":                 "invalid_name_specials",
		"a b":                   "invalid_name_specials",
		"a.b":                   "invalid_name_specials",
		"---":                   "invalid_name_punctuation",
		strings.Repeat("a", 81): "invalid_name_maxlength",
		"taken":                 "name_taken",
	} {
		_, err := s.client.CreateConversationContext(t.Context(), slackgo.CreateConversationParams{ChannelName: name})
		s.word(err, want)
	}
	s.room(strings.Repeat("a", 80))
}

func TestAnInvitationTakesAllOrNobodyUnlessForced(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	gone, stranger := s.AddUser("gone", slack.User{Deleted: true}), s.AddUser("stranger", slack.User{Stranger: true})
	for who, want := range map[string]string{s.Bot(): "cant_invite_self", "U404": "user_not_found", gone: "cant_invite", stranger: "cant_invite"} {
		_, err := s.client.InviteUsersToConversationContext(t.Context(), id, who)
		s.word(err, want)
	}
	_, err := s.client.InviteUsersToConversationContext(t.Context(), id, s.alice, "U404")
	var told slackgo.SlackErrorResponse
	if c, _ := s.Channel(id); !errors.As(err, &told) || len(told.Errors) != 1 || len(c.Members) != 1 {
		t.Errorf("refused with %#v, members %v", err, c.Members)
	}
	if a := s.raw("conversations.invite", url.Values{"channel": {id}, "users": {s.alice + ",U404"}, "force": {"true"}}); a["ok"] != true || a["errors"] == nil {
		t.Errorf("answered %v", a)
	}
	_, err = s.client.InviteUsersToConversationContext(t.Context(), id, s.alice)
	s.word(err, "already_in_channel")
}

func TestARoomOfOthersIsClosedOrInvisible(t *testing.T) {
	s := set(t, slack.Options{})
	open := s.AddChannel("general", slack.Channel{Members: []string{"alice"}})
	secret := s.AddChannel("board", slack.Channel{Private: true, Members: []string{"bob"}})
	for id, want := range map[string]string{open: "not_in_channel", secret: "channel_not_found", "C404": "channel_not_found"} {
		_, _, err := s.client.PostMessageContext(t.Context(), id, slackgo.MsgOptionText("x", false))
		s.word(err, want)
		_, err = s.client.GetConversationHistoryContext(t.Context(), &slackgo.GetConversationHistoryParameters{ChannelID: id})
		s.word(err, want)
		_, err = s.client.SetTopicOfConversationContext(t.Context(), id, "x")
		s.word(err, want)
	}
	_, _, _, err := s.client.JoinConversationContext(t.Context(), open)
	s.good(err)
	_, warning, _, err := s.client.JoinConversationContext(t.Context(), open)
	s.good(err)
	if warning != "already_in_channel" {
		t.Errorf("warned of %q", warning)
	}
	s.post(open, "x")
}

func TestAnArchivedRoomKeepsItsNameAndIsOutOfReach(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	s.good(s.client.ArchiveConversationContext(t.Context(), id))
	s.word(s.client.ArchiveConversationContext(t.Context(), id), "already_archived")
	_, _, err := s.client.PostMessageContext(t.Context(), id, slackgo.MsgOptionText("x", false))
	s.word(err, "is_archived")
	_, err = s.client.InviteUsersToConversationContext(t.Context(), id, s.alice)
	s.word(err, "is_archived")
	_, _, _, err = s.client.JoinConversationContext(t.Context(), id)
	s.word(err, "is_archived")
	s.word(s.client.UnArchiveConversationContext(t.Context(), id), "not_in_channel") // a bot cannot
	_, err = s.client.CreateConversationContext(t.Context(), slackgo.CreateConversationParams{ChannelName: "ops"})
	s.word(err, "name_taken")
	live := s.room("live")
	s.word(s.client.UnArchiveConversationContext(t.Context(), live), "not_archived")
}

func TestRoomsAreListedPageByPage(t *testing.T) {
	s := set(t, slack.Options{})
	for _, name := range []string{"a", "b", "c"} {
		s.room(name)
	}
	s.AddChannel("hidden", slack.Channel{Private: true})
	s.AddChannel("old", slack.Channel{Archived: true})
	s.AddChannel("elsewhere", slack.Channel{Members: []string{"alice"}})
	var names []string
	for in := (&slackgo.GetConversationsParameters{Limit: 2, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"}}); ; {
		part, next, err := s.client.GetConversationsContext(t.Context(), in)
		s.good(err)
		for _, c := range part {
			names = append(names, c.Name)
		}
		if in.Cursor = next; next == "" {
			break
		}
	}
	if !slices.Equal(names, []string{"a", "b", "c", "elsewhere"}) {
		t.Errorf("listed %v", names)
	}
	mine, _, err := s.client.GetConversationsForUserContext(t.Context(), &slackgo.GetConversationsForUserParameters{UserID: s.alice})
	s.good(err)
	if len(mine) != 1 || mine[0].Name != "elsewhere" {
		t.Errorf("alice is in %+v", mine)
	}
	if a := s.raw("conversations.list", url.Values{"cursor": {"nonsense"}}); a["error"] != "invalid_cursor" {
		t.Errorf("answered %v", a)
	}
}

func TestADirectMessageIsOpenedOnce(t *testing.T) {
	s := set(t, slack.Options{})
	open := func(users ...string) (string, bool, error) {
		c, _, again, err := s.client.OpenConversationContext(t.Context(), &slackgo.OpenConversationParameters{Users: users})
		if err != nil {
			return "", false, err
		}
		return c.ID, again, nil
	}
	first, again, err := open(s.alice)
	if err != nil || again || first[0] != 'D' {
		t.Fatalf("opened %s, %v, %v", first, again, err)
	}
	if second, again, err := open(s.alice); err != nil || !again || second != first {
		t.Errorf("opened %s, %v, %v", second, again, err)
	}
	if group, _, err := open(s.alice, s.bob); err != nil || group[0] != 'G' {
		t.Errorf("opened %s, %v", group, err)
	}
	_, _, err = open("U404")
	s.word(err, "user_not_found")
	_, _, err = open(s.AddUser("gone", slack.User{Deleted: true}))
	s.word(err, "user_disabled")
	s.post(s.alice, "by her id")
	s.post(first, "by the conversation's")
	if all := s.DMs("alice"); len(all) != 2 || all[0].Text != "by her id" {
		t.Errorf("alice was told %+v", all)
	}
}
