package file

import (
	"errors"
	"io"
)

// patient reads around what a disk cannot read, so that one bad sector does not
// hide the rest of a file. What cannot be read is filled with bytes that are no
// record.
type patient struct{ FS }

// sector is how much is given up together.
const sector = 512

func (p patient) Open(name string, mode Mode) (File, error) {
	f, err := p.FS.Open(name, mode)
	if err != nil {
		return nil, err
	}
	return patientFile{f}, nil
}

type patientFile struct{ File }

func (f patientFile) ReadAt(b []byte, offset int64) (int, error) {
	n, err := f.File.ReadAt(b, offset)
	if err == nil || errors.Is(err, io.EOF) || len(b) == 0 {
		return n, err
	}
	if _, again := f.Size(); again != nil {
		return n, err // it is not a sector that fails
	}
	failed := 0
	for from := 0; from < len(b); {
		to := min(len(b), from+sector-int((offset+int64(from))%sector))
		n, err := f.File.ReadAt(b[from:to], offset+int64(from))
		if errors.Is(err, io.EOF) {
			return from + n, err
		}
		if err != nil {
			failed += to - from
			for i := range b[from:to] {
				b[from+i] = 0xff
			}
		}
		from = to
	}
	if failed == len(b) {
		return n, err // the whole disk is gone
	}
	return len(b), nil
}
