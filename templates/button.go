package templates

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// buttonNode is a link that runs a command: [Label](cmd:words), or
// [Label](cmd!:words) to be asked before. Unlike a link's address, a command
// may hold blanks.
type buttonNode struct {
	ast.BaseInline
	label, command string // with sentinels
	confirm        bool
}

var kindButton = ast.NewNodeKind("Button")

func (*buttonNode) Kind() ast.NodeKind { return kindButton }

func (n *buttonNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

type buttonParser struct{}

func (buttonParser) Trigger() []byte { return []byte{'['} }

var buttonStart = regexp.MustCompile(`^\[([^\[\]\n]*)\]\(cmd(!?):`)

func (buttonParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	m := buttonStart.FindSubmatch(line)
	if m == nil {
		return nil
	}
	start := len(m[0])
	end := commandEnd(line[start:])
	if end < 0 {
		return nil
	}
	block.Advance(start + end + 1)
	return &buttonNode{label: string(m[1]), command: string(line[start : start+end]), confirm: len(m[2]) > 0}
}

// commandEnd finds the parenthesis that closes the link: the first outside
// quotes that closes none of the command's own.
func commandEnd(line []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return i
		case c == ')':
			depth--
		}
	}
	return -1
}
