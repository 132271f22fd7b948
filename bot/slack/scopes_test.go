package slack_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/bot/bottest"
	"holdfast/bot/slack"
	"holdfast/internal/fault"
	standin "holdfast/rehearse/standin/slack"
)

// story is all that the bot asks of Slack, in the order of an incident, and
// what went wrong.
func (s *scene) story() (wrong []error) {
	s.Helper()
	ctx := s.Context()
	try := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	s.slack.AddChannel("inc-3-taken", standin.Channel{Members: []string{"alice"}})
	for name, private := range map[string]bool{"#inc-1-open": false, "#inc-2-closed": true, "#inc-3-taken": false} {
		_, err := s.workspace.Open(ctx, bot.Room{Name: name, Private: private})
		try(err)
		try(s.workspace.Invite(ctx, name, []string{"alice"}))
		try(s.workspace.SetTopic(ctx, name, "it is about this"))
	}
	for _, to := range []string{"#inc-1-open", "#inc-2-closed", "@alice"} {
		ref, err := s.workspace.Post(ctx, bot.Message{Key: "INC-1/post:x", To: to, Body: bottest.Says("x")})
		try(err)
		_, _, err = s.workspace.Find(ctx, to, "INC-1/post:x")
		try(err)
		if to == "#inc-1-open" {
			try(s.workspace.Pin(ctx, ref))
		}
	}
	try(s.workspace.Bookmark(ctx, "#inc-1-open", "INC-1", "https://a.example"))
	try(s.workspace.Hand(ctx, "alice", "INC-1.md", []byte("x")))
	_, err := s.workspace.UserGroup(ctx, s.slack.AddGroup("duty", "alice"))
	try(err)

	replies, err := slack.NewReplies(slackgo.New("xoxb-holdfast", slackgo.OptionAPIURL(s.url+"/api/")), http.DefaultClient, s.url, s.clock)
	if err != nil {
		s.Fatal(err)
	}
	for _, m := range s.slack.Messages("inc-1-open") {
		try(replies.Tick(ctx, m.Channel, m.TS))
		_, _, _, err := replies.Message(ctx, m.Channel, m.TS)
		try(err)
	}
	return wrong
}

// heard are the scopes without which Slack tells the bot nothing, and so no
// call fails: `holdfast doctor` compares them. Each stands for a line of the
// manifest.
var heard = map[string]string{
	"app_mentions:read": "      - app_mention\n",
	"commands":          "    - command: /incident\n",
	"reactions:read":    "      - reaction_added\n",
}

func TestEveryScopeOfTheManifestIsNeededAndNamedWhereItIsMissing(t *testing.T) {
	if wrong := play(t).story(); len(wrong) > 0 {
		t.Fatalf("with all of them: %v", wrong)
	}
	for _, scope := range slack.Scopes() {
		t.Run(scope, func(t *testing.T) {
			if line, is := heard[scope]; is {
				if !strings.Contains(slack.Manifest("", []string{"incident"}), line) {
					t.Errorf("nothing is heard by it: %q", line)
				}
				return
			}
			s := playWith(t, slices.DeleteFunc(slack.Scopes(), func(one string) bool { return one == scope }))
			named := 0
			for _, err := range s.story() {
				f := fault.From(err)
				if strings.Contains(f.Text, "it lacks the scope "+scope+".") && strings.Contains(f.Next, "Add `"+scope+"` under oauth_config.scopes.bot") {
					named++
				}
			}
			if named == 0 {
				t.Error("nothing fails that names it")
			}
		})
	}
}
