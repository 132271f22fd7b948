package console_test

import (
	"strings"
	"testing"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/fault"
	"holdfast/templates"
)

func TestAClickFindsTheNewestMessageWithTheLabel(t *testing.T) {
	accept := func(what string) templates.Button { return templates.Button{Label: "Accept", Command: what} }
	chat, h, _ := open(console.Options{})
	post := func(to, what string) {
		if _, err := chat.Post(t.Context(), bot.Message{To: to, Body: says(what, accept(what))}); err != nil {
			t.Fatal(err)
		}
	}
	click := func(place string) string {
		r, err := chat.Click("bob", "Accept", place)
		if err != nil {
			t.Fatal(err)
		}
		if r.Origin != "button" || r.Root != "incident" || r.Delivery == "" {
			t.Fatalf("pressed as %+v", r)
		}
		return r.Text + " from " + r.Room
	}
	post("@carol", "not for bob")
	if r, err := chat.Click("bob", "Accept", ""); fault.CodeOf(err) != fault.NotOpen {
		t.Errorf("pressed a button in another's direct messages: %v", r)
	}
	post("@bob", "dm")
	if got := click(""); got != "dm from " {
		t.Errorf("with only a direct message: %s", got)
	}
	chat.Say(t.Context(), "bob", "#ops", "hello")
	post("#ops", "old")
	post("#ops", "new")
	if got := click(""); got != "new from #ops" {
		t.Errorf("the room goes before direct messages: %s", got)
	}
	h.answers["x"] = bot.Reply{Message: says("", accept("private"))}
	chat.Say(t.Context(), "bob", "", "/inc x")
	if got := click(""); got != "private from #ops" {
		t.Errorf("the reply goes before the room: %s", got)
	}
	if err := chat.FollowUp(t.Context(), bot.Request{Person: "bob", Room: "#ops"}, says("it is done")); err != nil {
		t.Fatal(err)
	}
	if got := click("reply"); got != "private from #ops" {
		t.Errorf("what follows an answer does not take its place: %s", got)
	}
	chat.Say(t.Context(), "bob", "", "/inc y")
	if got := click(""); got != "new from #ops" {
		t.Errorf("an older reply is over: %s", got)
	}
	if got := click("dm"); got != "dm from " {
		t.Errorf("in dm: %s", got)
	}
	_, err := chat.Click("bob", "accept", "#ops")
	if fault.CodeOf(err) != fault.NotOpen || !strings.Contains(err.Error(), "Accept") {
		t.Errorf("a label that is none names those there are: %v", err)
	}
}

func TestAPressReachesOnlyWhatOneSeesAndMayComeLate(t *testing.T) {
	chat, h, _ := open(console.Options{})
	b := templates.Button{Label: "Waves", Command: "/continuity waves"}
	ref, _ := chat.Post(t.Context(), bot.Message{To: "@bob", Body: says("", b)})
	if r := chat.Press(t.Context(), "alice", ref, b); r.Code() != fault.NotOpen {
		t.Error("alice pressed a button in bob's direct messages")
	}
	if _, err := chat.Post(t.Context(), bot.Message{To: "@bob", Ref: ref, Body: says("over")}); err != nil {
		t.Fatal(err)
	}
	if r := chat.Press(t.Context(), "bob", ref, b); r.Err != nil || h.last().Root != "continuity" || h.last().Text != "waves" {
		t.Errorf("a press on an older screen is delivered: %+v %v", h.last(), r.Err)
	}
	if _, err := chat.Click("bob", "Waves", "dm"); fault.CodeOf(err) != fault.NotOpen {
		t.Error("a click finds only what the message carries now")
	}
}
