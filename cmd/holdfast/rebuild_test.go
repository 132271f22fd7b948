package main

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/memory"
)

// TestDamageThatMayHaveHeldDeclarationsTakesTheirNumbers: of 1,100 bytes nobody
// can tell what they held; two declarations do not fit, a third is counted.
func TestDamageThatMayHaveHeldDeclarationsTakesTheirNumbers(t *testing.T) {
	now := time.Date(2026, 11, 26, 4, 10, 0, 0, time.UTC)
	s := memory.New(clock.NewManual(now))
	t.Cleanup(func() { s.Close() })
	put := func(name string, at uint64, f journal.Fact) {
		t.Helper()
		body, err := journal.Encode(journal.Meta{At: now, Recorded: now, Actor: "alice"}, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(t.Context(), "", storage.Write{Journal: name, At: at, Drafts: []storage.Draft{{Kind: f.Kind(), Body: body}}}); err != nil {
			t.Fatal(err)
		}
	}
	put("INC-1", 0, &incident.Declared{Title: "a", Severity: 3, Acting: "alice"})
	put(incident.RegisterJournal, 0, &incident.Opened{ID: "INC-1", Title: "a", Severity: 3})

	whole, err := rebuild(t.Context(), file.Broken{Journal: incident.RegisterJournal, Log: s}, now)
	if err != nil || len(whole) != 0 {
		t.Errorf("a register that lacks nothing gets %v, %v", whole, err)
	}
	drafts, err := rebuild(t.Context(), file.Broken{Journal: incident.RegisterJournal, Damaged: true, Room: 1100, Kept: "damaged-x", Log: s}, now)
	if err != nil || len(drafts) != 1 {
		t.Fatalf("got %v, %v", drafts, err)
	}
	e, err := incident.RegisterKinds().Decode(incident.RegisterJournal, 2, drafts[0].Kind, drafts[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	f, ok := e.Fact.(*incident.Rebuilt)
	if !ok || f.Incidents != 4 || f.Kept != 1 || f.From != "the incidents' own journals; the old register is kept in damaged-x" || !e.Recorded.Equal(now) {
		t.Errorf("it says %+v at %s", e.Fact, e.Recorded)
	}
}
