package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"holdfast/storage"
)

// The index of a sealed segment says where each journal's entries and each
// command lie, so that a start reads no sealed segment:
//
//	magic 8 bytes, version 4, segment 4, size 4, end 4, newest time 8
//	journals: count, then for each: name, first and last position, hash of
//	          the last entry, the chapter's refs
//	commands: the table
//	CRC-32C of all these, 4 bytes
var indexMagic = []byte("HFINDEX\x00")

var errIndex = errors.New("not the index of this segment")

// encodeIndex writes the index of a segment whose last chapters are all in
// the catalog.
func encodeIndex(s *segment, c *catalog) []byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var journals []byte
	count := 0
	c.each(s, func(journal string, head storage.Head, ch chapter) {
		count++
		journals = appendText(journals, journal)
		journals = binary.AppendUvarint(journals, ch.first)
		journals = binary.AppendUvarint(journals, ch.last)
		journals = append(journals, head.Hash[:]...)
		journals = appendText(journals, ch.refs)
	})
	data := bytes.Clone(indexMagic)
	for _, v := range []uint32{version, s.number, s.size, s.end} {
		data = binary.LittleEndian.AppendUint32(data, v)
	}
	data = binary.LittleEndian.AppendUint64(data, uint64(s.newest.UnixNano()))
	data = binary.AppendUvarint(data, uint64(count))
	data = append(data, journals...)
	data = appendText(data, makeCommandTable(s.landed))
	return binary.LittleEndian.AppendUint32(data, crc32.Checksum(data, castagnoli))
}

// decodeIndex reads an index and hands its chapters to put. It calls put only
// when the whole index is in order. Refs and commands are parts of data.
func decodeIndex(data []byte, number uint32, put func(journal string, head storage.Head, ch chapter)) (*segment, error) {
	if len(data) < len(indexMagic)+4 || !bytes.Equal(data[:len(indexMagic)], indexMagic) {
		return nil, errIndex
	}
	body, sum := data[:len(data)-4], data[len(data)-4:]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(sum) {
		return nil, errIndex
	}
	c := cursor{rest: body[len(indexMagic):]}
	if v := c.fixed32(); v != version {
		return nil, newerError{v}
	}
	if c.fixed32() != number {
		return nil, errIndex
	}
	s := &segment{number: number, sealed: true, size: c.fixed32(), end: c.fixed32()}
	s.newest = time.Unix(0, int64(c.fixed())).UTC()
	type part struct {
		journal []byte
		head    storage.Head
		chapter chapter
	}
	parts := make([]part, 0, 1024)
	for range c.count() {
		p := part{journal: c.text(), chapter: chapter{segment: s, first: c.number(), last: c.number()}}
		p.head.Seq = p.chapter.last
		copy(p.head.Hash[:], c.bytes(uint64(len(p.head.Hash))))
		if p.chapter.refs = c.text(); c.failed || p.chapter.last < p.chapter.first {
			return nil, errIndex
		}
		parts = append(parts, p)
	}
	s.commands = commandTable(c.text())
	if c.failed || len(c.rest) != 0 || len(s.commands)%commandPair != 0 {
		return nil, errIndex
	}
	for _, p := range parts {
		put(string(p.journal), p.head, p.chapter)
	}
	return s, nil
}
