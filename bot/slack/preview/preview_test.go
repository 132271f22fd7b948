package preview

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestMarkupIsDrawn(t *testing.T) {
	a := artist{map[string]string{"U0BOB": "bob"}}
	for text, want := range map[string]string{
		"*bold* and _italic_ and ~gone~":       "<b>bold</b> and <i>italic</i> and <s>gone</s>",
		"*bold with _italic_*":                 "<b>bold with <i>italic</i></b>",
		"snake_case_word and 2*3*4":            "snake_case_word and 2*3*4",
		"a * b * c":                            "a * b * c",
		"`*code*`":                             "<code>*code*</code>",
		"```\na  b\n<@U0BOB>\n```":             "<pre>a  b\n&lt;@U0BOB&gt;</pre>",
		"<@U0BOB> and <@U0ELSE>":               `<span class="chip">@bob</span> and <span class="chip">@U0ELSE</span>`,
		"<#C1|ops>":                            `<span class="chip">#ops</span>`,
		"<!channel>":                           `<span class="chip everybody">@channel</span>`,
		"<https://x.example/a?b&amp;c|a page>": `<span class="link">a page</span>`,
		"&lt;b&gt; &amp; &quot;":               "&lt;b&gt; &amp; &amp;quot;",
		":fire: at 10:04:00":                   `<span class="emoji">:fire:</span> at 10:04:00`,
		"&gt; said\nthen":                      "<blockquote>said</blockquote><br>then",
		"one\ntwo":                             "one<br>two",
		"<script>alert(1)</script>":            `<span class="link">script</span>alert(1)<span class="link">/script</span>`,
		"`<b>`":                                "<code>&lt;b&gt;</code>",
		"*_":                                   "*_",
		"ä*ö*ü":                                "ä*ö*ü",
	} {
		if got := string(a.mrkdwn(text)); got != want {
			t.Errorf("%q is drawn as\n%s, want\n%s", text, got, want)
		}
	}
}

func TestBlocksAreDrawn(t *testing.T) {
	a := artist{map[string]string{"U0BOB": "bob"}}
	for blocks, want := range map[string]string{
		`[{"type":"header","text":{"type":"plain_text","text":"*A* & b"}}]`: `<h3 class="header">*A* &amp; b</h3>`,
		`[{"type":"divider"}]`: `<hr>`,
		`[{"type":"section","text":{"type":"mrkdwn","text":"*a*"},"fields":[{"type":"mrkdwn","text":"b"}]}]`:                                                                                  `<div class="section"><div class="words"><b>a</b></div><div class="fields"><div class="field">b</div></div></div>`,
		`[{"type":"context","elements":[{"type":"mrkdwn","text":"_a_"},{"type":"plain_text","text":"_b_"}]}]`:                                                                                 `<div class="context"><span><i>a</i></span><span>_b_</span></div>`,
		`[{"type":"actions","elements":[{"type":"button","style":"danger","text":{"type":"plain_text","text":"Close"}}]}]`:                                                                    `<div class="actions"><span class="button danger">Close</span></div>`,
		`[{"type":"input","optional":true,"label":{"type":"plain_text","text":"Who"},"element":{"type":"users_select","initial_user":"U0BOB"}}]`:                                              `<div class="input"><div class="label">Who <span class="optional">(optional)</span></div><div class="line menu">bob</div></div>`,
		`[{"type":"input","label":{"type":"plain_text","text":"What"},"hint":{"type":"plain_text","text":"h"},"element":{"type":"plain_text_input","multiline":true,"initial_value":"<x>"}}]`: `<div class="input"><div class="label">What</div><div class="line lines">&lt;x&gt;</div><div class="hint">h</div></div>`,
		`[{"type":"carousel"}]`:                               `<div class="unknown">(carousel)</div>`,
		`[{"type":"actions","elements":[{"type":"\"><b>"}]}]`: `<div class="actions"><div class="unknown">(&#34;&gt;&lt;b&gt;)</div></div>`,
	} {
		got, err := a.blocks(json.RawMessage(blocks))
		if err != nil || string(got) != want {
			t.Errorf("%s is drawn as\n%s, %v, want\n%s", blocks, got, err, want)
		}
	}
}

// somewhere is a folder with all the pictures, each of them the same.
func somewhere(what string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, m := range moments() {
		for _, p := range m.Pictures {
			files[p.File+".json"] = &fstest.MapFile{Data: []byte(what)}
		}
	}
	return files
}

func TestAPageStandsAlone(t *testing.T) {
	page, err := Gallery(somewhere(`{"type":"modal","title":{"type":"plain_text","text":"A <b>"},"submit":{"type":"plain_text","text":"Go"},"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"<https://evil.example|x>"}}]}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)https?:|<script|<link|<img|<a |url\(|@import`).Find(page); found != nil {
		t.Errorf("it asks for %s", found)
	}
	for _, want := range []string{"<b>A &lt;b&gt;</b>", ">Go<", "prefers-color-scheme: dark"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("it lacks %s", want)
		}
	}
}

func TestAPictureThatCannotBeReadIsNamed(t *testing.T) {
	for _, what := range []string{``, `{"type":"message"}`, `{"type":"home"}`, `[{"type":3}]`, `nonsense`} {
		if _, err := Gallery(somewhere(what), nil); err == nil || !strings.Contains(err.Error(), "form-declare") {
			t.Errorf("%q gives %v", what, err)
		}
	}
	if _, err := Gallery(fstest.MapFS{}, nil); err == nil {
		t.Error("a folder without pictures is drawn")
	}
}

func FuzzMarkupIsClosed(f *testing.F) {
	f.Add("*a _b_ `c` <@U> ~d~ ```e``` &gt; :f:")
	f.Fuzz(func(t *testing.T, text string) {
		drawn := string(artist{}.mrkdwn(text))
		for _, name := range []string{"b", "i", "s", "code", "pre", "span", "blockquote"} {
			opened := strings.Count(drawn, "<"+name+">") + strings.Count(drawn, "<"+name+" ")
			if closed := strings.Count(drawn, "</"+name+">"); opened != closed {
				t.Errorf("%q opens %s %d times and closes it %d times: %s", text, name, opened, closed, drawn)
			}
		}
	})
}
