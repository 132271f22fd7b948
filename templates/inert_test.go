package templates

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestInertTextDoesNothing(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"words stay":                      {"checkout fails, 50 % of pages\n\tsee log", "checkout fails, 50 % of pages\n\tsee log"},
		"markup stays as it is":           {"**x** _y_ `z` # h [a](cmd:close) <b>", "**x** _y_ `z` # h [a](cmd:close) <b>"},
		"colour of a terminal":            {"a\x1b[1;31mred\x1b[0m b", "ared b"},
		"a title for a terminal":          {"a\x1b]0;owned\x07b\x1b]8;;http://x\x1b\\c", "abc"},
		"eight-bit sequences":             {"a\u009b31mb\u009d0;t\u009cc", "abc"},
		"a lone escape hides nothing":     {"a\x1b]never closed", "a]never closed"},
		"a sequence within a sequence":    {"a\x1b\x1b[31m[31mb", "a[31mb"},
		"NUL, bell, backspace, delete":    {"a\x00\x07\x08\x7fb", "ab"},
		"a carriage return hides no line": {"owned\rfine", "owned\nfine"},
		"other line ends":                 {"a\r\nb\vc\fd\u0085e\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"},
		"directions":                      {"a\u202eb\u2066c\u200fd\u061ce", "abcde"},
		"invisible characters":            {"a\u200bb\u200dc\ufeffd\u00ade\u2060f\U000e0041g\U000e0100h\u3164i", "abcdefghi"},
		"the emoji form stays":            {"⚠\ufe0f", "⚠\ufe0f"},
		"private use":                     {"a\ue000\ue010\ue001\U000f0000b", "ab"},
		"broken UTF-8":                    {"a\xffb", "a\ufffdb"},
		"a call to everybody":             {"@here @CHANNEL, @everyone! @all", "＠here ＠CHANNEL, ＠everyone! ＠all"},
		"one after the other":             {"@here@here", "＠here＠here"},
		"a person is not everybody":       {"@herta @channelling @allison", "@herta @channelling @allison"},
		"hidden in the word":              {"@\u200bhere <\u200b!channel>", "＠here ‹!channel›"},
		"mentions of Slack":               {"<!channel> <@U1> <#C1|ops> <!subteam^S1>", "‹!channel› ‹@U1› ‹#C1|ops› ‹!subteam^S1›"},
		"half a mention":                  {"<!channel", "‹!channel"},
		"nested mentions":                 {"<<!here>>", "<‹!here›>"},
		"comparisons stay":                {"a < b > c <- d", "a < b > c <- d"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Inert(test.in); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestInertTwiceIsInertOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Inert(hostile().Draw(t, "text"))
		if twice := Inert(once); twice != once {
			t.Fatalf("first %q, then %q", once, twice)
		}
		if bad := forbidden(once); bad != "" {
			t.Fatalf("%s in %q", bad, once)
		}
	})
}

// hostile draws texts out of what does harm somewhere.
func hostile() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.String(), rapid.StringN(0, 2, -1), rapid.SampledFrom([]string{
		"\x1b", "[", "31m", "]0;", "\x07", "\u009b", "<", "!", "channel", ">", "@", "here", "everyone", "#", "|", "\r", "\n", "\t", " ",
		"**", "_", "`", "```", "[a](cmd:close)", "(", ")", "# ", "- ", "> ", "---", "1. ", "| a |", "\\", `"`, "“", "”",
		"\ue000", "\ue010", "\ue001", "\u202e", "\u200b", "\u200d", "\ufe0f", "\x00", "\xff", "{{", "}}", "&lt;", "&#xE000;", "語", "🔥", "e\u0301", "again", "because",
	}))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "") })
}

// forbidden names what must never reach a reader, "" when there is none.
func forbidden(s string) string {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case unicode.IsControl(r):
			return "a control character"
		case unicode.Is(unicode.Co, r):
			return "a private-use character"
		case unicode.Is(unicode.Bidi_Control, r):
			return "a bidirectional control"
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff' || r == '\u2060':
			return "a zero-width character"
		}
	}
	lower := strings.ToLower(s) + " "
	for _, call := range []string{"@here ", "@channel ", "@everyone ", "@here\n", "@here,", "<!", "<@", "<#"} {
		if strings.Contains(lower, call) {
			return "the mention " + call
		}
	}
	return ""
}
