//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheProgramAnswersOnlyWhatIsSynced watches the true program's system
// calls: the write that carries a note to the log is synced before the write
// that acknowledges it on the screen.
func TestTheProgramAnswersOnlyWhatIsSynced(t *testing.T) {
	const notes = 20
	trace := traceDemo(t, notes)

	var (
		written  = map[string]bool{} // notes in the log, not yet synced
		synced   = map[string]bool{}
		flying   = map[string][]string{} // thread -> what its sync covers
		answered int
	)
	covered := func() (all []string) {
		for note := range written {
			all = append(all, note)
		}
		return all
	}
	done := func(covers []string) {
		for _, note := range covers {
			synced[note] = true
			delete(written, note)
		}
	}
	for line := range strings.Lines(trace) {
		thread, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		switch {
		case strings.HasPrefix(call, "pwrite64("):
			for _, note := range noteInLog.FindAllString(call, -1) {
				written[note] = true
			}
		case strings.HasPrefix(call, "fdatasync(") && strings.HasSuffix(call, "unfinished ...>"):
			flying[thread] = covered()
		case strings.HasPrefix(call, "fdatasync(") && strings.HasSuffix(call, "= 0"):
			done(covered())
		case strings.HasPrefix(call, "<... fdatasync resumed>") && strings.HasSuffix(call, "= 0"):
			done(flying[thread])
		case strings.HasPrefix(call, "write(1"):
			for _, m := range acknowledged.FindAllStringSubmatch(call, -1) {
				answered++
				if !synced[m[1]] {
					t.Errorf("%s was acknowledged before it was synced: %s", m[1], line)
				}
			}
		}
	}
	if answered != notes {
		t.Errorf("void: %d of %d notes were seen acknowledged", answered, notes)
	}
}

var (
	noteInLog    = regexp.MustCompile(`remark-\d+-`)
	acknowledged = regexp.MustCompile(`noted: (remark-\d+-)`)
)

// traceDemo runs a demo with so many notes under strace.
func traceDemo(t *testing.T, notes int) string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		skipUnlessCI(t, "strace is not installed (Debian package strace)")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "trace")
	demo := program(t, dir, "demo")
	demo.Args = append([]string{strace, "-f", "-s", "65536", "-o", out, "-e", "trace=pwrite64,fdatasync,write", demo.Path}, demo.Args[1:]...)
	demo.Path = strace
	lines := "/incident declare \"x\"\n"
	for i := range notes {
		lines += fmt.Sprintf("/incident note \"remark-%d-\"\n", i)
	}
	demo.Stdin = strings.NewReader(lines)
	var stderr strings.Builder
	demo.Stderr = &stderr
	if err := demo.Run(); err != nil {
		if strings.Contains(strings.ToLower(stderr.String()), "ptrace") {
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
