package slack

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"holdfast/templates"
)

// ours are the brackets that drawing itself writes: a mention of a known
// person, a link, and nothing else.
var ours = regexp.MustCompile(`<@U0[A-Z]+>|<https?://[^<>|\s]+\|[^<>\n]+>`)

// entity is the only use of an ampersand in mrkdwn.
var entity = regexp.MustCompile(`&(amp|lt|gt);`)

type failing interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkDrawn holds a drawn message to what Slack takes and to what nobody may
// do in it.
func checkDrawn(t failing, m templates.Message, blocks []slackgo.Block, fallback string) {
	t.Helper()
	checkBlocks(t, blocks, messageBlocks)
	if n := weight(blocks...); n > messageWeight {
		t.Errorf("the message weighs %d", n)
	}
	if fallback == "" || units(fallback) > fallbackText {
		t.Errorf("the fallback has %d characters", units(fallback))
	}
	if strings.ContainsAny(fallback, "<>") || strings.Contains(entity.ReplaceAllString(fallback, ""), "&") {
		t.Errorf("the fallback has markup: %q", fallback)
	}
	people := map[string]bool{}
	for _, b := range m.Blocks {
		for _, s := range spansOf(b) {
			if s.Person != "" && s.Text == "@"+s.Person {
				people["<@"+known(s.Person)+">"] = true
			}
		}
	}
	for _, x := range texts(t, blocks) {
		for _, mention := range regexp.MustCompile(`<@[^>]*>`).FindAllString(x.Text, -1) {
			if x.Type == slackgo.MarkdownType && !people[mention] {
				t.Errorf("%q mentions somebody the message does not name", x.Text)
			}
		}
	}
}

func checkBlocks(t failing, blocks []slackgo.Block, most int) {
	t.Helper()
	if len(blocks) > most {
		t.Errorf("%d blocks", len(blocks))
	}
	within := func(what string, x *slackgo.TextBlockObject, limit int) {
		t.Helper()
		if n := units(x.Text); n == 0 || n > limit || !utf8.ValidString(x.Text) {
			t.Errorf("%s has %d characters: %.60q", what, n, x.Text)
		}
	}
	ids := map[string]bool{}
	for _, b := range blocks {
		if id := b.ID(); id != "" && (ids["block "+id] || units(id) > idText) {
			t.Errorf("block id %q is long or not unique", id)
		} else if id != "" {
			ids["block "+id] = true
		}
		switch b := b.(type) {
		case *slackgo.SectionBlock:
			if b.Text != nil {
				within("a section", b.Text, sectionText)
			}
			if len(b.Fields) > fieldsOfOne || b.Text == nil && len(b.Fields) == 0 {
				t.Errorf("a section of %d fields", len(b.Fields))
			}
			for _, f := range b.Fields {
				within("a field", f, fieldText)
			}
		case *slackgo.HeaderBlock:
			within("a header", b.Text, headerText)
		case *slackgo.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				within("an aside", e.(*slackgo.TextBlockObject), sectionText)
			}
		case *slackgo.ActionBlock:
			if n := len(b.Elements.ElementSet); n == 0 || n > buttonsOfRow {
				t.Errorf("a row of %d buttons", n)
			}
			for _, e := range b.Elements.ElementSet {
				button := e.(*slackgo.ButtonBlockElement)
				within("a button", button.Text, buttonText)
				if ids[button.ActionID] || units(button.ActionID) > idText || button.Value == "" || units(button.Value) > buttonValue {
					t.Errorf("button %q with a value of %d characters", button.ActionID, units(button.Value))
				}
				ids[button.ActionID] = true
				if c := button.Confirm; c != nil {
					within("a dialog's title", c.Title, 100)
					within("a dialog", c.Text, dialogText)
					within("a dialog's button", c.Confirm, dialogButton)
					within("a dialog's button", c.Deny, dialogButton)
				}
			}
		}
	}
	for _, x := range texts(t, blocks) {
		if x.Type == slackgo.PlainTextType {
			if x.Emoji == nil || *x.Emoji {
				t.Errorf("plain text with emoji: %q", x.Text)
			}
			continue
		}
		if !x.Verbatim {
			t.Errorf("not verbatim: %q", x.Text)
		}
		bare := ours.ReplaceAllString(x.Text, "")
		if strings.ContainsAny(bare, "<>") || strings.Contains(entity.ReplaceAllString(bare, ""), "&") {
			t.Errorf("markup that is not ours: %q", x.Text)
		}
		if n := strings.Count(x.Text, "`"); n%2 != 0 {
			t.Errorf("code that is not closed: %q", x.Text)
		}
	}
}

// texts finds every text object, wherever it stands.
func texts(t failing, blocks []slackgo.Block) []slackgo.TextBlockObject {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Errorf("%v", err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Errorf("%v", err)
	}
	var all []slackgo.TextBlockObject
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			if words, ok := v["text"].(string); ok {
				x := slackgo.TextBlockObject{Type: v["type"].(string), Text: words, Verbatim: v["verbatim"] == true}
				if emoji, ok := v["emoji"].(bool); ok {
					x.Emoji = &emoji
				}
				all = append(all, x)
			}
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(tree)
	return all
}

func spansOf(b templates.Block) []templates.Span {
	all := append([]templates.Span{}, b.Text...)
	for _, f := range b.Fields {
		all = append(append(all, f.Key...), f.Value...)
	}
	for _, i := range b.Items {
		all = append(all, i.Text...)
	}
	for _, row := range append([][][]templates.Span{b.Columns}, b.Rows...) {
		for _, cell := range row {
			all = append(all, cell...)
		}
	}
	return all
}

// hostile are pieces of which texts are made that try to be more than text.
var hostile = []string{
	"<!channel>", "<!here|x>", "<@U0ALICE>", "<#C1|x>", "<https://x.example|y>", "@channel", "@here", "<", ">", "&", "&amp;", "&lt;!channel&gt;", "|",
	"*bold*", "_i_", "~s~", "`c`", "```", "\n", "\n> q", ":fire:", "😀", "\U0001F9D1\u200d\U0001F680", "é", "e\u0301", "\u202e", "\x00", "\xff", "\u200b", "\ue000", " ", "\t",
	"payments_api", "word", "@alice", "U0ALICE",
}

var text = rapid.Custom(func(t *rapid.T) string {
	s := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringN(0, 8, -1)), 0, 6).Draw(t, "pieces"), "")
	// Mostly it is short, or every message would be cut.
	return strings.Repeat(s, rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 60, 400}).Draw(t, "times"))
})

var span = rapid.Custom(func(t *rapid.T) templates.Span {
	s := templates.Span{Text: text.Draw(t, "text"), Data: rapid.Bool().Draw(t, "data"), Bold: rapid.Bool().Draw(t, "bold"), Italic: rapid.Bool().Draw(t, "italic"), Code: rapid.Bool().Draw(t, "code")}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		s.URL = rapid.SampledFrom([]string{"https://x.example/", "http://", "javascript:", "https://x.example/?a=<>|&"}).Draw(t, "base") + text.Draw(t, "url")
	case 1:
		s.Person = rapid.SampledFrom([]string{"alice", "bob", "dan", "<!channel>"}).Draw(t, "person")
		s.Text = "@" + s.Person
	case 2:
		s = templates.Span{Text: s.Text, Data: true}
	}
	return s
})

var spans = rapid.SliceOfN(span, 0, 4)

var message = rapid.Custom(func(t *rapid.T) templates.Message {
	kinds := []templates.Kind{templates.Header, templates.Paragraph, templates.Fields, templates.List, templates.Context, templates.Divider, templates.Table, templates.Code, templates.Actions, "other"}
	var m templates.Message
	for range rapid.SampledFrom([]int{0, 1, 1, 2, 2, 3, 3, 5, 70}).Draw(t, "blocks") {
		b := templates.Block{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Level: rapid.IntRange(0, 6).Draw(t, "level")}
		switch b.Kind {
		case templates.Fields:
			for range rapid.IntRange(0, 12).Draw(t, "fields") {
				b.Fields = append(b.Fields, templates.Field{Key: spans.Draw(t, "key"), Value: spans.Draw(t, "value")})
			}
		case templates.List:
			for range rapid.IntRange(0, 6).Draw(t, "items") {
				b.Items = append(b.Items, templates.Item{Text: spans.Draw(t, "text"), Depth: rapid.IntRange(0, 20).Draw(t, "depth"), Number: rapid.IntRange(0, 3).Draw(t, "number"), Task: rapid.SampledFrom([]string{"", "open", "done"}).Draw(t, "task")})
			}
		case templates.Table:
			columns := rapid.IntRange(0, 4).Draw(t, "columns")
			row := rapid.SliceOfN(spans, columns, columns)
			b.Columns, b.Rows = row.Draw(t, "heading"), rapid.SliceOfN(row, 0, 3).Draw(t, "rows")
		case templates.Actions:
			for range rapid.IntRange(0, 8).Draw(t, "buttons") {
				b.Buttons = append(b.Buttons, templates.Button{Label: text.Draw(t, "label"), Command: text.Draw(t, "command"), Style: rapid.SampledFrom([]string{"", "primary", "danger", "x"}).Draw(t, "style"), Confirm: rapid.Bool().Draw(t, "confirm")})
			}
		default:
			b.Text = spans.Draw(t, "text")
		}
		m.Blocks = append(m.Blocks, b)
	}
	return m
})

func TestWhateverAMessageHoldsSlackTakesItAndNobodyIsCalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := message.Draw(t, "message")
		d := drawing{account: known, full: rapid.SampledFrom([]string{"INC-42#17", "", "<!channel>", strings.Repeat("x", 500)}).Draw(t, "full")}
		blocks, fallback := d.blocks(m)
		checkDrawn(t, m, blocks, fallback)
		checkBlocks(t, home(m, d).Blocks.BlockSet, homeBlocks)
	})
}
