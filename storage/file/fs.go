package file

import (
	"errors"
	"io"
)

// FS is every call a store makes on its directory. Names are relative to it
// and use slashes. A test double stands in for a disk that loses power.
type FS interface {
	// Open opens a file. A missing one is an error that is fs.ErrNotExist,
	// save under Create.
	Open(name string, mode Mode) (File, error)
	// List names the files of a folder, "." for the directory itself, in no
	// order. A missing folder is empty.
	List(dir string) ([]string, error)
	// Rename gives a file a new name and replaces what had it.
	Rename(from, to string) error
	// Remove takes a file away, or an empty folder. What is not there is no
	// error.
	Remove(name string) error
	// SyncDir makes the names in a folder durable.
	SyncDir(dir string) error
	// Lock takes the directory for one writer and notes pid as its holder,
	// unless pid is 0. Who holds it already is told by *HeldError. Closing
	// gives it back; the end of the process does too.
	Lock(name string, pid int) (io.Closer, error)
}

// Mode says what a file is opened for.
type Mode int

// The modes of Open.
const (
	ReadOnly  Mode = iota
	ReadWrite      // the file is there
	Create         // new and empty, with the folder it stands in
)

// File is one open file. Sync returns when all that was written is durable,
// the size included.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Sync() error
	Size() (int64, error)
}

// HeldError says that another writer has the directory.
type HeldError struct {
	PID int // of the holder; 0 when it is not known
}

func (e *HeldError) Error() string { return "held by another writer" }

// writeWhole puts data in place under name so that after a crash either the
// old file is there or the whole new one.
func writeWhole(fsys FS, dir, name string, write func(File) error) error {
	f, err := fsys.Open(name+tmpSuffix, Create)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := fsys.Rename(name+tmpSuffix, name); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// tmpSuffix marks a file that is not whole yet; it is never read.
const tmpSuffix = ".tmp"

// writing returns a writer of data for writeWhole.
func writing(data []byte) func(File) error {
	return func(f File) error {
		_, err := f.WriteAt(data, 0)
		return err
	}
}

// readWhole returns all bytes of a file.
func readWhole(fsys FS, name string) ([]byte, error) {
	f, err := fsys.Open(name, ReadOnly)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	if n, err := f.ReadAt(data, 0); err != nil && !(errors.Is(err, io.EOF) && int64(n) == size) {
		return nil, err
	}
	return data, nil
}
