// Package bottest is the suite that every chat platform passes: the contract
// of package bot, as sentences.
package bottest

import (
	"context"
	"slices"
	"testing"

	"holdfast/bot"
	"holdfast/templates"
)

// World is one platform under test and what people would see on it. Each test
// gets a fresh one.
type World struct {
	Platform bot.Platform
	// Texts returns what stands in a room or was sent to a person directly,
	// oldest first, as plain text. to is "#room" or "@person".
	Texts func(to string) []string
	// Topic and Members tell of a room; needed when the platform has rooms.
	Topic   func(room string) string
	Members func(room string) []string
	// Private returns the private answers a person has seen; needed when the
	// platform has follow-ups.
	Private func(person string) []string
	// LoseAnswer makes the next call be performed and its answer be lost.
	LoseAnswer func()
	// Refuse makes the next call fail without being performed.
	Refuse func()
}

// Run holds a platform to the contract. Abilities it does not have are left
// out.
func Run(t *testing.T, open func(t *testing.T) World) {
	bench := func(name string, f func(t *testing.T, w World)) {
		t.Run(name, func(t *testing.T) { f(t, open(t)) })
	}
	bench("a post stands where it was sent", postStands)
	bench("a direct message is seen by its person alone", directMessage)
	bench("a replaced message keeps its id and its place", replace)
	bench("posts have different ids and keep their order", order)
	bench("a refused post is not shown", refused)
	bench("a call whose time is over does nothing", cancelled)
	w := open(t)
	if _, ok := w.Platform.(bot.Finder); ok {
		bench("a message is found by its key where it stands", find)
		bench("a message whose answer was lost is found", lostAnswer)
		bench("a replaced message is still found by its key", findReplaced)
	}
	if _, ok := w.Platform.(bot.Rooms); ok {
		bench("a room that is opened can be posted to", openRoom)
		bench("a name that is taken gives the room that has it", adoptRoom)
		bench("whoever is invited twice is in once", invite)
		bench("a topic is replaced", topic)
	}
	if _, ok := w.Platform.(bot.FollowUps); ok {
		bench("a follow-up is seen by who asked alone", followUp)
	}
}

// Says is a message of one sentence.
func Says(text string) templates.Message {
	return templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: text}}}}}
}

func (w World) post(t *testing.T, m bot.Message) string {
	t.Helper()
	ref, err := w.Platform.Post(t.Context(), m)
	if err != nil {
		t.Fatalf("post %q to %s: %v", templates.Plain(m.Body), m.To, err)
	}
	if ref == "" {
		t.Fatalf("post %q to %s: no id", templates.Plain(m.Body), m.To)
	}
	return ref
}

func (w World) shows(t *testing.T, to string, want ...string) {
	t.Helper()
	if got := w.Texts(to); !slices.Equal(got, want) {
		t.Errorf("%s shows %q, want %q", to, got, want)
	}
}

func postStands(t *testing.T, w World) {
	w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("hello")})
	w.shows(t, "#ops", "hello")
	w.shows(t, "#other")
}

func directMessage(t *testing.T, w World) {
	w.post(t, bot.Message{Key: "INC-1/dm:a", To: "@bob", Body: Says("for you")})
	w.shows(t, "@bob", "for you")
	w.shows(t, "@alice")
	w.shows(t, "#general")
}

func replace(t *testing.T, w World) {
	first := w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("one")})
	w.post(t, bot.Message{Key: "INC-1/post:b", To: "#ops", Body: Says("two")})
	if again := w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Ref: first, Body: Says("one, changed")}); again != first {
		t.Errorf("its id has become %s, want %s", again, first)
	}
	w.shows(t, "#ops", "one, changed", "two")
}

func order(t *testing.T, w World) {
	ids := map[string]bool{}
	for _, text := range []string{"a", "b", "c"} {
		ids[w.post(t, bot.Message{Key: "INC-1/post:" + text, To: "#ops", Body: Says(text)})] = true
	}
	if len(ids) != 3 {
		t.Errorf("three posts have %d ids", len(ids))
	}
	w.shows(t, "#ops", "a", "b", "c")
}

func refused(t *testing.T, w World) {
	w.Refuse()
	if _, err := w.Platform.Post(t.Context(), bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("x")}); err == nil {
		t.Error("no error")
	}
	w.shows(t, "#ops")
	w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("x")})
	w.shows(t, "#ops", "x")
}

func cancelled(t *testing.T, w World) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Platform.Post(ctx, bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("x")}); err == nil {
		t.Error("no error")
	}
	w.shows(t, "#ops")
}
