package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/bot/bottest"
	"holdfast/bot/slack"
	"holdfast/internal/clock"
	"holdfast/plan"
	"holdfast/rehearse"
	"holdfast/rehearse/inslack"
	"holdfast/rehearse/standin"
	"holdfast/storage"
	"holdfast/templates"
)

// sights is what people see of a rehearsal's Slack, as its events tell it.
type sights struct {
	texts   map[string][]string // as they stand, by place
	at      map[string]int      // where in its place a message stands, by ref
	topics  map[string]string
	members map[string][]string
	private map[string][]string
}

func (s *sights) see(e rehearse.Event) {
	switch e.Kind {
	case rehearse.KindPost, rehearse.KindDM:
		s.at[e.Ref] = len(s.texts[e.To])
		s.texts[e.To] = append(s.texts[e.To], e.Text)
	case rehearse.KindEdit:
		s.texts[e.To][s.at[e.Ref]] = e.Text
	case rehearse.KindTopic:
		s.topics[e.To] = e.Text
	case rehearse.KindInvite:
		s.members[e.Text] = append(s.members[e.Text], strings.TrimPrefix(e.To, "@"))
	case rehearse.KindReply:
		s.private[strings.TrimPrefix(e.To, "@")] = append(s.private[strings.TrimPrefix(e.To, "@")], e.Text)
	}
}

func TestTheSlackOfARehearsalKeepsTheContract(t *testing.T) {
	bottest.Run(t, func(t *testing.T) bottest.World {
		s := &sights{map[string][]string{}, map[string]int{}, map[string]string{}, map[string][]string{}, map[string][]string{}}
		now := clock.NewManual(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC))
		faults := standin.NewFaults("the chat", now)
		p := plan.Empty()
		for _, id := range []string{"alice", "bob", "carol"} {
			p.People = append(p.People, plan.Person{ID: id})
		}
		chat, err := inslack.New(inslack.App{Join: joinSlack, Menu: slack.MessageMenu()})(rehearse.Site{
			Clock: now, Faults: faults, People: func() *plan.Plan { return p }, Templates: templates.Shipped,
			Rooms: []string{"#ops", "#other", "#general"}, See: s.see,
		})
		if err != nil {
			t.Fatal(err)
		}
		way, err := chat.Connect(t.Context(), func() bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		next := func(mode string) func() {
			return func() {
				if err := faults.Fault(mode, time.Time{}, 1); err != nil {
					t.Fatal(err)
				}
			}
		}
		return bottest.World{
			Platform: way, Texts: func(to string) []string { return s.texts[to] },
			Topic:   func(room string) string { return s.topics[room] },
			Members: func(room string) []string { return slices.Clone(s.members[room]) },
			Private: func(person string) []string { return s.private[person] },

			LoseAnswer: next(standin.LostReply), Refuse: next(standin.ServerError),
		}
	})
}

// inSlack plays a scenario in Slack against the sample plan.
func inSlack(t *testing.T, text string) (exit int, report string) {
	t.Helper()
	return inSlackOf(t, inslack.App{}, text)
}

// inSlackOf is inSlack with a Slack of its own.
func inSlackOf(t *testing.T, app inslack.App, text string) (exit int, report string) {
	t.Helper()
	app.Join, app.Menu = joinSlack, slack.MessageMenu()
	file := filepath.Join(t.TempDir(), "scene.txt")
	if err := os.WriteFile(file, []byte("rehearse 1\nat 2026-11-02T10:00:00Z\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	exit = rehearse.Run(t.Context(), rehearse.Options{
		Files: []string{file}, Plan: "../../examples/northbridge", Chat: rehearse.Slack, Report: &out, Seed: 1,
		Chats: map[string]rehearse.NewChat{rehearse.Slack: inslack.New(app)},
		Open: func(ctx context.Context, _ string, at clock.Clock) (storage.Store, error) {
			return place{scheme: "memory"}.open(ctx, at)
		},
	})
	return exit, strings.ReplaceAll(out.String(), file, "scene.txt")
}

func TestWhatNobodyCanDoInSlackIsSaid(t *testing.T) {
	for act, want := range map[string]string{
		"@alice #inc-7-x: hello":                 "Slack has no channel #inc-7-x",
		`@alice clicks "Accept"`:                 `@alice sees no button "Accept" anywhere. There is no button there at all.`,
		"@alice submits title=x":                 "No form is open for @alice.",
		"@alice cancels":                         "No form is open for @alice.",
		"redeliver":                              "Nothing has been delivered yet.",
		`@alice menu "Shred" on last`:            `the menu of a message has no entry "Shred"`,
		`@alice menu "Create task" on "nowhere"`: `@alice sees no message "nowhere"`,
		`@alice reacts :eyes: to INC-1#3`:        "@alice sees no message INC-1#3",
		"@bob #ops: hello\n@alice #ops: yes\n@alice edits \"hello\": bye": `the message "hello" is not @alice's own`,
		"@bob #ops: hello\n@bob unreacts :eyes: to last":                  "@bob has not reacted with :eyes: to that message",
		"@bob #ops: /incident declare\n@bob submits sev=9":                "Severity cannot be \"9\". One of 1, 2, 3, 4",
		"@bob #ops: /incident declare\n@bob submits name=x":               "has no field \"name\". Its fields are title",
	} {
		exit, report := inSlack(t, act+"\n")
		if exit != rehearse.Failed || !strings.Contains(report, want) {
			t.Errorf("%s: exit %d\n%s", act, exit, report)
		}
	}
}

func TestAMessageIsNamedByTheEntryThatAskedForIt(t *testing.T) {
	exit, report := inSlack(t, `@alice #ops: /incident declare "checkout failing" sev:1 service:payments-api
expect journal INC-1 has post.requested template=headline
@erin #inc-1-checkout-failing: on my way
@erin reacts :eyes: to INC-1#6
expect ok
expect journal INC-1 has page.acknowledged actor=erin
`)
	if exit != rehearse.Clean {
		t.Errorf("exit %d\n%s", exit, report)
	}
}

func TestWhileSlackIsDownWordsAreHeardAndNothingIsShownTwice(t *testing.T) {
	exit, report := inSlack(t, `@alice #ops: /incident declare "checkout failing" sev:1 service:payments-api
fail chat lost-reply 1 times
@bob #inc-1-checkout-failing: /incident update "we are on it" audience:team
+1m
expect ever exactly 1 post #inc-1-checkout-failing ~ we are on it
expect pending 0
fail chat refuse
restart
@bob: /incident note "Slack does not say who the bot is"
expect journal INC-1 lacks note.added
heal chat
@bob: /incident note "now it does"
expect ok
expect reply ~ now it does
expect journal INC-1 has note.added text="now it does"
`)
	if exit != rehearse.Clean {
		t.Errorf("exit %d\n%s", exit, report)
	}
}
