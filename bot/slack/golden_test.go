package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// known are the people who have a Slack account; dan and oona have none.
func known(person string) string {
	return map[string]string{"alice": "U0ALICE", "bob": "U0BOB", "carol": "U0CAROL", "erin": "U0ERIN"}[person]
}

func TestShippedTemplatesAreDrawnForSlack(t *testing.T) {
	set := templates.Shipped()
	for _, name := range set.Names() {
		t.Run(name, func(t *testing.T) {
			m, err := set.Render(name, viewOf(name))
			if err != nil {
				t.Fatal(err)
			}
			blocks, fallback := drawing{account: known, full: "INC-1#4"}.blocks(m)
			checkDrawn(t, m, blocks, fallback)
			got := lines(t, blocks) + "fallback " + line(t, fallback)
			path := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; run go test ./bot/slack -update and look at it", err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if strings.Contains(got, "(cut") {
				t.Error("a shipped message was cut")
			}
		})
	}
}

func TestEveryShippedTemplateHasAGolden(t *testing.T) {
	files, err := os.ReadDir(filepath.Join("testdata", "golden"))
	if err != nil {
		t.Fatal(err)
	}
	if names := templates.Shipped().Names(); len(files) != len(names) {
		t.Errorf("%d golden files for %d templates: one was renamed or removed", len(files), len(names))
	}
}

// lines writes each block on a line of its own.
func lines(t testing.TB, blocks []slackgo.Block) string {
	t.Helper()
	var all strings.Builder
	for _, b := range blocks {
		all.WriteString(line(t, b))
	}
	return all.String()
}

func line(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
