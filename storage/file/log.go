package file

import (
	"fmt"
	"slices"

	"holdfast/storage"
)

// log is what the committer owns: the segments, the one that is written, and
// the ledger of all that was written.
type log struct {
	ledger *storage.Ledger
	sealed []*segment // in order
	active *segment   // nil until the first batch after a seal
	full   bool       // the active segment is being sealed
	last   uint32     // number of the newest segment
	buf    []byte
}

func (l *log) all() []*segment {
	if l.active == nil {
		return l.sealed
	}
	return append(slices.Clone(l.sealed), l.active)
}

// run commits what waits until the queue is closed.
func (s *Store) run() {
	var group []*request
	for {
		var more bool
		if group, more = s.queue.take(group); !more {
			return
		}
		s.commit(group)
	}
}

// commit writes a group in as few parts as segments allow.
func (s *Store) commit(group []*request) {
	for len(group) > 0 {
		n, err := s.makeRoom(group)
		if err != nil {
			answer(group, func(*request) error { return err })
			return
		}
		s.write(group[:n])
		group = group[n:]
	}
}

// makeRoom says how many requests from the front fit in the active segment and
// begins a new one when not even the first does. An error leaves all as it
// was.
func (s *Store) makeRoom(group []*request) (int, error) {
	doing := "append to " + group[0].writes[0].Journal
	if err := s.state.broken(doing); err != nil {
		return 0, err
	}
	if n := s.fitting(group); n > 0 {
		return n, nil
	}
	if err := s.roll(uint32(group[0].bound)); err != nil {
		reason := noRoomFault(s.dir, err)
		return 0, &storage.UnavailableError{Doing: doing, Remedy: reason.Next, Err: reason}
	}
	return s.fitting(group), nil
}

func (s *Store) fitting(group []*request) int {
	if s.log.active == nil || s.log.full {
		return 0
	}
	room := int(s.log.active.size) - int(s.log.active.end)
	for n, r := range group {
		if room -= r.bound; room < 0 {
			return n
		}
	}
	return len(group)
}

// write admits requests, writes those that were admitted as one, makes them
// durable, and only then answers all of them: a conflict too may rest on an
// entry of this group.
func (s *Store) write(part []*request) {
	s.ice.mu.RLock()
	defer s.ice.mu.RUnlock()
	l, active := &s.log, s.log.active
	floor := at(active.number, active.end)
	buf := l.buf[:0]
	for _, r := range part {
		if r.err = s.ice.refuse(r.writes); r.err != nil {
			if err := l.ledger.Landed(r.command, r.landing(s.clock)); err != nil {
				r.err = err
			}
			continue
		}
		if r.batch, r.err = l.ledger.Admit(r.command, r.landing(s.clock), r.writes); r.err != nil {
			continue
		}
		r.extent.from = active.end + uint32(len(buf))
		buf = appendFrame(buf, at(active.number, r.extent.from), func(b []byte) []byte {
			return appendRecord(b, floor, r.batch)
		})
		r.extent.to = active.end + uint32(len(buf))
	}
	l.buf = buf
	if len(buf) > 0 {
		if err := s.persist(buf); err != nil {
			s.state.refuse(poisonedFault(s.dir, err))
			answer(part, func(r *request) error { return s.unconfirmed(r) })
			return
		}
		s.publish(part)
	}
	answer(part, func(r *request) error { return r.err })
}

func (s *Store) persist(buf []byte) error {
	active := s.log.active
	f, err := active.open(s.logs, ReadWrite)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(buf, int64(active.end)); err != nil {
		return err
	}
	return f.Sync()
}

// unconfirmed is the answer when the disk did not confirm: the batch may have
// landed all the same.
func (s *Store) unconfirmed(r *request) error {
	reason := s.state.why()
	return &storage.UnavailableError{
		Doing: "append to " + r.writes[0].Journal, Remedy: reason.Next, Doubtful: true, Lasting: true, Err: reason,
	}
}

// publish shows readers and watchers what is durable now.
func (s *Store) publish(part []*request) {
	active := s.log.active
	var grown []storage.Growth
	s.catalog.mu.Lock()
	for _, r := range part {
		if r.err != nil {
			continue
		}
		entries := r.batch.Entries
		for _, span := range r.batch.Spans {
			n := span.Last - span.First + 1
			s.catalog.put(span, entries[n-1].Hash, active, r.extent)
			entries = entries[n:]
			grown = append(grown, storage.Growth{Journal: span.Journal, Seq: span.Last})
		}
		active.hold(r.extent, r.command, r.batch.At)
	}
	s.catalog.mu.Unlock()
	s.feed.Grew(grown...)
}

// roll seals the active segment, if there is one, and begins the next with
// room for need bytes. It may be called again after an error.
func (s *Store) roll(need uint32) error {
	l := &s.log
	if l.active != nil {
		l.full = true
		if err := s.seal(l.active); err != nil {
			return fmt.Errorf("seal segment %d: %w", l.active.number, err)
		}
		l.sealed = append(l.sealed, l.active)
		l.active, l.full = nil, false
		l.ledger.ForgetCommands()
	}
	next := &segment{number: l.last + 1, end: segmentHead}
	next.size = max(nominalSize(next.number, s.segmentSize), segmentHead+need)
	if err := makeSegment(s.logs, next.number, next.size); err != nil {
		return fmt.Errorf("make segment %d: %w", next.number, err)
	}
	if _, err := next.open(s.logs, ReadWrite); err != nil {
		return fmt.Errorf("open segment %d: %w", next.number, err)
	}
	l.active, l.last = next, next.number
	return nil
}

// nominalSize lets segments double from 4 MiB, so that a small store is small
// and quick to make.
func nominalSize(number, large uint32) uint32 {
	const first = 4 << 20
	if number > 8 {
		return large
	}
	return min(large, first<<(number-1))
}

// seal writes the segment's index. From then on the commands are looked up
// there.
func (s *Store) seal(seg *segment) error {
	data := encodeIndex(seg, s.catalog)
	if err := writeWhole(s.logs, ".", indexName(seg.number), writing(data)); err != nil {
		return err
	}
	seg.seal()
	return nil
}

func answer(group []*request, verdict func(*request) error) {
	for _, r := range group {
		r.err = verdict(r)
		close(r.done)
	}
}
