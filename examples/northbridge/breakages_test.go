package northbridge_test

import (
	"os"
	"strings"
	"testing"
)

// atOnce is how many breakages are built and run side by side.
const atOnce = 2

// breakage is one line of the rules replaced by a wrong one, and the scenario
// that must notice.
type breakage struct{ name, file, line, with, fails string }

// TestScenariosNoticeBrokenRules runs the scenario of each breakage in a program
// that has it. One build holds as many breakages as it can, each behind a switch
// that the environment turns; what cannot stand behind a switch has a build of
// its own. The tree itself is not touched. With no switch turned nothing is found.
func TestScenariosNoticeBrokenRules(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program several times")
	}
	all := breakages(t)
	if len(all) < 60 {
		t.Fatalf("only %d breakages", len(all))
	}
	t.Parallel()
	program, alone := switchboard(t, all)
	for _, name := range scenarios(t) {
		if exit, report := rehearse(t, program, name, "--quiet"); exit != 0 {
			t.Errorf("unbroken, %s: exit %d\n%s", name, exit, report)
		}
	}
	slots := make(chan struct{}, atOnce)
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			broken := program
			if alone[b.name] {
				broken = b.build(t)
			}
			exit, report := exitWith(t, []string{brokenVariable + "=" + b.name}, broken, "rehearse", "--quiet", scenarioFile(b.fails))
			switch {
			case exit == 0:
				t.Errorf("%s does not notice that in %s\n\t%s\nbecame\n\t%s", scenarioFile(b.fails), b.file, b.line, b.with)
			case exit != 1 || !strings.Contains(report, "saw:"):
				t.Errorf("exit %d, want a failed check\n%s", exit, report)
			}
		})
	}
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
