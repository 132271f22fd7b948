package file

import (
	"encoding/binary"
	"slices"
	"sort"
)

// commandTable finds commands in a sealed segment: pairs of a hash, 8 bytes,
// and the offset of the record, 4 bytes, sorted. Two commands may share a
// hash, so the record decides.
type commandTable []byte

const commandPair = 12

// commandAt says that a command landed in the record at offset.
type commandAt struct {
	hash   uint64
	offset uint32
}

// hashCommand is FNV-1a, which stays the same on every machine.
func hashCommand[T string | []byte](command T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(command) {
		h = (h ^ uint64(command[i])) * 1099511628211
	}
	return h
}

func makeCommandTable(landed []commandAt) commandTable {
	sorted := slices.Clone(landed)
	slices.SortFunc(sorted, func(a, b commandAt) int {
		switch {
		case a.hash < b.hash || a.hash == b.hash && a.offset < b.offset:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	table := make(commandTable, 0, len(sorted)*commandPair)
	for _, c := range sorted {
		table = binary.BigEndian.AppendUint64(table, c.hash)
		table = binary.BigEndian.AppendUint32(table, c.offset)
	}
	return table
}

// offsets returns where commands of this hash landed, the latest first.
func (t commandTable) offsets(hash uint64) []uint32 {
	n := len(t) / commandPair
	i := sort.Search(n, func(i int) bool { return t.hash(i) >= hash })
	var found []uint32
	for ; i < n && t.hash(i) == hash; i++ {
		found = append(found, binary.BigEndian.Uint32(t[i*commandPair+8:]))
	}
	slices.Reverse(found)
	return found
}

func (t commandTable) hash(i int) uint64 { return binary.BigEndian.Uint64(t[i*commandPair:]) }
