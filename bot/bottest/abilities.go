package bottest

import (
	"slices"
	"testing"

	"holdfast/bot"
)

func (w World) find(t *testing.T, to, key string) (ref string, found bool) {
	t.Helper()
	ref, found, err := w.Platform.(bot.Finder).Find(t.Context(), to, key)
	if err != nil {
		t.Fatalf("find %s in %s: %v", key, to, err)
	}
	return ref, found
}

func find(t *testing.T, w World) {
	ref := w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("a")})
	w.post(t, bot.Message{Key: "INC-1/post:ab", To: "#ops", Body: Says("b")})
	w.post(t, bot.Message{To: "#ops", Body: Says("without a key")})
	if got, found := w.find(t, "#ops", "INC-1/post:a"); !found || got != ref {
		t.Errorf("found %q, %v, want %q", got, found, ref)
	}
	for _, miss := range [][2]string{{"#ops", "INC-1/post"}, {"#other", "INC-1/post:a"}, {"#ops", ""}} {
		if got, found := w.find(t, miss[0], miss[1]); found {
			t.Errorf("found %q for %q in %s", got, miss[1], miss[0])
		}
	}
}

func lostAnswer(t *testing.T, w World) {
	w.LoseAnswer()
	if ref, err := w.Platform.Post(t.Context(), bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("a")}); err == nil {
		t.Fatalf("the answer was not lost: %q", ref)
	}
	w.shows(t, "#ops", "a")
	if ref, found := w.find(t, "#ops", "INC-1/post:a"); !found || ref == "" {
		t.Errorf("found %q, %v", ref, found)
	}
}

func findReplaced(t *testing.T, w World) {
	ref := w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Body: Says("a")})
	w.post(t, bot.Message{Key: "INC-1/post:a", To: "#ops", Ref: ref, Body: Says("b")})
	if got, found := w.find(t, "#ops", "INC-1/post:a"); !found || got != ref {
		t.Errorf("found %q, %v, want %q", got, found, ref)
	}
}

func (w World) open(t *testing.T, name, key string) string {
	t.Helper()
	ref, err := w.Platform.(bot.Rooms).Open(t.Context(), bot.Room{Name: name, Key: key})
	if err != nil || ref == "" {
		t.Fatalf("open %s: %q, %v", name, ref, err)
	}
	return ref
}

func openRoom(t *testing.T, w World) {
	w.open(t, "#inc-1-x", "INC-1/room:main")
	w.post(t, bot.Message{Key: "INC-1/post:a", To: "#inc-1-x", Body: Says("a")})
	w.shows(t, "#inc-1-x", "a")
}

func adoptRoom(t *testing.T, w World) {
	first := w.open(t, "#inc-1-x", "INC-1/room:main")
	w.post(t, bot.Message{Key: "INC-1/post:a", To: "#inc-1-x", Body: Says("a")})
	for _, key := range []string{"INC-1/room:main", "another"} {
		if again := w.open(t, "#inc-1-x", key); again != first {
			t.Errorf("opened again for %s it is %s, want %s", key, again, first)
		}
	}
	w.shows(t, "#inc-1-x", "a")
}

func invite(t *testing.T, w World) {
	w.open(t, "#inc-1-x", "INC-1/room:main")
	for _, people := range [][]string{{"alice", "bob"}, {"bob", "carol"}, {"alice", "bob"}} {
		if err := w.Platform.(bot.Rooms).Invite(t.Context(), "#inc-1-x", people); err != nil {
			t.Fatalf("invite %v: %v", people, err)
		}
	}
	got := slices.Sorted(slices.Values(w.Members("#inc-1-x")))
	if want := []string{"alice", "bob", "carol"}; !slices.Equal(got, want) {
		t.Errorf("in the room are %v, want %v", got, want)
	}
}

func topic(t *testing.T, w World) {
	w.open(t, "#inc-1-x", "INC-1/room:main")
	for _, text := range []string{"INC-1 SEV1", "INC-1 SEV2", "INC-1 SEV2"} {
		if err := w.Platform.(bot.Rooms).SetTopic(t.Context(), "#inc-1-x", text); err != nil {
			t.Fatalf("set the topic %q: %v", text, err)
		}
		if got := w.Topic("#inc-1-x"); got != text {
			t.Errorf("the topic is %q, want %q", got, text)
		}
	}
}

func followUp(t *testing.T, w World) {
	to := bot.Request{Delivery: "d1", Platform: w.Platform.Name(), Room: "#ops", Person: "alice", Root: "incident", Text: "declare x", Origin: "slash"}
	if err := w.Platform.(bot.FollowUps).FollowUp(t.Context(), to, Says("ticket OPS-1")); err != nil {
		t.Fatal(err)
	}
	if got := w.Private("alice"); !slices.Equal(got, []string{"ticket OPS-1"}) {
		t.Errorf("alice sees %q", got)
	}
	if got := w.Private("bob"); len(got) > 0 {
		t.Errorf("bob sees %q", got)
	}
	w.shows(t, "#ops")
}
