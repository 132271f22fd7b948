package slack

import (
	"strings"
	"testing"

	"holdfast/templates"
)

func TestWordsAreReadAndNothingElse(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"brackets and ampersands":             {"a < b & c > d &amp;", "a &lt; b &amp; c &gt; d &amp;amp;"},
		"a mention of the room":               {"<!channel> @here", "‹!channel› ＠here"},
		"a mention of a person":               {"<@U0ALICE>", "‹@U0ALICE›"},
		"a link":                              {"<https://x.example|y>", "&lt;https://x.example|y&gt;"},
		"marks of styles":                     {"*b* _i_ ~s~", "∗b∗ ˍiˍ ∼s∼"},
		"marks inside words, to be copied":    {"payments_api 2*3 a~b", "payments_api 2*3 a~b"},
		"code":                                {"`c` ```d```", "ˋcˋ ˋˋˋdˋˋˋ"},
		"a quotation":                         {"> q\n  > r\ns > t", "› q\n  › r\ns &gt; t"},
		"an emoji":                            {":fire: (:+1:)", "∶fire: (∶+1:)"},
		"keys and times, to be copied":        {"page:team:dba 10:04:05", "page:team:dba 10:04:05"},
		"what nobody sees":                    {"a\u200bb\u202ec\x00", "abc"},
		"a mark at the end, beside the next":  {"x_", "xˍ"},
		"the Greek and everything else stays": {"λόγος 😀 é", "λόγος 😀 é"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(escaped(test.text, false), ""); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSpansBecomeMarkup(t *testing.T) {
	type s = templates.Span
	for name, test := range map[string]struct {
		spans []s
		want  string
	}{
		"one style over the template's words and a value": {[]s{{Text: "SEV", Bold: true}, {Text: "1", Bold: true, Data: true}}, "*SEV1*"},
		"styles within each other":                        {[]s{{Text: "x", Bold: true, Italic: true, Code: true}}, "*_`x`_*"},
		"blanks stand outside of the marks":               {[]s{{Text: "a"}, {Text: " b ", Bold: true}, {Text: "c"}}, "a *b* c"},
		"a style ends with its line":                      {[]s{{Text: "a\nb", Bold: true}}, "*a*\n*b*"},
		"a style of nothing but blanks":                   {[]s{{Text: " \n ", Bold: true}}, " \n "},
		"marks inside a word get an edge":                 {[]s{{Text: "a"}, {Text: "b", Bold: true}, {Text: "c"}}, "a\u200b*b*\u200bc"},
		"marks beside marks get an edge":                  {[]s{{Text: "a", Bold: true}, {Text: "b", Italic: true}}, "*a*\u200b_b_"},
		"marks beside a bracket do not":                   {[]s{{Text: "("}, {Text: "a", Bold: true}, {Text: ")."}}, "(*a*)."},
		"code keeps its marks, but not its backticks":     {[]s{{Text: "a_b *c* `d`", Code: true}}, "`a_b *c* ˋdˋ`"},
		"a link":                            {[]s{{Text: "a|b\nc", URL: "https://x.example/?a=1&b=<|> `"}}, "<https://x.example/?a=1&amp;b=%3C%7C%3E%20%60|a|b c>"},
		"a bold link":                       {[]s{{Text: "a", Bold: true, URL: "https://x.example"}}, "*<https://x.example|a>*"},
		"an address that is not of the web": {[]s{{Text: "a", URL: "javascript:x"}}, "a"},
		"an address without a host":         {[]s{{Text: "a", URL: "https://"}}, "a"},
		"a person with an account":          {[]s{{Text: "@alice", Data: true, Person: "alice"}, {Text: " and more"}}, "<@U0ALICE> and more"},
		"a person without one":              {[]s{{Text: "@dan", Data: true, Person: "dan"}}, "@dan"},
		"a person whom only data names":     {[]s{{Text: "@alice", Data: true}}, "@alice"},
		"a person in code":                  {[]s{{Text: "@alice", Data: true, Person: "alice", Code: true}}, "`@alice`"},
		"a person under other words":        {[]s{{Text: "@bob", Data: true, Person: "alice"}}, "@bob"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (drawing{account: known}).mark(test.spans).String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestOnlyAnIdOfSlackIsMentioned(t *testing.T) {
	for _, id := range []string{"", "channel", "!channel", "U0> <!here", "u0alice", "C0ROOM", "U0\n"} {
		d := drawing{account: func(string) string { return id }}
		if got := d.mark([]templates.Span{{Text: "@alice", Person: "alice"}}).String(); got != "@alice" {
			t.Errorf("the account %q gives %q", id, got)
		}
	}
	if got := (drawing{}).mark([]templates.Span{{Text: "@alice", Person: "alice"}}).String(); got != "@alice" {
		t.Errorf("without accounts: %q", got)
	}
}

func TestACutPartsNothingThatBelongsTogether(t *testing.T) {
	type s = templates.Span
	d := drawing{account: known, full: "INC-42#17"}
	const note = " (cut, full text INC-42#17)"
	for name, test := range map[string]struct {
		spans []s
		room  int // beside the note
		want  string
	}{
		"words":                  {[]s{{Text: "abcdef" + strings.Repeat("x", 40)}}, 3, "abc" + note},
		"an entity":              {[]s{{Text: "a&" + strings.Repeat("x", 40)}}, 5, "a" + note},
		"an entity that fits":    {[]s{{Text: "a&" + strings.Repeat("x", 40)}}, 6, "a&amp;" + note},
		"a mention":              {[]s{{Text: "a "}, {Text: "@alice", Person: "alice"}, {Text: strings.Repeat("x", 40)}}, 11, "a" + note},
		"a link":                 {[]s{{Text: "a "}, {Text: strings.Repeat("x", 40), URL: "https://x.example"}}, 20, "a" + note},
		"the words of a link":    {[]s{{Text: strings.Repeat("x", 60), URL: "https://x.example"}}, 22, "<https://x.example|xx>" + note},
		"a style":                {[]s{{Text: strings.Repeat("x", 60), Bold: true}}, 4, "*xx*" + note},
		"a pair of surrogates":   {[]s{{Text: "a😀" + strings.Repeat("x", 40)}}, 2, "a" + note},
		"blanks before the note": {[]s{{Text: "a  b" + strings.Repeat("x", 40)}}, 2, "a" + note},
		"nothing is left":        {[]s{{Text: "😀" + strings.Repeat("x", 40)}}, 1, strings.TrimSpace(note)},
	} {
		t.Run(name, func(t *testing.T) {
			got := d.mark(test.spans).cut(test.room+units(note), d.note())
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := (drawing{}).note(); got != " (cut)" {
		t.Errorf("without a place for the whole text the note is %q", got)
	}
}
