package inslack

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"

	standin "holdfast/rehearse/standin/slack"
)

// block is what is looked at of Block Kit.
type block struct {
	Type     string    `json:"type"`
	BlockID  string    `json:"block_id"`
	Text     *words    `json:"text"`
	Fields   []words   `json:"fields"`
	Label    words     `json:"label"`
	Element  *element  `json:"element"`
	Elements []element `json:"elements"`
}

type words struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type element struct {
	Type          string        `json:"type"`
	ActionID      string        `json:"action_id"`
	Value         string        `json:"value"`
	Text          label         `json:"text"`
	InitialValue  string        `json:"initial_value"`
	InitialOption *option       `json:"initial_option"`
	InitialUser   string        `json:"initial_user"`
	Options       []option      `json:"options"`
	OptionGroups  []optionGroup `json:"option_groups"`
}

type option struct {
	Value string `json:"value"`
}

type optionGroup struct {
	Options []option `json:"options"`
}

// label is the text of a button, an object, or of a remark, a text with a kind
// beside it.
type label struct{ words }

// UnmarshalJSON implements json.Unmarshaler.
func (l *label) UnmarshalJSON(body []byte) error {
	if json.Unmarshal(body, &l.words) == nil {
		return nil
	}
	return json.Unmarshal(body, &l.words.Text)
}

// button is one that can be pressed.
type button struct {
	Label   string `json:"label"`
	Command string `json:"command"`
	ID      string `json:"-"`
}

func blocksOf(raw json.RawMessage) []block {
	var all []block
	_ = json.Unmarshal(raw, &all) // the workspace has checked them
	return all
}

func buttonsOf(raw json.RawMessage) (all []button) {
	for _, b := range blocksOf(raw) {
		for _, e := range b.Elements {
			if e.Type == "button" {
				all = append(all, button{Label: e.Text.Text, Command: e.Value, ID: e.ActionID})
			}
		}
	}
	return all
}

// plain draws a message of Slack the way the terminal's messages are written
// down, so that a check holds in both: a field "Key: value", a row of buttons
// "[Accept] [Decline]". Look-alikes of Slack's marks are read as the marks that
// were meant.
func (c *chat) plain(m standin.Message) string {
	var out []string
	buttons := false // the last line is a row of them
	for _, b := range blocksOf(m.Blocks) {
		text := c.block(b)
		switch {
		case text == "":
		case b.Type == "actions" && buttons:
			out[len(out)-1] += " " + text
		default:
			out = append(out, text)
		}
		buttons = b.Type == "actions"
	}
	if m.Blocks == nil {
		out = append(out, c.unmarked(m.Text))
	}
	lines := strings.Split(strings.Join(out, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func (c *chat) block(b block) string {
	switch b.Type {
	case "divider":
		return "---"
	case "actions":
		var all []string
		for _, e := range b.Elements {
			all = append(all, "["+e.Text.Text+"]")
		}
		return strings.Join(all, " ")
	case "context":
		var all []string
		for _, e := range b.Elements {
			all = append(all, c.text(words{e.Type, e.Text.Text}))
		}
		return strings.Join(all, "\n")
	}
	var all []string
	if b.Text != nil {
		all = append(all, c.text(*b.Text))
	}
	for _, f := range b.Fields {
		all = append(all, c.text(f))
	}
	return strings.Join(all, "\n")
}

func (c *chat) text(w words) string {
	if w.Type != "mrkdwn" {
		return w.Text
	}
	return c.unmarked(w.Text)
}

// aKey is a line in bold letters above others: the key of a field.
var aKey = regexp.MustCompile(`^\*([^*\n]+)\*\n([^•☐☑\n].*)$`)

// unmarked is the text of mrkdwn as it is read.
func (c *chat) unmarked(text string) string {
	if pre, ok := strings.CutPrefix(text, "```\n"); ok {
		return table(entities.Replace(strings.TrimSuffix(pre, "\n```")))
	}
	if m := aKey.FindStringSubmatch(flat(text)); m != nil && !numbered.MatchString(m[2]) {
		text = "*" + m[1] + "*: " + strings.ReplaceAll(unflat(m[2]), "\n", "\n  ")
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = bullets.Replace(c.line(l))
	}
	return strings.Join(lines, "\n")
}

// flat and unflat hide the line breaks behind the first from a pattern of one
// line.
func flat(text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	return first + "\n" + strings.ReplaceAll(rest, "\n", "\x00")
}

func unflat(text string) string { return strings.ReplaceAll(text, "\x00", "\n") }

var (
	numbered = regexp.MustCompile(`^[0-9]+\. `)
	bullets  = strings.NewReplacer("\u2003", "  ", "• ", "- ", "☐ ", "- [ ] ", "☑ ", "- [x] ")
	entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "ˋ", "`")
	meant    = strings.NewReplacer("∗", "*", "ˍ", "_", "∼", "~", "∶", ":", "›", ">", "\u200b", "")
	bracket  = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)
)

// line reads one line: marks of style go, mentions and links become words.
func (c *chat) line(l string) string {
	l = bracket.ReplaceAllStringFunc(l, func(whole string) string {
		m := bracket.FindStringSubmatch(whole)
		switch {
		case strings.HasPrefix(m[1], "@"):
			return "@" + c.cast.person(m[1][1:])
		case m[2] == "" || m[2] == m[1]:
			return m[1]
		}
		return m[2] + " (" + m[1] + ")"
	})
	runes := []rune(l)
	var out strings.Builder
	code := false
	for i, r := range runes {
		switch {
		case r == '`':
			code = !code
		case !code && (r == '*' || r == '_') && !within(runes, i):
		default:
			out.WriteRune(r)
		}
	}
	return entities.Replace(meant.Replace(out.String()))
}

// within says whether a mark stands between letters or digits, where it is none.
func within(runes []rune, i int) bool {
	wordly := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return i > 0 && i+1 < len(runes) && wordly(runes[i-1]) && wordly(runes[i+1])
}
