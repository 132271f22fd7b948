package storage

import (
	"context"
	"errors"
	"fmt"

	"holdfast/internal/fault"
)

// Copyable is a store that can be copied from or into.
type Copyable interface {
	Store
	Lister
}

// BlobLister is a store that can name its blobs.
type BlobLister interface {
	// BlobSums returns the SHA-256 of every blob, sorted, in lower-case hex.
	BlobSums(ctx context.Context) ([]string, error)
}

// CopyOptions say how a copy is made.
type CopyOptions struct {
	// First is the journal that grows in one batch with others: the register.
	// It is read first and written last, so that every journal it names is in
	// the copy before its name is.
	First string
	// Progress is told how many journals of how many are done. It may be nil.
	Progress func(doing string, done, of int)
}

// Copied is what Copy has done.
type Copied struct {
	Journals int      `json:"journals"` // in the copy now; the head of each was compared
	Entries  uint64   `json:"entries"`  // in all of them
	Added    uint64   `json:"added"`    // by this run
	Blobs    int      `json:"blobs"`    // added by this run
	Frozen   []string `json:"frozen,omitempty"`
	Left     []Left   `json:"left_out,omitempty"`
}

// Left is what could not be copied. The copy keeps of it what it had.
type Left struct {
	Name string `json:"name"` // a journal, or "blob SHA-256"
	Why  string `json:"why"`
}

// DiffersError says that a copy is not the beginning of its source.
type DiffersError struct {
	Journal string
	What    string // a sentence
}

func (e *DiffersError) Error() string { return e.Journal + " differs. " + e.What }

// maxPasses bounds how often the source is looked at again because the first
// journal has moved meanwhile.
const maxPasses = 10

// Copy brings every journal and blob of from into to: the same entries under
// the same hashes. It begins by comparing. What to holds must be the beginning
// of what from holds; if it is not, nothing is written and *DiffersError names
// the journal. It may be called again after an error or a kill, and adds
// what is missing.
//
// The copy is a cut: the first journal did not move between the first and the
// last look at the others. When it never stands still for so long, every
// journal that it names is there with at least the entries of that batch.
//
// A journal that cannot be read whole is left out and named in Left. A frozen
// journal is copied as one. Command ids are not copied.
func Copy(ctx context.Context, from, to Copyable, o CopyOptions) (Copied, error) {
	c := &copying{from: from, to: to, options: o, journals: map[string]*copied{}}
	for _, step := range []func(context.Context) error{c.lookAtCopy, c.lookAtSource, c.compare, c.copyBlobs, c.copyJournals} {
		if err := step(ctx); err != nil {
			return Copied{}, err
		}
	}
	return c.done, nil
}

// copying is one run of Copy.
type copying struct {
	from, to Copyable
	options  CopyOptions
	journals map[string]*copied
	order    []string // the journals of the source, the first one last
	batch    pack
	done     Copied
}

// copied is one journal of a copy.
type copied struct {
	old    Head    // where the copy stands
	mark   *Frozen // when it is frozen there
	chain  *Verifier
	frozen *Frozen // when it is frozen in the source
	listed bool    // the source has it
	left   error   // why it cannot be copied
}

// end is where the source stands.
func (j *copied) end() Head { return Head{Seq: j.chain.Count(), Hash: j.chain.Head()} }

func (c *copying) journal(name string) *copied {
	j, found := c.journals[name]
	if !found {
		j = &copied{chain: NewVerifier(name)}
		c.journals[name] = j
	}
	return j
}

func (c *copying) progress(doing string, done, of int) {
	if c.options.Progress != nil {
		c.options.Progress(doing, done, of)
	}
}

// lookAtCopy reads what is there already.
func (c *copying) lookAtCopy(ctx context.Context) error {
	names, err := c.to.Journals(ctx)
	if err != nil {
		return err
	}
	for i, name := range names {
		c.progress("reading the copy", i, len(names))
		j, v := c.journal(name), NewVerifier(name)
		for e, err := range c.to.Read(ctx, name, 0) {
			if frozen := new(FrozenError); errors.As(err, &frozen) {
				j.mark = &frozen.Frozen
				break
			}
			if err == nil {
				err = v.Next(e)
			}
			if err != nil {
				return fault.Wrap(err, fault.Store, "The copy cannot be read: "+name+" stops after entry "+fmt.Sprint(v.Count())+".",
					"Begin a new copy elsewhere and keep this one: what can be read of it is still there.")
			}
		}
		j.old = Head{Seq: v.Count(), Hash: v.Head()}
	}
	return nil
}
