package plaintext

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanDropsWhatNobodySees(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain text":                      {"checkout failing", "checkout failing"},
		"accents and scripts stay":        {"Zürich 決済 платежи", "Zürich 決済 платежи"},
		"emoji stay":                      {"🔥 db", "🔥 db"},
		"curly quotes and dashes stay":    {"“it’s – down”", "“it’s – down”"},
		"newline and tab stay":            {"a\n\tb", "a\n\tb"},
		"line ends are made one":          {"a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"},
		"NUL and control characters":      {"a\x00b\x07c\x1b[31md\x7fe\u0085f", "abc[31mdef"},
		"bidirectional controls":          {"a\u202egpj\u202c \u2066x\u2069 \u200e\u200f\u061c", "agpj x "},
		"zero-width characters":           {"pay\u200bments\u200c\u200d\u2060\ufeff", "payments"},
		"private-use characters":          {"a\ue000b\uf8ffc\U000f0000d\U0010fffde", "abcde"},
		"tag characters":                  {"x\U000e0068\U000e0069\U000e007f", "x"},
		"fillers that draw as nothing":    {"a\u3164\u115f\u034fb", "ab"},
		"soft hyphen":                     {"pay\u00adments", "payments"},
		"a visible Arabic number sign":    {"\u0600\u0661", "\u0600\u0661"},
		"broken UTF-8 is shown as broken": {"a\xff\xfeb", "a\uFFFDb"},
		"nothing":                         {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Clean(test.in); got != test.want {
				t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestCleaningTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Clean(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text"))
		if twice := Clean(once); twice != once {
			t.Fatalf("first %q, then %q", once, twice)
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\r\x00\u202e\u200b\ue000") {
			t.Fatalf("not clean: %q", once)
		}
	})
}

func TestSlugNamesARoom(t *testing.T) {
	tests := map[string]struct{ title, want string }{
		"words":                               {"checkout failing", "checkout-failing"},
		"case and punctuation":                {"  Checkout: FAILING -- again!! ", "checkout-failing-again"},
		"accents are dropped":                 {"Zürich Café Ångström", "zurich-cafe-angstrom"},
		"compatibility forms":                 {"ﬁle Ⅳ ½ ＤＢ", "file-iv-1-2-db"},
		"a letter that does not decompose":    {"straße", "stra-e"},
		"other scripts give nothing":          {"決済 платежи", ""},
		"nothing":                             {"", ""},
		"only punctuation":                    {"--- !!", ""},
		"exactly forty stay whole":            {"aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd", "aaaaaaaaa-bbbbbbbbb-ccccccccc-dddddddddd"},
		"a cut falls between words":           {"aaaaaaaaa bbbbbbbbb ccccccccc ddddddddddd", "aaaaaaaaa-bbbbbbbbb-ccccccccc"},
		"the fortieth may end a word":         {"aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd eee", "aaaaaaaaa-bbbbbbbbb-ccccccccc-dddddddddd"},
		"one endless word is cut at forty":    {strings.Repeat("x", 10_000), strings.Repeat("x", 40)},
		"a short word before an endless word": {"db " + strings.Repeat("x", 100), "db"},
		"markup is no room":                   {"<!channel> @here", "channel-here"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Slug(test.title); got != test.want {
				t.Errorf("Slug(%q) = %q, want %q", test.title, got, test.want)
			}
		})
	}
}

func TestASlugIsAlwaysARoomName(t *testing.T) {
	room := regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)
	rapid.Check(t, func(t *rapid.T) {
		slug := Slug(rapid.String().Draw(t, "title"))
		if !room.MatchString(slug) || len(slug) > slugLength || Slug(slug) != slug {
			t.Fatalf("%q", slug)
		}
	})
}
