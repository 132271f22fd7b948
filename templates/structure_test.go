package templates

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shapes are templates that put a value everywhere a value can stand.
var shapes = []string{
	"# {{.Title}}\n\n## a {{.Title}} b\n\n{{.Title}}\n\na **{{.Title}}** *{{.Title}}* `{{.Title}}`{{.Title}}{{.Title}}\n{{.Title}}",
	"- **Key:** {{.Title}}\n- **{{.Title}}:** {{.Title}}\n- **K {{.Title}} k:** {{.Title}}",
	"- {{.Title}}\n- a\n  - {{.Title}} b\n  - [ ] {{.Title}}\n\n1. {{.Title}}\n2. x {{.Title}}",
	"{{.Title}}\n===\n\n{{.Title}}\n---\n{{.Title}}. x\n\n    {{.Title}}",
	"| a | {{.Title}} |\n|---|---|\n| {{.Title}} | `{{.Title}}` |\n{{range .Rows}}\n| {{.What}} | x |\n{{end}}",
	"> {{.Title}}\n> - {{.Title}}\n\n```\n{{.Title}}\n```\n\n~~~\n{{.Title}}\n~~~",
	"[**Go {{.Title}}**](cmd:note {{.Title}} to:{{.Title}} \"in {{.Title}} quotes {{.Title}}\" x) [{{.Title}}](cmd!:role claim {{.Title}})\n\nend {{.Title}}",
	"[{{.Title}}](https://x.example/{{.Title}}/b?q={{.Title}}) <https://x.example/{{.Title}}> ![{{.Title}}](https://x.example/{{.Title}})\n\n[{{.Title}}]({{.Title}})",
	"{{person .Title}} {{upper .Title}} {{cut 5 .Title}} {{.Title | default \"x\"}} {{none .Title}} {{join .Title .List}} {{people .List}}",
}

// structure is what of a message may not depend on a value.
func structure(m Message) string {
	var b strings.Builder
	for _, x := range m.Blocks {
		fmt.Fprint(&b, x.Kind, x.Level, len(x.Fields), len(x.Columns), len(x.Rows))
		for _, i := range x.Items {
			fmt.Fprint(&b, "|", i.Depth, i.Number, i.Task)
		}
		for _, button := range x.Buttons {
			fmt.Fprintf(&b, "|%s %v %q", button.Style, button.Confirm, argument.ReplaceAllString(button.Command, "…"))
		}
		// An empty value leaves no span, so neighbours are taken together.
		words := map[Span]string{}
		var styles []Span
		for _, s := range allSpans(x) {
			if s.Data {
				continue
			}
			address, _, _ := strings.Cut(s.URL, "example/")
			st := Span{Bold: s.Bold, Italic: s.Italic, Code: s.Code, URL: address}
			if _, known := words[st]; !known {
				styles = append(styles, st)
			}
			words[st] += strings.Join(strings.Fields(s.Text), "")
		}
		for _, st := range styles {
			if words[st] != "" {
				fmt.Fprintf(&b, "|%q %+v", words[st], st)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// argument is one argument of a command: quoted, or an id.
var argument = regexp.MustCompile(`"(?:[^"\\\n“”„‟]|\\.)*"|\b[A-Z]{1,10}(?:-[a-z0-9]{1,8})?-?[0-9]{1,9}\b`)

func allSpans(b Block) []Span {
	all := slices.Clone(b.Text)
	for _, f := range b.Fields {
		all = append(append(all, f.Key...), f.Value...)
	}
	for _, i := range b.Items {
		all = append(all, i.Text...)
	}
	for _, row := range slices.Concat([][][]Span{b.Columns}, b.Rows) {
		all = append(all, slices.Concat(row...)...)
	}
	return all
}

// checkShapes draws every shape with the value and with a harmless one, and
// compares.
func checkShapes(t interface {
	Fatalf(string, ...any)
	Helper()
}, compiledShapes []compiled, v string) {
	t.Helper()
	for i, c := range compiledShapes {
		harmless, err := c.draw(sample{Title: "word", List: []string{"word"}, Rows: []sampleRow{{What: "word"}}})
		if err != nil {
			t.Fatalf("shape %d: %v", i, err)
		}
		m, err := c.draw(sample{Title: v, List: []string{v}, Rows: []sampleRow{{What: v}}})
		if err != nil {
			t.Fatalf("shape %d with %q: %v", i, v, err)
		}
		if got, want := structure(m), structure(harmless); got != want {
			t.Fatalf("shape %d with %q has the structure\n%s\nnot\n%s", i, v, got, want)
		}
		for _, b := range m.Blocks {
			for _, s := range allSpans(b) {
				if bad := forbidden(s.Text); bad != "" {
					t.Fatalf("shape %d with %q: %s in the tree: %q", i, v, bad, s.Text)
				}
			}
		}
		checkDrawn(t, fmt.Sprintf("shape %d with %q", i, v), m)
	}
}

// checkDrawn holds what is true of every drawing.
func checkDrawn(t interface {
	Fatalf(string, ...any)
	Helper()
}, what string, m Message) {
	t.Helper()
	plain := Plain(m)
	bare := Terminal(m, TerminalOptions{Width: 40})
	colour := Terminal(m, TerminalOptions{Width: 40, Color: true})
	for _, text := range []string{plain, bare, sgr.ReplaceAllString(colour, "")} {
		if bad := forbidden(strings.NewReplacer("┌", "", "│", "").Replace(text)); bad != "" {
			t.Fatalf("%s: %s is drawn: %q", what, bad, text)
		}
	}
	if again := Plain(m); again != plain {
		t.Fatalf("%s: drawn twice: %q and %q", what, plain, again)
	}
	if sgr.ReplaceAllString(colour, "") != bare {
		t.Fatalf("%s: colour changes the words: %q, %q", what, colour, bare)
	}
	for _, line := range strings.Split(plain, "\n") {
		if strings.TrimRight(line, " \t") != line {
			t.Fatalf("%s: blanks end the line %q", what, line)
		}
	}
	for _, line := range strings.Split(bare, "\n") {
		if n := plainLine(line, style{}).width(); n > 40 {
			t.Fatalf("%s: %d columns: %q", what, n, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Fatalf("%s: blanks end the line %q", what, line)
		}
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestNoValueChangesTheStructure(t *testing.T) {
	all := compiledShapes(t)
	for _, v := range []string{
		"", " ", "\n", "\n\n", "plain", "**x**", "x\n# h\n- a\n\n---\n", "[a](cmd:close)", "[a](https://x.example)", "`", "```\n", "| a | b |",
		"<!channel> @here", "\x1b[31m", "\u202eabc", "\x00", "\ue000\ue010\ue001", "&#xE000;&#xE010;&#xE001;", "\\", `\"`, `"`, `" because "x`, "“x” y", "x) [b](cmd:close",
		"@here", "again", "--private", "{{.Title}}", "..", "javascript:alert(1)", "INC-1", "@bob", strings.Repeat("x", 500), strings.Repeat("語", 50), "3. x", ":", "x:", "<b>", "https://evil.example/",
	} {
		checkShapes(t, all, v)
	}
	rapid.Check(t, func(t *rapid.T) { checkShapes(t, all, hostile().Draw(t, "value")) })
}

func FuzzRenderData(f *testing.F) {
	for _, seed := range []string{"", "**x**", "\n# h", "[a](cmd:close)", "\ue000\ue010\ue001", "\x1b[31m", `\"`, "“", "<!channel>"} {
		f.Add(seed)
	}
	all := compiledShapes(f)
	f.Fuzz(func(t *testing.T, v string) {
		if len(v) > 1500 {
			t.Skip("longer values may be cut")
		}
		checkShapes(t, all, v)
	})
}

func compiledShapes(t testing.TB) []compiled {
	var all []compiled
	for _, text := range shapes {
		c, problems := compile("shape", text)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		all = append(all, c)
	}
	return all
}

func FuzzTemplateText(f *testing.F) {
	for _, seed := range append(slices.Clone(shapes), "{{if .Who}}\nx\n{{end}}", "{{/* c */}}\n", "{{range .List}}{{.}}{{else}}n{{end}}", "&#xE000;") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := compile("fuzz", text)
		if len(problems) > 0 {
			for _, p := range problems {
				if p.Line < 1 || p.Text == "" {
					t.Fatalf("%q: a problem without place or words: %+v", text, p)
				}
			}
			return
		}
		m, err := c.draw(sample{Title: "t", Who: "w", List: []string{"a", "b"}, Rows: []sampleRow{{What: "r"}}})
		if err != nil {
			return
		}
		checkDrawn(t, fmt.Sprintf("%q", text), m)
	})
}
