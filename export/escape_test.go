package export

import (
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"holdfast/templates"
)

func TestWhatIsTakenForHarmlessIsInert(t *testing.T) {
	taken := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		for _, s := range []string{string(r), "a" + string(r) + "b"} {
			if !harmless(s) {
				continue
			}
			taken++
			if templates.Inert(s) != s {
				t.Errorf("%U is taken for harmless", r)
			}
		}
	}
	if taken < 100_000 {
		t.Errorf("only %d texts are taken for harmless", taken)
	}
	if harmless("a\xffb") {
		t.Error("broken UTF-8 is taken for harmless")
	}
	words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a<@ ]{0,3}@?[hHeErcChanloy]{0,8}[a ]?`))
	rapid.Check(t, func(t *rapid.T) {
		if s := words.Draw(t, "text"); harmless(s) && templates.Inert(s) != s {
			t.Fatalf("%q is taken for harmless", s)
		}
	})
}

func TestLiteralKeepsOrdinaryTextReadable(t *testing.T) {
	for text, want := range map[string]string{
		"fail over db_payments-2 (primary, 40 s); see #17.": "fail over db_payments-2 (primary, 40 s); see #17.",
		"#inc-1-checkout":               "#inc-1-checkout",
		"4.5 s, -5 min, +3":             "4.5 s, -5 min, +3",
		"  Störung: näher ansehen →\n ": "Störung: näher ansehen →",
		"one\ntwo":                      "one ⏎ two",
		"a < b && c > d":                "a &lt; b &amp;&amp; c &gt; d",
		"# x":                           `\# x`,
		"1. x":                          `1\. x`,
		"12) x":                         `12\) x`,
		"--":                            `\--`,
		"see https://x.example":         `see https\://x.example`,
		"":                              "",
	} {
		if got := literal(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestASpanIsSaidToTheSecond(t *testing.T) {
	for d, want := range map[int64]string{0: "0 s", 59: "59 s", 60: "1 min", 5401: "1 h 30 min 1 s", 90000: "1 d 1 h", -61: "minus 1 min 1 s"} {
		if got := span(time.Duration(d) * time.Second); got != want {
			t.Errorf("%d s is %q, want %q", d, got, want)
		}
	}
}
