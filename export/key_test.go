package export_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"holdfast/export"
	"holdfast/internal/fault"
)

func TestAKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	made, err := export.LoadKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := export.LoadKey(dir)
	if err != nil || again.Public() != made.Public() || len(made.Public()) != 64 {
		t.Errorf("the second start has key %q, the first %q (%v)", again.Public(), made.Public(), err)
	}
	info, err := os.Stat(filepath.Join(dir, "export.key"))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key has mode %v", info.Mode())
	}
	public, err := os.ReadFile(filepath.Join(dir, "export.pub"))
	if err != nil || string(public) != made.Public()+"\n" {
		t.Errorf("the public half is %q, want %q (%v)", public, made.Public(), err)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 2 {
		t.Errorf("the directory holds %v (%v)", names, err)
	}
	other, err := export.LoadKey(t.TempDir())
	if err != nil || other.Public() == made.Public() {
		t.Errorf("two stores have one key (%v)", err)
	}
}

func TestStartsAtTheSameTimeGetOneKey(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	keys := make([]string, 16)
	for i := range keys {
		wg.Go(func() {
			s, err := export.LoadKey(dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = s.Public()
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] {
			t.Fatalf("two keys: %s and %s", k, keys[0])
		}
	}
}

func TestAKeyThatCannotBeTrustedIsRefused(t *testing.T) {
	write := func(name, text string, mode os.FileMode) func(dir string) error {
		return func(dir string) error {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), mode); err != nil {
				return err
			}
			return os.Chmod(path, mode) // whatever the umask
		}
	}
	readable := func(mode os.FileMode) func(dir string) error {
		return func(dir string) error { return os.Chmod(filepath.Join(dir, "export.key"), mode) }
	}
	for _, c := range []struct {
		what   string
		harm   func(dir string) error
		remedy string
		unix   bool
	}{
		{"world-readable", readable(0o644), "chmod 600", true},
		{"readable by its group", readable(0o640), "chmod 600", true},
		{"empty", write("export.key", "", 0o600), "remove it", false},
		{"short", write("export.key", "holdfast export key 1 ed25519 abcd\n", 0o600), "remove it", false},
		{"too long", write("export.key", "holdfast export key 1 ed25519 "+strings.Repeat("ab", 33)+"\n", 0o600), "remove it", false},
		{"no key", write("export.key", strings.Repeat("x", 1<<20), 0o600), "remove it", false},
		{"another public half", write("export.pub", key.Public()+"\n", 0o644), "Find out which", false},
	} {
		if c.unix && runtime.GOOS == "windows" {
			continue
		}
		dir := t.TempDir()
		if _, err := export.LoadKey(dir); err != nil {
			t.Fatal(err)
		}
		if err := c.harm(dir); err != nil {
			t.Fatal(err)
		}
		s, err := export.LoadKey(dir)
		if fault.CodeOf(err) != fault.Store || !strings.Contains(fault.From(err).Next, c.remedy) || s.Public() != "" {
			t.Errorf("%s: %v, key %q", c.what, err, s.Public())
		}
	}
	if _, err := export.LoadKey(filepath.Join(t.TempDir(), "nowhere")); fault.CodeOf(err) != fault.Store {
		t.Errorf("no directory: %v", err)
	}
}
