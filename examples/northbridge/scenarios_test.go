package northbridge_test

import (
	"encoding/json"
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

func TestEveryScenarioHoldsInSlackAndIsTheSameWhenItIsPlayedAgain(t *testing.T) {
	t.Parallel()
	path := program(t)
	for _, name := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exit, once := rehearse(t, path, name, "--chat", "slack")
			if exit != 0 {
				_, report := rehearse(t, path, name, "--chat", "slack", "--quiet")
				t.Fatalf("exit %d\n%s", exit, report)
			}
			if _, again := rehearse(t, path, name, "--chat", "slack"); again != once {
				t.Errorf("it differs (-once +again):\n%s", cmp.Diff(once, again))
			}
		})
	}
}

// slackOnly are the scenarios with acts that the terminal does not have.
func slackOnly(name string) bool { return strings.HasPrefix(name, "slack-") }

func TestEveryScenarioGivesTheSameJournalsInSlackAsInTheTerminal(t *testing.T) {
	t.Parallel()
	path := program(t)
	for _, name := range scenarios(t) {
		if slackOnly(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, terminal := rehearse(t, path, name, "--json", "--chat", "console")
			_, slack := rehearse(t, path, name, "--json", "--chat", "slack")
			want, got := factsOf(t, terminal), factsOf(t, slack)
			if len(want) < 2 {
				t.Errorf("only %d facts", len(want))
			}
			diff := cmp.Diff(want, got)
			switch why := otherInSlack[name]; {
			case diff != "" && why == "":
				t.Errorf("-terminal +slack:\n%s", diff)
			case diff == "" && why != "":
				t.Errorf("it is the same although %s", why)
			}
		})
	}
}

// otherInSlack are the scenarios whose journals cannot be the same, and why.
var otherInSlack = map[string]string{
	"made-private": "Slack leaves the room of an incident that was made private open to all, and what is opened again does not go back into it",
}

var (
	// platformNames stand in facts and keys, and chatRefs are the platforms' own
	// ids of rooms and messages.
	platformNames = regexp.MustCompile(`"platform":"[a-z]+"|@(console|slack)\b`)
	chatRefs      = regexp.MustCompile(`"ref":"(m[0-9]+|#[a-z0-9-]+|[CD]0[0-9A-Z]+(:[0-9.]+)?)"`)
)

// factsOf returns when each entry was made, its name and what it says, but for
// what is a platform's own.
func factsOf(t *testing.T, transcript string) (all []string) {
	t.Helper()
	for line := range strings.Lines(transcript) {
		var e struct{ At, Kind, Ref, Text string }
		if !strings.HasPrefix(line, "{") {
			continue // the closing line
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Kind == "fact" {
			text := chatRefs.ReplaceAllString(platformNames.ReplaceAllString(e.Text, "(platform)"), "(ref)")
			all = append(all, e.At+" "+e.Ref+" "+text)
		}
	}
	return all
}
