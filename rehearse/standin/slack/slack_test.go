package slack_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
	"holdfast/rehearse/standin/slack"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// stage is a workspace that is served, with alice and bob, and the client
// library on the other side.
type stage struct {
	*slack.Workspace
	*testing.T
	clock      *clock.Manual
	url        string
	client     *slackgo.Client
	alice, bob string
}

func set(t *testing.T, o slack.Options) *stage {
	t.Helper()
	s := &stage{T: t, clock: clock.NewManual(start)}
	if o.Clock == nil {
		o.Clock = s.clock
	}
	s.Workspace = slack.New(o)
	server, err := standin.Serve(t.Context(), s.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	s.url = server.URL
	s.At(server.URL)
	s.client = s.as("xoxb-holdfast")
	s.alice = s.AddUser("alice", slack.User{Email: "alice@example.com", TZ: "Europe/Madrid", RealName: "Alice Ames"})
	s.bob = s.AddUser("bob", slack.User{})
	return s
}

func (s *stage) as(token string, more ...slackgo.Option) *slackgo.Client {
	return slackgo.New(token, append(more, slackgo.OptionAPIURL(s.url+"/api/"))...)
}

// room makes a channel that the bot is in.
func (s *stage) room(name string) string {
	s.Helper()
	c, err := s.client.CreateConversationContext(s.Context(), slackgo.CreateConversationParams{ChannelName: name})
	if err != nil {
		s.Fatal(err)
	}
	return c.ID
}

// post says something there.
func (s *stage) post(channel, text string, more ...slackgo.MsgOption) string {
	s.Helper()
	_, ts, err := s.client.PostMessageContext(s.Context(), channel, append(more, slackgo.MsgOptionText(text, false))...)
	if err != nil {
		s.Fatal(err)
	}
	return ts
}

// good fails the test on an error, and word unless an error is Slack's word.
func (s *stage) good(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stage) word(err error, want string) {
	s.Helper()
	if err == nil || err.Error() != want {
		s.Errorf("refused with %v, want %s", err, want)
	}
}

func TestTheBotLearnsWhoItIs(t *testing.T) {
	s := set(t, slack.Options{Team: "T0NORTH"})
	a, err := s.client.AuthTestContext(t.Context())
	s.good(err)
	if a.UserID != s.Bot() || a.TeamID != "T0NORTH" || a.BotID == "" {
		t.Errorf("told %+v", a)
	}
	team, err := s.client.GetTeamInfoContext(t.Context())
	s.good(err)
	if team.ID != "T0NORTH" {
		t.Errorf("told %+v", team)
	}
}

func TestATokenThatMayNotCallIsRefused(t *testing.T) {
	s := set(t, slack.Options{})
	for sentence, test := range map[string]struct{ token, revoked, word string }{
		"none":                     {"", "", "not_authed"},
		"another app's":            {"xoxb-other", "", "invalid_auth"},
		"the one of Socket Mode":   {"xapp-holdfast", "", "not_allowed_token_type"},
		"a revoked one":            {"xoxb-holdfast", "token_revoked", "token_revoked"},
		"one of a deleted account": {"xoxb-holdfast", "account_inactive", "account_inactive"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s.Revoke(test.revoked)
			_, err := s.as(test.token).AuthTestContext(t.Context())
			s.word(err, test.word)
		})
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	s := set(t, slack.Options{Scopes: []string{"chat:write", "users:read"}})
	resp := s.raw("pins.add", url.Values{"channel": {"C1"}, "timestamp": {"1"}})
	if resp["error"] != "missing_scope" || resp["needed"] != "pins:write" || resp["provided"] != "chat:write,users:read" {
		t.Errorf("answered %v", resp)
	}
	u, err := s.client.GetUserInfoContext(t.Context(), s.alice)
	s.good(err)
	if u.Profile.Email != "" {
		t.Error("told an address without users:read.email")
	}
}

func TestAnUnknownMethodAndAForbiddenOneAreRefused(t *testing.T) {
	s := set(t, slack.Options{})
	if resp := s.raw("chat.shout", nil); resp["error"] != "unknown_method" || resp["ok"] != false {
		t.Errorf("answered %v", resp)
	}
	s.Restrict("conversations.create")
	_, err := s.client.CreateConversationContext(t.Context(), slackgo.CreateConversationParams{ChannelName: "x"})
	s.word(err, "restricted_action")
}

func TestPeopleAreFoundByIdAndAddress(t *testing.T) {
	s := set(t, slack.Options{})
	s.AddUser("guest", slack.User{Guest: true})
	s.AddUser("gone", slack.User{Deleted: true, Email: "gone@example.com"})
	s.AddUser("stranger", slack.User{Stranger: true})
	u, err := s.client.GetUserByEmailContext(t.Context(), "Alice@example.com")
	s.good(err)
	if u.ID != s.alice || u.Name != "alice" || u.TZ != "Europe/Madrid" || u.Profile.Email != "alice@example.com" || u.RealName != "Alice Ames" {
		t.Errorf("told %+v", u)
	}
	_, err = s.client.GetUserByEmailContext(t.Context(), "gone@example.com")
	s.word(err, "users_not_found")
	_, err = s.client.GetUserInfoContext(t.Context(), "U404")
	s.word(err, "user_not_found")
	all, err := s.client.GetUsersContext(t.Context(), slackgo.GetUsersOptionLimit(2))
	s.good(err)
	seen := map[string]slackgo.User{}
	for _, u := range all {
		seen[u.Name] = u
	}
	if len(seen) != 6 || !seen["guest"].IsRestricted || !seen["gone"].Deleted || !seen["stranger"].IsStranger || !seen["holdfast"].IsBot {
		t.Errorf("told %+v", seen)
	}
}

func TestAUserGroupNamesItsPeople(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.AddGroup("dba", "alice", "bob")
	groups, err := s.client.GetUserGroupsContext(t.Context(), slackgo.GetUserGroupsOptionIncludeUsers(true))
	s.good(err)
	if len(groups) != 1 || groups[0].Handle != "dba" || len(groups[0].Users) != 2 {
		t.Errorf("told %+v", groups)
	}
	people, err := s.client.GetUserGroupMembersContext(t.Context(), id)
	s.good(err)
	if !slices.Equal(people, []string{s.alice, s.bob}) {
		t.Errorf("told %v", people)
	}
	_, err = s.client.GetUserGroupMembersContext(t.Context(), "S404")
	s.word(err, "no_such_subteam")
}

func TestEveryCallIsRecordedWithoutItsToken(t *testing.T) {
	s := set(t, slack.Options{})
	var told []slack.Call
	s.OnCall(func(c slack.Call) { told = append(told, c) })
	id := s.room("ops")
	s.clock.Add(time.Minute)
	s.post(id, "hello")
	calls := s.Calls()
	if len(calls) != 2 || len(told) != 2 || calls[1].Method != "chat.postMessage" || !calls[1].At.Equal(start.Add(time.Minute)) ||
		calls[1].Form.Get("text") != "hello" || calls[1].Form.Has("token") || calls[1].Status != 200 {
		t.Errorf("recorded %+v", calls)
	}
}

func TestAScriptMakesCallsFail(t *testing.T) {
	var next func() (int, string, time.Duration, bool)
	s := set(t, slack.Options{Before: func(method string, _ url.Values) (int, string, time.Duration, bool) {
		if method != "chat.postMessage" || next == nil {
			return 0, "", 0, false
		}
		return next()
	}})
	id := s.room("ops")
	post := func() error {
		_, _, err := s.client.PostMessageContext(t.Context(), id, slackgo.MsgOptionText("x", false))
		return err
	}
	next = func() (int, string, time.Duration, bool) { return 503, "", 0, false }
	var status slackgo.StatusCodeError
	if err := post(); !errors.As(err, &status) || status.Code != 503 {
		t.Errorf("503 looks like %v", err)
	}
	next = func() (int, string, time.Duration, bool) { return 429, "", 7 * time.Second, false }
	var limited *slackgo.RateLimitedError
	if err := post(); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
		t.Errorf("429 looks like %v", err)
	}
	next = func() (int, string, time.Duration, bool) { return 0, "internal_error", 0, false }
	s.word(post(), "internal_error")
	next = func() (int, string, time.Duration, bool) { return 503, "", 0, true }
	if err := post(); err == nil || len(s.Messages("ops")) != 0 {
		t.Errorf("a refused connection looks like %v", err)
	}
	next = func() (int, string, time.Duration, bool) { return 0, "", 0, true }
	if err := post(); err == nil || len(s.Messages("ops")) != 1 {
		t.Errorf("a lost answer looks like %v", err)
	}
}

func TestWhoCallsTooOftenIsToldWhenToComeBack(t *testing.T) {
	s := set(t, slack.Options{})
	id, other := s.room("ops"), s.room("other")
	try := func(to string) error {
		_, _, err := s.client.PostMessageContext(t.Context(), to, slackgo.MsgOptionText("x", false))
		return err
	}
	for range 4 {
		s.good(try(id))
	}
	var limited *slackgo.RateLimitedError
	if err := try(id); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("the fifth at once: %v", err)
	}
	s.good(try(other))
	s.clock.Add(time.Second)
	s.good(try(id))
	if err := try(id); !errors.As(err, &limited) {
		t.Errorf("two in a second: %v", err)
	}
	topics := 0
	for ; topics < 30; topics++ {
		if _, err := s.client.SetTopicOfConversationContext(t.Context(), id, "t"); errors.As(err, &limited) {
			break
		}
	}
	if topics != 20 || limited.RetryAfter != 3*time.Second {
		t.Errorf("%d topics, then %v", topics, limited)
	}
}

func TestWithoutLimitsNobodyWaits(t *testing.T) {
	s := set(t, slack.Options{Unlimited: true})
	id := s.room("ops")
	for range 30 {
		s.post(id, strings.Repeat("x", 3))
	}
}
