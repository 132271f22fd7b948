package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"holdfast/incident"
)

// program returns a command that is the true program, in a folder of its own.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

func TestADemoKilledInTheMiddleGoesOnWithTheSameIncident(t *testing.T) {
	dir := t.TempDir()
	demo := program(t, dir, "demo")
	in, err := demo.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	say(t, in, `/incident declare "checkout failing" sev:1 service:payments-api`)
	say(t, in, `/incident role claim commander`)
	say(t, in, `/incident decide "fail over to B" because "replica lag is 2 s"`)
	acknowledged := waitFor(t, out, regexp.MustCompile(`decided D1.* (INC-1#\d+)`))

	if err := demo.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = demo.Wait() // killed: its error is no news

	var s incident.State
	if err := json.Unmarshal(output(t, program(t, dir, "status", "INC-1", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	if s.Roles.Commander != "alice" || len(s.Decisions) != 1 || s.Decisions[0].Text != "fail over to B" {
		t.Errorf("after the kill: commander %q, decisions %+v; %s was acknowledged", s.Roles.Commander, s.Decisions, acknowledged)
	}

	again := program(t, dir, "demo")
	again.Stdin = strings.NewReader("/incident status\n/incident note \"still here\"\n")
	seen := output(t, again)
	for _, want := range []string{"INC-1 SEV1 checkout failing", "Commander", "@alice", "still here"} {
		if !bytes.Contains(seen, []byte(want)) {
			t.Errorf("the second demo does not show %q:\n%s", want, seen)
		}
	}
	if v := output(t, program(t, dir, "verify", ".holdfast-demo")); !bytes.Contains(v, []byte("INC-1: ")) {
		t.Errorf("verify says %s", v)
	}
}

func say(t *testing.T, to io.Writer, line string) {
	t.Helper()
	if _, err := io.WriteString(to, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

// waitFor reads until a line matches and returns what the first group did.
func waitFor(t *testing.T, r io.Reader, re *regexp.Regexp) string {
	t.Helper()
	var seen strings.Builder
	for lines := bufio.NewScanner(r); lines.Scan(); {
		seen.WriteString(lines.Text() + "\n")
		if m := re.FindStringSubmatch(lines.Text()); m != nil {
			return m[1]
		}
	}
	t.Fatalf("the program never said %s:\n%s", re, seen.String())
	return ""
}

func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, stderr.Bytes())
	}
	return out
}
