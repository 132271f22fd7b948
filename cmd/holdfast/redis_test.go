package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestScenariosReadTheSameOnRedis plays every scenario on a true Redis.
func TestScenariosReadTheSameOnRedis(t *testing.T) {
	url := startRedis(t)
	files, err := filepath.Glob("../../examples/northbridge/scenarios/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, f := range files {
		want, code := rehearsed(t, f)
		got, onRedis := rehearsed(t, "--store", url, f)
		if code != clean || onRedis != clean {
			t.Errorf("%s: exit %d in memory, %d on Redis", filepath.Base(f), code, onRedis)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s reads otherwise on Redis", filepath.Base(f))
		}
	}

	// Each has left its journals in a workspace of its own, which is refused
	// the second time.
	if out, code := rehearsed(t, "--store", url, files[0]); code != unusable || !bytes.Contains(out, []byte("begins on an empty one")) {
		t.Errorf("a store that holds something: exit %d\n%s", code, out)
	}
}

func rehearsed(t *testing.T, args ...string) ([]byte, int) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), append([]string{"rehearse"}, args...), os.Getenv, stdio{out: &out, err: &out})
	return out.Bytes(), code
}

// startRedis starts a server of its own on a socket and returns its URL.
func startRedis(t *testing.T) string {
	t.Helper()
	return startRedisWith(t, "--appendonly", "no")
}
