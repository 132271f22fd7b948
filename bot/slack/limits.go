package slack

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// Slack's limits. It counts characters and does not say which; units counts
// the larger of the two ways, so no message is refused over a picture in it.
const (
	messageBlocks = 50
	homeBlocks    = 100
	viewBlocks    = 100

	sectionText    = 3000
	fieldText      = 2000
	fieldsOfOne    = 10
	headerText     = 150
	buttonText     = 75
	buttonValue    = 2000
	dialogText     = 300
	dialogButton   = 30
	idText         = 255
	fallbackText   = 40000
	viewTitle      = 24
	inputLabel     = 2000
	inputText      = 3000
	optionText     = 75
	optionsOfOne   = 100
	viewRemembered = 3000

	// messageWeight is what all blocks of a message may come to, written as
	// JSON. Slack documents no such limit and refuses messages with
	// msg_blocks_too_long from about 11,300 characters of text and the blocks
	// around it.
	messageWeight = 12000
	homeWeight    = 100000
)

// units counts a text in UTF-16: at least as many as it has characters.
func units(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xffff {
			n++
		}
	}
	return n
}

// note is what a text that was cut ends with.
func (d drawing) note() string {
	if full := templates.Inert(d.full); full != "" && units(full) <= 100 && !strings.ContainsAny(full, "&<>*_~`\n") {
		return " (cut, full text " + full + ")"
	}
	return " (cut)"
}

// cut writes a text, shortened to at most limit units. A mark that was opened
// is closed, and nothing that belongs together is parted.
func (m marked) cut(limit int, note string) string {
	whole := m.String()
	if units(whole) <= limit {
		return whole
	}
	room := limit - units(note)
	var b strings.Builder
	for _, p := range m {
		room -= units(p.before) + units(p.after)
		n := 0
		for n < len(p.words) && units(p.words[n]) <= room {
			room -= units(p.words[n])
			n++
		}
		if n > 0 {
			b.WriteString(p.before + strings.Join(p.words[:n], "") + p.after)
		}
		if n < len(p.words) {
			break
		}
	}
	return strings.TrimLeft(strings.TrimRight(b.String(), " \t\n"+edge)+note, " ")
}

// cutPlain shortens a text that has no markup.
func cutPlain(text string, limit int, note string) string {
	var m part
	for _, r := range text {
		m.words = append(m.words, string(r))
	}
	return marked{m}.cut(limit, note)
}

// pack joins lines to texts of at most limit units each. Only a line that is
// longer than that is cut.
func pack(lines []marked, limit int, note string) []string {
	var all []string
	var now []string
	size := 0
	flush := func() {
		if text := strings.Trim(strings.Join(now, "\n"), "\n"); strings.Trim(text, " \t\n"+edge) != "" {
			all = append(all, text)
		}
		now, size = nil, 0
	}
	for _, l := range lines {
		text := l.cut(limit, note)
		if len(now) > 0 && size+1+units(text) > limit {
			flush()
		}
		now, size = append(now, text), size+1+units(text)
	}
	flush()
	return all
}

// fit leaves out the end of what is too much for one message. Buttons are kept
// as long as they are not themselves the most of it: what a message asks for
// must not be lost behind what it tells.
func (d drawing) fit(all []slackgo.Block, most, heaviest int) []slackgo.Block {
	if len(all) <= most && weight(all...) <= heaviest {
		return all
	}
	aside := d.aside(plain(strings.TrimSpace(d.note())))
	most, heaviest = most-len(aside), heaviest-weight(aside...)
	kept := make([]bool, len(all))
	keep := func(wanted func(slackgo.Block) bool, most, heaviest int) (whole bool, n, sum int) {
		for i, b := range all {
			if !wanted(b) {
				continue
			}
			if w := weight(b); n < most && sum+w <= heaviest {
				kept[i], n, sum = true, n+1, sum+w
				continue
			}
			return false, n, sum
		}
		return true, n, sum
	}
	isRow := func(b slackgo.Block) bool { return b.BlockType() == slackgo.MBTAction }
	rowsWhole, n, sum := keep(isRow, most/2, heaviest/2)
	textWhole, _, _ := keep(func(b slackgo.Block) bool { return !isRow(b) }, most-n, heaviest-sum)

	var out []slackgo.Block
	told := rowsWhole && textWhole
	for i, b := range all {
		switch {
		case kept[i]:
			out = append(out, b)
		case !told && (!isRow(b) || textWhole):
			out, told = append(out, aside...), true
		}
	}
	return out
}

// weight is how much of a message's room blocks take.
func weight(blocks ...slackgo.Block) int {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(blocks); err != nil {
		return messageWeight * 100 // cannot be sent either
	}
	return units(b.String())
}
