package templates

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAMessageSurvivesJSON(t *testing.T) {
	m := draw(t, strings.Join(shapes, "\n\n"), sample{Title: "x", Who: "bob", List: []string{"a"}, Rows: []sampleRow{{What: "r"}}})
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back Message
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}

func TestATerminalDrawsWithinItsWidth(t *testing.T) {
	tests := map[string]struct {
		text  string
		width int
		want  string
	}{
		"words wrap where they end": {"one two three four five six", 20, "one two three four\nfive six"},
		"a long word is broken":     {"a " + strings.Repeat("x", 30), 20, "a\n" + strings.Repeat("x", 20) + "\n" + strings.Repeat("x", 10)},
		"wide characters count two": {strings.Repeat("語", 12), 20, strings.Repeat("語", 10) + "\n語語"},
		"accents count none":        {strings.Repeat("e\u0301", 20), 20, strings.Repeat("e\u0301", 20)},
		"keys stand under each other": {"- **A:** one two three four five\n- **Longer:** x", 24,
			"A       one two three\n        four five\nLonger  x"},
		"an item hangs":                 {"- one two three four five\n\n10. one two three four five", 20, "• one two three four\n  five\n\n10. one two three\n    four five"},
		"a table shares the room":       {"| a | b |\n|---|---|\n| x | one two three four |", 20, "┌───┬──────────────┐\n│ a │ b            │\n├───┼──────────────┤\n│ x │ one two      │\n│   │ three four   │\n└───┴──────────────┘"},
		"a table without room is lines": {"| a | b | c | d | e | f |\n|-|-|-|-|-|-|\n| 1 | 2 | 3 | 4 | 5 | 6 |", 20, "a | b | c | d | e |\nf\n1 | 2 | 3 | 4 | 5 |\n6"},
		"a divider fills the line":      {"a\n---\nb", 20, "a\n" + strings.Repeat("─", 20) + "\nb"},
		"buttons wrap whole":            {"[Accept it](cmd:a) [Decline it](cmd:b)", 20, "[Accept it]\n[Decline it]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Terminal(draw(t, test.text, nil), TerminalOptions{Width: test.width})
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestATerminalColoursWhatMatters(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"a header is bold":              {"# Head", "\x1b[1mHead\x1b[0m"},
		"context is dim":                {"> aside", "\x1b[2maside\x1b[0m"},
		"the worst severity is red":     {"a SEV1 b", "a \x1b[31mSEV1\x1b[0m b"},
		"also when a value says it":     {"a {{.}} b", "a \x1b[31mNOT RECORDED\x1b[0m b"},
		"the second is yellow":          {"SEV2", "\x1b[33mSEV2\x1b[0m"},
		"no word within another":        {"SEV12 OUTAGES", "SEV12 OUTAGES"},
		"the expected answer is green":  {"[**Yes**](cmd:a)", "\x1b[1m[7] \x1b[0m\x1b[32mYes\x1b[0m"},
		"the dangerous one is red":      {"[Close](cmd!:a)", "\x1b[1m[7] \x1b[0m\x1b[31mClose\x1b[0m"},
		"a link is underlined and told": {"[l](https://x.example/)", "\x1b[4ml\x1b[0m\x1b[2m (https://x.example/)\x1b[0m"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Terminal(draw(t, test.text, "NOT RECORDED"), TerminalOptions{Color: true, ButtonNumber: func(Button) int { return 7 }})
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
