package export

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// page turns the Markdown of a record into HTML, line by line, as it is
// written. It reads what a record is made of and no more: headings, lists,
// tables, quotations and paragraphs, and in them strong and struck words, code,
// and characters behind a backslash. Whatever else a line holds is text. So a
// value, which literal has made into text of Markdown, stays text here.
type page struct {
	out      *bufio.Writer // keeps its first error until it is flushed
	begun    []byte        // of a line that is not over
	contents string        // until they are written
	open     string        // the element that lines go into: ul, table, blockquote, p or nothing
	columns  []string      // of the table that is open
	section  bool          // one is open
}

func newPage(w io.Writer) *page { return &page{out: bufio.NewWriterSize(w, 64<<10)} }

// Write takes Markdown in pieces of any size.
func (p *page) Write(b []byte) (int, error) {
	n := len(b)
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			p.begun = append(p.begun, b...)
			return n, p.failed()
		}
		line := b[:end]
		if len(p.begun) > 0 {
			p.begun = append(p.begun, line...)
			line = p.begun
		}
		p.line(string(line))
		p.begun, b = p.begun[:0], b[end+1:]
	}
}

// failed returns the error of what has been written so far.
func (p *page) failed() error {
	_, err := p.out.Write(nil)
	return err
}

// end closes what is open.
func (p *page) end() error {
	if len(p.begun) > 0 {
		p.line(string(p.begun))
	}
	p.close()
	if p.section {
		p.print("</section>\n")
	}
	p.print("</main>\n</body>\n</html>\n")
	return p.out.Flush()
}

func (p *page) print(parts ...string) {
	for _, s := range parts {
		p.out.WriteString(s)
	}
}

func (p *page) line(l string) {
	switch {
	case l == "":
		p.close()
	case strings.HasPrefix(l, "# "):
		p.heading("h1", l[2:])
	case strings.HasPrefix(l, "## "):
		p.next(l[3:])
	case strings.HasPrefix(l, "### "):
		p.heading("h3", l[4:])
	case strings.HasPrefix(l, "- "):
		p.within("ul")
		p.item(l[2:])
	case strings.HasPrefix(l, "|---"): // the line below the columns
	case strings.HasPrefix(l, "| "):
		p.row(cells(l))
	case l == ">", strings.HasPrefix(l, "> "):
		p.within("blockquote")
		p.print("<p>")
		p.words(strings.TrimPrefix(strings.TrimPrefix(l[1:], " "), "- "))
		p.print("</p>\n")
	default:
		p.within("p")
		p.words(l)
		p.print("\n")
	}
}

// next begins a section.
func (p *page) next(heading string) {
	p.close()
	if p.section {
		p.print("</section>\n")
	}
	p.print(p.contents)
	p.contents, p.section = "", true
	p.print(`<section id="`, escaped(anchor(heading)), "\">\n")
	p.heading("h2", heading)
}

func (p *page) heading(tag, text string) {
	p.close()
	p.print("<", tag, ">")
	p.words(text)
	p.print("</", tag, ">\n")
}

// within opens an element unless lines go into such a one already.
func (p *page) within(tag string) {
	if p.open == tag {
		return
	}
	p.close()
	p.open = tag
	p.print("<", tag, ">")
	if tag != "p" {
		p.print("\n")
	}
}

func (p *page) close() {
	switch p.open {
	case "":
		return
	case "table":
		p.print("</tbody>\n</table>\n")
	default:
		p.print("</", p.open, ">\n")
	}
	p.open, p.columns = "", nil
}

// item is a key with its value, or words.
func (p *page) item(text string) {
	if key, value, found := cutKey(text); found {
		p.print(`<li class="field"><b>`)
		p.words(key)
		p.print("</b><span>")
		p.words(value)
		p.print("</span></li>\n")
		return
	}
	p.print("<li>")
	p.words(text)
	p.print("</li>\n")
}

// cutKey takes the key off an item that begins with strong words and a colon.
func cutKey(item string) (key, value string, found bool) {
	const mark, end = "**", ":** "
	for i := len(mark); strings.HasPrefix(item, mark) && i < len(item); i++ {
		switch {
		case item[i] == '\\':
			i++
		case strings.HasPrefix(item[i:], end):
			return item[len(mark):i], item[i+len(end):], true
		case strings.HasPrefix(item[i:], mark):
			return "", "", false
		}
	}
	return "", "", false
}

// row is the heading of a table where none is open.
func (p *page) row(cells []string) {
	if p.open != "table" {
		p.within("table")
		p.print("<thead><tr>")
		for _, c := range cells {
			p.print("<th>")
			p.words(c)
			p.print("</th>")
		}
		p.print("</tr></thead>\n<tbody>\n")
		p.columns = cells
		return
	}
	p.print("<tr>")
	for i, c := range cells {
		p.print("<td")
		if i < len(p.columns) {
			p.print(` data-label="`, escaped(p.columns[i]), `"`)
		}
		p.print(">")
		p.words(c)
		p.print("</td>")
	}
	p.print("</tr>\n")
}

// cells takes a row apart at the bars that no backslash stands before.
func cells(row string) []string {
	var all []string
	row = strings.TrimSuffix(strings.TrimPrefix(row, "|"), "|")
	for from, i := 0, 0; ; i++ {
		switch {
		case i >= len(row):
			return append(all, strings.TrimSpace(row[from:]))
		case row[i] == '\\':
			i++
		case row[i] == '|':
			all, from = append(all, strings.TrimSpace(row[from:i])), i+1
		}
	}
}

// marks are the ends of strong and struck words.
var marks = []struct{ mark, tag string }{{"**", "strong"}, {"~~", "del"}}

// words writes the text of a line. What is open at its end is closed.
func (p *page) words(s string) {
	var open []string
	for len(s) > 0 {
		i := strings.IndexAny(s, "\\`*~<>&\"'⏎")
		if i < 0 {
			p.print(s)
			break
		}
		p.print(s[:i])
		s = s[i:]
		if n := p.marked(s, &open); n > 0 {
			s = s[n:]
			continue
		}
		switch {
		case s[0] == '\\' && len(s) > 1:
			p.print(escaped(s[1:2]))
			s = s[2:]
		case s[0] == '`' && strings.IndexByte(s[1:], '`') >= 0:
			end := 1 + strings.IndexByte(s[1:], '`')
			p.print("<code>", escaped(s[1:end]), "</code>")
			s = s[end+1:]
		case s[0] == '&' && entity(s) != "":
			p.print(entity(s))
			s = s[len(entity(s)):]
		case strings.HasPrefix(s, "⏎"):
			p.print("<br/>")
			s = s[len("⏎"):]
		default:
			p.print(escaped(s[:1]))
			s = s[1:]
		}
	}
	for len(open) > 0 {
		p.print("</", open[len(open)-1], ">")
		open = open[:len(open)-1]
	}
}

// marked writes the tag of a mark at the beginning of s, and returns its length.
func (p *page) marked(s string, open *[]string) int {
	for _, m := range marks {
		if !strings.HasPrefix(s, m.mark) {
			continue
		}
		if n := len(*open); n > 0 && (*open)[n-1] == m.tag {
			p.print("</", m.tag, ">")
			*open = (*open)[:n-1]
		} else {
			p.print("<", m.tag, ">")
			*open = append(*open, m.tag)
		}
		return len(m.mark)
	}
	return 0
}

// entity returns the one of literal's that s begins with, or nothing.
func entity(s string) string {
	for _, e := range []string{"&lt;", "&gt;", "&amp;", "&#126;"} {
		if strings.HasPrefix(s, e) {
			return e
		}
	}
	return ""
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func escaped(s string) string { return escapes.Replace(s) }
