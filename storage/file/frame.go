package file

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A frame is how one record lies in a segment:
//
//	magic  4 bytes  "HFr1"
//	length 4 bytes  of the payload, little-endian
//	crc    4 bytes  CRC-32C of segment number, offset, length and payload
//	payload
//
// The place is part of the sum, so that a frame counts only where it was
// written: one that was copied, or quoted in a body, is none.
const frameHead = 12

// maxPayload is above any batch of proper form.
const maxPayload = 32 << 20

var (
	frameMagic = []byte("HFr1")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// place is a position in the whole log: segment number, then offset.
type place uint64

func at(segment, offset uint32) place { return place(segment)<<32 | place(offset) }

// appendFrame appends the frame of payload, which will be written at p. It is
// written into buf in place: fill appends the payload.
func appendFrame(buf []byte, p place, fill func([]byte) []byte) []byte {
	start := len(buf)
	buf = append(buf, make([]byte, frameHead)...)
	buf = fill(buf)
	frame := buf[start:]
	copy(frame, frameMagic)
	binary.LittleEndian.PutUint32(frame[4:], uint32(len(frame)-frameHead))
	binary.LittleEndian.PutUint32(frame[8:], frameSum(p, frame))
	return buf
}

// frameSum is the sum of a frame without its magic and its sum.
func frameSum(p place, frame []byte) uint32 {
	var where [8]byte
	binary.LittleEndian.PutUint64(where[:], uint64(p))
	sum := crc32.Update(0, castagnoli, where[:])
	sum = crc32.Update(sum, castagnoli, frame[4:8])
	return crc32.Update(sum, castagnoli, frame[frameHead:])
}

// cutFrame returns the payload of the frame that data begins with and the
// length of the whole frame. It reports false unless every byte is as it was
// written.
func cutFrame(data []byte, p place) (payload []byte, length int, whole bool) {
	length, plausible := frameLength(data)
	if !plausible {
		return nil, 0, false
	}
	frame := data[:length]
	if binary.LittleEndian.Uint32(frame[8:]) != frameSum(p, frame) {
		return nil, 0, false
	}
	return frame[frameHead:], length, true
}

// frameLength reads the length of the whole frame that data begins with,
// unchecked.
func frameLength(data []byte) (int, bool) {
	if len(data) < frameHead || !bytes.Equal(data[:4], frameMagic) {
		return 0, false
	}
	length := binary.LittleEndian.Uint32(data[4:])
	if length > maxPayload || int(length) > len(data)-frameHead {
		return 0, false
	}
	return frameHead + int(length), true
}

// nextFrame finds the first whole frame in data after from. It returns
// len(data) when there is none.
func nextFrame(data []byte, segment uint32, from int) int {
	for from < len(data) {
		skip := bytes.Index(data[from:], frameMagic)
		if skip < 0 {
			break
		}
		from += skip
		if _, _, whole := cutFrame(data[from:], at(segment, uint32(from))); whole {
			return from
		}
		from++
	}
	return len(data)
}
