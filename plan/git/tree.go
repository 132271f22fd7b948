package git

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// files is the tree of one commit as a file system to read. Links are followed
// as long as they stay within the plan's folder; nothing is written anywhere.
// It is used by whoever has the repository's turn.
type files struct {
	store storer.EncodedObjectStorer
	root  *object.Tree
	at    time.Time // of the commit
	// folders are the trees that were read, by name: a folder of thousands of
	// files is not decoded for each of them.
	folders map[plumbing.Hash]map[string]object.TreeEntry
}

// The limits of one tree.
const (
	maxEntries = 20_000  // in one folder
	maxFolder  = 8 << 20 // bytes of what lists one folder
	maxLink    = 4096    // bytes of a link's target
	maxHops    = 16      // links on the way to one file
)

var (
	errOutside  = errors.New("it leads out of the plan's folder")
	errTooMany  = errors.New("too many files in one folder")
	errTooLarge = errors.New("it is too large for a file of the plan")
)

// tree returns the plan's folder of a commit.
func (r *Repository) tree(c *object.Commit) (*files, error) {
	t, err := c.Tree()
	if err != nil {
		return nil, err
	}
	if r.o.Folder != "" {
		if t, err = t.Tree(r.o.Folder); err != nil {
			return nil, fs.ErrNotExist
		}
	}
	return &files{r.store, t, c.Committer.When, map[plumbing.Hash]map[string]object.TreeEntry{}}, nil
}

// node is a file, a folder or a link in the tree.
type node struct {
	name string
	mode filemode.FileMode
	hash plumbing.Hash
	size int64
	at   time.Time
}

// find walks to a name. last says whether a link at its end is followed.
func (f *files) find(name string, last bool) (node, error) {
	if !fs.ValidPath(name) {
		return node{}, fs.ErrInvalid
	}
	hops := 0
	return f.walk(strings.Split(name, "/"), last, &hops)
}

func (f *files) walk(parts []string, last bool, hops *int) (node, error) {
	here := []string{} // the folder we are in, free of links
	at := node{".", filemode.Dir, f.root.Hash, 0, f.at}
	for len(parts) > 0 {
		part := parts[0]
		parts = parts[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(here) == 0 {
				return node{}, errOutside
			}
			return f.walk(append(slices.Clone(here[:len(here)-1]), parts...), last, hops)
		}
		if at.mode != filemode.Dir {
			return node{}, fs.ErrNotExist
		}
		next, err := f.entry(at.hash, part)
		if err != nil {
			return node{}, err
		}
		if next.mode == filemode.Symlink && (last || len(parts) > 0) {
			if *hops++; *hops > maxHops {
				return node{}, errors.New("too many links")
			}
			target, err := f.target(next)
			if err != nil {
				return node{}, err
			}
			if path.IsAbs(target) || strings.Contains(target, "\\") {
				return node{}, errOutside
			}
			return f.walk(slices.Concat(here, strings.Split(target, "/"), parts), last, hops)
		}
		here, at = append(here, part), next
	}
	return at, nil
}

func (f *files) entry(folder plumbing.Hash, name string) (node, error) {
	entries, err := f.entries(folder)
	if err != nil {
		return node{}, err
	}
	e, there := entries[name]
	if !there {
		return node{}, fs.ErrNotExist
	}
	return f.node(e)
}

func (f *files) entries(folder plumbing.Hash) (map[string]object.TreeEntry, error) {
	if known, read := f.folders[folder]; read {
		return known, nil
	}
	if size, err := f.store.EncodedObjectSize(folder); err == nil && size > maxFolder {
		return nil, errTooMany
	}
	t, err := object.GetTree(f.store, folder)
	if err != nil {
		return nil, err
	}
	if len(t.Entries) > maxEntries {
		return nil, errTooMany
	}
	all := make(map[string]object.TreeEntry, len(t.Entries))
	for _, e := range t.Entries {
		all[e.Name] = e
	}
	f.folders[folder] = all
	return all, nil
}

func (f *files) node(e object.TreeEntry) (node, error) {
	n := node{e.Name, e.Mode, e.Hash, 0, f.at}
	if e.Mode.IsFile() {
		size, err := f.store.EncodedObjectSize(e.Hash)
		if err != nil {
			return n, err
		}
		n.size = size
	}
	return n, nil
}

func (f *files) target(link node) (string, error) {
	if link.size > maxLink {
		return "", errOutside
	}
	b, err := object.GetBlob(f.store, link.hash)
	if err != nil {
		return "", err
	}
	r, err := b.Reader()
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxLink))
	return string(text), err
}

func failed(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }

// Open implements fs.FS.
func (f *files) Open(name string) (fs.File, error) {
	n, err := f.find(name, true)
	if err != nil {
		return nil, failed("open", name, err)
	}
	if n.mode == filemode.Dir {
		entries, err := f.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &folder{info: n, entries: entries}, nil
	}
	if n.size > largest { // it would be held in memory, whole
		return nil, failed("open", name, errTooLarge)
	}
	b, err := object.GetBlob(f.store, n.hash)
	if err != nil {
		return nil, failed("open", name, err)
	}
	r, err := b.Reader()
	if err != nil {
		return nil, failed("open", name, err)
	}
	return &file{ReadCloser: r, info: n}, nil
}

// ReadDir implements fs.ReadDirFS.
func (f *files) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find(name, true)
	if err != nil {
		return nil, failed("open", name, err)
	}
	if n.mode != filemode.Dir {
		return nil, failed("readdir", name, errors.New("it is no folder"))
	}
	all, err := f.entries(n.hash)
	if err != nil {
		return nil, failed("readdir", name, err)
	}
	entries := make([]fs.DirEntry, 0, len(all))
	for _, e := range all {
		child, err := f.node(e)
		if err != nil {
			return nil, failed("readdir", path.Join(name, e.Name), err)
		}
		entries = append(entries, fs.FileInfoToDirEntry(child))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Stat implements fs.StatFS.
func (f *files) Stat(name string) (fs.FileInfo, error) { return f.stat("stat", name, true) }

// Lstat implements fs.ReadLinkFS.
func (f *files) Lstat(name string) (fs.FileInfo, error) { return f.stat("lstat", name, false) }

func (f *files) stat(op, name string, last bool) (fs.FileInfo, error) {
	n, err := f.find(name, last)
	if err != nil {
		return nil, failed(op, name, err)
	}
	return n, nil
}

// ReadLink implements fs.ReadLinkFS.
func (f *files) ReadLink(name string) (string, error) {
	n, err := f.find(name, false)
	if err == nil && n.mode != filemode.Symlink {
		err = fs.ErrInvalid
	}
	if err != nil {
		return "", failed("readlink", name, err)
	}
	return f.target(n)
}

// The methods of fs.FileInfo.
func (n node) Name() string       { return n.name }
func (n node) Size() int64        { return n.size }
func (n node) ModTime() time.Time { return n.at }
func (n node) IsDir() bool        { return n.mode == filemode.Dir }
func (n node) Sys() any           { return nil }

// Mode says what it is. The rights in a commit are no rights here.
func (n node) Mode() fs.FileMode {
	switch n.mode {
	case filemode.Dir:
		return fs.ModeDir | 0o555
	case filemode.Symlink:
		return fs.ModeSymlink | 0o444
	case filemode.Submodule:
		return fs.ModeIrregular
	case filemode.Executable:
		return 0o555
	}
	return 0o444
}

type file struct {
	io.ReadCloser
	info node
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }

type folder struct {
	info    node
	entries []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error) {
	return 0, failed("read", f.info.name, errors.New("it is a folder"))
}

// ReadDir implements fs.ReadDirFile.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.entries) {
		n = len(f.entries)
	}
	some := f.entries[:n]
	f.entries = f.entries[n:]
	return some, nil
}
