package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"holdfast/storage/file"
)

// disk is a directory as storage/file uses one: the same calls, each counted
// where that tells something. It takes no lock, since nobody else knows it.
type disk struct {
	root  string
	lazy  bool // nothing is made durable: for building what is only read later
	syncs atomic.Int64

	mu    sync.Mutex
	noted bool // reads are noted
	reads []fetch
}

// fetch is one read of a file.
type fetch struct {
	name   string
	offset int64
	length int
}

var _ file.FS = (*disk)(nil)

func (d *disk) path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

func (d *disk) Open(name string, mode file.Mode) (file.File, error) {
	flag := map[file.Mode]int{file.ReadOnly: os.O_RDONLY, file.ReadWrite: os.O_RDWR, file.Create: os.O_RDWR | os.O_CREATE | os.O_TRUNC}[mode]
	if mode == file.Create {
		if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o700); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(d.path(name), flag, 0o600)
	if err != nil {
		return nil, err
	}
	return &diskFile{File: f, disk: d, name: name}, nil
}

func (d *disk) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(d.path(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

func (d *disk) Rename(from, to string) error { return os.Rename(d.path(from), d.path(to)) }

func (d *disk) SyncDir(dir string) error {
	if d.lazy {
		return nil
	}
	f, err := os.Open(d.path(dir))
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func (d *disk) Lock(string, int) (io.Closer, error) { return io.NopCloser(nil), nil }

type diskFile struct {
	*os.File
	disk *disk
	name string
}

func (f *diskFile) Sync() error {
	if f.disk.lazy {
		return nil
	}
	f.disk.syncs.Add(1)
	return syncData(f.File)
}

func (f *diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f *diskFile) ReadAt(p []byte, off int64) (int, error) {
	if d := f.disk; d.noted {
		d.mu.Lock()
		d.reads = append(d.reads, fetch{f.name, off, len(p)})
		d.mu.Unlock()
	}
	return f.File.ReadAt(p, off)
}

// replay does the noted reads again, one after the other, and nothing else
// with what they bring.
func (d *disk) replay() (total int, err error) {
	open := map[string]*os.File{}
	defer func() {
		for _, f := range open {
			f.Close()
		}
	}()
	var buf []byte
	for _, r := range d.reads {
		f := open[r.name]
		if f == nil {
			if f, err = os.Open(d.path(r.name)); err != nil {
				return total, err
			}
			open[r.name] = f
		}
		if cap(buf) < r.length {
			buf = make([]byte, r.length)
		}
		n, err := f.ReadAt(buf[:r.length], r.offset)
		if err != nil && err != io.EOF {
			return total, err
		}
		total += n
	}
	return total, nil
}
