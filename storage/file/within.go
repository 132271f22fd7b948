package file

import "path"

// within is a folder of a store's directory, in which a log lies. The lock is
// that of the whole directory.
type within struct {
	FS
	dir string
}

// logFolder returns the files of the log that lies in a folder of fsys.
func logFolder(fsys FS, dir string) FS {
	if dir == "." {
		return fsys
	}
	return within{fsys, dir}
}

func (w within) Open(name string, mode Mode) (File, error) {
	return w.FS.Open(path.Join(w.dir, name), mode)
}

func (w within) List(dir string) ([]string, error) { return w.FS.List(path.Join(w.dir, dir)) }

func (w within) Rename(from, to string) error {
	return w.FS.Rename(path.Join(w.dir, from), path.Join(w.dir, to))
}

func (w within) Remove(name string) error { return w.FS.Remove(path.Join(w.dir, name)) }

func (w within) SyncDir(dir string) error { return w.FS.SyncDir(path.Join(w.dir, dir)) }
