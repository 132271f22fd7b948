package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/memory"
	"holdfast/storage/storagetest"
)

var start = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)

// desk is a store with a keeper, and what it has been asked to give away.
type desk struct {
	*testing.T
	*memory.Store
	clock  *clock.Manual
	keeper *Keeper
	fails  error // what Archive answers
	given  []string
}

func newDesk(t *testing.T) *desk {
	c := clock.NewManual(start)
	d := &desk{T: t, Store: memory.New(c), clock: c}
	t.Cleanup(func() { d.Store.Close() })
	d.keeper = &Keeper{Store: d, Dir: filepath.Join(t.TempDir(), "archive"), After: 90 * 24 * time.Hour, Now: c.Now,
		Key: func() (export.Signer, error) { return export.NewSigner([32]byte{1}), nil }}
	return d
}

// Archive demands that the entries are kept before they are given away.
func (d *desk) Archive(ctx context.Context, id string, head storage.Head, text string) error {
	n, err := parseNote(text)
	if err != nil {
		d.Fatal(err)
	}
	if sum, err := check(n.path, id, head); err != nil || sum != n.sum {
		d.Errorf("%s is given away while its file holds %s: %v", id, sum, err)
	}
	if d.fails != nil {
		return d.fails
	}
	d.given = append(d.given, id)
	return d.Store.Archive(ctx, id, head, text)
}

func (d *desk) put(name string, facts ...journal.Fact) {
	d.Helper()
	w := storage.Write{Journal: name, At: uint64(len(d.entries(d.Store, name)))}
	for _, f := range facts {
		body, err := journal.Encode(journal.Meta{At: d.clock.Now(), Recorded: d.clock.Now(), Actor: "alice"}, f)
		if err != nil {
			d.Fatal(err)
		}
		w.Drafts = append(w.Drafts, storage.Draft{Kind: f.Kind(), Body: body})
	}
	if _, err := d.Append(d.Context(), "", w); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) entries(s storage.Store, name string) []storage.Entry {
	d.Helper()
	return storagetest.Chained(d.T, s, name)
}

func (d *desk) open(id string) {
	d.put(incident.RegisterJournal, &incident.Opened{ID: id, Title: id, Severity: 3})
	d.put(id, &incident.Declared{Title: "title of " + id, Severity: 3, Acting: "alice", Zone: "Europe/Berlin"}, &incident.NoteAdded{Text: "a note"})
}

func (d *desk) close(id string) {
	e := journal.Effect{Key: id + "/register", Type: journal.Register, To: incident.RegisterJournal}
	d.put(id, &incident.Closed{}, &journal.Requested{Effect: e})
	d.put(incident.RegisterJournal, &incident.Ended{ID: id, Title: id})
	d.put(id, &journal.Settled{Type: journal.Register, Key: e.Key})
}

// someTime has INC-1 closed for a hundred days, INC-2 for ten, INC-3 open and
// INC-4 closed for a hundred days with a page that is still tried.
func someTime(t *testing.T) *desk {
	d := newDesk(t)
	for _, id := range []string{"INC-1", "INC-2", "INC-3", "INC-4"} {
		d.open(id)
	}
	d.put("INC-4", &journal.Requested{Effect: journal.Effect{Key: "INC-4/page", Type: journal.Page, To: "@bob"}})
	d.close("INC-1")
	d.close("INC-4")
	d.clock.Add(90 * 24 * time.Hour)
	d.close("INC-2")
	d.clock.Add(10 * 24 * time.Hour)
	return d
}

func (d *desk) run() []Kept {
	d.Helper()
	kept, err := d.keeper.Run(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	return kept
}

func (d *desk) isArchived(id string) bool {
	var gone *storage.ArchivedError
	for _, err := range d.Store.Read(d.Context(), id, 0) {
		return errors.As(err, &gone)
	}
	return false
}

func TestOnlyWhatIsOverForLongIsGivenAway(t *testing.T) {
	d := someTime(t)
	before := d.entries(d.Store, "INC-1")
	kept := d.run()
	if len(kept) != 1 || kept[0].Incident != "INC-1" || kept[0].Entries != uint64(len(before)) || !slices.Equal(d.given, []string{"INC-1"}) {
		t.Fatalf("kept %+v, given away %v", kept, d.given)
	}
	for _, id := range []string{"INC-2", "INC-3", "INC-4", incident.RegisterJournal} {
		if d.isArchived(id) {
			t.Errorf("%s was given away", id)
		}
	}
	if again := d.run(); len(again) != 0 {
		t.Errorf("a second run keeps %+v", again)
	}
	f, err := os.Open(kept[0].File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if r, err := export.Verify(f, export.VerifyOptions{}); err != nil || r.TZ != "Europe/Berlin" || r.ExportedAt == "" {
		t.Errorf("the file is %+v, %v", r, err)
	}
}

func TestAnArchivedIncidentIsReadAsBefore(t *testing.T) {
	d := someTime(t)
	record := func(s storage.Store) string {
		var b bytes.Buffer
		if err := export.Markdown(t.Context(), &b, s, "INC-1", export.Options{}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	want, before := d.entries(d.Store, "INC-1"), record(d.Store)
	kept := d.run()
	over := Over(d, d.keeper.Dir)
	for after := range len(want) + 2 {
		var got []storage.Entry
		for e, err := range over.Read(t.Context(), "INC-1", uint64(after)) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e)
		}
		if rest := want[min(after, len(want)):]; !slices.EqualFunc(got, rest, same) {
			t.Errorf("after %d: %d entries, want %d", after, len(got), len(rest))
		}
	}
	if record(over) != before {
		t.Error("its record reads otherwise")
	}
	for _, err := range over.Read(t.Context(), "INC-1", 0) {
		if err != nil {
			t.Error(err)
		}
		break // a reader may leave
	}
	if n := len(d.entries(over, "INC-2")); n == 0 {
		t.Error("what is not archived is not read")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range over.Read(ctx, "INC-1", 0) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: %v", err)
		}
	}

	// The folder has moved: it is found where it is now, and without its name
	// where the file was written.
	moved := filepath.Join(t.TempDir(), "moved")
	for _, dir := range []string{"", t.TempDir()} {
		if n := len(d.entries(Over(d, dir), "INC-1")); n != len(want) {
			t.Errorf("in %q: %d entries", dir, n)
		}
	}
	if err := os.Rename(d.keeper.Dir, moved); err != nil {
		t.Fatal(err)
	}
	if n := len(d.entries(Over(d, moved), "INC-1")); n != len(want) {
		t.Errorf("%d entries of %s", n, kept[0].File)
	}
}

func same(a, b storage.Entry) bool {
	return a.Journal == b.Journal && a.Seq == b.Seq && a.Kind == b.Kind && string(a.Body) == string(b.Body) && a.Hash == b.Hash
}

// storeOf holds the bodies of entries as a journal.
func storeOf(t *testing.T, name string, entries ...storage.Entry) *memory.Store {
	t.Helper()
	s := memory.New(clock.NewManual(start))
	t.Cleanup(func() { s.Close() })
	w := storage.Write{Journal: name}
	for _, e := range entries {
		w.Drafts = append(w.Drafts, storage.Draft{Kind: e.Kind, Body: e.Body})
	}
	if _, err := s.Append(t.Context(), "", w); err != nil {
		t.Fatal(err)
	}
	return s
}

func exportTo(t *testing.T, path string, s storage.Store, name string) {
	t.Helper()
	err := export.WriteDurably(path, func(w io.Writer) error {
		return export.JSONLines(t.Context(), w, s, name, export.Options{Key: export.NewSigner([32]byte{1})})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func edit(t *testing.T, path string, change func(string) string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(change(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatDoesNotFitIsNamed(t *testing.T) {
	all := newDesk(t)
	all.open("INC-1")
	all.close("INC-1")
	five := all.entries(all.Store, "INC-1")
	forged := slices.Clone(five)
	forged[1].Body = bytes.Replace(forged[1].Body, []byte("a note"), []byte("a nota"), 1)
	for sentence, test := range map[string]struct {
		harm func(t *testing.T, path string)
		says string
	}{
		"it is gone":      {func(_ *testing.T, path string) { os.Remove(path) }, "which cannot be read"},
		"it is cut short": {func(t *testing.T, path string) { edit(t, path, func(s string) string { return s[:len(s)/2] }) }, "cut short"},
		"a byte has changed": {func(t *testing.T, path string) {
			edit(t, path, func(s string) string { return strings.Replace(s, "a note", "a nota", 1) })
		}, "chain breaks at INC-1#2"},
		"it is another incident's": {func(t *testing.T, path string) { exportTo(t, path, storeOf(t, "INC-2", five...), "INC-2") }, "it holds INC-2"},
		"it ends too early":        {func(t *testing.T, path string) { exportTo(t, path, storeOf(t, "INC-1", five[:3]...), "INC-1") }, "it ends at entry 3 of 5"},
		"it goes on too far": {func(t *testing.T, path string) {
			exportTo(t, path, storeOf(t, "INC-1", append(slices.Clone(five), five[1])...), "INC-1")
		}, "it goes on behind entry 5"},
		"it tells another history": {func(t *testing.T, path string) { exportTo(t, path, storeOf(t, "INC-1", forged...), "INC-1") }, "entry 5 has the hash"},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := someTime(t)
			kept := d.run()[0]
			test.harm(t, kept.File)
			var last error
			for _, err := range Over(d, d.keeper.Dir).Read(t.Context(), "INC-1", 0) {
				last = err
			}
			if fault.CodeOf(last) != fault.Store || !strings.Contains(last.Error(), test.says) || !strings.Contains(last.Error(), filepath.Base(kept.File)) {
				t.Errorf("reading ends with %v, want %q", last, test.says)
			}
			if _, err := d.keeper.Restore(t.Context(), "INC-1"); err == nil || !d.isArchived("INC-1") {
				t.Errorf("it was brought back: %v", err)
			}
		})
	}
}

func TestAnArchivedIncidentTakesNothingUntilItIsBroughtBack(t *testing.T) {
	d := someTime(t)
	want := d.entries(d.Store, "INC-1")
	kept := d.run()[0]
	over := Over(d, d.keeper.Dir)
	_, err := over.Append(t.Context(), "", storagetest.To("INC-1", uint64(len(want)), "x"))
	if fault.CodeOf(err) != fault.Closed || !strings.Contains(err.Error(), "holdfast archive --restore INC-1") || !errors.As(err, new(*storage.ArchivedError)) {
		t.Errorf("append: %v", err)
	}
	d.keeper.Store = over // the keeper looks through the files at the store itself
	back, err := d.keeper.Restore(t.Context(), "INC-1")
	if err != nil || back != kept {
		t.Fatalf("brought back %+v, %v; was %+v", back, err, kept)
	}
	if got := d.entries(d.Store, "INC-1"); !slices.EqualFunc(got, want, same) {
		t.Errorf("%d entries came back", len(got))
	}
	if _, err := over.Append(t.Context(), "", storagetest.To("INC-1", uint64(len(want)), "x")); err != nil {
		t.Error(err)
	}
	if _, err := d.keeper.Restore(t.Context(), "INC-1"); fault.CodeOf(err) != fault.NotOpen {
		t.Errorf("a second time: %v", err)
	}
}

func TestAFileThatIsNotWhatWasWrittenKeepsTheJournalInTheStore(t *testing.T) {
	d := someTime(t)
	want := d.entries(d.Store, "INC-1")
	d.keeper.written = func(path string) {
		edit(t, path, func(s string) string { return strings.Replace(s, "a note", "a nota", 1) })
	}
	if kept, err := d.keeper.Run(t.Context()); err == nil || len(kept) > 0 || d.isArchived("INC-1") {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if got := d.entries(d.Store, "INC-1"); !slices.EqualFunc(got, want, same) {
		t.Error("the store has lost some of it")
	}
	d.keeper.written = nil // the disk is mended
	if kept := d.run(); len(kept) != 1 || !d.isArchived("INC-1") {
		t.Errorf("kept %+v", kept)
	}
}

func TestAJournalThatGrowsMeanwhileStays(t *testing.T) {
	d := someTime(t)
	d.keeper.written = func(string) { d.put("INC-1", &incident.NoteAdded{Text: "one more"}) }
	kept, err := d.keeper.Run(t.Context())
	if !errors.As(err, new(*storage.ConflictError)) || len(kept) > 0 || d.isArchived("INC-1") {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

// TestARunThatWasCutOffIsDoneAgain has the store fail after the file is there,
// as a crash between the two would leave it.
func TestARunThatWasCutOffIsDoneAgain(t *testing.T) {
	d := someTime(t)
	d.fails = &storage.UnavailableError{Doing: "archive INC-1", Err: errors.New("connection refused")}
	if kept, err := d.keeper.Run(t.Context()); !errors.Is(err, d.fails) || len(kept) > 0 {
		t.Fatalf("kept %+v, %v", kept, err)
	}
	left, err := os.ReadDir(d.keeper.Dir)
	if err != nil || len(left) != 1 {
		t.Fatalf("the folder holds %v, %v", left, err)
	}
	path := filepath.Join(d.keeper.Dir, left[0].Name())
	before, _ := os.ReadFile(path)
	d.fails = nil
	d.clock.Add(time.Hour) // a new export would have another time, and so another sum
	if kept := d.run(); len(kept) != 1 || kept[0].File != path {
		t.Errorf("kept %+v", kept)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
		t.Error("the file that was there was written again")
	}

	// Half a file of a run that died is no file: it has another name.
	d.clock.Add(100 * 24 * time.Hour)
	if err := os.WriteFile(filepath.Join(d.keeper.Dir, ".INC-2-5-x.jsonl.123.tmp"), before[:10], 0o600); err != nil {
		t.Fatal(err)
	}
	if kept := d.run(); len(kept) != 1 || kept[0].Incident != "INC-2" {
		t.Errorf("kept %+v", kept)
	}
}

func TestOneThatFailsDoesNotKeepTheOthers(t *testing.T) {
	d := someTime(t)
	d.clock.Add(100 * 24 * time.Hour) // INC-2 is due as well
	d.keeper.written = func(path string) {
		if strings.Contains(path, "INC-1-") {
			os.Remove(path)
		}
	}
	kept, err := d.keeper.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "archive INC-1") || len(kept) != 1 || kept[0].Incident != "INC-2" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

func TestAFrozenJournalAndAStoreThatCannotStay(t *testing.T) {
	d := someTime(t)
	all := d.entries(d.Store, "INC-1")
	last := all[len(all)-1]
	if err := d.Freeze(t.Context(), storage.Frozen{Journal: "INC-1", Head: storage.Head{Seq: last.Seq, Hash: last.Hash}}); err != nil {
		t.Fatal(err)
	}
	if kept := d.run(); len(kept) > 0 {
		t.Errorf("kept %+v", kept)
	}
	plain := newDesk(t).keeper
	plain.Store = struct{ storage.Store }{d.Store}
	if _, err := plain.Run(t.Context()); fault.CodeOf(err) != fault.Store || !strings.Contains(err.Error(), "cannot give journals away") {
		t.Errorf("a store that cannot: %v", err)
	}
}

func TestANoteNamesItsFile(t *testing.T) {
	n := note{"/var/lib/the file, SHA-256/INC-1.jsonl", strings.Repeat("a1", 32)}
	if got, err := parseNote(n.String()); err != nil || got != n {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"", "INC-1.jsonl", "the file x, SHA-256 abc", fmt.Sprintf("the file x, SHA-256 %s.", n.sum)} {
		if _, err := parseNote(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
	var last error
	gone := &storage.ArchivedError{Journal: "INC-1", Head: storage.Head{Seq: 1}, Note: "somewhere"}
	for _, err := range Over(answering{gone}, "").Read(t.Context(), "INC-1", 0) {
		last = err
	}
	if fault.CodeOf(last) != fault.Store {
		t.Errorf("a note of another hand: %v", last)
	}
}

// answering is a store that answers every read with one error.
type answering struct{ err error }

func (a answering) Read(context.Context, string, uint64) iter.Seq2[storage.Entry, error] {
	return func(yield func(storage.Entry, error) bool) { yield(storage.Entry{}, a.err) }
}

func (answering) Append(context.Context, string, ...storage.Write) ([]storage.Span, error) {
	return nil, errCannot
}
func (answering) Watch(context.Context) (<-chan storage.Growth, error) { return nil, errCannot }
func (answering) Lease(context.Context, string, string, time.Duration) (bool, error) {
	return false, errCannot
}
func (answering) Close() error { return nil }

func TestTheStoreUnderTheFilesKeepsItsAbilities(t *testing.T) {
	storagetest.RunBlobs(t, func(t *testing.T) storage.Blobs { return Over(newDesk(t).Store, "") })
	storagetest.RunBlobLister(t, func(t *testing.T) storage.Blobs { return Over(newDesk(t).Store, "") })
	storagetest.Run(t, func(_ *testing.T, c clock.Clock) storage.Store { return Over(memory.New(c), "") })
	bare := Over(answering{}, "")
	if _, err := bare.Journals(t.Context()); err == nil {
		t.Error("journals of a store that cannot list them")
	}
	if _, err := bare.Put(t.Context(), nil); err == nil {
		t.Error("a blob in a store that keeps none")
	}
	if _, err := bare.Get(t.Context(), "x"); !errors.Is(err, storage.ErrNoBlob) {
		t.Errorf("a blob of a store that keeps none: %v", err)
	}
}
