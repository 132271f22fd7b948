package slack

import (
	"regexp"
	"strings"
	"unicode"

	"holdfast/templates"
)

// marked is text in Slack's markup, mrkdwn, in parts that a cut respects.
type marked []part

// part is words in one style.
type part struct {
	before, after string   // the markup around the words
	words         []string // each is written whole or not at all: a character, an entity, a mention
}

// look is what of a span needs markup.
type look struct {
	bold, italic, code bool
	url                string
}

func lookOf(s templates.Span) look {
	return look{bold: s.Bold, italic: s.Italic, code: s.Code, url: address(s.URL)}
}

// mark writes spans as mrkdwn. Spans of one look share their marks: a value
// within bold words is no second pair of asterisks.
func (d drawing) mark(spans []templates.Span) marked {
	var all marked
	for from := 0; from < len(spans); {
		l, to := lookOf(spans[from]), from
		var words []string
		for ; to < len(spans) && lookOf(spans[to]) == l; to++ {
			words = append(words, d.words(spans[to])...)
		}
		all, from = append(all, l.around(words)...), to
	}
	return guarded(all)
}

// words are the words of one span. Only a span that names a person of the plan
// mentions anybody; the same words as data do not.
func (d drawing) words(s templates.Span) []string {
	if s.Person != "" && s.Text == "@"+s.Person && !s.Code && d.account != nil {
		if id := d.account(s.Person); accountID.MatchString(id) {
			return []string{"<@" + id + ">"}
		}
	}
	return escaped(s.Text, s.Code)
}

// accountID is what Slack's ids of people look like; nothing else is put
// between the brackets of a mention.
var accountID = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)

// around puts the marks around each line, since no style reaches beyond one,
// and within blanks at its ends, where Slack would not read them as marks.
func (l look) around(words []string) marked {
	var all marked
	var line []string
	end := func() { all, line = append(all, l.line(line)...), nil }
	for _, w := range words {
		switch {
		case w != "\n":
			line = append(line, w)
		case l.url != "":
			line = append(line, " ")
		default:
			end()
			all = append(all, part{words: []string{w}})
		}
	}
	end()
	return all
}

func (l look) line(words []string) marked {
	if l == (look{}) {
		return marked{{words: words}}
	}
	from, to := 0, len(words)
	for from < to && isBlank(words[from]) {
		from++
	}
	for to > from && isBlank(words[to-1]) {
		to--
	}
	if from == to {
		return marked{{words: words}}
	}
	p := part{words: words[from:to]}
	for _, m := range []struct {
		wanted bool
		mark   string
	}{{l.bold, "*"}, {l.italic, "_"}, {l.code, "`"}} {
		if m.wanted {
			p.before, p.after = p.before+m.mark, m.mark+p.after
		}
	}
	if l.url != "" {
		p.before, p.after = p.before+"<"+l.url+"|", ">"+p.after
	}
	return marked{{words: words[:from]}, p, {words: words[to:]}}
}

func isBlank(word string) bool { return strings.TrimSpace(word) == "" }

// escaped returns the words of a text that is to be read and nothing else.
//
// Slack has no escape for the marks of its styles, so a mark that it might
// take for one gives way to a character that looks like it. A blank of no width
// beside the mark would not do: Slack takes that for the edge of a word, which
// is what lets a mark begin. A mark between two letters or digits never begins
// or ends a style and stays, so that payments_api can still be copied. In code
// only the backtick ends anything.
func escaped(text string, code bool) []string {
	runes := []rune(templates.Inert(text))
	words := make([]string, len(runes))
	for i, r := range runes {
		words[i] = string(r)
		switch {
		case r == '&':
			words[i] = "&amp;"
		case r == '<':
			words[i] = "&lt;"
		case r == '>' && !code && beginsLine(runes, i):
			words[i] = "›" // an escaped one begins a quotation all the same
		case r == '>':
			words[i] = "&gt;"
		case r == '`':
			words[i] = "ˋ"
		case code || within(runes, i):
		case r == '*':
			words[i] = "∗"
		case r == '_':
			words[i] = "ˍ"
		case r == '~':
			words[i] = "∼"
		case r == ':' && namesPicture(runes[i+1:]) && (i == 0 || !wordly(runes[i-1])):
			words[i] = "∶" // inside a word, as in page:team:dba, it is a key or a time and stays
		}
	}
	return words
}

// beginsLine says whether nothing but blanks stands before i on its line. The
// first character of a text always may.
func beginsLine(runes []rune, i int) bool {
	for i--; i >= 0 && runes[i] != '\n'; i-- {
		if !unicode.IsSpace(runes[i]) {
			return false
		}
	}
	return true
}

func within(runes []rune, i int) bool {
	return i > 0 && i+1 < len(runes) && wordly(runes[i-1]) && wordly(runes[i+1])
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// namesPicture says whether the rest of a text goes on as the name of an emoji.
func namesPicture(rest []rune) bool {
	for i, r := range rest {
		switch {
		case r == ':':
			return i > 0
		case !wordly(r) && !strings.ContainsRune("_+-'", r):
			return false
		}
	}
	return false
}

// longestAddress leaves a link's words room beside it.
const longestAddress = 1000

// origin is how an address of the web begins.
var origin = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#]|$)`)

// address returns where a link leads, as it stands in mrkdwn; empty for what
// is no address of the web.
func address(url string) string {
	if !origin.MatchString(url) {
		return ""
	}
	var b strings.Builder
	for _, r := range url {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("<>|\"`\\^{} ", r), unicode.IsControl(r):
			b.WriteString(percent(r))
		case !unicode.IsGraphic(r):
			return "" // no address that templates make has invisible characters
		default:
			b.WriteRune(r)
		}
	}
	if units(b.String()) > longestAddress {
		return ""
	}
	return b.String()
}

func percent(r rune) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(string(r)) {
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

// edge is a blank of no width. Slack reads marks only where a word begins or
// ends, and takes it for such a place.
const edge = "\u200b"

// guarded puts an edge wherever a mark would touch a letter or another mark.
func guarded(all marked) marked {
	var out marked
	for _, p := range all {
		if len(p.words) == 0 {
			continue
		}
		if n := len(out); n > 0 && touches(out[n-1], p) {
			out = append(out, part{words: []string{edge}})
		}
		out = append(out, p)
	}
	return out
}

func touches(left, right part) bool {
	switch {
	case left.after != "" && right.before != "":
		return true
	case left.after != "":
		return !separates([]rune(right.words[0])[0])
	case right.before != "":
		end := []rune(left.words[len(left.words)-1])
		return !separates(end[len(end)-1])
	}
	return false
}

// separates says whether a mark may stand beside r.
func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("()[]{}.,;:!?/-–—'\"", r)
}

// lines parts a text at its line breaks.
func (m marked) lines() []marked {
	all := []marked{nil}
	for _, p := range m {
		if p.before != "" || len(p.words) != 1 || p.words[0] != "\n" {
			all[len(all)-1] = append(all[len(all)-1], p)
			continue
		}
		all = append(all, nil)
	}
	return all
}

func (m marked) String() string {
	var b strings.Builder
	for _, p := range m {
		b.WriteString(p.before + strings.Join(p.words, "") + p.after)
	}
	return b.String()
}

// plain are words in no style.
func plain(text string) marked { return marked{{words: escaped(text, false)}} }

// styled says whether a text needs mrkdwn at all.
func (d drawing) styled(spans []templates.Span) bool {
	for _, s := range spans {
		if lookOf(s) != (look{}) || s.Person != "" {
			return true
		}
	}
	return false
}
