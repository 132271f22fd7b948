package file

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// afterDamage is when the tests repair.
var afterDamage = time.Date(2026, 11, 26, 4, 10, 0, 0, time.UTC)

const (
	keptFolder = "damaged-2026-11-26T0410Z"
	newFolder  = "repaired-2026-11-26T0410Z"
)

func repairDisk(t *testing.T, d *powerFS, o RepairOptions) *Repairs {
	t.Helper()
	r, err := tryRepair(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tryRepair(ctx context.Context, d *powerFS, o RepairOptions) (*Repairs, error) {
	o.FS, o.Clock = d, clock.NewManual(afterDamage)
	if o.SegmentSize == 0 {
		o.SegmentSize = 16 << 10
	}
	return Repair(ctx, "disk", o)
}

// readAll returns what can be read of a journal, and why no more can.
func readAll(t *testing.T, s storage.Store, journal string) (entries []storage.Entry, end error) {
	t.Helper()
	for e, err := range s.Read(t.Context(), journal, 0) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func TestARepairedStoreGoesOnWithWhatIsIntactAndSaysWhatIsLost(t *testing.T) {
	d := damaged(t)
	old := d.clone()
	r := repairDisk(t, d, RepairOptions{})
	if len(r.Findings) != 1 || r.Whole != 1 || len(r.Frozen) != 1 || r.Kept != keptFolder || spell(r.Behind) != "INC-1#3" {
		t.Fatalf("repaired: %+v", r)
	}
	for range 2 {
		s := reopened(t, d, Options{})
		if f := s.Findings(); len(f) > 0 {
			t.Errorf("found %v", f)
		}
		read, end := readAll(t, s, "INC-1")
		var frozen *storage.FrozenError
		if len(read) != 1 || !errors.As(end, &frozen) || frozen.Head.Seq != 1 || frozen.Head.Hash != read[0].Hash {
			t.Errorf("INC-1 is read as %v, then %v", read, end)
		}
		for _, says := range []string{"INC-1 is frozen after entry 1", "Lost: INC-1#2.", "INC-1#3", keptFolder} {
			if !strings.Contains(end.Error(), says) {
				t.Errorf("reading ends with %q, which does not say %q", end, says)
			}
		}
		_, err := s.Append(t.Context(), "", storagetest.To("INC-3", 0, "x"), storagetest.To("INC-1", 1, "x"))
		if !errors.As(err, &frozen) || fault.CodeOf(err) != fault.Store || !strings.Contains(fault.From(err).Next, "Declare a new incident") {
			t.Errorf("append to INC-1: %v", err)
		}
		at := uint64(len(storagetest.Chained(t, s, "INC-2")))
		mustAppend(t, s, "", storagetest.To("INC-2", at, "goes on"))
		s.Close()
	}
	report, err := verify(d, "disk")
	if err != nil || report.Damaged() || len(report.Repaired()) != 1 {
		t.Errorf("verify: %+v, %v", report, err)
	}

	// The old log is where it was moved, byte for byte, and can be read.
	for _, name := range []string{logName(1), markerName} {
		if string(d.names[path.Join(keptFolder, name)].data) != string(old.names[name].data) {
			t.Errorf("%s was not moved as it was", name)
		}
	}
	if _, found := d.names[logName(1)]; found {
		t.Error("the old log is still in its place as well")
	}
	kept := reopened(t, d, Options{ReadOnly: true})
	kept.Close()
	k, err := Open("kept", Options{FS: within{d, keptFolder}, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if n := len(storagetest.Chained(t, k, "INC-2")); n != 2 {
		t.Errorf("the old log shows %d entries of INC-2, want 2", n)
	}
}

func TestARepairKeepsPositionsHashesAndCommands(t *testing.T) {
	d := damaged(t)
	s := reopened(t, d, Options{ReadOnly: true})
	want, _ := readAll(t, s, "INC-2")
	s.Close()
	repairDisk(t, d, RepairOptions{})
	s = reopened(t, d, Options{})
	if got, end := readAll(t, s, "INC-2"); end != nil || !slices.EqualFunc(got, want, same) {
		t.Errorf("INC-2 came as %v, %v", got, end)
	}
	s.Close()

	w := writeSome(t, rand.New(rand.NewPCG(2, 2)))
	w.disk.names[indexName(1)].data[50] ^= 1
	w.disk.names[logName(1)].data[20] ^= 1 // the head of a segment
	if r := repairDisk(t, w.disk, RepairOptions{}); len(r.Frozen) > 0 || r.Whole != len(w.entries) {
		t.Errorf("with every record whole: %+v", r)
	}
	s = reopened(t, w.disk, Options{Clock: clock.NewManual(afterDamage)})
	for n := range 120 {
		command := fmt.Sprintf("c%d", n)
		s.clock = clock.System{} // the records were written just now
		if _, err := s.Append(t.Context(), command, storagetest.To("INC-1", 0, "x")); !errors.As(err, new(*storage.DuplicateError)) {
			t.Errorf("command %s is forgotten: %v", command, err)
		}
	}
}

func same(a, b storage.Entry) bool {
	return a.Journal == b.Journal && a.Seq == b.Seq && a.Kind == b.Kind && string(a.Body) == string(b.Body) && a.Hash == b.Hash
}

func TestWhatIsNotDamagedIsNotRepaired(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(3, 3)))
	delete(w.disk.names, indexName(1)) // the next start mends that
	before := w.disk.clone()
	r := repairDisk(t, w.disk, RepairOptions{})
	if len(r.Findings) > 0 || r.Kept != "" {
		t.Errorf("repaired %+v", r)
	}
	wantSameFiles(t, before, w.disk)
}

func TestADryRunSaysTheSameAndChangesNothing(t *testing.T) {
	d := damaged(t)
	before := d.clone()
	dry := repairDisk(t, d, RepairOptions{DryRun: true})
	wantSameFiles(t, before, d)
	true_ := repairDisk(t, d, RepairOptions{})
	if fmt.Sprint(*dry) != fmt.Sprint(*true_) {
		t.Errorf("said %+v, did %+v", dry, true_)
	}
}

func wantSameFiles(t *testing.T, a, b *powerFS) {
	t.Helper()
	if len(a.names) != len(b.names) {
		t.Errorf("%d files became %d", len(a.names), len(b.names))
	}
	for name, node := range a.names {
		if b.names[name] == nil || string(b.names[name].data) != string(node.data) {
			t.Errorf("%s has changed", name)
		}
	}
}

func TestOnlyTheWriterRepairs(t *testing.T) {
	d := damaged(t)
	s := reopened(t, d, Options{}) // damaged, so it takes nothing, and still holds the lock
	if _, err := tryRepair(t.Context(), d, RepairOptions{}); fault.CodeOf(err) != fault.Store || !strings.Contains(err.Error(), "is written by process") {
		t.Errorf("beside a writer: %v", err)
	}
	s.Close()
	repairDisk(t, d, RepairOptions{})
}

func TestADamagedBlobIsPutAsideAndNamed(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(4, 4)))
	const sum = blobFirst
	w.disk.names["blobs/"+sum].data[0] ^= 1
	r := repairDisk(t, w.disk, RepairOptions{})
	if !slices.Equal(r.Blobs, []string{sum}) || len(r.Frozen) > 0 {
		t.Fatalf("repaired %+v", r)
	}
	if _, found := w.disk.names[path.Join(keptFolder, "blob-"+sum)]; !found {
		t.Error("its bytes are not kept")
	}
	report, err := verify(w.disk, "disk")
	if err != nil || report.Damaged() || len(report.Repaired()) != 1 || !strings.Contains(report.Repaired()[0], sum) {
		t.Errorf("verify: %+v, %v", report, err)
	}
	s := reopened(t, w.disk, Options{})
	if _, err := s.Get(t.Context(), sum); !errors.Is(err, storage.ErrNoBlob) {
		t.Errorf("the blob is %v", err)
	}
	if _, err := s.Put(t.Context(), []byte("first")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if report, err := verify(w.disk, "disk"); err != nil || len(report.Repaired()) > 0 {
		t.Errorf("after it was put back: %+v, %v", report.Repaired(), err)
	}
}

func TestTheJournalThatIsWrittenAnewIsContinuedAndNotFrozen(t *testing.T) {
	d := damaged(t)
	var seen Broken
	r := repairDisk(t, d, RepairOptions{Anew: "INC-1", Rebuild: func(ctx context.Context, b Broken) ([]storage.Draft, error) {
		seen = b
		for _, err := range b.Log.Read(ctx, "INC-2", 0) {
			if err != nil {
				return nil, err
			}
		}
		return []storage.Draft{{Kind: "note.added", Body: []byte("written anew")}}, nil
	}})
	if !r.Anew || r.Added != 1 || len(r.Frozen) > 0 || r.Whole != 1 {
		t.Errorf("repaired %+v", r)
	}
	if seen.Head.Seq != 1 || len(seen.Behind) != 1 || string(seen.Behind[0].Body) != "third" || seen.Kept != keptFolder {
		t.Errorf("asked about %+v", seen)
	}
	s := reopened(t, d, Options{})
	if got := storagetest.Chained(t, s, "INC-1"); len(got) != 2 || string(got[1].Body) != "written anew" {
		t.Errorf("INC-1 is %v", got)
	}
}

func TestAStoreIsRepairedASecondTime(t *testing.T) {
	d := damaged(t)
	repairDisk(t, d, RepairOptions{})
	s := reopened(t, d, Options{})
	mustAppend(t, s, "", storagetest.To("INC-2", 2, "lost later"))
	mustAppend(t, s, "", storagetest.To("INC-2", 3, "behind"))
	mustAppend(t, s, "", storagetest.To("INC-3", 0, "whole"))
	s.Close()
	name := path.Join(newFolder, logName(1))
	data := d.names[name].data
	data[strings.Index(string(data), "lost later")] ^= 1

	report, err := verify(d, "disk")
	if err != nil || !report.Damaged() || len(report.Repaired()) != 1 || report.Findings[0].File != name {
		t.Fatalf("verify tells new damage from old as %+v, %v", report, err)
	}
	s = reopened(t, d, Options{})
	_, err = s.Append(t.Context(), "", storagetest.To("INC-4", 0, "x"))
	wantRefused(t, err)
	s.Close()

	r := repairDisk(t, d, RepairOptions{})
	if r.Kept != keptFolder+"-2" || len(r.Frozen) != 2 || r.Whole != 1 {
		t.Fatalf("repaired %+v", r)
	}
	if _, found := d.names[path.Join(keptFolder+"-2", frozenName)]; !found {
		t.Error("the old list is not kept")
	}
	s = reopened(t, d, Options{})
	for journal, n := range map[string]int{"INC-1": 1, "INC-2": 2} {
		read, end := readAll(t, s, journal)
		if len(read) != n || !errors.As(end, new(*storage.FrozenError)) {
			t.Errorf("%s is read as %d entries, then %v", journal, len(read), end)
		}
	}
	mustAppend(t, s, "", storagetest.To("INC-3", 1, "goes on"))
	s.Close()
	if report, err := verify(d, "disk"); err != nil || report.Damaged() || len(report.Repaired()) != 2 {
		t.Errorf("verify: %+v, %v", report, err)
	}
	if k, err := verify(within{d, keptFolder + "-2"}, "kept"); err != nil || !k.Damaged() || len(k.Journals) != 3 {
		t.Errorf("the second old log: %+v, %v", k, err)
	}
}

func TestAListThatCannotBeReadLetsEveryJournalBeInDoubt(t *testing.T) {
	d := damaged(t)
	repairDisk(t, d, RepairOptions{})
	d.names[path.Join(newFolder, frozenName)].data[5] ^= 1
	r := repairDisk(t, d, RepairOptions{})
	if len(r.Frozen) != 2 || !r.Frozen[0].Doubt || !r.Frozen[1].Doubt {
		t.Errorf("repaired %+v", r)
	}
	s := reopened(t, d, Options{})
	mustAppend(t, s, "", storagetest.To("INC-9", 0, "new ones are taken"))
}

// TestEveryBitOfABrokenRecordIsJudgedByTheHash flips each bit of the record of
// INC-1#2 in turn. What the entry's hash does not cover is not needed for it.
func TestEveryBitOfABrokenRecordIsJudgedByTheHash(t *testing.T) {
	d := damaged(t)
	data := d.names[logName(1)].data
	data[strings.Index(string(data), "econd")-1] ^= 1 // as it was written
	s := reopened(t, d, Options{ReadOnly: true})
	want := storagetest.Chained(t, s, "INC-1")
	s.Close()
	sv := surveySegment(data, 1)
	record := sv.frames[2]
	whole, frozen := 0, 0
	for bit := range 8 * int(record.to-record.from) {
		c := d.clone()
		c.names[logName(1)].data[int(record.from)+bit/8] ^= 1 << (bit % 8)
		r := repairDisk(t, c, RepairOptions{})
		s := reopened(t, c, Options{})
		read, end := readAll(t, s, "INC-1")
		switch {
		case end == nil && slices.EqualFunc(read, want, same) && r.Proven == 1:
			whole++
		case errors.As(end, new(*storage.FrozenError)) && slices.EqualFunc(read, want[:1], same):
			frozen++
		default:
			t.Errorf("bit %d of byte %d: %d entries, then %v; %+v", bit%8, bit/8, len(read), end, r)
		}
		if n := len(storagetest.Chained(t, s, "INC-2")); n != 2 {
			t.Errorf("bit %d of byte %d: INC-2 has %d entries", bit%8, bit/8, n)
		}
		s.Close()
	}
	t.Logf("%d flips lost nothing, %d lost the entry", whole, frozen)
	if whole < 8*frameHead || frozen < 8*len("second") {
		t.Error("void")
	}
}
