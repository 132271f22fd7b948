package slack

import (
	"strconv"
	"strings"

	slackgo "github.com/slack-go/slack"

	"holdfast/incident"
	"holdfast/templates"
)

// drawing says what a message is drawn with.
type drawing struct {
	// account returns the Slack id of a person of the plan, empty if there is
	// none; only such a person is mentioned. No function mentions nobody.
	account func(person string) string
	// full names where the whole text is, for what has to be cut; may be empty.
	full string
	// about is the message that the buttons are about; nil where there is none.
	about *incident.Message
}

// blocks draws a message within Slack's limits. fallback is what notifications
// and old clients show, escaped; it is never empty and mentions nobody.
func (d drawing) blocks(m templates.Message) (blocks []slackgo.Block, fallback string) {
	fallback = plain(templates.Plain(m)).cut(fallbackText, d.note())
	if strings.TrimSpace(fallback) == "" {
		fallback = "(an empty message)"
	}
	return d.fit(d.drawn(m), messageBlocks, messageWeight), fallback
}

// drawn draws a message as if it could have any length.
func (d drawing) drawn(m templates.Message) []slackgo.Block {
	var all []slackgo.Block
	buttons := 0
	for _, b := range m.Blocks {
		switch b.Kind {
		case templates.Header:
			all = append(all, d.header(b)...)
		case templates.Fields:
			all = append(all, d.fields(b.Fields)...)
		case templates.List:
			all = headed(all, d.list(b.Items))
		case templates.Context:
			all = append(all, d.aside(d.mark(b.Text))...)
		case templates.Divider:
			all = append(all, slackgo.NewDividerBlock())
		case templates.Table:
			all = append(all, d.table(b)...)
		case templates.Code:
			all = append(all, d.code(templates.Words(b.Text))...)
		case templates.Actions:
			all = append(all, d.actions(b.Buttons, &buttons)...)
		default:
			all = append(all, d.paragraph(b.Text)...)
		}
	}
	return all
}

// header is a heading of its own for the first two levels, which holds plain
// text only, and bold words for those below.
func (d drawing) header(b templates.Block) []slackgo.Block {
	if b.Level > 2 {
		return d.sections(d.mark(bold(b.Text)).lines())
	}
	text := oneLine(templates.Words(b.Text))
	if text == "" {
		return nil
	}
	return []slackgo.Block{slackgo.NewHeaderBlock(plainText(text, headerText, d.note()))}
}

// paragraph is plain text where nothing in it has a style: there Slack reads no
// markup at all, and what is copied is what was written.
func (d drawing) paragraph(spans []templates.Span) []slackgo.Block {
	text := strings.TrimSpace(templates.Inert(templates.Words(spans)))
	switch {
	case text == "":
		return nil
	case !d.styled(spans) && units(text) <= sectionText:
		return []slackgo.Block{slackgo.NewSectionBlock(plainText(text, sectionText, d.note()), nil, nil)}
	}
	return d.sections(d.mark(spans).lines())
}

// longField is what no longer reads well in half the width of a message.
const longField = 120

// fields stand in two columns, but for a long value, which has the width of the
// message.
func (d drawing) fields(all []templates.Field) []slackgo.Block {
	var out []slackgo.Block
	var row []*slackgo.TextBlockObject
	flush := func() {
		if len(row) > 0 {
			out, row = append(out, slackgo.NewSectionBlock(nil, row, nil)), nil
		}
	}
	for _, f := range all {
		text := append(d.mark(bold(f.Key)), part{words: []string{"\n"}})
		text = append(text, d.mark(f.Value)...)
		if units(templates.Words(f.Value)) > longField {
			flush()
			out = append(out, d.sections(text.lines())...)
			continue
		}
		if one := strings.Trim(text.cut(fieldText, d.note()), " \t\n"); one != "" {
			row = append(row, mrkdwn(one))
		}
		if len(row) == fieldsOfOne {
			flush()
		}
	}
	flush()
	return out
}

func (d drawing) list(items []templates.Item) []slackgo.Block {
	var lines []marked
	for _, i := range items {
		// Slack drops blanks at the beginning of a line, but not these.
		indent := strings.Repeat("\u2003", min(max(i.Depth, 0), 8))
		for n, line := range d.mark(i.Text).lines() {
			lead := indent + bullet(i)
			if n > 0 {
				lead = indent + "\u2003"
			}
			lines = append(lines, append(marked{{words: []string{lead}}}, line...))
		}
	}
	return d.sections(lines)
}

// headed puts a list into the section of a styled line above it, its heading:
// one block instead of two, without a gap between them.
func headed(all, list []slackgo.Block) []slackgo.Block {
	if len(all) == 0 || len(list) == 0 {
		return append(all, list...)
	}
	above, ok := all[len(all)-1].(*slackgo.SectionBlock)
	if !ok || above.Text == nil || above.Text.Type != slackgo.MarkdownType || strings.Contains(above.Text.Text, "\n") {
		return append(all, list...)
	}
	text := above.Text.Text + "\n" + list[0].(*slackgo.SectionBlock).Text.Text
	if units(text) > sectionText {
		return append(all, list...)
	}
	return append(append(all[:len(all)-1], section(text)), list[1:]...)
}

func bullet(i templates.Item) string {
	mark := "• "
	if i.Number > 0 {
		mark = strconv.Itoa(i.Number) + ". "
	}
	switch i.Task {
	case "open":
		mark = "☐ "
	case "done":
		mark = "☑ "
	}
	return mark
}

// code is drawn as it stands. A backtick in it cannot end it, see escaped.
func (d drawing) code(text string) []slackgo.Block {
	var lines []marked
	for line := range strings.SplitSeq(strings.Trim(templates.Inert(text), "\n"), "\n") {
		lines = append(lines, marked{{words: escaped(line, true)}})
	}
	const open, end = "```\n", "\n```"
	var out []slackgo.Block
	for _, text := range pack(lines, sectionText-len(open)-len(end), d.note()) {
		out = append(out, section(open+text+end))
	}
	return out
}

// aside is drawn small and grey.
func (d drawing) aside(text marked) []slackgo.Block {
	var out []slackgo.Block
	for _, text := range pack(text.lines(), sectionText, d.note()) {
		out = append(out, slackgo.NewContextBlock("", mrkdwn(text)))
	}
	return out
}

// sections holds lines in as many sections as they need.
func (d drawing) sections(lines []marked) []slackgo.Block {
	var out []slackgo.Block
	for _, text := range pack(lines, sectionText, d.note()) {
		out = append(out, section(text))
	}
	return out
}

func section(text string) slackgo.Block { return slackgo.NewSectionBlock(mrkdwn(text), nil, nil) }

// mrkdwn is verbatim: Slack finds no links, channels or people in the words by
// itself.
func mrkdwn(text string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.MarkdownType, text, false, true)
}

// plainText needs no escapes; Slack reads no markup and draws no emoji in it.
func plainText(text string, limit int, note string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, cutPlain(templates.Inert(text), limit, note), false, false)
}

// oneLine is for places that hold no line break.
func oneLine(text string) string { return strings.Join(strings.Fields(templates.Inert(text)), " ") }
