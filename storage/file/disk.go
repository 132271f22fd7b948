package file

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// disk is a directory of the machine.
type disk struct{ root string }

func (d disk) path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

// Directory returns the FS that a store in dir uses by default, for programs
// that watch or measure its calls.
func Directory(dir string) FS { return disk{dir} }

// makeRoot makes the directory, durably, unless it is there.
func (d disk) makeRoot() error {
	if _, err := os.Stat(d.root); err == nil {
		return nil
	}
	if err := os.MkdirAll(d.root, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(d.root))
}

func (d disk) Open(name string, mode Mode) (File, error) {
	flag := os.O_RDONLY
	switch mode {
	case ReadWrite:
		flag = os.O_RDWR
	case Create:
		flag = os.O_RDWR | os.O_CREATE | os.O_TRUNC
		if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o700); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(d.path(name), flag, 0o600)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (d disk) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(d.path(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

func (d disk) Rename(from, to string) error { return os.Rename(d.path(from), d.path(to)) }

func (d disk) Remove(name string) error {
	if err := os.Remove(d.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d disk) SyncDir(dir string) error { return syncDir(d.path(dir)) }

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func (d disk) Lock(name string, pid int) (io.Closer, error) { return lockFile(d.path(name), pid) }

// diskFile is an open file whose Sync is the cheapest call that makes its
// content durable.
type diskFile struct{ *os.File }

func (f diskFile) Sync() error { return syncData(f.File) }

func (f diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
