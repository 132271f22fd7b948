package file

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestAReaderTellsOfATornTailUnlessAWriterIsFinishingIt(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(10, 10)))
	data := w.disk.names[w.active].data
	data[w.last.from+40] ^= 1
	before := bytes.Clone(data)
	for _, writing := range []bool{false, true} {
		w.disk.locked = writing
		s := reopened(t, w.disk, Options{ReadOnly: true})
		r, err := verify(w.disk, "disk")
		if err != nil {
			t.Fatal(err)
		}
		for who, found := range map[string][]Finding{"reader": s.Findings(), "verify": r.Findings} {
			if told := len(found) == 1 && found[0].Kind == TornTail; told == writing || len(found) > 1 {
				t.Errorf("beside a writer: %t, the %s found %v", writing, who, found)
			}
		}
		s.Close()
	}
	if !bytes.Equal(before, data) {
		t.Error("the reader changed the segment")
	}
}

func TestATornTailIsKeptEachTime(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(11, 11)))
	kept := map[string]bool{}
	for _, garbage := range []string{"first crash", "second crash"} {
		copy(w.disk.names[w.active].data[w.last.to:], garbage)
		s := reopened(t, w.disk, Options{})
		found := s.Findings()
		s.Close()
		if len(found) != 1 || string(w.disk.names[found[0].Kept].data) != garbage || kept[found[0].Kept] {
			t.Fatalf("found %v", found)
		}
		kept[found[0].Kept] = true
	}
}
