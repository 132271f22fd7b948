package journal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/journal"
)

var kinds = journal.EffectKinds(journal.EffectTypes...)

func TestAnEntryIsReadAsItWasWritten(t *testing.T) {
	at := time.Date(2026, 2, 13, 9, 0, 0, 123, time.UTC)
	meta := journal.Meta{
		At: at, Recorded: at.Add(time.Minute), Actor: "bob", Source: "slash", Because: `said <"data":{}> & more`,
		Rule: "anyone", Plan: "3f2a1c", Command: "chat:T01:1", Room: "#inc-1", Print: "a1",
	}
	for _, f := range []journal.Fact{
		&journal.Requested{Effect: journal.Effect{Type: journal.Post, Key: "INC-1/post:a", To: "#inc-1", Text: `"},"data":{"key":"x"`, After: []string{"b"}, Droppable: true}},
		&journal.Settled{Type: journal.Post, Key: "INC-1/post:a", Ref: "m1"}, &journal.Failed{Type: journal.Page, Key: "k", Reason: "r"}, &journal.Abandoned{Type: journal.DM},
	} {
		stored, err := journal.Encode(meta, f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := kinds.Decode("INC-1", 7, f.Kind(), stored)
		if err != nil {
			t.Fatalf("%s: %v", stored, err)
		}
		if diff := cmp.Diff(journal.Entry{Journal: "INC-1", Seq: 7, Meta: meta, Fact: f}, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", stored, diff)
		}
	}
}

func TestWhatIsNoEntryIsSaidSo(t *testing.T) {
	const meta = `{"at":"2026-02-13T09:00:00Z","recorded_at":"2026-02-13T09:00:00Z","actor":"bob","source":"slash"`
	for _, c := range []struct{ name, stored, want string }{
		{"not JSON", `{"at"`, "INC-1#7: not an entry: "},
		{"a time that is none", `{"at":"noon","recorded_at":"noon","actor":"bob","source":"slash","data":{}}`, "INC-1#7: not an entry: "},
		{"no data", meta + `}`, "INC-1#7: data of post.settled: "},
		{"data of another shape", meta + `,"data":[]}`, "INC-1#7: data of post.settled: "},
		{"a field of another shape", meta + `,"data":{"key":1}}`, "INC-1#7: data of post.settled: "},
	} {
		if _, err := kinds.Decode("INC-1", 7, "post.settled", []byte(c.stored)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s...", c.name, err, c.want)
		}
	}
}

func TestAKindOfANewerVersionIsKept(t *testing.T) {
	const stored = `{"at":"2026-02-13T09:00:00Z","recorded_at":"2026-02-13T09:00:00Z","actor":"bob","source":"slash","data":{"new":[1,2]}}`
	e, err := kinds.Decode("INC-1", 7, "post.imagined", []byte(stored))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(journal.Unknown{Of: "post.imagined", Data: []byte(`{"new":[1,2]}`)}, e.Fact); diff != "" {
		t.Error(diff)
	}
	if again, err := journal.Encode(e.Meta, e.Fact); err != nil || string(again) != stored {
		t.Errorf("written again: %s, %v", again, err)
	}
}
