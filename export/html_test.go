package export_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"

	"holdfast/export"
)

func (b *book) html(o export.Options) string {
	b.t.Helper()
	var out bytes.Buffer
	if err := export.HTML(context.Background(), &out, b.store, b.id, o); err != nil {
		b.t.Fatal(err)
	}
	return out.String()
}

func TestAPageTellsAWholeIncident(t *testing.T) {
	b := outage(t)
	zone := time.FixedZone("Europe/Berlin", 3600)
	golden(t, "outage.html", b.html(export.Options{Key: key, Now: b.clock.Now(), Zone: zone, Durability: "D2 always"}))
}

// TestAPageSaysWhatTheRecordSays holds the page to what a reader of Markdown
// that is not ours makes of the same record.
func TestAPageSaysWhatTheRecordSays(t *testing.T) {
	books := map[string]*book{"outage": outage(t), "odd": odd(t), "small": small(t)}
	for i, v := range hostile {
		books[fmt.Sprintf("stuffed with %d %q", i, v)] = stuffed(t, v)
	}
	reader := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough), goldmark.WithRendererOptions(html.WithXHTML()))
	for name, b := range books {
		var theirs bytes.Buffer
		if err := reader.Convert([]byte(b.markdown(export.Options{Key: key})), &theirs); err != nil {
			t.Fatal(err)
		}
		want := said(parsedXML(t, "<main>"+theirs.String()+"</main>"))
		got := said(mainOf(parsedXML(t, b.html(export.Options{Key: key}))))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-read from Markdown +page):\n%s", name, diff)
		}
	}
}

func TestADamagedJournalSaysSoAtTheTopOfThePage(t *testing.T) {
	b := outage(t)
	var out bytes.Buffer
	if err := export.HTML(context.Background(), &out, damage{Source: b.store, at: 23, bytes: true}, b.id, export.Options{}); err != nil {
		t.Fatal(err)
	}
	warning, contents := strings.Index(out.String(), "THIS JOURNAL IS DAMAGED"), strings.Index(out.String(), "<nav>")
	if warning < 0 || warning > contents {
		t.Errorf("the warning is at %d, the contents at %d", warning, contents)
	}
}

func TestEveryHeadingIsInTheContents(t *testing.T) {
	page := parsedXML(t, outage(t).html(export.Options{}))
	var led, sections []string
	page.every(func(n *element) {
		switch {
		case n.name == "a":
			led = append(led, strings.TrimPrefix(n.attributes["href"], "#"))
		case n.name == "section":
			sections = append(sections, n.attributes["id"])
		}
	})
	if diff := cmp.Diff(led, sections); diff != "" || len(led) < 9 {
		t.Errorf("(-contents +sections)\n%s", diff)
	}
}

func TestNoTextBecomesMarkupInAPage(t *testing.T) {
	want := tags(t, stuffed(t, "word").html(export.Options{}))
	check := func(rt rapid.TB, v string) {
		page := stuffed(t, v).html(export.Options{})
		if diff := cmp.Diff(want, tags(rt, page)); diff != "" {
			rt.Fatalf("%q changes the page:\n%s", v, diff)
		}
	}
	more := []string{"</title><script>x</script>", `" onclick="x`, "' onclick='x", "</style>", "</li></ul>", "<!--", "]]>", "**", "~~", "`a`", ":** b", "⏎", "\\|", "&lt;", "&#126;", "&", "a\x00b"}
	for _, v := range append(more, hostile...) {
		check(t, "w"+v)
	}
	rapid.Check(t, func(rt *rapid.T) {
		v := "w" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(more, hostile...)), 1, 6).Draw(rt, "text"), "")
		check(rt, v)
	})
}

func TestAPageIsWrittenTheSameInPiecesOfAnySize(t *testing.T) {
	b := outage(t)
	if first, second := b.html(export.Options{}), b.html(export.Options{}); first != second {
		t.Error("the same journal gives two pages")
	}
	if err := export.HTML(context.Background(), full{}, b.store, b.id, export.Options{}); !errors.Is(err, errFull) {
		t.Errorf("a disk that is full is %v", err)
	}
}

// tags are all elements and attributes of a page, without what words bring with
// them: their lines and their titles.
func tags(t rapid.TB, page string) string {
	t.Helper()
	var b strings.Builder
	parsedXML(t, page).every(func(n *element) {
		if n.name == "" || n.name == "br" {
			return
		}
		fmt.Fprintln(&b, n.name, n.attributes)
	})
	return b.String()
}

type element struct {
	name, text string
	attributes map[string]string
	children   []*element
}

func (n *element) every(f func(*element)) {
	f(n)
	for _, c := range n.children {
		c.every(f)
	}
}

// parsedXML reads a page more strictly than any browser.
func parsedXML(t rapid.TB, page string) *element {
	t.Helper()
	root := &element{}
	open := []*element{root}
	for d := xml.NewDecoder(strings.NewReader(page)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, page)
		}
		top := open[len(open)-1]
		switch x := token.(type) {
		case xml.StartElement:
			n := &element{name: x.Name.Local, attributes: map[string]string{}}
			for _, a := range x.Attr {
				n.attributes[a.Name.Local] = a.Value
			}
			top.children, open = append(top.children, n), append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.children = append(top.children, &element{text: string(x)})
		case xml.Comment, xml.ProcInst:
			t.Fatalf("a comment or an instruction:\n%s", page)
		}
	}
}

func mainOf(page *element) *element {
	var found *element
	page.every(func(n *element) {
		if n.name == "main" {
			found = n
		}
	})
	return found
}

// said is what somebody reads, one line for each place a text can stand in,
// without the contents, the colons behind keys and the signs of line breaks.
func said(n *element) string {
	var b strings.Builder
	var walk func(*element)
	walk = func(n *element) {
		switch n.name {
		case "nav":
			return
		case "":
			b.WriteString(strings.NewReplacer(":", "", "⏎", " ", "\n", " ").Replace(n.text))
		case "li", "p", "td", "th", "h1", "h2", "h3":
			b.WriteString("\n")
		case "br", "span":
			b.WriteString(" ")
		}
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(n)
	var lines []string
	for l := range strings.SplitSeq(b.String(), "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}
