package file

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// segment is one file of the log: a head, frames, then zeros up to its size.
// It is written until the next frame does not fit, then sealed: its index is
// written beside it and it never changes again.
type segment struct {
	number   uint32
	size     uint32
	end      uint32 // where the next frame goes
	newest   time.Time
	sealed   bool
	commands commandTable // when sealed
	landed   []commandAt  // until sealed

	mu   sync.Mutex
	file File // opened when first needed
}

// version is the layout of segments, indexes and records.
const version = 1

// segmentHead is the length of a segment's head: magic, version, number, size,
// zeros, and the CRC-32C of all these.
const segmentHead = 64

var segmentMagic = []byte("HFSEGMNT")

func logName(number uint32) string   { return fmt.Sprintf("%08d.log", number) }
func indexName(number uint32) string { return fmt.Sprintf("%08d.idx", number) }

// numbered returns the segment numbers of the files with this ending, sorted.
func numbered(names []string, ending string) []uint32 {
	var numbers []uint32
	for _, name := range names {
		stem, found := strings.CutSuffix(name, ending)
		n, err := strconv.ParseUint(stem, 10, 32)
		if found && err == nil && n > 0 && fmt.Sprintf("%08d", n) == stem {
			numbers = append(numbers, uint32(n))
		}
	}
	slices.Sort(numbers)
	return numbers
}

func encodeHead(number, size uint32) []byte {
	head := make([]byte, segmentHead)
	copy(head, segmentMagic)
	binary.LittleEndian.PutUint32(head[8:], version)
	binary.LittleEndian.PutUint32(head[12:], number)
	binary.LittleEndian.PutUint32(head[16:], size)
	binary.LittleEndian.PutUint32(head[60:], crc32.Checksum(head[:60], castagnoli))
	return head
}

// newerError says that a file was written by a later version.
type newerError struct{ version uint32 }

func (e newerError) Error() string { return fmt.Sprintf("written in layout %d", e.version) }

// decodeHead returns the size that the segment was made with. The error is a
// newerError when only the version stands in the way.
func decodeHead(data []byte, number uint32) (size uint32, err error) {
	if len(data) < segmentHead || !bytes.Equal(data[:8], segmentMagic) {
		return 0, fmt.Errorf("does not begin as a segment")
	}
	head := data[:segmentHead]
	if crc32.Checksum(head[:60], castagnoli) != binary.LittleEndian.Uint32(head[60:]) {
		return 0, fmt.Errorf("the head of the segment is damaged")
	}
	if v := binary.LittleEndian.Uint32(head[8:]); v != version {
		return 0, newerError{v}
	}
	if n := binary.LittleEndian.Uint32(head[12:]); n != number {
		return 0, fmt.Errorf("is segment %d under another name", n)
	}
	return binary.LittleEndian.Uint32(head[16:]), nil
}

// makeSegment writes an empty segment, durably. The zeros are written out, so
// that later appends change no metadata and no full disk can refuse them.
func makeSegment(fsys FS, number, size uint32) error {
	return writeWhole(fsys, ".", logName(number), func(f File) error {
		if err := writeZeros(f, segmentHead, int64(size)); err != nil {
			return err
		}
		_, err := f.WriteAt(encodeHead(number, size), 0)
		return err
	})
}

var zeros = make([]byte, 256<<10)

// writeZeros fills the bytes from to to.
func writeZeros(f io.WriterAt, from, to int64) error {
	for from < to {
		n := min(to-from, int64(len(zeros)))
		if _, err := f.WriteAt(zeros[:n], from); err != nil {
			return err
		}
		from += n
	}
	return nil
}

// open returns the segment's file and opens it if need be.
func (s *segment) open(fsys FS, mode Mode) (File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		return s.file, nil
	}
	f, err := fsys.Open(logName(s.number), mode)
	if err != nil {
		return nil, err
	}
	s.file = f
	return f, nil
}

func (s *segment) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// hold notes that a record lies in the segment now.
func (s *segment) hold(e extent, command string, at time.Time) {
	s.end = e.to
	if at.After(s.newest) {
		s.newest = at
	}
	if command != "" {
		s.landed = append(s.landed, commandAt{hashCommand(command), e.from})
	}
}

// seal ends the writing; commands are looked up in the table from now on.
func (s *segment) seal() {
	s.sealed, s.commands, s.landed = true, makeCommandTable(s.landed), nil
}
