package export

import (
	"context"
	"fmt"
	"io"
	"strings"

	"holdfast/templates"
)

// HTML writes the record of Markdown as one page that needs nothing else: to be
// read on a telephone, printed, or sent. It holds no script and fetches nothing,
// and forbids both to itself. Every time is written in UTC, too.
func HTML(ctx context.Context, w io.Writer, from Source, name string, o Options) error {
	r := newRecord(from, name, o)
	r.both = true
	if err := r.gather(ctx); err != nil {
		return err
	}
	p := newPage(w)
	p.begin(strings.TrimSpace(r.journal+" "+r.state.Title), r.state.Drill, r.sections())
	if err := r.write(ctx, p); err != nil {
		return err
	}
	if err := p.end(); err != nil {
		return fmt.Errorf("write the record of %s: %w", name, err)
	}
	return nil
}

// begin opens the page. The contents stand before the first section.
func (p *page) begin(title string, drill bool, sections []section) {
	if drill {
		title = "[DRILL] " + title
	}
	title = strings.Join(strings.Fields(templates.Inert(title)), " ")
	p.print("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n",
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`, "\n",
		`<meta name="viewport" content="width=device-width, initial-scale=1"/>`, "\n",
		`<meta name="color-scheme" content="light dark"/>`, "\n<title>", escaped(title), "</title>\n<style>", pageStyle, "</style>\n</head>\n<body>\n<main>\n")
	var b strings.Builder
	b.WriteString("<nav>\n<h2>Contents</h2>\n<ol>\n")
	for _, s := range sections {
		b.WriteString(`<li><a href="#` + anchor(s.heading) + `">` + escaped(s.heading) + "</a></li>\n")
	}
	b.WriteString("</ol>\n</nav>\n")
	p.contents = b.String()
}

// anchor is where a heading of ours is found in the page.
func anchor(heading string) string { return strings.ReplaceAll(strings.ToLower(heading), " ", "-") }

// pageStyle is all the design there is. A table whose columns have no room is
// drawn row by row, each cell behind the name of its column.
const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#5b6570;--line:#d0d7de;--band:#f6f8fa;--warn:#a40e26;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9aa4af;--line:#3d444d;--band:#161b22;--warn:#ff8182;--paper:#0d1117}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.25rem;margin:2rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:0 0 .75rem}
ul{list-style:none;margin:0 0 .75rem;padding:0}
li{margin:0 0 .3rem;padding-left:1rem;text-indent:-1rem}
li.field{display:grid;grid-template-columns:10rem 1fr;gap:0 1rem;padding:0;text-indent:0}
li.field>b{font-weight:normal;color:var(--quiet)}
table{width:100%;border-collapse:collapse;margin:0 0 1rem;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th{color:var(--quiet);font-weight:normal}
code{font:.85em ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
del{color:var(--quiet)}
blockquote{margin:0 0 1rem;padding:.75rem 1rem;border-left:4px solid var(--warn);background:var(--band)}
blockquote p{margin:0}
nav{background:var(--band);padding:.75rem 1rem;margin:1rem 0}
nav h2{font-size:1rem;margin:0 0 .25rem;border:0;padding:0}
nav ol{margin:0;padding-left:1.5rem;columns:14rem}
nav li{padding:0;text-indent:0;margin:0}
a{color:inherit}
@media (max-width:40rem){
li.field{display:block;margin-bottom:.5rem}
li.field>b{display:block;font-size:.85rem}
thead{display:none}
table,tbody,tr,td{display:block}
tr{border-bottom:1px solid var(--line);padding:.4rem 0}
td{border:0;padding:.1rem 0 .1rem 6rem;text-indent:-6rem}
td::before{content:attr(data-label);display:inline-block;width:6rem;text-indent:0;color:var(--quiet)}
td:empty{display:none}
}
@media print{
@page{size:A4;margin:18mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif}}
:root{--ink:#000;--quiet:#444;--line:#bbb;--band:#fff;--warn:#a40e26;--paper:#fff}
body{font-size:10pt}
main{max-width:none;padding:0}
h1,h2,h3{break-after:avoid}
li,tr,blockquote,nav{break-inside:avoid}
thead{display:table-header-group}
nav{padding:0}
a{text-decoration:none}
}
`
