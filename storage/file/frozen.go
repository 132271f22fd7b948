package file

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"holdfast/storage"
)

// frozenName is the file beside a log of layout 2 that lists the journals which
// take no more entries: one line of JSON, then its CRC-32C.
const frozenName = "FROZEN"

// frozenList is what the file says.
type frozenList struct {
	Was    string          `json:"was,omitempty"`  // the folder of the log before the last repair
	Kept   string          `json:"kept,omitempty"` // where its files are now, or are going
	Frozen []frozenJournal `json:"frozen"`
	Blobs  []string        `json:"lost_blobs,omitempty"`
}

type frozenJournal struct {
	Journal string `json:"journal"`
	Seq     uint64 `json:"seq"`
	Hash    string `json:"hash"`
	Doubt   bool   `json:"doubt,omitempty"`
	Note    string `json:"note"`
}

var errFrozen = errors.New("the list of frozen journals cannot be read")

func (l frozenList) encode() ([]byte, error) {
	line, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	line = append(line, '\n')
	return fmt.Appendf(line, "%08x\n", crc32.Checksum(line, castagnoli)), nil
}

func decodeFrozen(data []byte) (frozenList, error) {
	const tail = 9 // the sum and the line's end
	var l frozenList
	if len(data) < tail {
		return l, errFrozen
	}
	line, sum := data[:len(data)-tail], data[len(data)-tail:]
	if !bytes.Equal(sum, fmt.Appendf(nil, "%08x\n", crc32.Checksum(line, castagnoli))) || json.Unmarshal(line, &l) != nil {
		return l, errFrozen
	}
	if l.Was != "" && (!isFolder(l.Kept, damagedPrefix) || !isFolder(l.Was, repairedPrefix) && l.Was != ".") {
		return l, errFrozen
	}
	return l, nil
}

// readFrozen reads the list of a log. A missing or damaged one is errFrozen.
func readFrozen(log FS) (frozenList, error) {
	data, err := readWhole(log, frozenName)
	if errors.Is(err, fs.ErrNotExist) {
		return frozenList{}, errFrozen
	}
	if err != nil {
		return frozenList{}, err
	}
	return decodeFrozen(data)
}

func writeFrozen(log FS, l frozenList) error {
	data, err := l.encode()
	if err != nil {
		return err
	}
	return writeWhole(log, ".", frozenName, writing(data))
}

func (l *frozenList) add(f storage.Frozen) {
	l.Frozen = append(l.Frozen, frozenJournal{f.Journal, f.Head.Seq, f.Head.Hash.String(), f.Doubt, f.Note})
}

// marks returns the list by journal.
func (l frozenList) marks() map[string]storage.Frozen {
	marks := make(map[string]storage.Frozen, len(l.Frozen))
	for _, j := range l.Frozen {
		f := storage.Frozen{Journal: j.Journal, Doubt: j.Doubt, Note: j.Note}
		f.Head.Seq = j.Seq
		if hash, err := storage.ParseHash(j.Hash); err == nil { // its own sum vouches for it
			f.Head.Hash = hash
		}
		marks[j.Journal] = f
	}
	return marks
}

// ice holds the frozen journals of an open store. The committer holds mu for
// reading while it writes a group, so that a journal stands still while it is
// frozen.
type ice struct {
	mu    sync.RWMutex
	list  frozenList
	marks map[string]storage.Frozen
}

// load reads the list of a log of layout 2.
func (i *ice) load(log FS) error {
	list, err := readFrozen(log)
	i.list, i.marks = list, list.marks()
	return err
}

func (i *ice) find(journal string) (storage.Frozen, bool) {
	i.mu.RLock()
	defer i.mu.RUnlock()
	f, found := i.marks[journal]
	return f, found
}

// refuse says which journal of a batch takes no entries. The caller holds mu.
func (i *ice) refuse(writes []storage.Write) error {
	if len(i.marks) == 0 {
		return nil
	}
	for _, w := range writes {
		if f, found := i.marks[w.Journal]; found {
			return &storage.FrozenError{Frozen: f}
		}
	}
	return nil
}

func (i *ice) names() []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return slices.Collect(maps.Keys(i.marks))
}

// Freeze implements storage.Freezer. The first one brings the store to layout
// 2, which older versions refuse.
func (s *Store) Freeze(_ context.Context, f storage.Frozen) error {
	doing := "freeze " + f.Journal
	if err := s.state.refusal(doing); err != nil {
		return err
	}
	s.ice.mu.Lock()
	defer s.ice.mu.Unlock()
	if _, found := s.ice.marks[f.Journal]; found {
		return nil
	}
	if have := s.catalog.find(f.Journal).head; have != f.Head {
		return &storage.ConflictError{Journal: f.Journal, Want: f.Head.Seq, Have: have.Seq}
	}
	if err := s.freeze(f); err != nil {
		return &storage.UnavailableError{Doing: doing, Err: err}
	}
	return nil
}

// freeze keeps older versions out before it counts on its list being read.
func (s *Store) freeze(f storage.Frozen) error {
	if s.marker.layout < 2 {
		if err := writeFrozen(s.logs, s.ice.list); err != nil {
			return err
		}
		next := marker{layout: 2, log: s.marker.log}
		if err := writeWhole(s.fs, ".", markerName, writing([]byte(next.text()))); err != nil {
			return err
		}
		s.marker = next
	}
	list := s.ice.list
	list.Frozen = slices.Clone(list.Frozen)
	list.add(f)
	if err := writeFrozen(s.logs, list); err != nil {
		return err
	}
	s.ice.list, s.ice.marks = list, list.marks()
	return nil
}
