package templates

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample is data for templates of these tests.
type sample struct {
	Title string
	Who   string
	Count int
	At    *time.Time
	Took  time.Duration
	List  []string
	Rows  []sampleRow
	Map   map[string]string
	Any   any
	Deep  struct{ Text string }
	Scene scene
}

type sampleRow struct {
	What string
	Done bool
}

func (s sample) scene() scene { return s.Scene }

// Risky is a method that fails.
func (s sample) Risky() (string, error) { return "", errors.New("no such thing") }

var tenUTC = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// draw renders a template of a test's own.
func draw(t testing.TB, text string, data any) Message {
	t.Helper()
	c, problems := compile("test", text)
	if len(problems) > 0 {
		t.Fatalf("compile: %v", problems)
	}
	m, err := c.draw(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMarkdownMapsToBlocks(t *testing.T) {
	words := func(s string) []Span { return []Span{{Text: s}} }
	value := func(s string) Span { return Span{Text: s, Data: true} }
	tests := map[string]struct {
		text string
		want []Block
	}{
		"a heading is a header":  {"## About {{.Title}}", []Block{{Kind: Header, Level: 2, Text: []Span{{Text: "About "}, value("a b")}}}},
		"a line break stays one": {"one\ntwo", []Block{{Kind: Paragraph, Text: words("one\ntwo")}}},
		"styles": {"**b** *i* `c` [l](https://x.example/a)", []Block{{Kind: Paragraph, Text: []Span{
			{Text: "b", Bold: true}, {Text: " "}, {Text: "i", Italic: true}, {Text: " "}, {Text: "c", Code: true}, {Text: " "}, {Text: "l", URL: "https://x.example/a"}}}}},
		"a value keeps the style around it": {"**{{.Who}}**", []Block{{Kind: Paragraph, Text: []Span{{Text: "bob", Data: true, Bold: true}}}}},
		"a person is marked as one":         {"{{person .Who}}", []Block{{Kind: Paragraph, Text: []Span{{Text: "@bob", Data: true, Person: "bob"}}}}},
		"bold keys make fields": {"- **Who:** {{.Who}}\n- **What:**", []Block{{Kind: Fields, Fields: []Field{
			{Key: words("Who"), Value: []Span{value("bob")}}, {Key: words("What")}}}}},
		"one key missing makes it a list": {"- **Who:** x\n- what", []Block{{Kind: List, Items: []Item{
			{Text: []Span{{Text: "Who:", Bold: true}, {Text: " x"}}}, {Text: words("what")}}}}},
		"a colon from a value makes no field": {"- **{{.Any}}** x", []Block{{Kind: List, Items: []Item{
			{Text: []Span{{Text: "any:", Data: true, Bold: true}, {Text: " x"}}}}}}},
		"numbers, nesting and check boxes": {"3. a\n4. b\n   - [ ] c\n   - [x] d", []Block{{Kind: List, Items: []Item{
			{Text: words("a"), Number: 3}, {Text: words("b"), Number: 4},
			{Text: words("c"), Depth: 1, Task: "open"}, {Text: words("d"), Depth: 1, Task: "done"}}}}},
		"a quote is context":                {"> aside\n> more", []Block{{Kind: Context, Text: words("aside\nmore")}}},
		"a rule under text is a divider":    {"text\n---", []Block{{Kind: Paragraph, Text: words("text")}, {Kind: Divider}}},
		"fenced code keeps its blanks":      {"```\n  {{.Who}}\n```", []Block{{Kind: Code, Text: []Span{{Text: "  "}, value("bob")}}}},
		"a table":                           {"| a | b |\n|---|---|\n| {{.Who}} | *x* |", []Block{{Kind: Table, Columns: [][]Span{words("a"), words("b")}, Rows: [][][]Span{{{value("bob")}, {{Text: "x", Italic: true}}}}}}},
		"HTML is text":                      {"a <b>c</b>", []Block{{Kind: Paragraph, Text: words("a <b>c</b>")}}},
		"entities and escapes are resolved": {`\*a\* &amp; b`, []Block{{Kind: Paragraph, Text: words("*a* & b")}}},
		"links alone are buttons": {"[**Yes**](cmd:role accept {{.Who}})\n[No](cmd!:note \"he said {{.Who}}\" by:{{.Who}} {{person .Who}} {{.Count}})", []Block{{Kind: Actions, Buttons: []Button{
			{Label: "Yes", Command: `role accept "bob"`, Style: "primary"},
			{Label: "No", Command: `note "he said bob" by:"bob" @bob 3`, Style: "danger", Confirm: true}}}}},
		"a value in an address is escaped": {"[t](https://x.example/b/{{.Any}}?q={{.Who}})", []Block{{Kind: Paragraph, Text: []Span{{Text: "t", URL: "https://x.example/b/any%3A?q=bob"}}}}},
		"a line of control leaves no trace": {"{{/* why */}}\n- a\n{{if .Who}}\n- b\n{{else}}\n- c\n{{end}}\n- d", []Block{{Kind: List, Items: []Item{
			{Text: words("a")}, {Text: words("b")}, {Text: words("d")}}}}},
		"rows of a table may be ranged over": {"| a |\n|---|\n{{range .Rows}}\n| {{.What}} |\n{{end}}", []Block{{Kind: Table, Columns: [][]Span{words("a")}, Rows: [][][]Span{{{value("x")}}, {{value("y")}}}}}},
	}
	data := sample{Title: "a\tb", Who: "bob", Count: 3, Any: "any:", Rows: []sampleRow{{What: "x"}, {What: "y"}}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, draw(t, test.text, data).Blocks); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestFunctionsSayThingsAsPeopleDo(t *testing.T) {
	zurich := time.FixedZone("CET", 3600)
	at := tenUTC.Add(-20 * time.Minute)
	tests := []struct {
		call string
		data sample
		want string
	}{
		{"{{person .Who}}", sample{Who: "bob"}, "@bob"},
		{"{{person .Who}}", sample{Who: "@bob"}, "@bob"},
		{"{{person .Who | default \"nobody\"}}", sample{}, "nobody"},
		{"{{people .List}}", sample{List: []string{"a", "b"}}, "@a, @b"},
		{"{{clock .At}}", sample{At: &at}, "09:40Z"},
		{"{{.At}}", sample{At: &at}, "09:40Z"},
		{"{{clock .At}}", sample{At: &at, Scene: scene{zone: zurich}}, "10:40 (09:40Z)"},
		{"{{clock .At}}", sample{At: &at, Scene: scene{now: tenUTC.Add(24 * time.Hour)}}, "2026-11-02 09:40Z"},
		{"{{clock .At}}", sample{At: &at, Scene: scene{now: tenUTC}}, "09:40Z"},
		{"{{clock .At | none}}", sample{}, "none recorded"},
		{"{{date .At}}", sample{At: &at}, "2026-11-02"},
		{"{{ago .At}}", sample{At: &at, Scene: scene{now: tenUTC}}, "20 min ago"},
		{"{{ago .At}}", sample{At: &at, Scene: scene{now: at.Add(119 * time.Second)}}, "1 min ago"},
		{"{{ago .At}}", sample{At: &at, Scene: scene{now: at.Add(59 * time.Second)}}, "just now"},
		{"{{ago .At}}", sample{At: &at, Scene: scene{now: at.Add(-61 * time.Second)}}, "in 2 min"},
		{"{{dur .Took}}", sample{Took: 19*time.Minute + time.Second}, "20 min"},
		{"{{dur .Took}}", sample{Took: 65 * time.Minute}, "1 h 05 min"},
		{"{{dur .Took}}", sample{Took: 2 * time.Hour}, "2 h"},
		{"{{dur .Took}}", sample{Took: 49*time.Hour + 5*time.Minute}, "2 d 1 h 05 min"},
		{"{{dur .Took}}", sample{}, "0 min"},
		{"{{plural .Count \"task\"}}", sample{Count: 1}, "1 task"},
		{"{{plural .Count \"task\"}}", sample{Count: 0}, "0 tasks"},
		{"{{plural (len .List) \"reply\" \"replies\"}}", sample{List: []string{"a", "b"}}, "2 replies"},
		{"{{upper .Who}}", sample{Who: "bob"}, "BOB"},
		{"{{cut 4 .Title}}", sample{Title: "äöüäöü"}, "äöü…"},
		{"{{cut 6 .Title}}", sample{Title: "äöüäöü"}, "äöüäöü"},
		{"{{join \" + \" .List}}", sample{List: []string{"a", "b"}}, "a + b"},
		{"{{.List}}", sample{List: []string{"a", "b"}}, "a, b"},
		{"{{range last 2 .List}}{{.}}{{end}}", sample{List: []string{"a", "b", "c"}}, "bc"},
		{"{{sev .Count}}", sample{Count: 2}, "SEV2"},
		{"{{none .Title}}", sample{}, "none recorded"},
		{"{{none .Title}}", sample{Title: "x"}, "x"},
		{"{{ref 17}}", sample{Scene: scene{incident: "INC-42"}}, "INC-42#17"},
		{"{{.Map.key}}", sample{Map: map[string]string{"key": "v"}}, "v"},
		{"{{eq .Count 0}}", sample{}, "yes"},
	}
	for _, test := range tests {
		if got := Plain(draw(t, test.call, test.data)); got != test.want {
			t.Errorf("%s: %q, want %q", test.call, got, test.want)
		}
	}
}

func TestWhatCannotBeShownIsAnError(t *testing.T) {
	for _, text := range []string{
		"{{.Nothing}}", "{{.Map.absent}}", "{{.Deep}}", "{{.Any.Field}}", "{{.Risky}}", "{{.Rows}}",
		"{{clock .Title}}", "{{range .Count}}x{{end}}", "{{plural .Title \"x\"}}", "{{index .List 3}}",
	} {
		c, problems := compile("test", text)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", text, problems)
		}
		if m, err := c.draw(sample{Title: "x", Any: 3, Map: map[string]string{}}); err == nil {
			t.Errorf("%s was drawn as %q", text, Plain(m))
		} else if !strings.Contains(err.Error(), "render template test") {
			t.Errorf("%s: the error does not name the template: %v", text, err)
		}
	}
}

func TestAMessageThatGetsTooLongIsCutAndSaysSo(t *testing.T) {
	long := make([]string, 3000)
	for i := range long {
		long[i] = strings.Repeat("x", 30)
	}
	m := draw(t, "# Head\n{{range .List}}\n- {{.}}\n{{end}}\n", sample{List: long})
	last := m.Blocks[len(m.Blocks)-1]
	if last.Kind != Context || !strings.Contains(Words(last.Text), "cut") {
		t.Fatalf("the last block is %+v", last)
	}
	if n := len(Plain(m)); n > maxText || n < maxText/2 {
		t.Errorf("%d bytes were drawn", n)
	}
	m = draw(t, "{{range .List}}{{range $.List}}{{if false}}x{{end}}{{end}}{{end}}", sample{List: long})
	if !strings.Contains(Plain(m), "cut") {
		t.Error("nine million rounds were gone")
	}
}

func TestEveryMessageOfADrillSaysSo(t *testing.T) {
	for _, text := range []string{"# Head", "words", "- **Key:** x", "- x", "| a |\n|---|\n| b |", "[A](cmd:b)", "---", "```\nx\n```", "", "> aside"} {
		if got := Plain(draw(t, text, sample{Scene: scene{drill: true}})); !strings.HasPrefix(got, "[DRILL]") {
			t.Errorf("%q is drawn as %q", text, got)
		}
	}
}

func TestLintNamesLineAndRemedy(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"# {{.Title}} {{person .Who}} {{range $i, $r := .Rows}}{{$i}} {{$r.What}}{{.Done}}{{end}}{{with .Deep}}{{.Text}}{{end}}{{$x := .Rows}}{{range $x}}{{.What}}{{end}}{{.Any.X.Y}}{{.Map.x}}{{(index .Rows 0).What}}", nil},
		{"a\n{{.Titel}}", []string{"test.md:2: templates.sample has no field Titel. Did you mean Title?"}},
		{"{{range .Rows}}\n{{.Dne}}\n{{end}}", []string{"test.md:2: templates.sampleRow has no field Dne. Did you mean Done?"}},
		{"{{range last 2 .Rows}}{{.Dne}}{{end}}", []string{"test.md:1: templates.sampleRow has no field Dne. Did you mean Done?"}},
		{"{{with .Deep}}{{.Txt}}{{else}}{{.Who}}{{end}}", []string{"test.md:1: struct { Text string } has no field Txt. Did you mean Text?"}},
		{"{{if .Nope}}{{end}}", []string{"test.md:1: templates.sample has no field Nope. It has Any, "}},
		{"{{exec .Title}}", []string{`test.md:1: there is no function "exec"; there are ago, allowed, and,`}},
		{"{{printf \"%d\" 3}} {{call .Any}} {{html .Who}}", []string{`no function "printf"`, `no function "call"`, `no function "html"`}},
		{"{{_show .Title}}", []string{`no function "_show"`}},
		{"{{.Deep}}", []string{"cannot be shown: name one of its fields"}},
		{"{{range .Title}}{{end}}", []string{"range: a string is not a list"}},
		{"{{sev .Title}}", []string{"sev takes a int, not a string"}},
		{"{{sev}} {{plural 1}}", []string{"sev takes 1 arguments, not 0", "plural takes 2 arguments, not 1"}},
		{"\n{{if}}", []string{"test.md:2: missing value for if"}},
		{"{{define \"x\"}}{{end}}{{template \"x\"}}", []string{"{{template}} is not available", "{{define}} is not available"}},
		{"words\n\nmore [Go](cmd:close)", []string{"test.md:3: the button [Go] must stand in a paragraph of buttons alone"}},
		{"- [Go](cmd:close)", []string{"test.md:1: the button [Go] must stand in a paragraph of buttons alone"}},
		{"{{if .Who}}x{{else}}y [Go](cmd:close){{end}}", []string{"the button [Go] must stand"}},
		{"x [a](javascript:b)", []string{"a link must begin with https://"}},
		{"[a]({{.Who}})", []string{"a link must begin with https://"}},
		{"[a](https://{{.Who}}.example/)", []string{"a link must begin with https://"}},
		{"[a](https://x.example@{{.Who}}/)", []string{"a link must begin with https://"}},
		{"[Go](cmd:role accept @{{.Who}})", []string{"a value stands alone or behind key:"}},
		{"a\nb\u202ec", []string{"test.md:2: the text holds control, invisible or private-use characters"}},
		{"a \ue000", []string{"private-use"}},
		{strings.Repeat("x", maxText+1), []string{"65537 bytes"}},
	}
	for _, test := range tests {
		problems := lint("test", test.text, reflect.TypeFor[sample]())
		if len(problems) != len(test.want) {
			t.Errorf("%.60q: %v, want %q", test.text, problems, test.want)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(problems[i].String(), want) {
				t.Errorf("%.60q: %q, want %q", test.text, problems[i], want)
			}
		}
	}
}

func TestAPlansTemplateStandsInPlaceOfTheShippedOne(t *testing.T) {
	base := Shipped()
	name := base.Names()[0]
	own, err := base.With(map[string]string{name: "own {{.Subject}}", "new": "{{.Person}}"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := own.Render(name, View{Subject: "x"})
	if err != nil || Plain(m) != "own x" {
		t.Errorf("%q, %v", Plain(m), err)
	}
	if m, err := own.Render("new", View{Person: "y"}); err != nil || Plain(m) != "y" {
		t.Errorf("%q, %v", Plain(m), err)
	}
	if _, err := base.Render("new", View{}); err == nil {
		t.Error("the set it was made from has changed")
	}
	if _, err := base.With(map[string]string{"b": "{{.X}}", "a": "{{nope}}"}); err == nil ||
		!strings.Contains(err.Error(), "a.md:1:") || !strings.Contains(err.Error(), "b.md:1:") {
		t.Errorf("not every problem is named: %v", err)
	}
}

func TestAPlansTemplateThatFailsGivesWay(t *testing.T) {
	s := &Set{shipped: map[string]compiled{"x": must(t, "shipped")}, own: map[string]compiled{"x": must(t, "{{.Risky}}"), "y": must(t, "{{.Risky}}")}}
	m, err := s.Render("x", sample{})
	if want := "shipped\nThe plan's template x failed; this is the shipped one."; err != nil || Plain(m) != want {
		t.Errorf("%q, %v", Plain(m), err)
	}
	if _, err := s.Render("y", sample{}); err == nil {
		t.Error("a template without a shipped one has not failed")
	}
}

func must(t *testing.T, text string) compiled {
	t.Helper()
	c, problems := compile("test", text)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

func TestASetIsSafeForConcurrentUse(t *testing.T) {
	c := must(t, "{{range .List}}{{.}} {{end}}{{person .Who}}")
	done := make(chan string)
	for i := range 8 {
		go func() {
			m, err := c.draw(sample{Who: fmt.Sprint("p", i), List: []string{"a"}})
			done <- fmt.Sprint(Plain(m), err, i)
		}()
	}
	for range 8 {
		got := <-done
		i := got[len(got)-1:]
		if want := "a @p" + i + "<nil> " + i; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
