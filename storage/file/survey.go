package file

import "bytes"

// extent is a run of bytes in a segment.
type extent struct{ from, to uint32 }

// survey is what one look over the bytes of a segment finds.
type survey struct {
	number uint32
	frames []extent // whole records, in order
	bad    []extent // written bytes that belong to none
	floor  place    // the highest that a record states
}

// surveySegment looks at every byte of a segment behind its head. Bytes that
// are not a record are skipped up to the next one.
func surveySegment(data []byte, number uint32) *survey {
	s := &survey{number: number}
	written := len(data) - trailingZeros(data)
	var r record
	for pos := segmentHead; pos < written; {
		payload, length, whole := cutFrame(data[pos:], at(number, uint32(pos)))
		if whole && r.parse(payload) == nil {
			s.frames = append(s.frames, extent{uint32(pos), uint32(pos + length)})
			s.floor = max(s.floor, r.floor)
			pos += length
			continue
		}
		next := min(nextFrame(data, number, pos+1), written)
		s.bad = append(s.bad, trimZeros(data, extent{uint32(pos), uint32(next)}))
		pos = next
	}
	return s
}

// walk goes over the surveyed bytes in order.
func (s *survey) walk(data []byte, whole func(*record, extent), bad func(extent)) {
	rest := s.bad
	var r record
	for _, frame := range s.frames {
		for len(rest) > 0 && rest[0].from < frame.from {
			bad(rest[0])
			rest = rest[1:]
		}
		if parseFrame(data[frame.from:frame.to], at(s.number, frame.from), &r) == nil {
			whole(&r, frame)
		}
	}
	for _, e := range rest {
		bad(e)
	}
}

// trimZeros narrows an extent to begin with a byte that is not zero.
func trimZeros(data []byte, e extent) extent {
	for e.from < e.to && data[e.from] == 0 {
		e.from++
	}
	return e
}

// trailingZeros counts the zeros at the end of data.
func trailingZeros(data []byte) int {
	rest := data
	for block := 4096; len(rest) >= block && bytes.Equal(rest[len(rest)-block:], zeros[:block]); {
		rest = rest[:len(rest)-block]
	}
	for len(rest) > 0 && rest[len(rest)-1] == 0 {
		rest = rest[:len(rest)-1]
	}
	return len(data) - len(rest)
}
