//go:build linux

package redis_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"holdfast/storage/redis"
)

// The page cache outlives a killed process, so a kill alone does not show that
// anything was flushed. Here the files are cut to what Redis has flushed, as a
// power cut may leave them. Under everysec the same cut takes what was
// acknowledged; that shows that it would be noticed.
func TestWhatIsAcknowledgedInClassD2HasReachedTheDisk(t *testing.T) {
	recorder := compileRecorder(t)
	for _, r := range []struct {
		fsync   string
		options redis.Options
		loses   bool
	}{
		{fsync: "always"},
		{fsync: "everysec", options: redis.Options{Durability: redis.Relaxed}, loses: true},
	} {
		t.Run(r.fsync, func(t *testing.T) {
			server := newServer(t)
			flushed := filepath.Join(server.dir, "flushed")
			server.env = []string{"LD_PRELOAD=" + recorder, "FLUSHED=" + flushed}
			server.set("--port", "0", "--appendonly", "yes", "--appendfsync", r.fsync, "--aof-load-truncated", "yes")
			server.run()
			c := gather(t, open(t, server.url(), r.options), journalNames(writers)...)
			c.await(1000)
			before := readFlushed(t, flushed).calls
			until(t, func() error {
				if now := readFlushed(t, flushed); now.calls <= before {
					return fmt.Errorf("nothing was flushed in %d calls", now.calls)
				}
				return nil
			})
			c.catchUp()
			c.await(1000)
			server.kill()
			c.leave()
			cut := cutToFlushed(t, filepath.Join(server.dir, "appendonlydir"), readFlushed(t, flushed))
			server.run()
			acked, lost := c.lost(server)
			t.Logf("%d entries acknowledged, %d bytes cut, %d entries lost", acked, cut, lost)
			if acked < 2000 || len(c.acked) != writers {
				t.Error("void: too little was written")
			}
			if (lost > 0) != r.loses {
				t.Errorf("%d of %d acknowledged entries are lost", lost, acked)
			}
		})
	}
}

// compileRecorder makes the library that notes what is flushed.
func compileRecorder(t *testing.T) string {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("a C compiler is missing; install the Debian packages gcc and libc6-dev")
		}
		t.Skip("a C compiler is missing; install the Debian packages gcc and libc6-dev")
	}
	library := filepath.Join(t.TempDir(), "recorder.so")
	said, err := exec.CommandContext(t.Context(), compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror",
		"-o", library, "testdata/recorder.c", "-ldl").CombinedOutput()
	if err != nil {
		t.Fatalf("testdata/recorder.c: %v\n%s", err, said)
	}
	return library
}

// flushed is what the recorder has noted.
type flushed struct {
	calls   int
	lengths map[uint64]int64 // by inode
}

func readFlushed(t *testing.T, path string) flushed {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := flushed{lengths: map[uint64]int64{}}
	for lines := bufio.NewScanner(f); lines.Scan(); all.calls++ {
		var inode uint64
		var length int64
		if _, err := fmt.Sscan(lines.Text(), &inode, &length); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		all.lengths[inode] = length
	}
	return all
}

// cutToFlushed cuts each file below a folder to what was flushed of it, and to
// nothing if that never was. It returns how many bytes that took.
func cutToFlushed(t *testing.T, dir string, all flushed) (cut int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		keep := min(all.lengths[info.Sys().(*syscall.Stat_t).Ino], info.Size())
		cut += info.Size() - keep
		return os.Truncate(path, keep)
	})
	if err != nil {
		t.Fatal(err)
	}
	return cut
}
