package main

import (
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/memory"
)

var now = time.Date(2026, 11, 26, 4, 10, 0, 0, time.UTC)

// record appends one fact by Alice.
func record(t *testing.T, s storage.Store, name string, at uint64, f journal.Fact) {
	t.Helper()
	body, err := journal.Encode(journal.Meta{At: now, Recorded: now, Actor: "alice"}, f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), "", storage.Write{Journal: name, At: at, Drafts: []storage.Draft{{Kind: f.Kind(), Body: body}}}); err != nil {
		t.Fatal(err)
	}
}

// TestDamageThatMayHaveHeldDeclarationsTakesTheirNumbers: of 2,100 bytes nobody
// can tell what they held; two declarations would fit.
func TestDamageThatMayHaveHeldDeclarationsTakesTheirNumbers(t *testing.T) {
	s := memory.New(clock.NewManual(now))
	t.Cleanup(func() { s.Close() })
	record(t, s, "INC-1", 0, &incident.Declared{Title: "a", Severity: 3, Acting: "alice"})
	record(t, s, incident.RegisterJournal, 0, &incident.Opened{ID: "INC-1", Title: "a", Severity: 3})

	whole, err := rebuild(t.Context(), file.Broken{Journal: incident.RegisterJournal, Log: s}, now)
	if err != nil || len(whole) != 0 {
		t.Errorf("a register that lacks nothing gets %v, %v", whole, err)
	}
	drafts, err := rebuild(t.Context(), file.Broken{Journal: incident.RegisterJournal, Damaged: true, Room: 2100, Kept: "damaged-x", Log: s}, now)
	if err != nil || len(drafts) != 1 {
		t.Fatalf("got %v, %v", drafts, err)
	}
	e, err := incident.RegisterKinds().Decode(incident.RegisterJournal, 2, drafts[0].Kind, drafts[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	f, ok := e.Fact.(*incident.Rebuilt)
	if !ok || f.Incidents != 1 || f.LeftOut != 2 || f.Kept != 1 || f.From != "the incidents' own journals; the old register is kept in damaged-x" || !e.Recorded.Equal(now) {
		t.Errorf("it says %+v at %s", e.Fact, e.Recorded)
	}
}

// An interrupted backup holds incidents that its register does not name yet.
func TestARepairListsWhatTheRegisterDoesNotName(t *testing.T) {
	dir := t.TempDir()
	s, err := file.Open(dir, file.Options{})
	if err != nil {
		t.Fatal(err)
	}
	record(t, s, incident.RegisterJournal, 0, &incident.Opened{ID: "INC-1", Title: "a", Severity: 3})
	record(t, s, "INC-1", 0, &incident.Declared{Title: "a", Severity: 3, Acting: "alice"})
	record(t, s, "INC-2", 0, &incident.Declared{Title: "mail late", Severity: 3, Acting: "alice"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if said := holdfast(t, clean, "status", "--store", dir); strings.Contains(said, "mail late") {
		t.Fatalf("void: it is listed already: %s", said)
	}
	if said := holdfast(t, clean, "repair", "--store", dir); !strings.Contains(said, "Its register did not name every incident; 2 entries added.") {
		t.Errorf("repair: %s", said)
	}
	if said := holdfast(t, clean, "status", "--store", dir); !strings.Contains(said, "INC-2    SEV3  investigating mail late") {
		t.Errorf("status: %s", said)
	}
	if said := holdfast(t, clean, "repair", "--store", dir); !strings.Contains(said, "nothing to repair") {
		t.Errorf("a second repair: %s", said)
	}
	holdfast(t, clean, "verify", dir)
}
