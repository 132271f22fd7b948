package file

import (
	"errors"
	"math/rand/v2"
	"testing"

	"holdfast/internal/clock"
)

var errSector = errors.New("input/output error")

// worn is a disk on which some bytes of one file cannot be read.
type worn struct {
	*powerFS
	name     string
	from, to int64
}

func (w worn) Open(name string, mode Mode) (File, error) {
	f, err := w.powerFS.Open(name, mode)
	if err != nil || name != w.name {
		return f, err
	}
	return wornFile{f, w}, nil
}

type wornFile struct {
	File
	worn worn
}

func (f wornFile) ReadAt(p []byte, offset int64) (int, error) {
	if offset < f.worn.to && offset+int64(len(p)) > f.worn.from {
		return 0, errSector
	}
	return f.File.ReadAt(p, offset)
}

func TestABadSectorIsTakenForDamageAndHidesNothingElse(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(8, 8)))
	disk := worn{powerFS: w.disk, name: logName(1), from: 5000, to: 5010}
	before := w.disk.clone()
	r, err := Repair(t.Context(), "disk", RepairOptions{FS: disk, Clock: clock.NewManual(afterDamage), SegmentSize: 16 << 10})
	if err != nil || len(r.Findings) == 0 || len(r.Frozen) == 0 || r.Whole == 0 || len(r.Behind) == 0 {
		t.Fatalf("repaired %+v, %v", r, err)
	}
	w.wantHonest(t, r)
	if string(w.disk.names[keptFolder+"/"+logName(1)].data) != string(before.names[logName(1)].data) {
		t.Error("the file with the bad sector was not moved as it is")
	}
}

func TestADiskThatReadsNothingIsNotTakenForDamage(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(8, 8)))
	before := w.disk.clone()
	disk := worn{powerFS: w.disk, name: logName(1), from: 0, to: 1 << 30}
	if r, err := Repair(t.Context(), "disk", RepairOptions{FS: disk, Clock: clock.NewManual(afterDamage)}); !errors.Is(err, errSector) {
		t.Errorf("repaired %+v, %v", r, err)
	}
	wantSameFiles(t, before, w.disk)
}
