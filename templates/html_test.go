package templates

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const incidentPage = "https://holdfast.northbridge.example/incidents/INC-1"

// drawnAsMail are the templates whose HTML is kept: a mail, and one of each
// kind of block.
var drawnAsMail = []string{"update-exec", "headline", "timeline", "help-verb", "declared", "handover"}

func TestShippedTemplatesAsHTML(t *testing.T) {
	for _, name := range drawnAsMail {
		for variant, page := range map[string]string{"": incidentPage, "-without-page": ""} {
			m, err := Shipped().Render(name, viewFor(name))
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Buttons()) == 0 && variant != "" {
				continue // the page makes no difference
			}
			got := HTML(m, HTMLOptions{Title: "INC-1 " + name, Page: page, Root: "/incident"})
			path := filepath.Join("testdata", "html", name+variant+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; run go test ./templates -update and look at it", err)
			}
			if got != string(want) {
				t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
			}
		}
	}
}

func TestHTMLDrawsEachKindOfBlock(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"a heading":                {"## Head", "h2(Head)"},
		"a deep one is no smaller": {"###### Head", "h6(Head)"},
		"words with styles":        {"a **b** *c* `d`", "p(a |strong(b)| |em(c)| |code(d))"},
		"lines stay lines":         {"a\nb", "p(a|br()|b)"},
		"an aside":                 {"> a", "p(a)"},
		"a divider":                {"---", "hr()"},
		"fields":                   {"- **K:** v", "table(tr(th(K)|td(v)))"},
		"a list":                   {"- a\n- [x] b\n- [ ] c", "div(p(• a)|p(☑ b)|p(☐ c))"},
		"a numbered list":          {"3. a\n4. b", "div(p(3. a)|p(4. b))"},
		"a table":                  {"| a | b |\n|-|-|\n| c | d |", "table(tr(th(a)|th(b))|tr(td(c)|td(d)))"},
		"code":                     {"```\n<a>\n  b\n```", "pre(<a>\n  b)"},
		"a link":                   {"[a **b**](https://x.example/?a=1&b=2)", "p(a→https://x.example/?a=1&b=2(a |strong(b)))"},
		"a button leads to a page": {"[**Go**](cmd:close)", "p(a→" + incidentPage + "(Go))"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			body := bodyOf(t, HTML(draw(t, test.text, nil), HTMLOptions{Page: incidentPage}))
			if got := body.outline(true); got != "body(div("+test.want+"))" {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAButtonWithoutAPageIsACommandToType(t *testing.T) {
	m := draw(t, "[**Accept**](cmd:role accept comms)", nil)
	for _, page := range []string{"", "javascript:alert(1)", "//x.example", "https://a@b.example/"} {
		got := bodyOf(t, HTML(m, HTMLOptions{Page: page, Root: "/incident"})).outline(true)
		if want := "body(div(p(Accept: |code(/incident role accept comms))))"; got != want {
			t.Errorf("with the page %q: %s", page, got)
		}
	}
}

func TestATreeFromElsewhereBringsNoLinkButToTheWeb(t *testing.T) {
	m := Message{Blocks: []Block{{Kind: Paragraph, Text: []Span{{Text: "x", URL: "javascript:alert(1)"}, {Text: "y", URL: `https://x.example/"onclick="z`}}}}}
	want := `body(div(p(x|a→https://x.example/"onclick="z(y))))`
	if got := bodyOf(t, HTML(m, HTMLOptions{})).outline(true); got != want {
		t.Errorf("got %s", got)
	}
}

// TestNoWordsChangeHTML: what people write decides no tag and no attribute of
// any shipped message.
func TestNoWordsChangeHTML(t *testing.T) {
	set := Shipped()
	for _, name := range set.Names() {
		v := viewFor(name)
		v.Incident = busyWith("word")
		harmless, err := set.Render(name, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range corpus {
			v.Incident = busyWith(text)
			m, err := set.Render(name, v)
			if err != nil {
				t.Fatal(err)
			}
			sameTags(t, name, m, harmless, text)
		}
	}
}

// TestNoValueBecomesMarkupInHTML puts every value wherever a value can stand.
func TestNoValueBecomesMarkupInHTML(t *testing.T) {
	all := compiledShapes(t)
	check := func(t interface {
		Fatalf(string, ...any)
		Helper()
	}, v string) {
		if strings.TrimSpace(htmlText(Inert(v), false)) == "" {
			v = "w" + v // an empty value leaves no element, which is no harm
		}
		for i, c := range all {
			harmless, err := c.draw(sample{Title: "word", List: []string{"word"}, Rows: []sampleRow{{What: "word"}}})
			if err != nil {
				t.Fatalf("%v", err)
			}
			m, err := c.draw(sample{Title: v, List: []string{v}, Rows: []sampleRow{{What: v}}})
			if err != nil {
				t.Fatalf("%v", err)
			}
			sameTags(t, fmt.Sprint("shape ", i), m, harmless, v)
		}
	}
	for _, v := range corpus {
		check(t, v)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.OneOf(hostile(), rapid.SampledFrom(corpus)).Draw(t, "value")+hostile().Draw(t, "more"))
	})
}

// corpus is what people try in a page.
var corpus = []string{
	"<script>alert(1)</script>", "</title></head><body onload=alert(1)>", `"><img src=x onerror=alert(1)>`, "' onmouseover='alert(1)", "<!--", "-->", "]]>", "<![CDATA[",
	"<style>*{display:none}</style>", "</div></body></html>", "&lt;b&gt;", "&#60;b&#62;", "&", "javascript:alert(1)", "https://evil.example/", "www.evil.example", "mailto:a@evil.example",
	"data:text/html,<script>", "<a href=https://evil.example>x</a>", "\u2028<b>", "\x00<b>", "<\x00b>", "<b\x0c>", "a\ufffeb", "a\U0001fffeb", "＜script＞", "{{.}}", "<?xml version='1.0'?>", "<!DOCTYPE x>", "<svg/onload=alert(1)>",
}

// sameTags holds that a message has the tags and attributes of a harmless one,
// whatever it says, and that nothing in it is fetched or run.
func sameTags(t interface {
	Fatalf(string, ...any)
	Helper()
}, what string, m, harmless Message, v string) {
	t.Helper()
	for _, page := range []string{"", incidentPage} {
		o := HTMLOptions{Title: "INC-1 " + v, Page: page, Root: "/incident"}
		got := parsedHTML(t, HTML(m, o))
		o.Title = "INC-1 word"
		if g, w := got.outline(false), parsedHTML(t, HTML(harmless, o)).outline(false); g != w {
			t.Fatalf("%s with %q has the tags\n%s\nnot\n%s", what, v, g, w)
		}
		got.every(func(n *node) {
			if slices.Contains([]string{"script", "img", "style", "link", "iframe", "svg", "form", "object"}, n.tag) {
				t.Fatalf("%s with %q has a %s", what, v, n.tag)
			}
			for name, value := range n.attributes {
				if strings.HasPrefix(name, "on") || name == "src" || strings.Contains(value, "url(") || name == "href" && !strings.HasPrefix(value, "https://") {
					t.Fatalf("%s with %q has %s=%q", what, v, name, value)
				}
			}
			if bad := forbidden(n.text); bad != "" {
				t.Fatalf("%s with %q: %s in %q", what, v, bad, n.text)
			}
		})
	}
}

// node is an element, or a text when it has no tag.
type node struct {
	tag, text  string
	attributes map[string]string
	children   []*node
}

// parsedHTML reads a drawing as XML, which forgives less than any browser.
func parsedHTML(t interface {
	Fatalf(string, ...any)
	Helper()
}, html string) *node {
	t.Helper()
	root := &node{}
	open := []*node{root}
	for d := xml.NewDecoder(strings.NewReader(html)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, html)
		}
		top := open[len(open)-1]
		switch x := token.(type) {
		case xml.StartElement:
			n := &node{tag: x.Name.Local, attributes: map[string]string{}}
			for _, a := range x.Attr {
				n.attributes[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.children = append(top.children, &node{text: string(x)})
		case xml.Comment, xml.ProcInst:
			t.Fatalf("a comment or instruction:\n%s", html)
		}
	}
	return root
}

func bodyOf(t *testing.T, html string) *node {
	t.Helper()
	var body *node
	parsedHTML(t, html).every(func(n *node) {
		if n.tag == "body" {
			body = n
		}
	})
	return body
}

func (n *node) every(f func(*node)) {
	f(n)
	for _, c := range n.children {
		c.every(f)
	}
}

// outline writes what is in what: with words, as somebody reads it; without,
// every attribute and no word, nor what a word brings with it: the lines it has
// and the way its addresses are taken apart.
func (n *node) outline(words bool) string {
	var parts []string
	for _, c := range n.children {
		switch {
		case c.tag == "" && words && strings.Trim(c.text, "\n") != "":
			parts = append(parts, strings.Trim(c.text, "\n"))
		case c.tag == "", !words && (c.tag == "br" || c.tag == "span"):
		default:
			parts = append(parts, c.outline(words))
		}
	}
	s := n.tag
	if words {
		if to := n.attributes["href"]; to != "" {
			s += "→" + to
		}
	} else {
		for _, name := range []string{"style", "rel", "role", "lang", "name", "charset"} {
			s += " " + n.attributes[name]
		}
		to := n.attributes["href"]
		host, _, _ := strings.Cut(to, "example/") // a value may stand behind it
		s += " " + host
	}
	if n.tag == "" {
		return strings.Join(parts, "|")
	}
	return s + "(" + strings.Join(parts, "|") + ")"
}
