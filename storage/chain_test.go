package storage_test

import (
	"strings"
	"testing"

	"holdfast/storage"
)

func TestNoTwoEntriesShareAHash(t *testing.T) {
	seen := map[storage.Hash]string{}
	for _, e := range []struct {
		name, journal, kind, body string
		prev                      storage.Hash
		seq                       uint64
	}{
		{name: "first", journal: "INC-1", kind: "note.added", body: "a", seq: 1},
		{name: "another position", journal: "INC-1", kind: "note.added", body: "a", seq: 2},
		{name: "another journal", journal: "INC-2", kind: "note.added", body: "a", seq: 1},
		{name: "another kind", journal: "INC-1", kind: "note.adde", body: "a", seq: 1},
		{name: "a border moved from kind to body", journal: "INC-1", kind: "note.adde", body: "da", seq: 1},
		{name: "a border moved from journal to kind", journal: "INC-", kind: "1note.added", body: "a", seq: 1},
		{name: "another body", journal: "INC-1", kind: "note.added", body: "b", seq: 1},
		{name: "another past", journal: "INC-1", kind: "note.added", body: "a", seq: 1, prev: storage.Hash{1}},
	} {
		h := storage.Chain(e.prev, e.journal, e.seq, e.kind, []byte(e.body))
		if other, found := seen[h]; found {
			t.Errorf("%s has the hash of %s", e.name, other)
		}
		seen[h] = e.name
		if again, err := storage.ParseHash(h.String()); err != nil || again != h {
			t.Errorf("%s: read back as %s, %v", h, again, err)
		}
	}
}

func TestTheHashOfAnEntryStays(t *testing.T) {
	const want = "c5fee64d336740ec0516b9f6bf5f0650e5d6e3f891bff2013ac37da016323360"
	if h := storage.Chain(storage.Hash{}, "INC-1", 1, "incident.declared", []byte(`{"title":"x"}`)); h.String() != want {
		t.Errorf("the hash is now %s; journals written before no longer verify", h)
	}
}

func TestWhatIsNotAHashIsRefused(t *testing.T) {
	good := storage.Chain(storage.Hash{}, "INC-1", 1, "k", nil).String()
	for _, bad := range []string{"", good[1:], good + "0", strings.ToUpper(good), "g" + good[1:], " " + good[1:]} {
		if _, err := storage.ParseHash(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// chained returns entries 1 to n of a journal.
func chained(journal string, n int) []storage.Entry {
	var entries []storage.Entry
	var head storage.Hash
	for i := range n {
		e := storage.Entry{Journal: journal, Seq: uint64(i + 1), Kind: "note.added", Body: []byte{byte(i)}}
		e.Hash = storage.Chain(head, e.Journal, e.Seq, e.Kind, e.Body)
		head = e.Hash
		entries = append(entries, e)
	}
	return entries
}

func TestTheVerifierNamesTheFirstBreak(t *testing.T) {
	for sentence, harm := range map[string]func(e []storage.Entry) []storage.Entry{
		"an entry is missing":       func(e []storage.Entry) []storage.Entry { return append(e[:2], e[3:]...) },
		"an entry comes twice":      func(e []storage.Entry) []storage.Entry { e[2] = e[1]; return e },
		"a body differs":            func(e []storage.Entry) []storage.Entry { e[2].Body = []byte("x"); return e },
		"a kind differs":            func(e []storage.Entry) []storage.Entry { e[2].Kind = "x"; return e },
		"a hash differs":            func(e []storage.Entry) []storage.Entry { e[2].Hash[0] ^= 1; return e },
		"it is of another journal":  func(e []storage.Entry) []storage.Entry { e[2].Journal = "INC-2"; return e },
		"two entries change places": func(e []storage.Entry) []storage.Entry { e[2], e[3] = e[3], e[2]; return e },
	} {
		v := storage.NewVerifier("INC-1")
		var broken error
		for _, e := range harm(chained("INC-1", 5)) {
			if broken = v.Next(e); broken != nil {
				break
			}
		}
		if broken == nil || !strings.Contains(broken.Error(), "INC-1#3") || v.Count() != 2 {
			t.Errorf("%s: %v after %d entries", sentence, broken, v.Count())
		}
	}
}

func TestTheVerifierGoesOnBehindWhatCannotBeRead(t *testing.T) {
	entries := chained("INC-1", 6)
	v := storage.NewVerifier("INC-1")
	if err := v.Next(entries[0]); err != nil {
		t.Fatal(err)
	}
	v.SkipTo(3)
	if err := v.Next(entries[3]); err != nil {
		t.Fatal(err)
	}
	entries[4].Body = []byte("x")
	if err := v.Next(entries[4]); err == nil {
		t.Error("after the skip a changed entry was taken")
	}
}
