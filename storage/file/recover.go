package file

import (
	"errors"
	"fmt"
	"io/fs"

	"holdfast/storage"
)

// recover learns from indexes what sealed segments hold, reads the segments
// that have none, and makes the last one ready to be written. Names are made
// durable first: a process may have died before it did so, and what is written
// from now on lies under them.
func (s *Store) recover() error {
	names, err := s.logs.List(".")
	if err != nil {
		return err
	}
	if !s.readOnly {
		if err := s.logs.SyncDir("."); err != nil {
			return err
		}
	}
	logs, indexes := numbered(names, ".log"), numbered(names, ".idx")
	for _, numbers := range [][]uint32{logs, indexes} {
		if n := len(numbers); n > 0 {
			s.log.last = max(s.log.last, numbers[n-1])
		}
	}
	indexed := set(indexes)
	present := set(logs)
	for number := uint32(1); number <= s.log.last; number++ {
		if err := s.recoverSegment(number, present[number], indexed[number]); err != nil {
			return fmt.Errorf("segment %d: %w", number, err)
		}
	}
	return nil
}

func set(numbers []uint32) map[uint32]bool {
	m := make(map[uint32]bool, len(numbers))
	for _, n := range numbers {
		m[n] = true
	}
	return m
}

func (s *Store) recoverSegment(number uint32, present, indexed bool) error {
	if !present {
		s.note(Finding{Kind: Damage, File: logName(number), What: "the file is missing"})
	}
	if indexed {
		seg, err := s.loadIndex(number)
		if err != nil {
			return err
		}
		if seg != nil {
			s.log.sealed = append(s.log.sealed, seg)
			return nil
		}
	}
	if !present {
		return nil
	}
	return s.readSegment(number, indexed)
}

// loadIndex returns nil without an error when the index is of no use.
func (s *Store) loadIndex(number uint32) (*segment, error) {
	data, err := readWhole(s.logs, indexName(number))
	if err != nil {
		return nil, err
	}
	seg, err := decodeIndex(data, number, s.catalog.putChapter)
	switch {
	case errors.As(err, new(newerError)):
		return nil, err
	case err != nil:
		s.note(staleIndex(number))
		seg = nil
	}
	return seg, nil
}

func staleIndex(number uint32) Finding {
	return Finding{Kind: StaleIndex, File: indexName(number), What: "does not fit its segment; the segment itself is read instead"}
}

// readSegment reads a segment that has no index it could be known by.
func (s *Store) readSegment(number uint32, restoreIndex bool) error {
	data, err := readWhole(s.logs, logName(number))
	if err != nil {
		return err
	}
	seg := &segment{number: number, end: segmentHead, size: uint32(len(data))}
	clean := true
	if size, err := decodeHead(data, number); err == nil {
		seg.size = size
	} else if errors.As(err, new(newerError)) {
		return err
	} else {
		clean = false
		s.note(Finding{Kind: Damage, File: logName(number), Length: segmentHead, What: err.Error()})
	}
	sv := surveySegment(data, number)
	var tail extent
	switch {
	case number < s.log.last:
	case s.readOnly:
		if data, sv, tail, err = judgeTail(s.logs, data, sv); err != nil {
			return err
		}
	default:
		tail = sv.cutTail(data)
	}
	clean = clean && len(sv.bad) == 0
	s.shelve(data, sv, seg)
	if number != s.log.last {
		return s.takeSealed(seg, clean)
	}
	s.log.active = seg
	return s.takeActive(seg, data, sv, tail, clean)
}

// shelve notes all records of a segment, and its unreadable bytes where they
// stand between them.
func (s *Store) shelve(data []byte, sv *survey, seg *segment) {
	sv.walk(data, func(r *record, e extent) {
		s.catalog.putRecord(r, seg, e)
		seg.hold(e, string(r.command), r.at)
		if sv.number == s.log.last {
			s.log.ledger.Remember(string(r.command), storage.Landing{At: r.at, Spans: r.spans()})
		}
	}, func(e extent) {
		s.shelveBad(data, sv.number, e)
	})
}

// shelveBad notes unreadable bytes; the journals they seem to belong to end
// before them.
func (s *Store) shelveBad(data []byte, number uint32, e extent) {
	f := describe(Damage, "the record cannot be read", data, number, e, s.catalog.next)
	s.note(f)
	for _, span := range f.Spans {
		s.catalog.wound(span.Journal, span.First, f)
	}
}

// takeSealed keeps a segment that is not the last one and writes its index
// again, since one is missing or does not fit.
func (s *Store) takeSealed(seg *segment, clean bool) error {
	if clean && !s.readOnly {
		if err := s.seal(seg); err != nil {
			return err
		}
	}
	seg.seal()
	s.log.sealed = append(s.log.sealed, seg)
	return nil
}

// takeActive makes the last segment ready. What is there is written once more
// and made durable: a process may have died between writing and syncing, and
// what is shown to people from now on must stay.
func (s *Store) takeActive(seg *segment, data []byte, sv *survey, tail extent, clean bool) error {
	if tail.to > tail.from {
		f := describe(TornTail, "the last bytes are no whole record", data, seg.number, tail, s.catalog.next)
		if clean && !s.readOnly {
			var err error
			if f.Kept, err = s.keepAside(seg.number, tail, data[tail.from:tail.to]); err != nil {
				return err
			}
		}
		s.note(f)
	}
	if !clean || s.readOnly {
		return nil
	}
	f, err := seg.open(s.logs, ReadWrite)
	if err != nil {
		return err
	}
	if err := writeZeros(f, int64(seg.end), int64(max(tail.to, seg.end))); err != nil {
		return err
	}
	if err := writeZeros(f, int64(len(data)), int64(seg.size)); err != nil {
		return err
	}
	from := uint32(segmentHead)
	if sv.floor > at(seg.number, from) {
		from = min(uint32(sv.floor), seg.end)
	}
	if _, err := f.WriteAt(data[from:seg.end], int64(from)); err != nil {
		return err
	}
	return f.Sync()
}

// keepAside copies torn bytes into a file of their own and returns its name.
func (s *Store) keepAside(number uint32, e extent, torn []byte) (string, error) {
	stem := fmt.Sprintf("torn-%08d-%08d", number, e.from)
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s-%d.bin", stem, n)
		f, err := s.logs.Open(name, ReadOnly)
		if err == nil {
			f.Close()
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		return name, writeWhole(s.logs, ".", name, writing(torn))
	}
}
