//go:build witness

package slack

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
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

// called are the methods of Slack behind those of the library that this package
// uses.
var called = map[string][]string{
	"AddBookmark": {"bookmarks.add"}, "AddPin": {"pins.add"}, "AddReaction": {"reactions.add"}, "ArchiveConversation": {"conversations.archive"},
	"AuthTest": {"auth.test"}, "CreateConversation": {"conversations.create"}, "EditBookmark": {"bookmarks.edit"},
	"GetConversationHistory": {"conversations.history"}, "GetConversationInfo": {"conversations.info"}, "GetConversationReplies": {"conversations.replies"},
	"GetConversations": {"conversations.list"}, "GetConversationsForUser": {"users.conversations"}, "GetUserGroupMembers": {"usergroups.users.list"},
	"InviteUsersToConversation": {"conversations.invite"}, "JoinConversation": {"conversations.join"}, "ListBookmarks": {"bookmarks.list"},
	"OpenConversation": {"conversations.open"}, "OpenView": {"views.open"}, "PostEphemeral": {"chat.postEphemeral"}, "PostMessage": {"chat.postMessage"},
	"PublishView": {"views.publish"}, "SetTopicOfConversation": {"conversations.setTopic"}, "UnArchiveConversation": {"conversations.unarchive"},
	"UpdateMessage": {"chat.update"}, "UpdateView": {"views.update"}, "UploadFile": {"files.getUploadURLExternal", "files.completeUploadExternal"},
	"": {"apps.connections.open"}, // by the library's Socket Mode
}

func TestWitnessEmulatorOffersWhatIsCalled(t *testing.T) {
	e := emulate(t)
	use := regexp.MustCompile(`\bclient\.([A-Z]\w+)Context\(`)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sources {
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range use.FindAllStringSubmatch(string(source), -1) {
			if !strings.HasSuffix(f, "_test.go") && called[m[1]] == nil {
				t.Errorf("%s calls %s, which was not asked for", f, m[1])
			}
		}
	}
	for _, method := range slices.Sorted(maps.Keys(absent)) {
		t.Logf("NOTE not offered: %s; %s", method, absent[method].says)
	}
	for _, methods := range called {
		for _, method := range methods {
			answer, err := http.Post(e.at+"/api/"+method, "application/x-www-form-urlencoded", strings.NewReader("token=xoxb-holdfast"))
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if _, known := absent[method]; (answer.StatusCode == http.StatusNotFound) != known {
				t.Errorf("%s answers %d: correct the list of what is not offered", method, answer.StatusCode)
			}
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
		"a room that is over is archived, once": func(e *emulated) {
			if _, err := e.workspace.Open(e.Context(), bot.Room{Name: "#inc-1-x"}); err != nil {
				e.Fatal(err)
			}
			for range 2 {
				if err := e.workspace.Archive(e.Context(), "#inc-1-x"); err != nil {
					e.Fatal(err)
				}
			}
			if !e.info("#inc-1-x").IsArchived {
				e.Error("it is not")
			}
		},
		"a room has one bookmark, which is corrected": func(e *emulated) {
			for _, link := range []string{"https://a.example/INC-1", "https://a.example/INC-1", "https://b.example/INC-1"} {
				if err := e.workspace.Bookmark(e.Context(), "#ops", "INC-1 in a browser", link); err != nil {
					e.Fatal(err)
				}
				if all, err := e.as("bob").ListBookmarks(e.id("ops")); err != nil || len(all) != 1 || all[0].Link != link {
					e.Errorf("%+v, %v", all, err)
				}
			}
		},
		"a home is shown, and shown anew": func(e *emulated) {
			for _, words := range []string{"nothing is waiting", "all is well"} {
				if err := e.workspace.ShowPage(e.Context(), "alice", bottest.Says(words)); err != nil {
					e.Fatal(err)
				}
			}
			homes := 0
			for _, row := range tableRow.FindAllString(e.page("views"), -1) {
				if strings.Contains(row, "home") && strings.Contains(row, "alice") {
					homes++
				}
			}
			if homes != 1 {
				e.Errorf("alice has %d homes", homes)
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
