package file

import "errors"

// cutTail takes away what was never finished: unreadable bytes that no later
// record states to be durable, and all that follows them. It returns their
// extent, empty when there is none. Only the last segment has a tail.
func (s *survey) cutTail(data []byte) extent {
	for i, bad := range s.bad {
		if at(s.number, bad.from) < s.floor {
			continue // something was written after this had become durable
		}
		s.bad = s.bad[:i]
		for n, f := range s.frames {
			if f.from > bad.from {
				s.frames = s.frames[:n]
				break
			}
		}
		return extent{bad.from, uint32(len(data) - trailingZeros(data))}
	}
	return extent{}
}

// judgeTail cuts the tail of the last segment for one who does not write. A
// tail that a running writer is about to finish is none, so the judgement is
// made while nobody writes; it returns the bytes that it was made on.
func judgeTail(fsys FS, data []byte, sv *survey) ([]byte, *survey, extent, error) {
	torn := sv.cutTail(data)
	if torn.to == torn.from {
		return data, sv, torn, nil
	}
	lock, err := fsys.Lock(lockName, 0)
	if errors.As(err, new(*HeldError)) {
		return data, sv, extent{}, nil
	}
	if err != nil { // a medium that cannot be locked has no writer either
		return data, sv, torn, nil
	}
	defer lock.Close()
	if data, err = readWhole(fsys, logName(sv.number)); err != nil {
		return nil, nil, extent{}, err
	}
	sv = surveySegment(data, sv.number)
	return data, sv, sv.cutTail(data), nil
}
