//go:build witness

package slack

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/bot/bottest"
	"holdfast/templates"
)

func TestWitnessEmulatorKeepsTheContract(t *testing.T) {
	bottest.Run(t, func(t *testing.T) bottest.World {
		e := emulate(t)
		set := func(what *bool) func() {
			return func() {
				e.door.mu.Lock()
				defer e.door.mu.Unlock()
				*what = true
			}
		}
		return bottest.World{
			Platform: e.workspace, Texts: e.texts, Members: e.inRoom, Private: e.private,
			Topic:      func(room string) string { return e.info(room).Topic.Value },
			LoseAnswer: set(&e.door.lose), Refuse: set(&e.door.refuse),
		}
	})
}

// called are the methods that this package calls.
var called = []string{
	"apps.connections.open", "auth.test", "chat.postEphemeral", "chat.postMessage", "chat.update", "conversations.create", "conversations.history",
	"conversations.info", "conversations.invite", "conversations.join", "conversations.list", "conversations.open", "conversations.replies",
	"conversations.setTopic", "conversations.unarchive", "files.completeUploadExternal", "files.getUploadURLExternal", "pins.add", "reactions.add",
	"users.conversations", "views.open", "views.publish", "views.update",
}

func TestWitnessEmulatorOffersWhatIsCalled(t *testing.T) {
	e := emulate(t)
	for _, method := range called {
		answer, err := http.Post(e.at+"/api/"+method, "application/x-www-form-urlencoded", strings.NewReader("token=xoxb-holdfast"))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		missing, known := absent[method]
		switch {
		case (answer.StatusCode == http.StatusNotFound) != known:
			t.Errorf("%s answers %d: correct the list of what is not offered", method, answer.StatusCode)
		case known:
			t.Logf("NOTE not offered: %s; %s", method, missing.says)
		}
	}
	t.Log("NOTE it does not judge blocks, and has no slash commands, no response_url and no rate limits: our own stand-in has")
}

func TestWitnessEmulatorAnswers(t *testing.T) {
	for sentence, check := range map[string]func(*emulated){
		"who the bot is": func(e *emulated) {
			me, err := e.workspace.Me(e.Context())
			if err != nil || me.User != e.members["holdfast"] || me.Team == "" {
				e.Errorf("%+v, %v", me, err)
			}
		},
		"a private room is private": func(e *emulated) {
			id, err := e.workspace.Open(e.Context(), bot.Room{Name: "#inc-2-secret", Private: true})
			if err != nil || id == "" {
				e.Fatal(id, err)
			}
			if c, err := e.as("holdfast").GetConversationInfo(&slackgo.GetConversationInfoInput{ChannelID: id}); err != nil || !c.IsPrivate {
				e.Errorf("%+v, %v", c, err)
			}
			if _, err := e.as("alice").GetConversationHistory(&slackgo.GetConversationHistoryParameters{ChannelID: id}); err == nil {
				e.Error("somebody who was not invited can read it")
			}
		},
		"a private incident does not go into a public room of its name": func(e *emulated) {
			if _, err := e.workspace.Open(e.Context(), bot.Room{Name: "#ops", Private: true}); err == nil {
				e.Error("it does")
			}
		},
		"an archived room is brought back": func(e *emulated) {
			id, err := e.workspace.Open(e.Context(), bot.Room{Name: "#inc-1-x"})
			if err != nil {
				e.Fatal(err)
			}
			if err := e.as("holdfast").ArchiveConversation(id); err != nil {
				e.Fatal(err)
			}
			if again, err := e.workspace.Open(e.Context(), bot.Room{Name: "#inc-1-x"}); err != nil || again != id {
				e.Errorf("%q, %v", again, err)
			}
			if e.info("#inc-1-x").IsArchived {
				e.Error("it is still archived")
			}
		},
		"a message is pinned, and pinned again": func(e *emulated) {
			ref, err := e.workspace.Post(e.Context(), bot.Message{Key: "k", To: "#ops", Body: bottest.Says("a")})
			if err != nil {
				e.Fatal(err)
			}
			for range 2 {
				if err := e.workspace.Pin(e.Context(), ref); err != nil {
					e.Fatal(err)
				}
			}
			if pins, _, err := e.as("bob").ListPins(e.id("ops")); err != nil || len(pins) != 1 || pins[0].Message == nil || pins[0].Message.Text != "a" {
				e.Errorf("%+v, %v", pins, err)
			}
		},
		"a message keeps its blocks, its key and its words when it is edited": func(e *emulated) {
			m, err := templates.Shipped().Render("headline", viewOf("headline"))
			if err != nil {
				e.Fatal(err)
			}
			ref, err := e.workspace.Post(e.Context(), bot.Message{Key: "INC-1/post:headline", To: "#ops", Body: m})
			if err != nil {
				e.Fatal(err)
			}
			if _, err := e.workspace.Post(e.Context(), bot.Message{Key: "INC-1/post:headline", To: "#ops", Ref: ref, Body: m}); err != nil {
				e.Fatal(err)
			}
			got := e.history("#ops")
			want, fallback := e.workspace.drawing("INC-1/post:headline").blocks(m)
			if len(got) != 1 || len(got[0].Blocks.BlockSet) != len(want) || got[0].Text != fallback || got[0].Metadata.EventPayload["key"] != "INC-1/post:headline" {
				e.Errorf("%d messages, %+v", len(got), got)
			}
		},
		"one who is not a member keeps nobody else out": func(e *emulated) {
			if _, err := e.workspace.Open(e.Context(), bot.Room{Name: "#inc-1-x"}); err != nil {
				e.Fatal(err)
			}
			if err := e.workspace.Invite(e.Context(), "#inc-1-x", []string{"alice", "zoe", "carol"}); err == nil || !strings.Contains(err.Error(), "@zoe") {
				e.Errorf("%v", err)
			}
			if in := e.inRoom("#inc-1-x"); !slices.Equal(in, []string{"alice", "carol"}) {
				e.Errorf("in the room are %v", in)
			}
		},
		"a file is handed to one person": func(e *emulated) {
			if err := e.workspace.Hand(e.Context(), "alice", "INC-1.md", []byte("# the record")); err != nil {
				e.Fatal(err)
			}
			files := 0
			for _, m := range e.history("@alice") {
				files += len(m.Files)
			}
			e.Log("NOTE the upload was trimmed: our library ends its form twice, and the emulator answers 500 to what follows the end")
			if files != 1 || len(e.history("@bob")) > 0 {
				e.Errorf("alice has %d files", files)
			}
		},
		"a form is opened, replaced and kept": func(e *emulated) {
			var made struct {
				Trigger string `json:"trigger_id"`
			}
			r, err := http.NewRequest(http.MethodPost, e.at+"/api/views.generateTriggerId", strings.NewReader(url.Values{"user": {e.members["alice"]}}.Encode()))
			if err != nil {
				e.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", "Bearer xoxb-holdfast")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				e.Fatal(err)
			}
			defer answer.Body.Close()
			if err := json.NewDecoder(answer.Body).Decode(&made); err != nil {
				e.Fatal(err)
			}
			sheet, err := planned.modal(declare(), place{Channel: e.id("ops")})
			if err != nil {
				e.Fatal(err)
			}
			if err := e.replies().Open(e.Context(), made.Trigger, sheet); err != nil {
				e.Fatal(err)
			}
			page := e.page("views")
			if !strings.Contains(page, sheet.Title.Text) || !strings.Contains(page, formCallback) {
				e.Errorf("it shows %s", page)
			}
			id := regexp.MustCompile(`\bV[0-9A-F]{9}\b`).FindString(page)
			sheet.Title = plainText("Another title", viewTitle, "")
			if err := e.replies().Update(e.Context(), id, sheet); err != nil {
				e.Fatal(err)
			}
			if page = e.page("views"); !strings.Contains(page, "Another title") {
				e.Errorf("it shows %s", page)
			}
		},
		"an entry is ticked off on its message": func(e *emulated) {
			ref, err := e.workspace.Post(e.Context(), bot.Message{Key: "k", To: "#ops", Body: bottest.Says("a")})
			if err != nil {
				e.Fatal(err)
			}
			channel, ts, _ := strings.Cut(ref, ":")
			for range 2 {
				if err := e.replies().Tick(e.Context(), channel, ts); err != nil {
					e.Fatal(err)
				}
			}
			if text, author, _, err := e.replies().Message(e.Context(), channel, ts); err != nil || text != "a" || author != e.members["holdfast"] {
				e.Errorf("the message is %q of %s, %v", text, author, err)
			}
			if m := e.history("#ops")[0]; len(m.Reactions) != 1 || m.Reactions[0].Name != "white_check_mark" {
				e.Errorf("%+v", m.Reactions)
			}
		},
		"a room that is not there is named": func(e *emulated) {
			if _, err := e.workspace.Post(e.Context(), bot.Message{Key: "k", To: "#nowhere", Body: bottest.Says("x")}); err == nil || !strings.Contains(err.Error(), "#nowhere") {
				e.Errorf("%v", err)
			}
		},
		"a room knows its name": func(e *emulated) {
			if got := e.workspace.RoomName(e.id("ops")); got != "#ops" {
				e.Errorf("it is %q", got)
			}
		},
	} {
		t.Run(sentence, func(t *testing.T) { check(emulate(t)) })
	}
}
