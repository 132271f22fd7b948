package northbridge_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// atOnce is how many breakages are built and run side by side.
const atOnce = 2

// breakage is one line of the rules replaced by a wrong one, and the scenario
// that must notice.
type breakage struct{ name, file, line, with, fails string }

// bench is the program that is broken: what rehearses, without the rest of
// Holdfast, since it is built for each breakage.
const bench = "./examples/northbridge/testdata/rehearsal"

// TestScenariosNoticeBrokenRules builds a program once for each breakage, with
// the broken file laid over the tree, which itself is not touched. Unbroken it
// finds nothing.
func TestScenariosNoticeBrokenRules(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program some thirty times")
	}
	all := breakages(t)
	if len(all) < 16 {
		t.Fatalf("only %d breakages", len(all))
	}
	t.Parallel()
	whole, err := build(t.TempDir(), bench)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range scenarios(t) {
		if slackOnly(name) {
			continue // this program has the terminal's chat alone
		}
		if exit, report := exitOf(t, whole, scenarioFile(name)); exit != 0 {
			t.Errorf("unbroken, %s: exit %d\n%s", name, exit, report)
		}
	}
	slots := make(chan struct{}, atOnce)
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			broken := b.build(t)
			exit, report := exitOf(t, broken, scenarioFile(b.fails))
			switch {
			case exit == 0:
				t.Errorf("%s does not notice that in %s\n\t%s\nbecame\n\t%s", scenarioFile(b.fails), b.file, b.line, b.with)
			case exit != 1 || !strings.Contains(report, "saw:"):
				t.Errorf("exit %d, want a failed check\n%s", exit, report)
			}
		})
	}
}

// build lays the broken file over the tree and builds the program.
func (b breakage) build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	original, err := filepath.Abs(filepath.Join(root, b.file))
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken.go")
	write(t, broken, b.apply(t, original))
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: broken}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), string(overlay))
	// Without optimisation the compiler needs two thirds of the time.
	path, err := build(dir, "-overlay", filepath.Join(dir, "overlay.json"), "-gcflags=holdfast/...=-N -l", bench)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// apply returns the file with the line replaced.
func (b breakage) apply(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, hits := strings.Split(string(text), "\n"), 0
	for i, l := range lines {
		if strings.TrimSpace(l) == b.line {
			lines[i], hits = b.with, hits+1
		}
	}
	if hits != 1 {
		t.Fatalf("%s has this line %d times; it should be there once:\n\t%s", b.file, hits, b.line)
	}
	return strings.Join(lines, "\n")
}

// breakages reads testdata/breakages.txt.
func breakages(t *testing.T) []breakage {
	t.Helper()
	text, err := os.ReadFile("testdata/breakages.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []breakage
	for _, block := range strings.Split(string(text), "\n\n") {
		b := breakage{}
		fields := map[string]*string{"name": &b.name, "file": &b.file, "line": &b.line, "with": &b.with, "fails": &b.fails}
		for l := range strings.Lines(block) {
			if strings.HasPrefix(l, "#") {
				continue
			}
			key, value, _ := strings.Cut(l, ":")
			field, known := fields[key]
			if !known {
				t.Fatalf("breakages.txt: nobody knows %q", l)
			}
			*field = strings.TrimSpace(value)
		}
		switch {
		case b == breakage{}:
			continue // the comment above the first
		case b.name == "" || b.file == "" || b.line == "" || b.with == "" || b.fails == "":
			t.Fatalf("breakages.txt: %+v lacks something", b)
		}
		all = append(all, b)
	}
	return all
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
