// Package git keeps the continuity plan of a git repository at hand: it copies
// one branch, reads the plan of any commit without writing its files anywhere,
// takes a commit into force only when nothing is wrong with it, and proposes
// changes on branches of their own.
//
// Every byte goes through internal/outbound or stays on this machine: go-git's
// own transports, which dial whatever they are told, and the protocols it keeps
// in a global table are not used, and neither is a git program.
package git

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan"
)

// MaxPack is how much one fetch may bring, compressed. A plan is text: a
// thousand services with their history are a hundredth of it.
const MaxPack = 64 << 20

// Options say where a plan's repository is and how it is reached.
type Options struct {
	URL    string // https://, ssh://, git:// or file:///; no user, no password
	Branch string // whose commits come into force
	Folder string // of the plan within the repository, with slashes; empty: its root
	Dir    string // where the copy is kept; made where there is none

	User  string                                // for https and ssh
	Token func(context.Context) (string, error) // of https; nil: none
	Key   func(context.Context) ([]byte, error) // of ssh, in PEM
	Hosts string                                // a file of known hosts, for ssh
	HTTP  *outbound.Client                      // with room for MaxPack
	Dial  *outbound.Dialer                      // for ssh and git

	Signers   []string // armoured OpenPGP keys, one of which must have signed a commit; nil: nobody asks
	Approvals int      // how many others must have approved a commit

	Most int64 // bytes that one fetch may bring, compressed; MaxPack when zero
	Read Reader
	Now  func() time.Time
}

// Reader reads the plan in a file system and says what is wrong with it, as
// plan.LoadFS does.
type Reader func(fs.FS) (*plan.Plan, []plan.Finding)

// Repository is a copy of the plan's repository. It is safe for concurrent use.
type Repository struct {
	o     Options
	taken sync.Mutex // one pack at a time
	mu    sync.Mutex // go-git's storage is not safe for concurrent use
	store *filesystem.Storage
}

// Open opens the copy in o.Dir, and begins an empty one where there is none. It
// does not ask the repository.
func Open(o Options) (*Repository, error) {
	if o.Folder = strings.Trim(path.Clean("/"+o.Folder), "/"); o.Branch == "" || o.Dir == "" {
		return nil, fault.New(fault.Usage, "A plan's repository needs a branch and a folder for its copy.", "Set plan.git.branch and plan.git.copy.")
	}
	if _, err := endpoint(o.URL); err != nil {
		return nil, err
	}
	if o.Most == 0 {
		o.Most = MaxPack
	}
	r := &Repository{o: o, store: filesystem.NewStorage(osfs.New(o.Dir, osfs.WithBoundOS()), cache.NewObjectLRUDefault())}
	if _, err := r.store.Reference(plumbing.HEAD); err == nil {
		return r, nil
	}
	// A bare repository, so that operators can look into it with git itself.
	bare := config.NewConfig()
	bare.Core.IsBare = true
	if err := errors.Join(r.store.Init(), r.store.SetConfig(bare),
		r.store.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, headRef))); err != nil {
		return nil, fault.Wrap(err, fault.Usage, "The copy of the plan's repository cannot be kept in "+o.Dir+".", "Let Holdfast write there, or set plan.git.copy.")
	}
	return r, nil
}

// The references of the copy. What they name is never thrown away, so an old
// incident's plan can be read for as long as the copy is kept.
const (
	headRef    = plumbing.ReferenceName("refs/holdfast/head")     // of the branch, as it was last seen
	inForceRef = plumbing.ReferenceName("refs/holdfast/in-force") // the last one that could be used
	// forgotten begins those of commits that the branch was made to forget: what
	// incidents go by may be among what is behind them.
	forgotten = "refs/holdfast/forgotten/"
)

// ofBranch says whether a commit is, or was, in the history of the plan's branch.
// The copy also has others: proposals, which nobody has taken yet.
func (r *Repository) ofBranch(hash string) (bool, error) {
	refs, err := r.store.IterReferences()
	if err != nil {
		return false, fmt.Errorf("read the references of the copy: %w", err)
	}
	found := false
	err = refs.ForEach(func(ref *plumbing.Reference) error {
		if name := ref.Name(); name != headRef && name != inForceRef && !strings.HasPrefix(name.String(), forgotten) {
			return nil
		}
		on, err := r.descends(ref.Hash().String(), hash)
		if found = found || on; found {
			return storer.ErrStop
		}
		return err
	})
	return found, err
}

// ref returns the commit a reference names, "" for none.
func (r *Repository) ref(name plumbing.ReferenceName) string {
	if ref, err := r.store.Reference(name); err == nil && ref.Type() == plumbing.HashReference {
		return ref.Hash().String()
	}
	return ""
}

func (r *Repository) setRef(name plumbing.ReferenceName, commit string) error {
	return r.store.SetReference(plumbing.NewHashReference(name, plumbing.NewHash(commit)))
}

// commit returns a commit of the copy by its full hash.
func (r *Repository) commit(hash string) (*object.Commit, error) {
	c, err := object.GetCommit(r.store, plumbing.NewHash(hash))
	if err != nil {
		return nil, missing(hash)
	}
	return c, nil
}

func missing(commit string) error {
	return fault.Newf(fault.CommitMissing, "`/continuity plan version` says which commit is in force; of a repository the history of the plan's branch is known.",
		"The plan has no commit %s.", plan.ShortCommit(commit))
}

// resolve returns the full hash of a commit that is named by its first digits,
// at least four, or by the branch.
func (r *Repository) resolve(name string) (string, error) {
	if name == r.o.Branch {
		if head := r.ref(headRef); head != "" {
			return head, nil
		}
	}
	low := strings.ToLower(name)
	if plumbing.IsHash(low) {
		_, err := r.commit(low)
		return low, err
	}
	whole, err := hex.DecodeString(low[:len(low)&^1])
	if err != nil || len(low) < 4 || len(low) > 40 {
		return "", missing(name)
	}
	like, err := r.store.HashesWithPrefix(whole)
	if err != nil {
		return "", fmt.Errorf("look for commit %s: %w", name, err)
	}
	var found []string
	for _, h := range like {
		if _, err := r.commit(h.String()); err == nil && strings.HasPrefix(h.String(), low) {
			found = append(found, h.String())
		}
	}
	switch len(found) {
	case 0:
		return "", missing(name)
	case 1:
		return found[0], nil
	}
	return "", fault.Newf(fault.Ambiguous, "Give one digit more.", "%d commits begin with %s.", len(found), name)
}
