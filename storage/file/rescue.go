package file

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"holdfast/storage"
)

// rescue goes over a damaged log once, in the order in which it was written,
// and tells what is intact: of each journal its beginning, up to the first
// entry that is missing or not as it was written. An entry counts as intact
// when its hash follows from the entry before.
type rescue struct {
	logs FS
	// keep is handed the intact writes of each record. It may be nil.
	keep func(at time.Time, command string, writes []storage.Write) error
	// anew is a journal whose entries behind the damage are collected.
	anew string

	last   uint32
	at     time.Time // of the last record that was whole
	trails map[string]*trail
	blank  []blank
	behind []storage.Entry // of anew
	proven uint64          // entries of broken records, kept since their hashes hold
}

// blank is a run of unreadable bytes of which nobody can tell what they held.
type blank struct {
	place  place
	length int64
}

func newRescue(logs FS, anew string) *rescue {
	return &rescue{logs: logs, anew: anew, trails: map[string]*trail{}}
}

func (r *rescue) run() error {
	names, err := r.logs.List(".")
	if err != nil {
		return err
	}
	for _, ending := range []string{".log", ".idx"} {
		if n := numbered(names, ending); len(n) > 0 {
			r.last = max(r.last, n[len(n)-1])
		}
	}
	for number := uint32(1); number <= r.last; number++ {
		if err := r.segment(number); err != nil {
			return err
		}
	}
	for name, t := range r.trails {
		if !t.sure { // the name itself may be broken
			r.blank = append(r.blank, t.claims...)
			delete(r.trails, name)
		}
	}
	return nil
}

// segment takes what one segment holds, whole and broken records in order. The
// index of a sealed segment says what the broken ones were.
func (r *rescue) segment(number uint32) error {
	known, err := r.knownRecords(number)
	if err != nil {
		return err
	}
	data, err := readWhole(r.logs, logName(number))
	switch {
	case errors.Is(err, fs.ErrNotExist) && known == nil:
		r.blank = append(r.blank, blank{at(number, 0), int64(nominalSize(number, defaultSegmentSize))})
		return nil
	case errors.Is(err, fs.ErrNotExist):
		data = make([]byte, segmentHead)
	case err != nil:
		return err
	}
	sv := surveySegment(data, number)
	if number == r.last && known == nil {
		sv.cutTail(data)
	}
	whole := map[uint32]bool{}
	for _, f := range sv.frames {
		whole[f.from] = true
	}
	var broken []piece
	switch {
	case known == nil:
		for _, bad := range sv.bad {
			broken = append(broken, pieces(data, extent{sv.before(bad), bad.to})...)
		}
	case len(sv.bad) > 0 || len(sv.frames) < len(known):
		for from, p := range known {
			if !whole[from] {
				broken = append(broken, p.read(data))
			}
		}
		slices.SortFunc(broken, func(a, b piece) int { return int(a.from) - int(b.from) })
	}
	return r.inOrder(data, sv, broken)
}

// before is where the last record in front of unreadable bytes ends.
func (s *survey) before(bad extent) uint32 {
	end := uint32(segmentHead)
	for _, f := range s.frames {
		if f.to <= bad.from {
			end = f.to
		}
	}
	return end
}

// inOrder hands on the records of a segment by their places.
func (r *rescue) inOrder(data []byte, sv *survey, broken []piece) error {
	var rec record
	for _, f := range sv.frames {
		for len(broken) > 0 && broken[0].from < f.from {
			if err := r.broken(broken[0], sv.number); err != nil {
				return err
			}
			broken = broken[1:]
		}
		if err := parseFrame(data[f.from:f.to], at(sv.number, f.from), &rec); err != nil {
			return err
		}
		if err := r.whole(&rec, at(sv.number, f.from)); err != nil {
			return err
		}
	}
	for _, p := range broken {
		if err := r.broken(p, sv.number); err != nil {
			return err
		}
	}
	return nil
}

// knownRecords returns what the index of a segment says of its records, by
// offset, and nil where there is no index that can be read.
func (r *rescue) knownRecords(number uint32) (map[uint32]*piece, error) {
	data, err := readWhole(r.logs, indexName(number))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known := map[uint32]*piece{}
	_, err = decodeIndex(data, number, func(journal string, _ storage.Head, ch chapter) {
		ch.records(0, func(next ref) bool {
			p, found := known[next.from]
			if !found {
				p = &piece{extent: next.extent, placed: true, exact: true}
				known[next.from] = p
			}
			p.writes = append(p.writes, guessedWrite{journal: journal, first: next.first, last: next.last})
			return true
		})
	})
	if err != nil {
		return nil, nil //nolint:nilerr // an index that cannot be read tells nothing
	}
	return known, nil
}

// read adds the entries that can be parsed to what the index says.
func (p *piece) read(data []byte) piece {
	full := *p
	if int(p.to) > len(data) || p.to-p.from <= frameHead {
		return full
	}
	g := guessRecord(data[p.from+frameHead : p.to])
	for i, w := range full.writes {
		for _, x := range g.writes {
			if x.span() == w.span() {
				full.writes[i].entries = x.entries
			}
		}
	}
	return full
}
