package main

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"holdfast/storage/file"
)

// disk is a store's directory that counts syncs and notes reads.
type disk struct {
	file.FS
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

func newDisk(root string) *disk { return &disk{FS: file.Directory(root), root: root} }

func (d *disk) Open(name string, mode file.Mode) (file.File, error) {
	f, err := d.FS.Open(name, mode)
	if err != nil {
		return nil, err
	}
	return &diskFile{File: f, disk: d, name: name}, nil
}

func (d *disk) SyncDir(dir string) error {
	if d.lazy {
		return nil
	}
	return d.FS.SyncDir(dir)
}

// Lock takes no lock, since nobody else knows this directory.
func (d *disk) Lock(string, int) (io.Closer, error) { return io.NopCloser(nil), nil }

type diskFile struct {
	file.File
	disk *disk
	name string
}

func (f *diskFile) Sync() error {
	if f.disk.lazy {
		return nil
	}
	f.disk.syncs.Add(1)
	return f.File.Sync()
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
			if f, err = os.Open(filepath.Join(d.root, filepath.FromSlash(r.name))); err != nil {
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
