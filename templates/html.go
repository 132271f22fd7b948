package templates

import (
	"strconv"
	"strings"
)

// HTMLOptions say how a message is drawn as a page or a mail.
type HTMLOptions struct {
	Title string // of the document, as a browser's tab shows it
	// Page is where the incident can be acted on, http or https. A button leads
	// there and runs nothing by itself: a mail is passed on, and is opened by
	// machines. Without a page, or with one that is no such address, a button is
	// drawn as the command to type.
	Page string
	Root string // what stands before a command that is typed: /incident
}

// HTML draws a message as a document of its own that mail clients keep as it
// is: one column, styles on the elements, nothing to be fetched, no script, and
// no colour that needs a background. Its tags depend on the template alone; a
// value is text wherever it stands, and becomes no link. It is well-formed XML
// too.
func HTML(m Message, o HTMLOptions) string {
	if !origin.MatchString(o.Page) {
		o.Page = ""
	}
	d := htmlDrawing{HTMLOptions: o}
	d.print(`<!DOCTYPE html>` + "\n" + `<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>` +
		`<meta name="color-scheme" content="light dark"/><meta name="supported-color-schemes" content="light dark"/>` +
		`<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no"/><title>`)
	d.print(htmlText(oneLine(Inert(o.Title)), false))
	d.print("</title></head>\n" + `<body style="margin:0;padding:0"><div style="` + sheetStyle + `">` + "\n")
	for _, b := range m.Blocks {
		d.block(b)
	}
	d.print("</div></body></html>\n")
	return d.String()
}

// Styles hold in a light and in a dark client: colours are left to the client
// but for a grey that is readable on both.
const (
	sheetStyle   = "max-width:600px;margin:0 auto;padding:16px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;word-break:break-word;overflow-wrap:anywhere"
	quiet        = "color:#767676"
	hairline     = "1px solid #8a8a8a"
	titleStyle   = "margin:16px 0 8px;line-height:1.3;font-size:"
	textStyle    = "margin:0 0 12px"
	asideStyle   = "margin:0 0 12px;font-size:14px;" + quiet
	ruleStyle    = "border:0;border-top:" + hairline + ";margin:16px 0"
	listStyle    = "margin:0 0 4px"
	gridStyle    = "width:100%;border-collapse:collapse;margin:0 0 12px;font-size:inherit"
	keyStyle     = "text-align:left;vertical-align:top;font-weight:normal;padding:4px 12px 4px 0;width:104px;word-break:normal;overflow-wrap:normal;" + quiet
	valueStyle   = "text-align:left;vertical-align:top;padding:4px 0"
	cellStyle    = "text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:" + hairline
	codeStyle    = "margin:0 0 12px;padding:8px 12px;border:" + hairline + ";border-radius:4px;font-family:ui-monospace,Consolas,monospace;font-size:14px;white-space:pre-wrap"
	monoStyle    = "font-family:ui-monospace,Consolas,monospace;font-size:14px"
	linkStyle    = "color:inherit;text-decoration:underline"
	buttonStyle  = "display:inline-block;margin:0 8px 8px 0;padding:10px 16px;border:" + hairline + ";border-radius:6px;color:inherit;text-decoration:none"
	primaryStyle = buttonStyle + ";border-width:2px;border-color:currentColor;font-weight:bold"
)

type htmlDrawing struct {
	HTMLOptions
	strings.Builder
}

func (d *htmlDrawing) print(parts ...string) {
	for _, p := range parts {
		d.WriteString(p)
	}
}

// element prints text between a tag in a style and its end.
func (d *htmlDrawing) element(tag, style, text string) {
	d.print("<", tag, ` style="`, style, `">`, text, "</", tag, ">")
}

func (d *htmlDrawing) block(b Block) {
	switch b.Kind {
	case Header:
		level := min(max(b.Level, 1), 6)
		d.element("h"+strconv.Itoa(level), titleStyle+[]string{"22px", "20px", "18px", "16px", "16px", "16px"}[level-1], htmlSpans(b.Text))
	case Context:
		d.element("p", asideStyle, htmlSpans(b.Text))
	case Divider:
		d.print(`<hr style="`, ruleStyle, `"/>`)
	case Fields:
		d.fields(b.Fields)
	case List:
		d.list(b.Items)
	case Table:
		d.table(b)
	case Code:
		d.element("pre", codeStyle, htmlText(Words(b.Text), false))
	case Actions:
		d.actions(b.Buttons)
	default:
		d.element("p", textStyle, htmlSpans(b.Text))
	}
	d.print("\n")
}

func (d *htmlDrawing) fields(all []Field) {
	d.print(`<table role="presentation" style="`, gridStyle, `">`)
	for _, f := range all {
		d.print("<tr>")
		d.element("th", keyStyle, htmlSpans(f.Key))
		d.element("td", valueStyle, htmlSpans(f.Value))
		d.print("</tr>")
	}
	d.print("</table>")
}

// list draws an item as a line that hangs behind its mark. Clients disagree on
// the marks and margins of lists of their own.
func (d *htmlDrawing) list(items []Item) {
	d.print(`<div style="margin:0 0 12px">`)
	for _, i := range items {
		mark := "•"
		switch {
		case i.Task == "open":
			mark = "☐"
		case i.Task == "done":
			mark = "☑"
		case i.Number > 0:
			mark = strconv.Itoa(i.Number) + "."
		}
		indent := 12 + 16*min(max(i.Depth, 0), 8)
		d.element("p", listStyle+";padding-left:"+strconv.Itoa(indent)+"px;text-indent:-12px", mark+" "+htmlSpans(i.Text))
	}
	d.print("</div>")
}

func (d *htmlDrawing) table(b Block) {
	row := func(cell string, cells [][]Span) {
		d.print("<tr>")
		for _, c := range cells {
			d.element(cell, cellStyle, htmlSpans(c))
		}
		d.print("</tr>")
	}
	d.print(`<table style="`, gridStyle, `">`)
	row("th", b.Columns)
	for _, r := range b.Rows {
		row("td", r)
	}
	d.print("</table>")
}

// command is what a button says when it is typed; it may name its root itself.
func (d *htmlDrawing) command(b Button) string {
	if strings.HasPrefix(b.Command, "/") {
		return b.Command
	}
	return strings.TrimSpace(d.Root + " " + b.Command)
}

// actions draws what could be answered: where the answer can be given, or what
// to type.
func (d *htmlDrawing) actions(buttons []Button) {
	if d.Page == "" {
		for _, b := range buttons {
			d.element("p", listStyle, htmlText(oneLine(Inert(b.Label)), true)+": "+typed(d.command(b)))
		}
		return
	}
	d.print(`<p style="margin:12px 0 4px">`)
	for _, b := range buttons {
		style := buttonStyle
		if b.Style == "primary" {
			style = primaryStyle
		}
		d.link(style, d.Page, htmlText(oneLine(Inert(b.Label)), true))
	}
	d.print("</p>")
}

func (d *htmlDrawing) link(style, to, text string) { d.print(anchor(style, to, text)) }

func anchor(style, to, text string) string {
	return `<a href="` + htmlText(visible(to), false) + `" rel="noreferrer" style="` + style + `">` + text + "</a>"
}

func typed(command string) string {
	return `<code style="` + monoStyle + `">` + htmlText(oneLine(Inert(command)), true) + "</code>"
}

// htmlSpans draws a run of text. Neighbours of one address are one link.
func htmlSpans(spans []Span) string {
	var b strings.Builder
	for i := 0; i < len(spans); i++ {
		s := spans[i]
		if s.URL == "" {
			b.WriteString(htmlSpan(s))
			continue
		}
		var inner strings.Builder
		for ; i < len(spans) && spans[i].URL == s.URL; i++ {
			inner.WriteString(htmlSpan(spans[i]))
		}
		i--
		if !origin.MatchString(s.URL) {
			b.WriteString(inner.String()) // no renderer trusts a tree that it has not made
			continue
		}
		b.WriteString(anchor(linkStyle, s.URL, inner.String()))
	}
	return b.String()
}

func htmlSpan(s Span) string {
	text := htmlText(Inert(s.Text), s.URL == "")
	if s.Code {
		text = `<code style="` + monoStyle + `">` + text + "</code>"
	}
	if s.Italic {
		text = "<em>" + text + "</em>"
	}
	if s.Bold {
		text = "<strong>" + text + "</strong>"
	}
	return text
}

var (
	htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\ufffe", "", "\uffff", "")
	// Mail clients make links of what looks like an address. They look for it in
	// one piece.
	htmlUnlinked = strings.NewReplacer("://", "<span>://</span>", "www.", "<span>www</span>.", "WWW.", "<span>WWW</span>.", "\n", "<br/>")
)

// htmlText escapes a text for any place in a document; within a body, unlinked,
// it also keeps line breaks, and what looks like an address stays words.
func htmlText(s string, unlinked bool) string {
	s = htmlEscapes.Replace(s)
	if unlinked {
		return htmlUnlinked.Replace(s)
	}
	return s
}
