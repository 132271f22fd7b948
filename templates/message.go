// Package templates turns what has happened into messages. A template is
// Markdown with values in it; rendering gives a Message, a tree that every
// platform draws in its own way. Values never become markup.
package templates

import "strings"

// Message is a message before a platform has drawn it. Every text in it is
// already inert (see Inert); a platform's renderer still escapes what its own
// target would read as markup.
type Message struct {
	Blocks []Block `json:"blocks"`
}

// Kind says what a block is and which of its fields are set.
type Kind string

// The kinds of block.
const (
	Header    Kind = "header"    // Text, Level
	Paragraph Kind = "paragraph" // Text
	Fields    Kind = "fields"    // Fields
	List      Kind = "list"      // Items
	Context   Kind = "context"   // Text: an aside, drawn quietly
	Divider   Kind = "divider"   // nothing
	Table     Kind = "table"     // Columns, Rows; every row has as many cells as there are columns
	Code      Kind = "code"      // Text, drawn as it stands in fixed width
	Actions   Kind = "actions"   // Buttons
)

// Block is one part of a message, top to bottom.
type Block struct {
	Kind    Kind       `json:"kind"`
	Level   int        `json:"level,omitempty"` // of a header, 1 to 6
	Text    []Span     `json:"text,omitempty"`
	Fields  []Field    `json:"fields,omitempty"`
	Items   []Item     `json:"items,omitempty"`
	Columns [][]Span   `json:"columns,omitempty"`
	Rows    [][][]Span `json:"rows,omitempty"`
	Buttons []Button   `json:"buttons,omitempty"`
}

// Span is a run of text in one style. Its text may hold line breaks in
// paragraphs, fields, items, context and code, and nowhere else.
type Span struct {
	Text   string `json:"text"`
	Data   bool   `json:"data,omitempty"` // it is a value, not the template's own words
	Bold   bool   `json:"bold,omitempty"`
	Italic bool   `json:"italic,omitempty"`
	Code   bool   `json:"code,omitempty"`
	URL    string `json:"url,omitempty"`    // http or https; its host is the template's own words
	Person string `json:"person,omitempty"` // the id, when the text names a person as "@id"
}

// Field is a key with its value. The key's colon is left out.
type Field struct {
	Key   []Span `json:"key"`
	Value []Span `json:"value"`
}

// Item is one entry of a list. Nested lists are flattened: Depth says how far.
type Item struct {
	Text   []Span `json:"text"`
	Depth  int    `json:"depth,omitempty"`
	Number int    `json:"number,omitempty"` // 0 for a bullet
	Task   string `json:"task,omitempty"`   // "open", "done", or empty for no check box
}

// Button runs a command when it is pressed.
type Button struct {
	Label   string `json:"label"`
	Command string `json:"command"`           // as a person would type it, without the root: role accept commander
	Style   string `json:"style,omitempty"`   // "primary", "danger" or empty
	Confirm bool   `json:"confirm,omitempty"` // ask before it is run
}

// Words returns the text of spans without any style.
func Words(spans []Span) string {
	if len(spans) == 1 {
		return spans[0].Text
	}
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Buttons returns every button of the message, in reading order.
func (m Message) Buttons() []Button {
	var all []Button
	for _, b := range m.Blocks {
		all = append(all, b.Buttons...)
	}
	return all
}
