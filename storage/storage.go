// Package storage is the contract of the journal's keeper: numbered, hash-
// chained entries of opaque bytes. It knows bytes, kinds and positions, and
// nothing of incidents. A child package is one implementation; storagetest is
// the suite that every implementation passes.
package storage

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// CommandLife is how long a command id is remembered: the same id within this
// time is answered with the positions where it first landed.
const CommandLife = 72 * time.Hour

// MaxBody is the largest body of one entry in bytes. Larger material goes to
// Blobs and is referred to by its SHA-256.
const MaxBody = 16 << 10

// Entry is one stored, numbered record of a journal.
type Entry struct {
	Journal string // "INC-42", "register"
	Seq     uint64 // 1, 2, 3 ... without a gap
	Kind    string // "decision.made"
	Body    []byte // the stored bytes, one JSON object; never rewritten
	Hash    Hash   // of the previous entry's hash and this entry, see Chain
}

// Draft is an entry that has no number yet.
type Draft struct {
	Kind string
	Body []byte
}

// Write appends drafts to one journal, whose last position must still be At.
type Write struct {
	Journal string
	At      uint64
	Drafts  []Draft
}

// Span names the entries First to Last of one journal, inclusive.
type Span struct {
	Journal     string
	First, Last uint64
}

// Growth says that a journal has grown. Seq is an entry that it has by now, or
// 0 when only a look tells: how far it goes is not known, or it may have gone
// back in a failover and grown anew.
type Growth struct {
	Journal string
	Seq     uint64
}

// Store keeps journals. All methods are safe for concurrent use.
//
// Append writes every draft of every write, or nothing, and returns when the
// batch is durable in the class the store promises. The spans come in the
// order of the writes. A non-empty command id seen within CommandLife writes
// nothing and returns *DuplicateError; a journal that has moved returns
// *ConflictError; anything else that keeps the batch from becoming durable is
// *UnavailableError. Append never retries.
//
// Read yields the entries after a position, in order, and ends at the last one
// that was durable when it was called. An unknown journal yields nothing.
//
// Watch tells of journals that have grown, from the time of the call until ctx
// ends; what waits is merged for each journal, none is lost.
//
// Lease takes or renews the named lease for holder until ttl from now and
// says whether holder has it. A ttl of zero gives it back.
type Store interface {
	Append(ctx context.Context, command string, writes ...Write) ([]Span, error)
	Read(ctx context.Context, journal string, after uint64) iter.Seq2[Entry, error]
	Watch(ctx context.Context) (<-chan Growth, error)
	Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	Close() error
}

// Lister is a store that can name its journals, for verify and backup. The
// names come sorted.
type Lister interface {
	Journals(ctx context.Context) ([]string, error)
}

// Archiver is a store that can give away the entries of a journal and keep
// where it stands. Reading or appending to such a journal is *ArchivedError.
type Archiver interface {
	// Archive drops the entries of a journal that stands at head, and keeps
	// head and note. A journal that stands elsewhere is *ConflictError and
	// loses nothing. The caller has made sure that the entries are kept.
	Archive(ctx context.Context, journal string, head Head, note string) error
	// Unarchive puts the entries back, all of them and in order. It may be
	// called again after an error; the journal stays archived until the last
	// entry is there. Entries that do not give the kept head are refused.
	Unarchive(ctx context.Context, journal string, entries iter.Seq2[Entry, error]) error
}

// Blobs keeps what is too large for an entry, by content.
type Blobs interface {
	// Put stores data and returns its SHA-256 in lower-case hex.
	Put(ctx context.Context, data []byte) (sum string, err error)
	// Get returns the data of sum. An unknown sum is ErrNoBlob; data that no
	// longer has this sum is an error that names it.
	Get(ctx context.Context, sum string) ([]byte, error)
}

// ErrNoBlob is returned by Blobs.Get for a sum it does not hold.
var ErrNoBlob = errors.New("no blob of this sum")

// ConflictError says that a journal is not at the expected position.
type ConflictError struct {
	Journal    string
	Want, Have uint64
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s is at %d, expected %d", e.Journal, e.Have, e.Want)
}

// DuplicateError says that the command id has landed before, and where.
type DuplicateError struct {
	Command string
	Spans   []Span
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("command %s has landed before at %v", e.Command, e.Spans)
}

// ArchivedError says that the entries of a journal were given away.
type ArchivedError struct {
	Journal string
	Head    Head   // of the last entry
	Note    string // where the entries are, as Archive was told
}

func (e *ArchivedError) Error() string {
	return fmt.Sprintf("%s is archived after entry %d: %s", e.Journal, e.Head.Seq, e.Note)
}

// RewoundError says that a journal stands before what this process has read of
// it, and that nothing of what is gone was acknowledged to this process: a
// failover took what had not reached the new primary. What was computed from
// the journal must be dropped; the next call starts from what is there.
type RewoundError struct {
	Journal  string
	Had, Has Head
}

func (e *RewoundError) Error() string {
	return fmt.Sprintf("%s stood at %d and stands at %d after a failover", e.Journal, e.Had.Seq, e.Has.Seq)
}

// UnavailableError says that a batch was not acknowledged. Doubtful is set
// when it may have landed all the same: appending again under the same command
// id tells.
type UnavailableError struct {
	Doing    string // "append to INC-1"
	Remedy   string // what a person can do, a sentence; may be empty
	Doubtful bool
	Lasting  bool // trying again cannot help until somebody acts
	Err      error
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("store unavailable: %s: %v", e.Doing, e.Err)
}

func (e *UnavailableError) Unwrap() error { return e.Err }
