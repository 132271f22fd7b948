package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"holdfast/incident"
	"holdfast/storage/file"
)

// The test binary is what a benchmark starts again as its child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childWord {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func TestEveryBenchmarkRunsAndCountsRight(t *testing.T) {
	dir := t.TempDir()
	var out, progress bytes.Buffer
	if code := run(t.Context(), []string{"-quick", "-dir", dir}, &out, &progress); code != exitClean {
		t.Fatalf("exit code %d\n%s%s", code, &out, &progress)
	}
	for _, want := range []string{
		"machine: ", "append, 16 writers", "fdatasync calls", "append, one writer", "cold start, ", "export of 500 entries as Markdown", "export of 500 entries as a page",
		"peak memory", "command to the page leaving", "calls to PagerDuty for each", "commits for each", "Do of a note, memory store", "Do of a note, file store", "fold, incidents of 50",
		"append to Redis (everysec)", "append to Redis (always)", "memory of an entry in Redis", "cold start from Redis", "note over HTTP", "answer to a note over HTTP",
		"answer in Slack while a call hangs", "check of a plan of 20 services, ", "schedule of 20 services, ",
	} {
		n := 0
		for line := range strings.Lines(out.String()) {
			if strings.HasPrefix(line, want) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d lines begin with %q, want 1:\n%s", n, want, &out)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOnlyWhatIsNamedIsMeasured(t *testing.T) {
	var out, progress bytes.Buffer
	if code := run(t.Context(), []string{"-quick", "-only", "fold", "-dir", t.TempDir()}, &out, &progress); code != exitClean {
		t.Fatalf("exit code %d\n%s", code, &progress)
	}
	if progress.String() != "measuring fold ...\n" {
		t.Errorf("measured:\n%s", &progress)
	}
	if code := run(t.Context(), []string{"-quick", "-only", "nonsense", "-dir", t.TempDir()}, &out, &progress); code != exitNotMeasured {
		t.Errorf("an unknown name: exit code %d, want %d", code, exitNotMeasured)
	}
}

func TestAMadeUpIncidentIsOneThatHoldfastKnows(t *testing.T) {
	dir := t.TempDir()
	h, err := newHistory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer h.store.Close()
	const entries = 300
	if err := h.whole(t.Context(), "INC-1", entries); err != nil {
		t.Fatal(err)
	}
	kinds, seen, state := incident.Kinds(), map[string]int{}, incident.State{}
	for stored, err := range h.store.Read(t.Context(), "INC-1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := kinds.Decode(stored.Journal, stored.Seq, stored.Kind, stored.Body)
		if err != nil {
			t.Fatal(err)
		}
		seen[stored.Kind]++
		state = state.Apply(e)
	}
	if state.Newer() != "" || state.Entries != entries || state.Phase != incident.PhaseClosed {
		t.Errorf("unknown kind %q, %d entries, phase %s; want none, %d, closed", state.Newer(), state.Entries, state.Phase, entries)
	}
	if len(seen) < 15 || len(state.Notes) == 0 || len(state.Decisions) == 0 || len(state.Tasks) == 0 || len(state.Sent) == 0 {
		t.Errorf("not a mixture: %v", seen)
	}
}

func TestAFactHasItsLengthWhateverItsNumber(t *testing.T) {
	same := map[string]bool{}
	for _, i := range []int{0, 9, 63_999} {
		body := fact(i%64, i)
		if len(body) != factSize || same[string(body)] {
			t.Errorf("fact %d has %d bytes, want %d of its own", i, len(body), factSize)
		}
		same[string(body)] = true
		if _, err := incident.Kinds().Decode("INC-1", 1, incident.NoteAdded{}.Kind(), body); err != nil {
			t.Error(err)
		}
	}
}

func TestALostFactIsAMiscount(t *testing.T) {
	a := appending{bench: &bench{sizes: quickSizes, dir: t.TempDir()}, writers: 1, each: 3}
	dir := filepath.Join(a.dir, "store")
	store, err := file.Open(dir, file.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.write(t.Context(), store, 0); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.readBack(t.Context(), dir); err != nil {
		t.Errorf("with all its facts: %v", err)
	}
	a.each++
	if err, want := a.readBack(t.Context(), dir), "facts of INC-1 read back: 3, want 4"; err == nil || err.Error() != want {
		t.Errorf("with one lost: %v, want %s", err, want)
	}
}

func TestTooFewSyncsAreAMiscount(t *testing.T) {
	a := appending{each: 10}
	if err := a.enough(10); err != nil {
		t.Errorf("one for each append of a writer: %v", err)
	}
	if a.enough(9) == nil {
		t.Error("a writer had an append acknowledged without a fdatasync, and nobody minded")
	}
}

func TestARecordIsHeldToTheStore(t *testing.T) {
	head := [32]byte{0xab}
	good := "# INC-1\n- **Entries:** 12\n- **Head of the hash chain:** `ab" + strings.Repeat("0", 62) + "`\n"
	for _, c := range []struct{ name, page, want string }{
		{"whole", good, ""},
		{"an entry lost", strings.Replace(good, "12", "11", 1), "entries in the record: 11, want 12"},
		{"another head", strings.Replace(good, "`ab", "`ac", 1), "the record has another head than the store"},
		{"a broken chain", "> **WARNING: THIS JOURNAL IS DAMAGED.**\n" + good, "the record says that the chain does not hold"},
	} {
		name := filepath.Join(t.TempDir(), "record.md")
		if err := os.WriteFile(name, []byte(c.page), 0o600); err != nil {
			t.Fatal(err)
		}
		err := checkPage(name, 12, head)
		if got := errText(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestTheMachineIsNamed(t *testing.T) {
	if line := machine(t.TempDir()); !regexp.MustCompile(`^machine: \d+ cores, \w+/\w+.*, go[^,]+, stores on \S+`).MatchString(line) {
		t.Error(line)
	}
}
