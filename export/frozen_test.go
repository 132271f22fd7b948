package export_test

import (
	"bytes"
	"strings"
	"testing"

	"holdfast/export"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

func frozenBook(t *testing.T, doubt bool) *book {
	t.Helper()
	b := outage(t)
	all := storagetest.Chained(t, b.store, b.id)
	last := all[len(all)-1]
	mark := storage.Frozen{Journal: b.id, Head: storage.Head{Seq: last.Seq, Hash: last.Hash}, Doubt: doubt, Note: "It burnt."}
	if err := b.store.Freeze(t.Context(), mark); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFrozenJournalIsShownAndNotSigned(t *testing.T) {
	b := frozenBook(t, false)
	record := b.markdown(export.Options{})
	for _, want := range []string{"THIS JOURNAL IS DAMAGED", "INC-1 is frozen after entry", "where damage has cut it off. It burnt.", "## Summary"} {
		if !strings.Contains(record, want) {
			t.Errorf("the record does not say %q", want)
		}
	}
	var lines bytes.Buffer
	if err := export.JSONLines(t.Context(), &lines, b.store, b.id, export.Options{Key: key}); err == nil || !strings.Contains(err.Error(), "is frozen after entry") {
		t.Errorf("signed: %v", err)
	}
}

func TestAJournalInDoubtIsSignedAsFarAsItGoes(t *testing.T) {
	b := frozenBook(t, true)
	record := b.markdown(export.Options{})
	if strings.Contains(record, "DAMAGED") || !strings.Contains(record, "**This journal takes no more entries.** INC-1 is frozen after entry") {
		t.Errorf("the record says\n%.800s", record)
	}
	var lines bytes.Buffer
	if err := export.JSONLines(t.Context(), &lines, b.store, b.id, export.Options{Key: key}); err != nil {
		t.Fatal(err)
	}
	if r, err := export.Verify(&lines, export.VerifyOptions{}); err != nil || r.Count != b.at {
		t.Errorf("verified as %v, %v", r, err)
	}
}
