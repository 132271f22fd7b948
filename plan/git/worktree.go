package git

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"

	"holdfast/plan"
)

// largest is how long a file may be that is read, or compared with its commit.
const largest = 8 << 20

// Uncommitted lists the files of a folder that differ from the last commit of
// the git work tree it lies in, sorted, relative to the folder. It is empty
// where the folder lies in none. Only those count that a plan may be made of.
func Uncommitted(dir string) ([]string, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return nil, err
	}
	root, store, err := workTree(dir)
	if err != nil || store == nil {
		return nil, err
	}
	inside, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	committed, err := committed(store, filepath.ToSlash(inside))
	if err != nil {
		return nil, err
	}
	var differ []string
	err = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, at)
		if name = filepath.ToSlash(name); err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		was, known := committed[name]
		delete(committed, name)
		switch {
		case !ofPlan(name), d.Type()&fs.ModeSymlink != 0, !d.Type().IsRegular():
			return nil
		case !known:
			differ = append(differ, name)
			return nil
		}
		is, err := hashOf(at)
		if err == nil && is != was {
			differ = append(differ, name)
		}
		return err
	})
	for gone := range committed {
		if ofPlan(gone) {
			differ = append(differ, gone)
		}
	}
	slices.Sort(differ)
	return slices.DeleteFunc(differ, func(name string) bool { return isLink(filepath.Join(dir, name)) }), err
}

func isLink(at string) bool {
	info, err := os.Lstat(at)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

func ofPlan(name string) bool {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") || path.Base(name) == "README.md" {
		return false
	}
	return strings.HasPrefix(name, "scripts/") || slices.Contains([]string{".yaml", ".md", ".txt"}, path.Ext(name))
}

func hashOf(at string) (plumbing.Hash, error) {
	f, err := os.Open(at)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > largest {
		return plumbing.ZeroHash, err
	}
	h := plumbing.NewHasher(plumbing.BlobObject, info.Size())
	_, err = io.Copy(h, f)
	return h.Sum(), err
}

// workTree finds the work tree that a folder lies in; no store where it lies in
// none.
func workTree(dir string) (root string, store *filesystem.Storage, err error) {
	for {
		at := filepath.Join(dir, ".git")
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
			return dir, filesystem.NewStorage(osfs.New(at), cache.NewObjectLRUDefault()), nil
		case err == nil:
			store, err := linked(dir, at)
			return dir, store, err
		case !errors.Is(err, fs.ErrNotExist):
			return "", nil, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil, nil
		}
		dir = parent
	}
}

// linked opens the repository of a work tree that was added beside another one:
// its .git is a file that says where the rest is.
func linked(dir, file string) (*filesystem.Storage, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	own, is := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if !is {
		return nil, nil
	}
	if !filepath.IsAbs(own) {
		own = filepath.Join(dir, own)
	}
	common := own
	if text, err := os.ReadFile(filepath.Join(own, "commondir")); err == nil {
		if common = strings.TrimSpace(string(text)); !filepath.IsAbs(common) {
			common = filepath.Join(own, common)
		}
	}
	return filesystem.NewStorage(dotgit.NewRepositoryFilesystem(osfs.New(own), osfs.New(common)), cache.NewObjectLRUDefault()), nil
}

// committed returns the hashes of the files of a folder in the last commit.
func committed(store *filesystem.Storage, folder string) (map[string]plumbing.Hash, error) {
	all := map[string]plumbing.Hash{}
	head, err := storer.ResolveReference(store, plumbing.HEAD)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return all, nil // nothing is committed yet
	}
	if err != nil {
		return nil, err
	}
	c, err := object.GetCommit(store, head.Hash())
	if err != nil {
		return nil, err
	}
	t, err := c.Tree()
	if err == nil && folder != "." {
		t, err = t.Tree(folder)
	}
	switch {
	case errors.Is(err, object.ErrDirectoryNotFound):
		return all, nil
	case err != nil:
		return nil, err
	}
	return all, t.Files().ForEach(func(f *object.File) error {
		all[f.Name] = f.Hash
		return nil
	})
}

// Dirty is the finding of a folder with such files; ok is false for none.
func Dirty(files []string) (f plan.Finding, ok bool) {
	if len(files) == 0 {
		return f, false
	}
	what := "It differs"
	switch n := len(files) - 1; {
	case n == 1:
		what = "It and another file differ"
	case n > 1:
		what = fmt.Sprintf("It and %d more files differ", n)
	}
	return plan.Finding{Code: codeDirty, Level: plan.Note, File: files[0],
		Message: what + " from the last commit of the work tree.", Fix: "Commit it, so that everybody can see the same plan."}, true
}
