package northbridge_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/internal/fault"
)

func TestEveryScenarioHoldsAndIsTheSameOnEveryStore(t *testing.T) {
	t.Parallel()
	path := program(t)
	for _, name := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exit, inMemory := rehearse(t, path, name)
			if exit != 0 {
				_, report := rehearse(t, path, name, "--quiet")
				t.Fatalf("exit %d\n%s", exit, report)
			}
			_, onDisk := rehearse(t, path, name, "--store", "file:"+t.TempDir())
			if inMemory != onDisk {
				t.Errorf("the stores differ (-memory +file):\n%s", cmp.Diff(inMemory, onDisk))
			}
		})
	}
}

func TestEveryScenarioSaysWhatItProvesAndChecksIt(t *testing.T) {
	for _, name := range scenarios(t) {
		text := read(t, name)
		why, _, found := strings.Cut(text, "\nrehearse 1\n")
		if lines := strings.Count(why, "\n") + 1; !found || !strings.HasPrefix(why, "# ") || lines < 2 {
			t.Errorf("%s does not begin with two or three lines that say what it proves", name)
		}
		if checks := strings.Count(text, "\nexpect "); checks < 6 {
			t.Errorf("%s has %d checks", name, checks)
		}
		if !strings.Contains(text, "\nexpect journal ") || !regexp.MustCompile(`\nexpect (not |ever |exactly \d+ )*(reply|post|edit|dm|page) `).MatchString(text) {
			t.Errorf("%s does not look at both the journal and what people see", name)
		}
	}
}

func TestEveryCodeIsReachedByAScenario(t *testing.T) {
	var all strings.Builder
	for _, name := range scenarios(t) {
		all.WriteString(read(t, name))
	}
	for _, m := range fault.Codes {
		reached := strings.Contains(all.String(), "\nexpect error "+string(m.Code)+"\n")
		switch {
		case !reached && m.NoScene == "":
			t.Errorf("no scenario reaches %s", m.Code)
		case reached && m.NoScene != "":
			t.Errorf("%s is said to be out of reach (%s), but a scenario reaches it", m.Code, m.NoScene)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(scenarioFile(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
