package console_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/templates"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// echo answers with what it was asked, and with whatever a test has laid out
// for certain words.
type echo struct {
	got     []bot.Request
	answers map[string]bot.Reply // by text
}

func (e *echo) Handle(_ context.Context, r bot.Request) bot.Reply {
	e.got = append(e.got, r)
	if reply, ok := e.answers[r.Text]; ok {
		return reply
	}
	return bot.Reply{Message: says("you said " + r.Text)}
}

func (e *echo) last() bot.Request { return e.got[len(e.got)-1] }

func says(text string, buttons ...templates.Button) templates.Message {
	m := templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: text}}}}}
	if len(buttons) > 0 {
		m.Blocks = append(m.Blocks, templates.Block{Kind: templates.Actions, Buttons: buttons})
	}
	return m
}

func open(o console.Options) (*console.Chat, *echo, *[]console.Event) {
	chat := console.New(clock.NewManual(start), o)
	h := &echo{answers: map[string]bot.Reply{}}
	chat.Answer(h)
	var seen []console.Event
	chat.On(func(e console.Event) { seen = append(seen, e) })
	return chat, h, &seen
}

func TestWhatIsTypedBecomesARequest(t *testing.T) {
	for _, tt := range []struct{ typed, root, text, origin string }{
		{"/incident declare x", "incident", "declare x", "slash"},
		{"/inc", "incident", "", "slash"},
		{"/Continuity plan show", "continuity", "plan show", "slash"},
		{"/dr waves", "continuity", "waves", "slash"},
		{"@holdfast status", "incident", "status", "mention"},
		{"@Holdfast: incident status", "incident", "status", "mention"},
		{"@holdfast dr waves", "continuity", "waves", "mention"},
		{"!inc note \"a  b\"", "incident", "note \"a  b\"", "mention"},
	} {
		chat, h, _ := open(console.Options{})
		r := chat.Say(t.Context(), "alice", "#ops", tt.typed)
		if r.Err != nil || !r.Asked() {
			t.Fatalf("%q: %v", tt.typed, r.Err)
		}
		want := bot.Request{Delivery: "delivery-1", Platform: "console", Room: "#ops", Person: "alice", Root: tt.root, Text: tt.text, Origin: tt.origin}
		if diff := cmp.Diff(want, h.last()); diff != "" {
			t.Errorf("%q: %s", tt.typed, diff)
		}
	}
}

func TestPlainChatIsShownAndAsksForNothing(t *testing.T) {
	for _, text := range []string{"good morning", "!important", "inc is a word", "@bob look"} {
		chat, h, seen := open(console.Options{})
		if r := chat.Say(t.Context(), "alice", "", text); r.Err != nil || r.Asked() || len(h.got) > 0 {
			t.Errorf("%q was taken for a command", text)
		}
		if e := (*seen)[0]; e.Kind != console.Speech || e.To != "#general" || e.From != "alice" || e.Text != text {
			t.Errorf("%q was shown as %+v", text, e)
		}
	}
}

func TestAnUnknownSlashCommandIsRefused(t *testing.T) {
	chat, h, _ := open(console.Options{})
	if r := chat.Say(t.Context(), "alice", "", "/icident x"); r.Code() != fault.UnknownVerb || len(h.got) > 0 {
		t.Errorf("got %v", r.Err)
	}
	r, err := chat.Type("alice", "", "/icident x")
	if err != nil || r.Root != "icident" || r.Delivery != "delivery-2" || fault.CodeOf(console.Refuses(r)) != fault.UnknownVerb {
		t.Errorf("typed as %+v, %v", r, err)
	}
}

func TestAPersonStaysWhereTheySpokeLast(t *testing.T) {
	chat, h, _ := open(console.Options{})
	h.answers["go"] = bot.Reply{Message: says("gone"), MoveTo: "#inc-1-x"}
	for _, step := range []struct{ place, text, room string }{
		{"", "/inc a", "#general"},
		{"#ops", "/inc b", "#ops"},
		{"", "/inc c", "#ops"},
		{"dm", "/inc d", ""},
		{"", "/inc e", ""},
		{"#ops", "/inc go", "#ops"},
		{"", "/inc f", "#inc-1-x"},
	} {
		chat.Say(t.Context(), "alice", step.place, step.text)
		if got := h.last().Room; got != step.room {
			t.Errorf("%s in %q came from %q, want %q", step.text, step.place, got, step.room)
		}
	}
	if r := chat.Say(t.Context(), "alice", "nowhere", "x"); r.Code() != fault.UnknownID {
		t.Errorf("a place that is none: %v", r.Err)
	}
}

func TestDeliveriesAreNumberedApartByRun(t *testing.T) {
	chat, h, _ := open(console.Options{Run: "20261102"})
	chat.Say(t.Context(), "alice", "", "/inc a")
	chat.Say(t.Context(), "alice", "", "/inc b")
	ref, _ := chat.Post(t.Context(), bot.Message{To: "#ops", Body: says("x")})
	if h.got[0].Delivery != "delivery-20261102-1" || h.got[1].Delivery != "delivery-20261102-2" || ref != "m20261102-1" {
		t.Errorf("got %s, %s and %s", h.got[0].Delivery, h.got[1].Delivery, ref)
	}
}

func TestARedeliveryIsTheSameRequestAgain(t *testing.T) {
	chat, h, _ := open(console.Options{})
	if _, err := chat.Redeliver(); fault.CodeOf(err) != fault.NotOpen {
		t.Errorf("with nothing delivered: %v", err)
	}
	chat.Say(t.Context(), "alice", "#ops", "/inc note x")
	chat.Say(t.Context(), "bob", "", "just chat")
	again, err := chat.Redeliver()
	if diff := cmp.Diff(h.last(), again); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestARedeliveredFormIsAsItWasSent(t *testing.T) {
	chat, h, _ := open(console.Options{})
	h.answers["new"] = bot.Reply{Form: declareForm()}
	chat.Say(t.Context(), "alice", "", "/inc new")
	sent, err := chat.Fill("alice", map[string]string{"title": "as sent"})
	if err != nil {
		t.Fatal(err)
	}
	sent.Form.Fields[0].Value = "changed by who answered"
	again, err := chat.Redeliver()
	if err != nil || again.Delivery != sent.Delivery || again.Form.Fields[0].Value != "as sent" {
		t.Errorf("%+v, %v", again.Form, err)
	}
}

func TestAnAnswerIsShownWhereItWasAskedWithWhatItCameTo(t *testing.T) {
	chat, _, seen := open(console.Options{})
	r, err := chat.Type("alice", "#ops", "/inc note x")
	if err != nil || len(*seen) != 0 {
		t.Fatalf("typing alone shows %v, %v", *seen, err)
	}
	chat.Show(r, bot.Reply{Message: says("no"), Ref: "INC-1#4", Code: fault.Role})
	e := (*seen)[0]
	if e.Kind != console.Reply || e.To != "@alice" || e.Room != "#ops" || e.Answers != r.Delivery || e.Entry != "INC-1#4" || e.Code != fault.Role {
		t.Errorf("shown as %+v", e)
	}
}

func TestAnAnswerThatSaysNothingIsNotShown(t *testing.T) {
	chat, h, seen := open(console.Options{})
	h.answers["x"] = bot.Reply{}
	chat.Say(t.Context(), "alice", "", "/inc x")
	if len(*seen) != 0 {
		t.Errorf("shown: %+v", *seen)
	}
}

func TestALostReplyIsDoneAndFails(t *testing.T) {
	var perform bool
	var fails error
	chat, _, _ := open(console.Options{Before: func(context.Context) (bool, error) { return perform, fails }})
	fails = errors.New("503")
	if _, err := chat.Post(t.Context(), bot.Message{Key: "k", To: "#ops", Body: says("x")}); !errors.Is(err, fails) || len(chat.Messages("#ops")) != 0 {
		t.Errorf("refused: %v, %v", err, chat.Messages("#ops"))
	}
	perform = true
	if ref, err := chat.Post(t.Context(), bot.Message{Key: "k", To: "#ops", Body: says("x")}); !errors.Is(err, fails) || ref != "" || len(chat.Messages("#ops")) != 1 {
		t.Errorf("lost reply: %q %v, %v", ref, err, chat.Messages("#ops"))
	}
	fails = nil
	if ref, found, err := chat.Find(t.Context(), "#ops", "k"); ref != "m1" || !found || err != nil {
		t.Errorf("found %q, %v, %v", ref, found, err)
	}
}

func TestAMessageFromBeforeARestartIsTakenOver(t *testing.T) {
	chat, _, seen := open(console.Options{Run: "b"})
	ref, err := chat.Post(t.Context(), bot.Message{Key: "INC-1/post:headline@console", To: "#inc-1-x", Ref: "ma-7", Body: says("as it is now")})
	if err != nil || ref != "ma-7" {
		t.Fatalf("%q, %v", ref, err)
	}
	if e := (*seen)[0]; e.Kind != console.Edit || e.To != "#inc-1-x" {
		t.Errorf("shown as %+v", e)
	}
	if ref, found, _ := chat.Find(t.Context(), "#inc-1-x", "INC-1/post:headline@console"); !found || ref != "ma-7" {
		t.Error("it cannot be found by its key")
	}
}

func TestWhatChangesNothingIsNoHappening(t *testing.T) {
	chat, _, seen := open(console.Options{})
	for range 2 {
		if _, err := chat.Open(t.Context(), bot.Room{Name: "#inc-1-x", Key: "k"}); err != nil {
			t.Fatal(err)
		}
		if err := chat.Invite(t.Context(), "#inc-1-x", []string{"bob"}); err != nil {
			t.Fatal(err)
		}
		if err := chat.SetTopic(t.Context(), "#inc-1-x", "INC-1 SEV1"); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range []console.Kind{console.Room, console.Invite, console.Topic} {
		if n := count(*seen, k); n != 1 {
			t.Errorf("%d times %s", n, k)
		}
	}
}

func count(all []console.Event, k console.Kind) int {
	return len(slices.DeleteFunc(slices.Clone(all), func(e console.Event) bool { return e.Kind != k }))
}
