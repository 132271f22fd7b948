package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"

	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
)

// Proposal is a change of the plan that somebody wants, on a branch of its own.
type Proposal struct {
	Name    string // of the branch, behind "holdfast/": small letters, digits and -
	Author  string // the person's name
	Mail    string // the person's address
	Message string
	At      time.Time         // when it was wanted; with the rest it decides the commit's hash
	Files   map[string][]byte // by path in the plan's folder; nil takes the file away
}

// branchLead begins the branches that Holdfast makes. It writes to no other.
const branchLead = "holdfast/"

var nameForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Propose pushes a commit with the changed files, made on the newest commit of
// the plan's branch, to a branch of its own. Nothing comes into force by that. A
// proposal that is there already is left as it is, so it may be pushed again.
func (r *Repository) Propose(ctx context.Context, p Proposal) (branch, commit string, err error) {
	branch = branchLead + p.Name
	if len(p.Name) > 60 || !nameForm.MatchString(p.Name) || branch == r.o.Branch {
		return "", "", fault.Newf(fault.Range, "Use 1 to 60 small letters, digits and -.", "A proposal cannot be named %q.", p.Name)
	}
	head, err := r.Fetch(ctx)
	if err != nil {
		return "", "", err
	}
	made, objects, err := r.draft(head, p)
	if err != nil {
		return "", "", err
	}
	s, err := r.push(ctx)
	if err != nil {
		return "", "", unreached(err)
	}
	defer func() { _ = s.Close() }() // what it has taken it has said
	known, err := s.AdvertisedReferencesContext(ctx)
	if err != nil {
		return "", "", unreached(err)
	}
	ref := plumbing.NewBranchReferenceName(branch)
	switch at, there := known.References[ref.String()]; {
	case there && at == made:
		return branch, made.String(), nil
	case there && r.proposes(ctx, at, made):
		return branch, at.String(), nil
	case there:
		return "", "", fault.Newf(fault.NotOpen, "Give it another name, or have the branch taken away.", "There is a proposal %s already.", p.Name)
	}
	req := packp.NewReferenceUpdateRequestFromCapabilities(known.Capabilities)
	if err := req.Capabilities.Set(capability.ReportStatus); err != nil {
		return "", "", err
	}
	req.Commands = []*packp.Command{{Name: ref, Old: plumbing.ZeroHash, New: made}}
	pack, err := r.pack(objects)
	if err != nil {
		return "", "", err
	}
	req.Packfile = io.NopCloser(pack)
	report, err := s.ReceivePack(ctx, req)
	if err == nil && report != nil {
		err = report.Error()
	}
	if err != nil {
		return "", "", refusedPush(err)
	}
	return branch, made.String(), nil
}

func refusedPush(err error) error {
	var f *fault.Error
	if said := unreached(err); errors.As(said, &f) {
		return fault.Newf(fault.Usage, "Look whether plan.git.token or plan.git.ssh_key may push branches that begin with holdfast/.",
			"The proposal was not taken. %s", f.Text)
	}
	return err
}

// proposes says whether a commit that is there already changes the same as one
// that was just made, on an older state of the plan's branch.
func (r *Repository) proposes(ctx context.Context, there, made plumbing.Hash) bool {
	if !r.has(there) && r.bringAlone(ctx, there) != nil { // another replica has made it
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	a, errA := object.GetCommit(r.store, there)
	b, errB := object.GetCommit(r.store, made)
	return errA == nil && errB == nil && a.Author.Email == b.Author.Email && a.Message == b.Message && a.Author.When.Equal(b.Author.When)
}

// draft makes the commit in the copy, and returns it with the objects that it
// adds.
func (r *Repository) draft(head string, p Proposal) (made plumbing.Hash, objects []plumbing.Hash, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	parent, err := r.commit(head)
	if err != nil {
		return made, nil, err
	}
	tree, err := parent.Tree()
	if err != nil {
		return made, nil, fmt.Errorf("read the plan's commit: %w", err)
	}
	root := tree.Hash
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		full := path.Join(r.o.Folder, name)
		if clean := path.Clean("/" + name); clean != "/"+name || name == "" {
			return made, nil, fault.Newf(fault.Range, "Name it by its path in the plan's folder.", "%q is no file of the plan.", name)
		}
		var added []plumbing.Hash
		if root, added, err = r.with(root, strings.Split(full, "/"), p.Files[name]); err != nil {
			return made, nil, err
		}
		objects = append(objects, added...)
	}
	if root == tree.Hash {
		return made, nil, fault.New(fault.NotOpen, "The proposal changes nothing.", "Change something.")
	}
	who := object.Signature{Name: inHeader(p.Author), Email: inHeader(p.Mail), When: p.At.UTC().Truncate(time.Second)}
	c := &object.Commit{Author: who, Committer: object.Signature{Name: "Holdfast", Email: "holdfast@holdfast.invalid", When: who.When},
		Message: strings.TrimRight(plaintext.Clean(p.Message), "\n") + "\n", TreeHash: root, ParentHashes: []plumbing.Hash{parent.Hash}}
	made, err = r.keep(c)
	return made, append(objects, made), err
}

// inHeader is a text that ends no line of a commit's header, and no address.
func inHeader(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch r {
		case '<', '>':
			return -1
		case '\n', '\t':
			return ' '
		}
		return r
	}, plaintext.Clean(s)))
}

// with returns a tree in which one file is another, with the objects that this
// adds.
func (r *Repository) with(tree plumbing.Hash, parts []string, content []byte) (plumbing.Hash, []plumbing.Hash, error) {
	t := &object.Tree{}
	if !tree.IsZero() {
		known, err := object.GetTree(r.store, tree)
		if err != nil {
			return plumbing.ZeroHash, nil, fmt.Errorf("read the plan's commit: %w", err)
		}
		t.Entries = slices.Clone(known.Entries)
	}
	i := slices.IndexFunc(t.Entries, func(e object.TreeEntry) bool { return e.Name == parts[0] })
	var added []plumbing.Hash
	entry := object.TreeEntry{Name: parts[0], Mode: filemode.Regular}
	switch {
	case len(parts) > 1:
		below := plumbing.ZeroHash
		if i >= 0 {
			below = t.Entries[i].Hash
		}
		child, more, err := r.with(below, parts[1:], content)
		if err != nil {
			return plumbing.ZeroHash, nil, err
		}
		entry.Mode, entry.Hash, added = filemode.Dir, child, more
	case content != nil:
		if i >= 0 && t.Entries[i].Mode.IsFile() && t.Entries[i].Mode != filemode.Symlink {
			entry.Mode = t.Entries[i].Mode
		}
		hash, err := r.blob(content)
		if err != nil {
			return plumbing.ZeroHash, nil, err
		}
		entry.Hash, added = hash, []plumbing.Hash{hash}
	}
	if i >= 0 {
		t.Entries = slices.Delete(t.Entries, i, i+1)
	}
	if !entry.Hash.IsZero() {
		t.Entries = append(t.Entries, entry)
	}
	if len(t.Entries) == 0 {
		return plumbing.ZeroHash, added, nil // an empty folder is none
	}
	slices.SortFunc(t.Entries, func(a, b object.TreeEntry) int { return strings.Compare(sortName(a), sortName(b)) })
	hash, err := r.keep(t)
	return hash, append(added, hash), err
}

// sortName is what git sorts a tree by: a folder as if a stroke ended its name.
func sortName(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

func (r *Repository) blob(content []byte) (plumbing.Hash, error) {
	o := r.store.NewEncodedObject()
	o.SetType(plumbing.BlobObject)
	w, err := o.Writer()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if _, err := w.Write(content); err != nil {
		return plumbing.ZeroHash, err
	}
	if err := w.Close(); err != nil {
		return plumbing.ZeroHash, err
	}
	return r.store.SetEncodedObject(o)
}

func (r *Repository) keep(x interface {
	Encode(plumbing.EncodedObject) error
}) (plumbing.Hash, error) {
	o := r.store.NewEncodedObject()
	if err := x.Encode(o); err != nil {
		return plumbing.ZeroHash, fmt.Errorf("write the proposal: %w", err)
	}
	return r.store.SetEncodedObject(o)
}

func (r *Repository) pack(objects []plumbing.Hash) (io.Reader, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(objects, func(a, b plumbing.Hash) int { return bytes.Compare(a[:], b[:]) })
	var pack bytes.Buffer
	if _, err := packfile.NewEncoder(&pack, r.store, false).Encode(slices.Compact(objects), 0); err != nil {
		return nil, fmt.Errorf("pack the proposal: %w", err)
	}
	return &pack, nil
}

// Propose pushes a proposal, see Repository.Propose.
func (f *Follower) Propose(ctx context.Context, p Proposal) (branch, commit string, err error) {
	return f.repo.Propose(ctx, p)
}
