package file

import (
	"fmt"
	"slices"

	"holdfast/storage"
)

// recall looks for a command in the sealed segments, the newest first. It
// serves the ledger, which knows the commands of the active segment.
func (s *Store) recall(command string) (storage.Landing, bool, error) {
	now, hash := s.clock.Now(), hashCommand(command)
	var r record
	for _, seg := range slices.Backward(s.log.sealed) {
		if !storage.Remembered(seg.newest, now) {
			continue
		}
		for _, offset := range seg.commands.offsets(hash) {
			doing := "look for command " + command
			if err := s.readRecord(seg, offset, &r); err != nil {
				return storage.Landing{}, false, s.unreadable(doing, seg, extent{from: offset, to: offset}, nil, err)
			}
			if string(r.command) == command {
				return storage.Landing{At: r.at, Spans: r.spans()}, true, nil
			}
		}
	}
	return storage.Landing{}, false, nil
}

// readRecord reads the record at offset, whose length is not known yet.
func (s *Store) readRecord(seg *segment, offset uint32, r *record) error {
	f, err := seg.open(s.logs, ReadOnly)
	if err != nil {
		return err
	}
	head := make([]byte, frameHead)
	if _, err := f.ReadAt(head, int64(offset)); err != nil {
		return err
	}
	length := uint32(head[4]) | uint32(head[5])<<8 | uint32(head[6])<<16 | uint32(head[7])<<24
	if length > maxPayload {
		return errFrame
	}
	frame := make([]byte, frameHead+length)
	if _, err := f.ReadAt(frame, int64(offset)); err != nil {
		return err
	}
	return parseFrame(frame, at(seg.number, offset), r)
}

var errFrame = fmt.Errorf("the record cannot be read")

// parseFrame reads a record that must fill frame exactly.
func parseFrame(frame []byte, p place, r *record) error {
	payload, length, whole := cutFrame(frame, p)
	if !whole || length != len(frame) {
		return errFrame
	}
	return r.parse(payload)
}
