package slack_test

import (
	"errors"
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

// evening does once what the bot ever does in Slack, and returns what went wrong.
func (s *scene) evening() error {
	s.slack.AddChannel("inc-9-taken", standin.Channel{Members: []string{"alice"}})
	group := s.slack.AddGroup("commanders", "alice")
	ctx, w := s.Context(), s.workspace
	var all []error
	did := func(err error) { all = append(all, err) }
	replies, err := slack.NewReplies(slackgo.New("xoxb-holdfast", slackgo.OptionAPIURL(s.url+"/api/")), s.client, s.url, s.clock)
	did(err)
	for _, r := range []bot.Room{{Name: "#inc-1-x", Key: "a"}, {Name: "#inc-2-y", Key: "b", Private: true}, {Name: "#inc-9-taken", Key: "c"}} {
		_, err := w.Open(ctx, r)
		did(err)
		did(w.Invite(ctx, r.Name, []string{"alice"}))
		did(w.SetTopic(ctx, r.Name, "SEV1"))
		ref, err := w.Post(ctx, bot.Message{Key: r.Key, To: r.Name, Body: bottest.Says("x")})
		did(err)
		if channel, stamp, ok := strings.Cut(ref, ":"); ok {
			_, _, _, err := replies.Message(ctx, channel, stamp)
			did(err)
			did(replies.Tick(ctx, channel, stamp))
		}
		_, _, err = w.Find(ctx, r.Name, r.Key)
		did(err)
		did(w.Pin(ctx, ref))
		did(w.Bookmark(ctx, r.Name, "t", "https://holdfast.example.com/incidents/INC-1"))
	}
	_, err = w.Post(ctx, bot.Message{Key: "d", To: "@alice", Body: bottest.Says("x")})
	did(err)
	_, _, err = w.Find(ctx, "@alice", "d")
	did(err)
	did(w.Hand(ctx, "alice", "INC-1.md", []byte("x")))
	_, err = w.UserGroup(ctx, group)
	did(err)
	return errors.Join(all...)
}

// heard are the scopes without which Slack would not send what the app asks for.
var heard = map[string]string{
	"app_mention": "app_mentions:read", "message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history",
	"reaction_added": "reactions:read", "reaction_removed": "reactions:read", "subteam_updated": "usergroups:read", "subteam_members_changed": "usergroups:read",
	"channel_archive": "channels:read", "channel_deleted": "channels:read", "channel_rename": "channels:read", "channel_unarchive": "channels:read",
	"group_archive": "groups:read", "group_deleted": "groups:read", "group_rename": "groups:read", "slash_commands": "commands",
}

func TestTheAppAsksForNoScopeThatItDoesNotNeed(t *testing.T) {
	if err := play(t).evening(); err != nil {
		t.Fatalf("with every scope: %v", err)
	}
	manifest := slack.Manifest("https://holdfast.example.com", []string{"incident"}, []string{"continuity"})
	for _, scope := range slack.Scopes() {
		err := playWith(t, slices.DeleteFunc(slack.Scopes(), func(s string) bool { return s == scope })).evening()
		needed := slices.ContainsFunc(events(manifest), func(e string) bool { return heard[e] == scope })
		if err == nil && !needed {
			t.Errorf("nothing needs %s: without it everything works", scope)
		}
		if err != nil && (!strings.Contains(err.Error(), "lacks the scope "+scope+".") || !strings.Contains(err.Error(), "Add `"+scope+"` under oauth_config.scopes.bot")) {
			t.Errorf("without %s it is said: %v", scope, err)
		}
	}
}

func TestTheAppHasTheScopeOfEachEvent(t *testing.T) {
	for _, e := range events(slack.Manifest("", []string{"incident"}, []string{"continuity"})) {
		if scope := heard[e]; scope != "" && !slices.Contains(slack.Scopes(), scope) {
			t.Errorf("Slack sends no %s without %s", e, scope)
		}
	}
}

// events are what a manifest wants to hear of.
func events(manifest string) (all []string) {
	_, rest, _ := strings.Cut(manifest, "bot_events:")
	for line := range strings.Lines(rest) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if ok {
			all = append(all, name)
		}
	}
	if strings.Contains(manifest, "slash_commands:") {
		all = append(all, "slash_commands")
	}
	return all
}

func TestAMissingScopeIsNamedWithTheLineOfTheManifest(t *testing.T) {
	s := playWith(t, slices.DeleteFunc(slack.Scopes(), func(s string) bool { return s == "groups:write" }))
	_, err := s.workspace.Open(t.Context(), bot.Room{Name: "#inc-2-y", Key: "b", Private: true})
	f := fault.From(err)
	if f.Permanent || !strings.Contains(f.Text, "lacks the scope groups:write") || !strings.Contains(f.Next, "`groups:write`") {
		t.Errorf("%+v", f)
	}
	if _, err := s.workspace.Open(t.Context(), bot.Room{Name: "#inc-1-x", Key: "a"}); err != nil {
		t.Errorf("a public room needs it too: %v", err)
	}
}
