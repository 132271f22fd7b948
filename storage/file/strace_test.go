package file_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestEveryAnswerComesAfterItsSync(t *testing.T) {
	const batches = 60
	trace := traceChild(t, batches)
	answers, syncs, dirty, synced := 0, 0, map[string]bool{}, false
	waiting := map[string]string{} // thread: the file it syncs
	for line := range strings.Lines(trace) {
		thread, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		switch name := fileOf(call); {
		case strings.HasPrefix(call, "pwrite64(") && strings.HasSuffix(name, ".log"):
			dirty[name], synced = true, false
		case strings.HasPrefix(call, "fdatasync(") && strings.HasSuffix(call, "unfinished ...>"):
			waiting[thread] = name
		case strings.HasPrefix(call, "fdatasync(") && strings.HasSuffix(call, "= 0"):
			delete(dirty, name)
			syncs, synced = syncs+1, true
		case strings.HasPrefix(call, "<... fdatasync resumed>") && strings.HasSuffix(call, "= 0"):
			delete(dirty, waiting[thread])
			syncs, synced = syncs+1, true
		case strings.HasPrefix(call, "write(1<") && strings.Contains(call, `"ack `):
			answers++
			if len(dirty) > 0 || !synced {
				t.Fatalf("answer %d went out before its sync: %s", answers, line)
			}
			synced = false
		}
	}
	t.Logf("%d answers, %d syncs", answers, syncs)
	if answers != batches || syncs < batches {
		t.Errorf("void: %d answers and %d syncs were seen, want %d", answers, syncs, batches)
	}
}

// traceChild runs the child under strace and returns its calls.
func traceChild(t *testing.T, batches int) string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		skipUnlessCI(t, "strace is not installed (Debian package strace)")
	}
	out := filepath.Join(t.TempDir(), "trace")
	c := exec.CommandContext(t.Context(), strace, "-f", "-y", "-o", out, "-e", "trace=pwrite64,fdatasync,write", os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+t.TempDir(), childBatches+"="+strconv.Itoa(batches))
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Run(); err != nil {
		if strings.Contains(stderr.String(), "PTRACE") || strings.Contains(stderr.String(), "ptrace") {
			skipUnlessCI(t, "this machine does not let strace trace: "+stderr.String())
		}
		t.Fatalf("strace: %v\n%s", err, stderr.String())
	}
	trace, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(trace)
}

func skipUnlessCI(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

var argument = regexp.MustCompile(`^\w+\(\d+<([^>]*)>`)

// fileOf returns the path that strace gives for a call's descriptor.
func fileOf(call string) string {
	if m := argument.FindStringSubmatch(call); m != nil {
		return m[1]
	}
	return ""
}
