package templates

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown reads CommonMark without what a message has no use for: raw HTML,
// indented code, underlined headings (so that --- is always a divider) and
// references.
var markdown = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(buttonParser{}, 150),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	),
	parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
	parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
)

// tree turns Markdown with sentinels into blocks. Problems name what an author
// would not expect: a button among words, a link that cannot be kept.
func tree(source string, vs values) (blocks []Block, problems []finding) {
	b := builder{inline{source: []byte(source), values: vs}, nil}
	b.children(markdown.Parse(text.NewReader(b.source)))
	return b.blocks, b.problems
}

// finding is a problem with words to find its place by.
type finding struct{ quote, text string }

type builder struct {
	inline
	blocks []Block
}

func (b *builder) add(block Block) { b.blocks = append(b.blocks, block) }

func (b *builder) children(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		b.block(n)
	}
}

func (b *builder) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		b.add(Block{Kind: Header, Level: n.Level, Text: singleLine(b.spans(n))})
	case *ast.ThematicBreak:
		b.add(Block{Kind: Divider})
	case *ast.Paragraph, *ast.TextBlock:
		if buttons := b.row(n); buttons != nil {
			b.add(Block{Kind: Actions, Buttons: buttons})
			return
		}
		b.add(Block{Kind: Paragraph, Text: b.spans(n)})
	case *ast.FencedCodeBlock:
		b.add(Block{Kind: Code, Text: b.code(n)})
	case *ast.Blockquote:
		b.add(Block{Kind: Context, Text: b.within(n.FirstChild(), nil)})
	case *ast.List:
		if fields := b.fields(n); fields != nil {
			b.add(Block{Kind: Fields, Fields: fields})
			return
		}
		b.add(Block{Kind: List, Items: b.items(n, 0)})
	case *extast.Table:
		b.add(b.table(n))
	default:
		b.children(n)
	}
}

// row returns the buttons of a paragraph that holds nothing else, or nil.
func (b *builder) row(paragraph ast.Node) []Button {
	var buttons []Button
	for n := paragraph.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *buttonNode:
			buttons = append(buttons, b.button(n))
		case *ast.Text:
			if strings.TrimSpace(string(n.Segment.Value(b.source))) != "" {
				return nil
			}
		default:
			return nil
		}
	}
	return buttons
}

// button: a bold label is the answer to be expected; one that asks before, and is
// not expected, is dangerous.
func (b *builder) button(n *buttonNode) Button {
	label, style := n.label, ""
	if n.confirm {
		style = "danger"
	}
	if inner, isBold := strings.CutPrefix(label, "**"); isBold && strings.HasSuffix(inner, "**") {
		label, style = strings.TrimSuffix(inner, "**"), "primary"
	}
	if b.values.glued(n.command) {
		b.problems = append(b.problems, finding{"](cmd", "in a command a value stands alone or behind key:, not within a word; for a person write {{person .X}}"})
	}
	return Button{Label: Inert(b.values.flat(label)), Command: strings.TrimSpace(b.values.command(n.command)), Style: style, Confirm: n.confirm}
}

// fields reads a list whose every item begins with a bold key and a colon. The
// colon must be the template's own, so that no value decides it.
func (b *builder) fields(list *ast.List) []Field {
	if list.IsOrdered() {
		return nil
	}
	var all []Field
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		line := item.FirstChild()
		if line == nil || line.NextSibling() != nil {
			return nil
		}
		key, isBold := line.FirstChild().(*ast.Emphasis)
		if !isBold || key.Level != 2 || !b.endsInColon(key) {
			return nil
		}
		all = append(all, Field{})
	}
	i := 0
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		line := item.FirstChild()
		key := singleLine(b.spans(line.FirstChild()))
		last := &key[len(key)-1]
		last.Text = strings.TrimSuffix(last.Text, ":")
		line.RemoveChild(line, line.FirstChild())
		all[i] = Field{Key: tidy(key), Value: trimmed(b.spans(line))}
		i++
	}
	return all
}

func (b *builder) endsInColon(key *ast.Emphasis) bool {
	last, isText := key.LastChild().(*ast.Text)
	return isText && strings.HasSuffix(string(last.Segment.Value(b.source)), ":")
}

func (b *builder) items(list *ast.List, depth int) []Item {
	var all []Item
	number := list.Start
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		item := Item{Depth: depth}
		if list.IsOrdered() {
			item.Number = number
			number++
		}
		var nested []Item
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if l, isList := c.(*ast.List); isList {
				nested = append(nested, b.items(l, depth+1)...)
				continue
			}
			if box, isBox := c.FirstChild().(*extast.TaskCheckBox); isBox {
				item.Task = "open"
				if box.IsChecked {
					item.Task = "done"
				}
			}
			if len(item.Text) > 0 {
				item.Text = append(item.Text, Span{Text: "\n"})
			}
			item.Text = append(item.Text, b.within(c, c.NextSibling())...)
		}
		all = append(append(all, item), nested...)
	}
	return all
}

// within draws the nodes from first up to end as text, for places that hold no
// blocks.
func (b *builder) within(first, end ast.Node) []Span {
	inner := builder{inline: b.inline}
	for n := first; n != end; n = n.NextSibling() {
		inner.block(n)
	}
	b.problems = inner.problems
	for _, block := range inner.blocks {
		for _, x := range block.Buttons {
			b.problems = append(b.problems, aloneOnly(x.Label))
		}
	}
	return flattened(inner.blocks)
}

func (b *builder) table(n *extast.Table) Block {
	t := Block{Kind: Table}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells [][]Span
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, trimmed(singleLine(b.spans(cell))))
		}
		if row.Kind() == extast.KindTableHeader {
			t.Columns = cells
			continue
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (b *builder) code(n *ast.FencedCodeBlock) []Span {
	var source strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		source.Write(line.Value(b.source))
	}
	var spans []Span
	b.values.split(strings.TrimRight(source.String(), "\n"), func(s string) {
		spans = append(spans, Span{Text: Inert(s)})
	}, func(v value) {
		spans = append(spans, Span{Text: Inert(v.text), Data: true})
	})
	return tidy(spans)
}
