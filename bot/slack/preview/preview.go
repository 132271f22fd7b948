// Package preview draws Block Kit as Slack shows it on a telephone, so that
// people can see Holdfast's messages without a workspace. It knows blocks as
// JSON, nothing of the bot, and asks nobody: a page it writes stands alone. It is
// a likeness. Where Slack differs between devices it draws the narrower way.
package preview

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
)

// A block of any kind, and an element or a text in one: Slack uses the same few
// names throughout.
type block struct {
	Type     string `json:"type"`
	Text     *text  `json:"text"`
	Fields   []text `json:"fields"`
	Elements []part `json:"elements"`
	Side     *part  `json:"accessory"`
	Label    *text  `json:"label"`
	Hint     *text  `json:"hint"`
	Optional bool   `json:"optional"`
	Element  *part  `json:"element"`
	Title    *text  `json:"title"`
	Alt      string `json:"alt_text"`
}

type text struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// part is an element: what a context or a row of actions holds, or what an input
// is answered with. A text among the elements is its own text.
type part struct {
	Type        string          `json:"type"`
	Text        json.RawMessage `json:"text"`
	Style       string          `json:"style"`
	Placeholder *text           `json:"placeholder"`
	Multiline   bool            `json:"multiline"`
	Value       string          `json:"initial_value"`
	User        string          `json:"initial_user"`
	Option      *option         `json:"initial_option"`
	Options     []option        `json:"options"`
	Alt         string          `json:"alt_text"`
}

type option struct {
	Text text `json:"text"`
}

// view is a modal or the home.
type view struct {
	Type   string          `json:"type"`
	Title  *text           `json:"title"`
	Submit *text           `json:"submit"`
	Close  *text           `json:"close"`
	Blocks json.RawMessage `json:"blocks"`
}

// artist draws for people with names.
type artist struct {
	names map[string]string // by the ids that messages mention
}

// blocks draws a list of blocks. What it does not know is drawn as a box that
// says so, never left out.
func (a artist) blocks(raw json.RawMessage) (template.HTML, error) {
	var all []block
	if err := json.Unmarshal(raw, &all); err != nil {
		return "", fmt.Errorf("read blocks: %w", err)
	}
	var b strings.Builder
	for _, one := range all {
		b.WriteString(string(a.block(one)))
	}
	return template.HTML(b.String()), nil
}

func (a artist) block(b block) template.HTML {
	switch b.Type {
	case "header":
		return tag("h3", "header", a.text(b.Text))
	case "divider":
		return "<hr>"
	case "section":
		return a.section(b)
	case "context":
		return tag("div", "context", a.parts(b.Elements))
	case "actions":
		return tag("div", "actions", a.parts(b.Elements))
	case "input":
		return a.input(b)
	case "image":
		return tag("div", "image", template.HTML(template.HTMLEscapeString(b.Alt)))
	}
	return unknown(b.Type)
}

func unknown(kind string) template.HTML {
	return tag("div", "unknown", template.HTML(template.HTMLEscapeString("("+kind+")")))
}

func (a artist) section(b block) template.HTML {
	var in strings.Builder
	if b.Text != nil {
		in.WriteString(string(tag("div", "words", a.text(b.Text))))
	}
	if len(b.Fields) > 0 {
		var fields strings.Builder
		for i := range b.Fields {
			fields.WriteString(string(tag("div", "field", a.text(&b.Fields[i]))))
		}
		in.WriteString(string(tag("div", "fields", template.HTML(fields.String()))))
	}
	if b.Side != nil {
		in.WriteString(string(tag("div", "side", a.part(*b.Side))))
	}
	return tag("div", "section", template.HTML(in.String()))
}

func (a artist) input(b block) template.HTML {
	label := a.text(b.Label)
	if b.Optional {
		label += ` <span class="optional">(optional)</span>`
	}
	in := tag("div", "label", label)
	if b.Element != nil {
		in += a.part(*b.Element)
	}
	if b.Hint != nil {
		in += tag("div", "hint", a.text(b.Hint))
	}
	return tag("div", "input", in)
}

func (a artist) parts(all []part) template.HTML {
	var b strings.Builder
	for _, one := range all {
		b.WriteString(string(a.part(one)))
	}
	return template.HTML(b.String())
}

// part draws an element.
func (a artist) part(p part) template.HTML {
	switch p.Type {
	case "mrkdwn", "plain_text":
		var words string
		_ = json.Unmarshal(p.Text, &words) // empty is drawn as nothing
		return tag("span", "", a.text(&text{p.Type, words}))
	case "button":
		var words text
		_ = json.Unmarshal(p.Text, &words)
		return tag("span", strings.TrimSpace("button "+p.Style), a.text(&words))
	case "image":
		return tag("span", "image", template.HTML(template.HTMLEscapeString(p.Alt)))
	case "plain_text_input":
		kind := "line"
		if p.Multiline {
			kind = "line lines"
		}
		return tag("div", kind, a.answer(p.Value, p.Placeholder, ""))
	case "static_select":
		chosen := ""
		if p.Option != nil {
			chosen = p.Option.Text.Text
		}
		return tag("div", "line menu", a.answer(chosen, p.Placeholder, "Choose an option"))
	case "users_select":
		return tag("div", "line menu", a.answer(a.name(p.User), p.Placeholder, "Choose a person"))
	}
	return unknown(p.Type)
}

// answer is what stands in a field: a value, or words in grey.
func (a artist) answer(value string, placeholder *text, els string) template.HTML {
	if value != "" {
		return plain(value)
	}
	if placeholder != nil {
		els = placeholder.Text
	}
	return tag("span", "placeholder", plain(els))
}

func (a artist) name(id string) string {
	if name, known := a.names[id]; known {
		return name
	}
	return id
}

func (a artist) text(t *text) template.HTML {
	switch {
	case t == nil:
		return ""
	case t.Type == "mrkdwn":
		return a.mrkdwn(t.Text)
	}
	return plain(t.Text)
}

// plain is text in which nothing means anything.
func plain(words string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(words), "\n", "<br>"))
}

// tag puts HTML into an element. name and class are ours, but for the style of
// a button, which is escaped.
func tag(name, class string, in template.HTML) template.HTML {
	if class != "" {
		class = ` class="` + template.HTMLEscapeString(class) + `"`
	}
	return template.HTML("<" + name + class + ">" + string(in) + "</" + name + ">")
}
