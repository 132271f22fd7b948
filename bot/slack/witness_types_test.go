//go:build witness

package slack

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// compiled writes TypeScript that says what each of our drawings is: the compiler
// accepts it only where Slack's own types hold. A name is a file and a sentence.
type compiled struct {
	*testing.T
	dir string
}

func compiler(t *testing.T) *compiled {
	t.Helper()
	// Below the installed packages, where the compiler finds Slack's types.
	dir, err := os.MkdirTemp(os.Getenv("HOLDFAST_WITNESS"), "typed-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &compiled{t, dir}
}

// says writes one file: the literal has the type, which leaves no property
// unknown and no value of another kind.
func (y *compiled) says(name, kind, literal string) {
	y.Helper()
	word := strings.TrimSuffix(kind, "[]")
	text := fmt.Sprintf("import type { %s } from '@slack/types';\n\nexport const drawn: %s = %s;\n", word, kind, literal)
	if err := os.WriteFile(filepath.Join(y.dir, name+".ts"), []byte(text), 0o600); err != nil {
		y.Fatal(err)
	}
}

// compile returns what the compiler has against the files, by name.
func (y *compiled) compile() map[string]string {
	y.Helper()
	files, err := filepath.Glob(filepath.Join(y.dir, "*.ts"))
	if err != nil || len(files) == 0 {
		y.Fatal("there is nothing to compile: ", err)
	}
	c := witnessProgram(y.T, "node_modules/typescript/bin/tsc", append([]string{"--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "--pretty", "false"}, files...)...)
	c.Stderr = nil
	out, err := c.CombinedOutput()
	against := map[string]string{}
	for line := range strings.Lines(string(out)) {
		file, what, ok := strings.Cut(line, "(")
		if ok {
			against[strings.TrimSuffix(filepath.Base(file), ".ts")] += "(" + what
		}
	}
	if err != nil && len(against) == 0 {
		y.Fatalf("the compiler has failed: %v\n%s", err, out)
	}
	return against
}

// blocksIn is a golden as the literal of an array.
func blocksIn(golden string) string {
	var all []string
	for line := range strings.Lines(golden) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "fallback ") {
			all = append(all, line)
		}
	}
	return "[\n" + strings.Join(all, ",\n") + "\n]"
}

func TestWitnessSlacksTypesHoldForEveryGolden(t *testing.T) {
	y := compiler(t)
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		golden, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		y.says("message-"+strings.TrimSuffix(filepath.Base(f), ".txt"), "KnownBlock[]", blocksIn(string(golden)))
	}
	set := templates.Shipped()
	for _, name := range []string{"home", "mine", "list", "tray"} {
		m, err := set.Render(name, viewOf(name))
		if err != nil {
			t.Fatal(err)
		}
		y.says("home-"+name, "HomeView", line(t, home(m, drawing{account: known})))
	}
	for name, f := range sampleForms() {
		m, err := planned.modal(f, place{Room: "#ops", Channel: "C1"})
		if err != nil {
			t.Fatal(err)
		}
		y.says("form-"+name, "ModalView", line(t, m))
	}
	against := y.compile()
	written, err := filepath.Glob(filepath.Join(y.dir, "*.ts"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range written {
		name := strings.TrimSuffix(filepath.Base(f), ".ts")
		t.Run(strings.Replace(name, "-", " ", 1), func(t *testing.T) {
			if against[name] != "" {
				t.Error(against[name])
			}
		})
	}
}

// The compiler would also be silent if it read nothing.
func TestWitnessSlacksTypesRefuseWhatIsWrong(t *testing.T) {
	y := compiler(t)
	wrong := map[string]string{
		"a section with a word of no kind":    `[{"type":"section","text":{"type":"markdown","text":"x"}}]`,
		"a header in mrkdwn":                  `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`,
		"a button in red of no kind":          `[{"type":"actions","elements":[{"type":"button","style":"red","action_id":"a","text":{"type":"plain_text","text":"x"}}]}]`,
		"a button without words":              `[{"type":"actions","elements":[{"type":"button","action_id":"a"}]}]`,
		"a button outside a row":              `[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}]`,
		"a divider with a property too many":  `[{"type":"divider","text":"x"}]`,
		"an input without a label":            `[{"type":"input","element":{"type":"plain_text_input"}}]`,
		"a section whose text is a bare word": `[{"type":"section","text":"x"}]`,
	}
	names := map[string]string{}
	for sentence, literal := range wrong {
		name := "wrong-" + strconv.Itoa(len(names))
		names[name] = sentence
		y.says(name, "KnownBlock[]", literal)
	}
	names["wrong-modal"], names["wrong-home"] = "a modal without a title", "a home that is a modal"
	y.says("wrong-modal", "ModalView", `{"type":"modal","blocks":[]}`)
	y.says("wrong-home", "HomeView", `{"type":"modal","blocks":[]}`)
	y.says("right", "KnownBlock[]", line(t, []slackgo.Block{section("x")}))
	against := y.compile()
	if against["right"] != "" {
		t.Error("it refuses what is right: ", against["right"])
	}
	for name, sentence := range names {
		t.Run(sentence, func(t *testing.T) {
			if against[name] == "" {
				t.Error("it is accepted")
			}
		})
	}
}
