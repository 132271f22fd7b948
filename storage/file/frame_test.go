package file

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"

	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// sample returns the frame of a batch over two journals, as written at p.
func sample(t testing.TB, p place, body []byte) []byte {
	t.Helper()
	l := storage.NewLedger()
	b, err := l.Admit("delivery-1", storagetest.Start, []storage.Write{
		storagetest.To("register", 0, "r"),
		{Journal: "INC-1", Drafts: []storage.Draft{{Kind: "note.added", Body: body}, {Kind: "decision.made"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return appendFrame(nil, p, func(buf []byte) []byte { return appendRecord(buf, at(1, 64), b) })
}

func TestAFrameCountsOnlyWhereItWasWritten(t *testing.T) {
	frame := sample(t, at(1, 64), []byte("body"))
	var r record
	if err := parseFrame(frame, at(1, 64), &r); err != nil || string(r.command) != "delivery-1" || !r.at.Equal(storagetest.Start) {
		t.Fatalf("read %v %s %s", err, r.command, r.at)
	}
	if got := spell(r.spans()); got != "register#1, INC-1#1 to #2" {
		t.Errorf("spans %s", got)
	}
	for _, elsewhere := range []place{at(1, 65), at(2, 64), 0} {
		if parseFrame(frame, elsewhere, &r) == nil {
			t.Errorf("the frame counts at %x too", elsewhere)
		}
	}
}

func TestAFrameQuotedInABodyIsNotFoundAfterDamage(t *testing.T) {
	quoted := sample(t, at(9, 64), []byte("quoted"))
	data := append(encodeHead(1, 4096), sample(t, at(1, segmentHead), quoted)...)
	data[segmentHead] ^= 1
	if sv := surveySegment(data, 1); len(sv.frames) != 0 || len(sv.bad) != 1 {
		t.Errorf("found %d records and %d unreadable places", len(sv.frames), len(sv.bad))
	}
}

func TestABrokenChainUnderGoodSumsIsNamed(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(8, 8)))
	node := w.disk.names[w.active]
	payload := node.data[w.last.from+frameHead : w.last.to]
	payload[len(payload)-1] ^= 1 // the stored hash of the last entry
	frame := node.data[w.last.from:w.last.to]
	binary.LittleEndian.PutUint32(frame[8:], frameSum(at(3, w.last.from), frame))
	r, err := verify(w.disk, "disk")
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != Damage || !strings.Contains(r.Findings[0].What, "chain breaks") {
		t.Errorf("found %v, %v", r.Findings, err)
	}
}

func TestCommandsThatShareAHashAreToldApart(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(9, 9)))
	s := reopened(t, w.disk, Options{})
	seg := s.log.sealed[0]
	for i := range len(seg.commands) / commandPair { // every record answers to this hash
		binary.BigEndian.PutUint64(seg.commands[i*commandPair:], hashCommand("c3"))
	}
	if landing, found, err := s.recall("c3"); err != nil || !found || len(landing.Spans) == 0 {
		t.Errorf("c3: %v, %t, %v", landing, found, err)
	}
	seg.commands = seg.commands[len(seg.commands)-commandPair:] // a later command of that hash
	if landing, found, err := s.recall("c3"); err != nil || found {
		t.Errorf("another command's landing %v counts as c3's (%v)", landing, err)
	}
}

// FuzzRecord holds the decoder of records: it takes only what it would write.
func FuzzRecord(f *testing.F) {
	frame := sample(f, 0, []byte("body"))
	f.Add(frame[frameHead:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, payload []byte) {
		var r record
		if r.parse(payload) != nil {
			return
		}
		b := storage.Batch{Command: string(r.command), At: r.at, Spans: r.spans()}
		for _, e := range r.entries {
			b.Entries = append(b.Entries, storage.Entry{Kind: string(e.kind), Body: e.body, Hash: e.hash})
		}
		if again := appendRecord(nil, r.floor, b); !bytes.Equal(again, payload) {
			t.Errorf("%x was read, %x is written", payload, again)
		}
	})
}

// FuzzFrame holds the sum: a frame of which up to four neighbouring bytes
// differ is never taken.
func FuzzFrame(f *testing.F) {
	f.Add([]byte("body"), uint16(0), uint32(1))
	f.Add([]byte(""), uint16(5), uint32(0xffffffff))
	f.Fuzz(func(t *testing.T, body []byte, where uint16, mask uint32) {
		frame := sample(t, at(1, 64), body[:min(len(body), storage.MaxBody)])
		i := int(where) % (len(frame) - 3)
		flipped := bytes.Clone(frame)
		binary.LittleEndian.PutUint32(flipped[i:], binary.LittleEndian.Uint32(frame[i:])^mask)
		if _, length, whole := cutFrame(flipped, at(1, 64)); whole && mask != 0 {
			t.Errorf("taken with %d bytes after byte %d was changed by %x", length, i, mask)
		}
	})
}

// FuzzSegment holds the scanner: whatever lies in a segment, it finds only
// whole records, and every written byte is in a record or reported.
func FuzzSegment(f *testing.F) {
	f.Add([]byte("HFr1"), uint16(0), false)
	f.Add(sample(f, at(1, segmentHead), []byte("body")), uint16(0), true)
	f.Add(bytes.Repeat([]byte("HFr1\x08\x00\x00\x00"), 20), uint16(9), true)
	f.Fuzz(func(t *testing.T, garbage []byte, gap uint16, follow bool) {
		data := append(encodeHead(1, 1<<20), make([]byte, gap)...)
		data = append(data, garbage...)
		from := len(data)
		if follow {
			data = append(data, sample(t, at(1, uint32(from)), []byte("behind"))...)
		}
		data = append(data, make([]byte, 100)...)
		sv := surveySegment(data, 1)
		seen := make([]bool, len(data))
		for _, e := range append(append([]extent{}, sv.frames...), sv.bad...) {
			for i := e.from; i < e.to; i++ {
				seen[i] = true
			}
		}
		for i, b := range data[segmentHead:] {
			if b != 0 && !seen[segmentHead+i] {
				t.Fatalf("byte %d is in no record and not reported", segmentHead+i)
			}
		}
		if n := len(sv.frames); follow && (n == 0 || sv.frames[n-1].from != uint32(from)) && len(garbage) == 0 {
			t.Errorf("the record behind is not found")
		}
		sv.cutTail(data)
		sv.walk(data, func(*record, extent) {}, func(e extent) {
			describe(Damage, "", data, 1, e, func(string) uint64 { return 1 })
		})
	})
}

// FuzzIndex holds the decoder of indexes; the sum is set right, so that what
// lies under it is tried too.
func FuzzIndex(f *testing.F) {
	c, s := newCatalog(), &segment{number: 1, size: 4096, end: segmentHead}
	c.put(storage.Span{Journal: "INC-1", First: 1, Last: 2}, storage.Hash{1}, s, extent{64, 200})
	s.hold(extent{64, 200}, "c1", storagetest.Start)
	index := encodeIndex(s, c)
	f.Add(index[:len(index)-4])
	f.Add(index[:len(index)-8])
	f.Fuzz(func(t *testing.T, body []byte) {
		data := binary.LittleEndian.AppendUint32(bytes.Clone(body), crc32.Checksum(body, castagnoli))
		again := newCatalog()
		seg, err := decodeIndex(data, 1, again.putChapter)
		if err != nil {
			return
		}
		for _, sh := range again.journals {
			for _, ch := range sh.chapters {
				ch.records(0, func(ref) bool { return true })
			}
		}
		seg.commands.offsets(hashCommand("c1"))
	})
}
