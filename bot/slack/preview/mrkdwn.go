package preview

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mrkdwn draws Slack's markup. &amp;, &lt; and &gt; are what Slack has escaped,
// and stay so.
func (a artist) mrkdwn(s string) template.HTML {
	var b strings.Builder
	for i, piece := range strings.Split(s, "```") {
		if i%2 == 1 {
			b.WriteString("<pre>" + escaped(strings.Trim(piece, "\n")) + "</pre>")
			continue
		}
		b.WriteString(a.lines(piece))
	}
	return template.HTML(b.String())
}

// lines draws text without code blocks: quoted lines stand in a bar.
func (a artist) lines(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(strings.Trim(s, "\n"), "\n") {
		if quoted, ok := strings.CutPrefix(line, "&gt;"); ok {
			b.WriteString("<blockquote>" + a.inline(strings.TrimSpace(quoted)) + "</blockquote>")
			continue
		}
		if i > 0 {
			b.WriteString("<br>")
		}
		b.WriteString(a.inline(line))
	}
	return b.String()
}

// styles are the marks that stand around words, and what they become.
var styles = map[byte]string{'*': "b", '_': "i", '~': "s"}

func (a artist) inline(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if n, out := a.token(s, i); n > 0 {
			b.WriteString(out)
			i += n
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(escaped(s[i : i+size]))
		i += size
	}
	return b.String()
}

// token draws what means something at a place, and says how long it is; 0 for
// a letter that means itself.
func (a artist) token(s string, at int) (n int, out string) {
	rest := s[at:]
	switch c := rest[0]; {
	case c == '`':
		if end := strings.IndexByte(rest[1:], '`'); end > 0 {
			return end + 2, "<code>" + escaped(rest[1:end+1]) + "</code>"
		}
	case c == '<':
		if end := strings.IndexByte(rest, '>'); end > 1 {
			return end + 1, a.reference(rest[1:end])
		}
	case c == ':':
		if end := strings.IndexByte(rest[1:], ':'); end > 0 && isEmoji(rest[1:end+1]) {
			return end + 2, `<span class="emoji">` + escaped(rest[:end+2]) + "</span>"
		}
	case c == '&':
		for _, e := range []string{"&amp;", "&lt;", "&gt;"} {
			if strings.HasPrefix(rest, e) {
				return len(e), e
			}
		}
	case styles[c] != "" && opens(s, at):
		if end := closes(rest, c); end > 0 {
			return end + 1, "<" + styles[c] + ">" + a.inline(rest[1:end]) + "</" + styles[c] + ">"
		}
	}
	return 0, ""
}

// reference draws what stands between < and >: a person, a channel, everybody,
// a link.
func (a artist) reference(in string) string {
	to, label, labelled := strings.Cut(in, "|")
	switch {
	case strings.HasPrefix(to, "@"):
		return chip("@" + a.name(to[1:]))
	case strings.HasPrefix(to, "#"):
		if !labelled {
			label = a.name(to[1:])
		}
		return chip("#" + label)
	case strings.HasPrefix(to, "!"):
		return `<span class="chip everybody">@` + escaped(to[1:]) + "</span>"
	case labelled:
		return `<span class="link">` + escaped(label) + "</span>"
	}
	return `<span class="link">` + escaped(to) + "</span>"
}

func chip(words string) string { return `<span class="chip">` + escaped(words) + "</span>" }

// opens says that a mark begins something: no letter before it, no blank behind.
func opens(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	behind, _ := utf8.DecodeRuneInString(s[at+1:])
	return (at == 0 || !isWord(before)) && at+1 < len(s) && !unicode.IsSpace(behind)
}

// closes finds where what a mark began ends.
func closes(s string, mark byte) int {
	for i := 2; i < len(s); i++ {
		if s[i] != mark {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		behind, _ := utf8.DecodeRuneInString(s[i+1:])
		if !unicode.IsSpace(before) && (i+1 == len(s) || !isWord(behind)) {
			return i
		}
	}
	return 0
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isEmoji(name string) bool {
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_+-") == "" && strings.ContainsAny(name, "abcdefghijklmnopqrstuvwxyz")
}

// unescape undoes what Slack has escaped.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// escaped is text of a message as HTML.
func escaped(s string) string { return template.HTMLEscapeString(unescape.Replace(s)) }
