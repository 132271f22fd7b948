package export

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"holdfast/storage"
)

// maxLine bounds what a verification holds of a file that is no export.
const maxLine = 1 << 20

// VerifyOptions say what a verification insists on.
type VerifyOptions struct {
	// Key is the fingerprint or the public key, in hex, that must have signed.
	// Without it any key will do, and who reads the report compares.
	Key string
}

// Report is what a file of JSON lines holds, after all of it was checked.
type Report struct {
	Trailer
	Fingerprint string // of the key that signed
}

// String says the result in one line.
func (r Report) String() string {
	return fmt.Sprintf("%s, head %.12s, signed by %s, OK", entries(r.Count), r.Head, r.Fingerprint)
}

func entries(n uint64) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// BrokenError says that a file is not, byte for byte, what an export wrote.
type BrokenError struct {
	Seq  uint64 // the entry at which it shows; 0 when it is no entry
	What string
}

func (e *BrokenError) Error() string { return e.What }

func broken(seq uint64, format string, args ...any) error {
	return &BrokenError{Seq: seq, What: fmt.Sprintf(format, args...)}
}

// Verify reads a file of JSON lines once and checks every byte of it: the
// spelling of each line, the chain, the count, the head and the signature. A
// file that fails gives a *BrokenError that names the first entry; an unusable
// key is a *fault.Error; any other error is the reader's.
func Verify(r io.Reader, o VerifyOptions) (Report, error) {
	key, err := demand(o.Key)
	if err != nil {
		return Report{}, err
	}
	v := verification{lines: bufio.NewReaderSize(r, 64<<10), seen: func(storage.Entry) bool { return true }}
	return v.run(key)
}

// Entries yields the entries of a file of JSON lines, each after it was checked
// against those before, and then what Verify would say if it is not all in
// order. Whoever needs to know that the file is whole reads to the end.
func Entries(r io.Reader) iter.Seq2[storage.Entry, error] {
	return func(yield func(storage.Entry, error) bool) {
		left := false
		v := verification{lines: bufio.NewReaderSize(r, 64<<10), seen: func(e storage.Entry) bool {
			e.Body = bytes.Clone(e.Body) // a part of the line
			left = !yield(e, nil)
			return !left
		}}
		if _, err := v.run(""); err != nil && !left {
			yield(storage.Entry{}, err)
		}
	}
}

var errLeft = errors.New("nobody reads on")

// run reads the file to its end, or as long as seen wants more.
func (v *verification) run(key demanded) (Report, error) {
	for {
		line, err := v.next()
		switch {
		case errors.Is(err, io.EOF):
			return Report{}, broken(v.count(), "no trailer after entry %d: the file is cut short", v.count())
		case err != nil:
			return Report{}, err
		case bytes.HasPrefix(line, []byte(`{"trailer":`)):
			return v.finish(line, key)
		}
		if err := v.entry(line); err != nil {
			return Report{}, err
		}
	}
}

type verification struct {
	lines   *bufio.Reader
	long    []byte
	journal string
	chain   *storage.Verifier // nil before the first entry
	seen    func(storage.Entry) bool
}

func (v *verification) count() uint64 {
	if v.chain == nil {
		return 0
	}
	return v.chain.Count()
}

// next returns a line without its end. The line is valid until the next call.
func (v *verification) next() ([]byte, error) {
	line, err := v.lines.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		v.long = append(v.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) && len(v.long) <= maxLine {
			line, err = v.lines.ReadSlice('\n')
			v.long = append(v.long, line...)
		}
		line = v.long
	}
	switch {
	case err == io.EOF && len(line) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		return nil, broken(v.count()+1, "the file is cut short in the line after entry %d", v.count())
	case errors.Is(err, bufio.ErrBufferFull) || len(line) > maxLine:
		return nil, broken(v.count()+1, "the line after entry %d is longer than any export writes", v.count())
	case err != nil:
		return nil, fmt.Errorf("read the export after entry %d: %w", v.count(), err)
	}
	return line[:len(line)-1], nil
}

func (v *verification) entry(line []byte) error {
	e, err := parseLine(line)
	if err != nil {
		return broken(v.count()+1, "chain breaks at %d: the line after entry %d is %v", v.count()+1, v.count(), err)
	}
	if v.chain == nil {
		v.journal, v.chain = e.Journal, storage.NewVerifier(e.Journal)
	}
	if err := v.chain.Next(e); err != nil {
		return broken(v.count()+1, "%v", err)
	}
	if !v.seen(e) {
		return errLeft
	}
	return nil
}

// finish judges the trailer and that nothing follows it.
func (v *verification) finish(line []byte, key demanded) (Report, error) {
	t, err := parseTrailer(line)
	if err != nil {
		return Report{}, broken(0, "%v", err)
	}
	signer, err := t.signer()
	if err != nil {
		return Report{}, broken(0, "%v", err)
	}
	switch {
	case v.chain == nil:
		return Report{}, broken(0, "head mismatch: 0 of %d entries", t.Count)
	case t.Count != v.chain.Count():
		return Report{}, broken(v.count(), "head mismatch: %d of %d entries", v.chain.Count(), t.Count)
	case t.Head != v.chain.Head().String():
		return Report{}, broken(v.count(), "head mismatch: entry %d has %s, the trailer says %.12s", t.Count, v.chain.Head().Short(), t.Head)
	case t.Journal != v.journal:
		return Report{}, broken(0, "the trailer is that of %s", t.Journal)
	case !key.admits(signer):
		return Report{}, broken(0, "signed by %s, not by %s", fingerprint(signer), key)
	}
	if _, err := v.next(); !errors.Is(err, io.EOF) {
		if err == nil || errors.As(err, new(*BrokenError)) {
			err = broken(0, "something follows the trailer")
		}
		return Report{}, err
	}
	return Report{Trailer: t, Fingerprint: fingerprint(signer)}, nil
}
