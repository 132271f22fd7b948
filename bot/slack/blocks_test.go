package slack

import (
	"fmt"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

func drawn(blocks ...templates.Block) []slackgo.Block {
	all, _ := drawing{account: known, full: "INC-42#17"}.blocks(templates.Message{Blocks: blocks})
	return all
}

func words(s string) []templates.Span { return []templates.Span{{Text: s}} }

// said is the text of each block, and of a section each field.
func said(blocks []slackgo.Block) []string {
	var all []string
	for _, b := range blocks {
		switch b := b.(type) {
		case *slackgo.HeaderBlock:
			all = append(all, "# "+b.Text.Text)
		case *slackgo.SectionBlock:
			if b.Text != nil {
				all = append(all, b.Text.Text)
			}
			for _, f := range b.Fields {
				all = append(all, "| "+f.Text)
			}
		case *slackgo.ContextBlock:
			all = append(all, "> "+b.ContextElements.Elements[0].(*slackgo.TextBlockObject).Text)
		case *slackgo.ActionBlock:
			var row []string
			for _, e := range b.Elements.ElementSet {
				row = append(row, e.(*slackgo.ButtonBlockElement).Text.Text)
			}
			all = append(all, "["+strings.Join(row, "|")+"]")
		default:
			all = append(all, "--")
		}
	}
	return all
}

func TestEachKindOfBlockHasItsOwnForm(t *testing.T) {
	for name, test := range map[string]struct {
		block templates.Block
		want  []string
	}{
		"a heading":                  {templates.Block{Kind: templates.Header, Level: 1, Text: words("*A* & <b>")}, []string{"# *A* & <b>"}},
		"a heading below":            {templates.Block{Kind: templates.Header, Level: 3, Text: words("A & b")}, []string{"*A &amp; b*"}},
		"a heading of blanks":        {templates.Block{Kind: templates.Header, Level: 1, Text: words(" ")}, nil},
		"a paragraph without styles": {templates.Block{Kind: templates.Paragraph, Text: words("*a* & b\n`c`")}, []string{"*a* & b\n`c`"}},
		"an empty paragraph":         {templates.Block{Kind: templates.Paragraph}, nil},
		"an aside":                   {templates.Block{Kind: templates.Context, Text: words("a & b")}, []string{"> a &amp; b"}},
		"a rule":                     {templates.Block{Kind: templates.Divider}, []string{"--"}},
		"a list": {templates.Block{Kind: templates.List, Items: []templates.Item{{Text: words("a\nb")}, {Text: words("c"), Depth: 1, Number: 2}, {Text: words("d"), Task: "open"}, {Text: words("e"), Task: "done"}}},
			[]string{"• a\n\u2003b\n\u20032. c\n☐ d\n☑ e"}},
		"fields, and one with much to say": {templates.Block{Kind: templates.Fields, Fields: []templates.Field{{Key: words("K"), Value: words("v")}, {Key: words("L"), Value: words(strings.Repeat("w", 121))}, {Key: words("M"), Value: words("x")}}},
			[]string{"| *K*\nv", "*L*\n" + strings.Repeat("w", 121), "| *M*\nx"}},
		"code with backticks": {templates.Block{Kind: templates.Code, Text: words("a ``` <!channel>\n  & *b*")}, []string{"```\na ˋˋˋ ‹!channel›\n  &amp; *b*\n```"}},
		"a table of two columns": {templates.Block{Kind: templates.Table, Columns: [][]templates.Span{words("Who"), words("Phone")}, Rows: [][][]templates.Span{{words("erin"), words("+44")}}},
			[]string{"> Who / Phone", "| *erin*\n+44"}},
		"a table": {templates.Block{Kind: templates.Table, Columns: [][]templates.Span{words("A"), words("B"), words("C")}, Rows: [][][]templates.Span{{words("long"), words("日本"), words("`<")}}},
			[]string{"*long* 日本\nC ˋ‹"}},
		"a table with empty cells": {templates.Block{Kind: templates.Table, Columns: [][]templates.Span{words("A"), words("B"), words("C"), words("D")}, Rows: [][][]templates.Span{{words("a"), nil, nil, words("d")}, {words("e"), words("f"), words("g"), words("h")}}},
			[]string{"*a*\nD d\n\n*e* f\nC g · D h"}},
		"a table without rows": {templates.Block{Kind: templates.Table, Columns: [][]templates.Span{words("A"), words("B"), words("C")}}, []string{"> A / B / C"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := said(drawn(test.block)); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestTenFieldsAndNoMoreStandInASection(t *testing.T) {
	b := templates.Block{Kind: templates.Fields}
	for i := range 23 {
		b.Fields = append(b.Fields, templates.Field{Key: words(fmt.Sprint("k", i)), Value: words("v")})
	}
	var sizes []int
	for _, s := range drawn(b) {
		sizes = append(sizes, len(s.(*slackgo.SectionBlock).Fields))
	}
	if fmt.Sprint(sizes) != "[10 10 3]" {
		t.Errorf("sections of %v fields", sizes)
	}
}

func TestALongListGoesOnInTheNextSection(t *testing.T) {
	b := templates.Block{Kind: templates.List}
	for i := range 90 {
		b.Items = append(b.Items, templates.Item{Text: words(fmt.Sprint("item ", i, " ", strings.Repeat("x", 60)))})
	}
	all := said(drawn(b))
	text := strings.Join(all, "\n")
	if len(all) != 3 || strings.Count(text, "• item ") != 90 || strings.Contains(text, "(cut") {
		t.Errorf("%d sections with %d items", len(all), strings.Count(text, "• item "))
	}
}

func TestAListStandsUnderItsHeading(t *testing.T) {
	list := templates.Block{Kind: templates.List, Items: []templates.Item{{Text: words("a")}}}
	bold := templates.Block{Kind: templates.Paragraph, Text: []templates.Span{{Text: "Tasks", Bold: true}}}
	for want, above := range map[string]templates.Block{
		`["*Tasks*\n• a"]`:         bold,
		`["*Tasks & more*" "• a"]`: {Kind: templates.Paragraph, Text: words("*Tasks & more*")},
		`["*Tasks*" "--" "• a"]`:   {Kind: templates.Divider},
	} {
		all := []templates.Block{above, list}
		if above.Kind == templates.Divider {
			all = []templates.Block{bold, above, list}
		}
		if got := fmt.Sprintf("%q", said(drawn(all...))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTooMuchIsCutWithAWordOnWhereItIsWholeAndKeepsItsButtons(t *testing.T) {
	var all []templates.Block
	for range 80 {
		all = append(all, templates.Block{Kind: templates.Paragraph, Text: words(strings.Repeat("x", 900))})
	}
	all = append(all, templates.Block{Kind: templates.Actions, Buttons: []templates.Button{{Label: "Claim", Command: "role claim commander"}}})
	got := said(drawn(all...))
	if n := len(got); n < 10 || got[n-2] != "> (cut, full text INC-42#17)" || got[n-1] != "[Claim]" {
		t.Errorf("it ends with %.60q", got[max(0, len(got)-3):])
	}
	var small []templates.Block
	for range 50 {
		small = append(small, templates.Block{Kind: templates.Divider})
	}
	if n := len(drawn(small...)); n != 50 {
		t.Errorf("of 50 blocks %d are drawn", n)
	}
}

func TestAnEmptyMessageStillSaysSomethingToNotifications(t *testing.T) {
	blocks, fallback := drawing{}.blocks(templates.Message{})
	if len(blocks) != 0 || fallback != "(an empty message)" {
		t.Errorf("%d blocks, %q", len(blocks), fallback)
	}
}

func TestAHomeTabHoldsTwiceAsManyBlocks(t *testing.T) {
	var m templates.Message
	for range 150 {
		m.Blocks = append(m.Blocks, templates.Block{Kind: templates.Paragraph, Text: words("x")})
	}
	v := home(m, drawing{})
	got := said(v.Blocks.BlockSet)
	if v.Type != slackgo.VTHomeTab || len(got) != homeBlocks || got[homeBlocks-1] != "> (cut)" {
		t.Errorf("%s of %d blocks", v.Type, len(got))
	}
	if got := line(t, home(templates.Message{}, drawing{})); !strings.Contains(got, `"blocks":[]`) {
		t.Errorf("an empty tab is %s", got)
	}
}
