package export

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"holdfast/internal/fault"
)

// The files in the store's directory.
const (
	keyFile    = "export.key"
	publicFile = "export.pub"
)

// keyHead begins the one line of a key file; the seed in hex follows.
const keyHead = "holdfast export key 1 " + algorithm + " "

// LoadKey returns the key in dir and makes one, from the system's randomness,
// where there is none: export.key for its owner alone, export.pub to give
// away. Two processes that start together get the same key. Errors are
// *fault.Error of code E_STORE.
//
// A new store wants an empty directory, so open it before.
func LoadKey(dir string) (Signer, error) { return loadKey(dir, rand.Reader) }

// ReadKey returns the key in dir and makes none. The error is as of LoadKey.
func ReadKey(dir string) (Signer, error) {
	path := filepath.Join(dir, keyFile)
	s, err := readKey(path)
	if err != nil {
		return Signer{}, keyFault(path, err)
	}
	return s, nil
}

func loadKey(dir string, random io.Reader) (Signer, error) {
	path := filepath.Join(dir, keyFile)
	s, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(dir, random); err == nil {
			s, err = readKey(path)
		}
	}
	if err == nil {
		err = publish(dir, s)
	}
	if err != nil {
		return Signer{}, keyFault(path, err)
	}
	return s, nil
}

func readKey(path string) (Signer, error) {
	f, err := os.Open(path)
	if err != nil {
		return Signer{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Signer{}, err
	}
	// Windows keeps rights elsewhere; its mode bits say nothing.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return Signer{}, fault.Newf(fault.Store, "Anybody who has read it can sign in its name. Make a new key by removing the file, or if nobody has: chmod 600 "+path,
			"The key %s can be read by others (mode %04o).", path, mode)
	}
	const longest = len(keyHead) + 2*ed25519.SeedSize + 1
	text, err := io.ReadAll(io.LimitReader(f, int64(longest)+1))
	if err != nil {
		return Signer{}, err
	}
	line, whole := strings.CutSuffix(string(text), "\n")
	digits, ours := strings.CutPrefix(line, keyHead)
	seed, err := hex.DecodeString(digits)
	if !whole || !ours || err != nil || len(seed) != ed25519.SeedSize {
		return Signer{}, fault.Newf(fault.Store, "Restore it from a backup, or remove it: the next export makes a new key.", "%s is no export key, or is damaged.", path)
	}
	return NewSigner([ed25519.SeedSize]byte(seed)), nil
}

// makeKey writes a whole key and then gives it its name, so that no reader
// finds half of one. Whoever comes second leaves the first one's in place.
func makeKey(dir string, random io.Reader) error {
	var seed [ed25519.SeedSize]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return fmt.Errorf("read randomness: %w", err)
	}
	temp, err := writeTemp(dir, keyHead+hex.EncodeToString(seed[:])+"\n", 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, filepath.Join(dir, keyFile)); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// publish puts the public half next to the key. One that does not fit is left
// alone: somebody relies on it.
func publish(dir string, s Signer) error {
	path := filepath.Join(dir, publicFile)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		temp, err := writeTemp(dir, s.Public()+"\n", 0o644)
		if err != nil {
			return err
		}
		defer os.Remove(temp)
		return os.Rename(temp, path)
	case err != nil:
		return err
	case strings.TrimSpace(string(text)) != s.Public():
		return fault.Newf(fault.Store, "Find out which of the two was replaced before you sign anything; then remove the other.",
			"%s is not the public half of %s.", path, keyFile)
	}
	return nil
}

func writeTemp(dir, text string, mode fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(dir, keyFile+"-*.tmp")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

// syncDir makes a new name durable. Where directories cannot be synced the
// name is as durable as it gets.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && runtime.GOOS != "windows" {
		return err
	}
	return nil
}

func keyFault(path string, err error) error {
	if fault.CodeOf(err) != "" {
		return err
	}
	return fault.Wrap(err, fault.Store, "The export key "+path+" cannot be read or made.", "Look at the directory (permissions, free space), then try again.")
}
