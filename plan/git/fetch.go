package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"

	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// Fetch asks where the branch is, brings what the copy lacks of it, and returns
// its commit. Nobody who reads the copy waits for the repository meanwhile. The
// error says in words what is wrong, without secrets; asking again is for the
// caller.
func (r *Repository) Fetch(ctx context.Context) (head string, err error) {
	s, err := r.fetch(ctx)
	if err != nil {
		return "", unreached(err)
	}
	defer func() { _ = s.Close() }() // what was wanted of it is here, or has failed for itself
	known, err := s.AdvertisedReferencesContext(ctx)
	if err != nil {
		return "", unreached(err)
	}
	at, there := known.References[plumbing.NewBranchReferenceName(r.o.Branch).String()]
	switch {
	case there:
	case len(known.References) == 0:
		return "", unreached(transport.ErrEmptyRemoteRepository)
	default:
		return "", fault.Newf(fault.Usage, "Set plan.git.branch to one that is there.", "The plan's repository has no branch %s.", r.o.Branch)
	}
	if r.has(at) {
		return at.String(), nil
	}
	if err := r.bring(ctx, s, known, at); err != nil {
		return "", unreached(err)
	}
	if !r.has(at) {
		return "", unreached(errNotSent)
	}
	return at.String(), nil
}

var errNotSent = errors.New("it did not send the commit it names")

func (r *Repository) has(commit plumbing.Hash) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := r.commit(commit.String())
	return err == nil
}

// bring fetches a commit with all that is behind it and not here.
func (r *Repository) bring(ctx context.Context, s fetching, known *packp.AdvRefs, at plumbing.Hash) error {
	req := packp.NewUploadPackRequestFromCapabilities(known.Capabilities)
	req.Wants = []plumbing.Hash{at}
	req.Haves = r.haves()
	answer, err := s.UploadPack(ctx, req)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }() // as above
	var pack io.Reader = answer
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		pack = sideband.NewDemuxer(sideband.Sideband64k, answer)
	case req.Capabilities.Supports(capability.Sideband):
		pack = sideband.NewDemuxer(sideband.Sideband, answer)
	}
	return r.take(&bounded{pack, r.o.Most, r.o.Most})
}

// bringAlone fetches one commit in a conversation of its own.
func (r *Repository) bringAlone(ctx context.Context, at plumbing.Hash) error {
	s, err := r.fetch(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // as in Fetch
	known, err := s.AdvertisedReferencesContext(ctx)
	if err != nil {
		return err
	}
	return r.bring(ctx, s, known, at)
}

func (r *Repository) haves() []plumbing.Hash {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []plumbing.Hash
	for _, name := range []plumbing.ReferenceName{headRef, inForceRef} {
		if have := r.ref(name); have != "" && !slices.Contains(all, plumbing.NewHash(have)) {
			all = append(all, plumbing.NewHash(have))
		}
	}
	return all
}

// take puts a pack into the copy, once it is whole.
func (r *Repository) take(pack io.Reader) (err error) {
	r.taken.Lock()
	defer r.taken.Unlock()
	// What a fetch that died has left is written over.
	whole, err := os.OpenFile(filepath.Join(r.o.Dir, "incoming.pack"), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("keep the pack: %w", err)
	}
	defer func() { err = errors.Join(err, whole.Close(), os.Remove(whole.Name())) }()
	if _, err := io.Copy(whole, pack); err != nil {
		return err
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := measure(bufio.NewReader(whole)); err != nil {
		return err
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return packfile.UpdateObjectStorage(r.store, whole)
}

// unreached says why the repository did not give or take what it should, and
// what to do about it.
func unreached(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	var why string
	next := "Look at plan.git.url and the way there; `holdfast doctor` tries it."
	var address *outbound.AddressError
	var long *tooMuch
	switch {
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		why, next = "it does not let Holdfast in", "Look at plan.git.user, plan.git.token or plan.git.ssh_key, and whether they may read the repository."
	case errors.Is(err, transport.ErrRepositoryNotFound):
		why, next = "there is no such repository, or Holdfast may not see it", "Look at plan.git.url, and whether plan.git.token may read the repository."
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		why, next = "it is empty", "Push the plan to it."
	case errors.Is(err, context.DeadlineExceeded):
		why = "it did not answer in time"
	case errors.As(err, &long), errors.Is(err, errNotSent), errors.Is(err, errInflated):
		why = err.Error()
	case strings.Contains(err.Error(), "knownhosts: "):
		why, next = "its host key is not the one that is known", "Compare the key with what the host's owner says, and put it into plan.git.known_hosts."
	case strings.Contains(err.Error(), "ssh: unable to authenticate"):
		why, next = "it does not let Holdfast in", "Look at plan.git.user, plan.git.token or plan.git.ssh_key, and whether they may read the repository."
	case errors.As(err, &address):
		why, next = outbound.Words(err), "Name the host in outbound.allow if it is meant."
	default:
		why = outbound.Words(err)
	}
	return fault.Newf(fault.Usage, next, "The plan's repository cannot be used: %s.", why)
}

// descends says whether a commit has another one in its history.
func (r *Repository) descends(commit, from string) (bool, error) {
	c, err := r.commit(commit)
	if err != nil {
		return false, err
	}
	old, err := r.commit(from)
	if err != nil {
		return false, err
	}
	return old.IsAncestor(c)
}

// maxBehind is how far commits are counted.
const maxBehind = 1000

// between counts the commits that one commit has in its history and another has
// not; at most maxBehind.
func (r *Repository) between(from, to string) (int, error) {
	c, err := r.commit(to)
	if err != nil || from == to {
		return 0, err
	}
	old, err := r.commit(from)
	if err != nil {
		return 0, err
	}
	known := map[plumbing.Hash]bool{}
	err = object.NewCommitPreorderIter(old, nil, nil).ForEach(func(c *object.Commit) error {
		known[c.Hash] = true
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("read the history of %s: %w", from, err)
	}
	n := 0
	err = object.NewCommitPreorderIter(c, known, nil).ForEach(func(*object.Commit) error {
		if n++; n == maxBehind {
			return io.EOF
		}
		return nil
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("read the history of %s: %w", to, err)
	}
	return n, nil
}
