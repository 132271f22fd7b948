package templates

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
)

// compiled is a template that is ready to be drawn.
type compiled struct {
	name string
	tmpl *template.Template
}

// maxText is the most bytes a template, and what one prints, may have.
const maxText = 64 << 10

// maxRounds is how often all ranges of one rendering may go round together.
const maxRounds = 20000

// The two functions that compile puts into a template. Authors cannot name
// them.
const (
	showName = "_show"
	eachName = "_each"
)

// builtins are those of text/template that an author may use. The others
// print, call or escape for targets that are not ours.
var builtins = []string{"and", "or", "not", "len", "index", "eq", "ne", "lt", "le", "gt", "ge"}

// compile parses a template and makes every value it prints pass show, as
// html/template does for escaping, so that no author can forget it.
func compile(name, text string) (compiled, []Problem) {
	fail := func(line int, format string, args ...any) (compiled, []Problem) {
		return compiled{}, []Problem{{name, line, fmt.Sprintf(format, args...)}}
	}
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	switch {
	case len(text) > maxText:
		return fail(1, "the text has %d bytes; %d are allowed", len(text), maxText)
	case visible(text) != text:
		return fail(invisibleLine(text), "the text holds control, invisible or private-use characters")
	}
	trees := map[string]*parse.Tree{}
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck // completer does it, and finds all of them
	if _, err := tree.Parse(standalone(text), "", "", trees); err != nil {
		line, what := parseError(name, err)
		return fail(line, "%s", what)
	}
	c := completer{name: name, tree: tree}
	c.list(tree.Root)
	for other := range trees {
		if other != name {
			c.problem(nil, "{{define}} is not available: one file is one template")
		}
	}
	tmpl, err := template.New(name).Option("missingkey=error").AddParseTree(name, tree)
	if err != nil {
		return fail(1, "%v", err)
	}
	return compiled{name: name, tmpl: tmpl}, c.problems
}

func invisibleLine(text string) int {
	for i, line := range strings.Split(text, "\n") {
		if visible(line) != line {
			return i + 1
		}
	}
	return 1
}

// control matches a line that holds nothing but one action without output.
var control = regexp.MustCompile("(?m)^[ \t]*(\\{\\{-?[ \t]*(?:(?:if|else|end|range|with|break|continue)\\b|\\$\\w+(?:[ \t]*,[ \t]*\\$\\w+)?[ \t]*:?=)(?:[^{}\"`\n]|\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`\n]*`)*?)(-?\\}\\})[ \t]*\n" +
	"|^[ \t]*(\\{\\{-?[ \t]*/\\*(?s:.*?))(\\*/[ \t]*-?\\}\\})[ \t]*\n")

// standalone takes the line break after such a line into its action, so that
// the line leaves no trace in the message and line numbers stay as they are.
func standalone(text string) string {
	return control.ReplaceAllString(text, "$1$3\n$2$4")
}

var parseErrorLine = regexp.MustCompile(`^template: .*?:(\d+): `)

func parseError(name string, err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "template: "+name+":")
	if m := parseErrorLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
		what = err.Error()[len(m[0]):]
	}
	return max(line, 1), what
}

// completer walks a parse tree, adds show and each, and refuses what could run
// without bound or escape the function map.
type completer struct {
	name     string
	tree     *parse.Tree
	problems []Problem
}

func (c *completer) problem(n parse.Node, format string, args ...any) {
	c.problems = append(c.problems, Problem{c.name, lineOf(c.tree, n), fmt.Sprintf(format, args...)})
}

func lineOf(tree *parse.Tree, n parse.Node) int {
	if n == nil {
		return 1
	}
	where, _ := tree.ErrorContext(n)
	parts := strings.Split(where, ":")
	if len(parts) < 2 {
		return 1
	}
	line, _ := strconv.Atoi(parts[len(parts)-2])
	return max(line, 1)
}

func (c *completer) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			c.pipe(n.Pipe)
			if len(n.Pipe.Decl) == 0 {
				c.end(n.Pipe, showName)
			}
		case *parse.IfNode:
			c.branch(&n.BranchNode)
		case *parse.WithNode:
			c.branch(&n.BranchNode)
		case *parse.RangeNode:
			c.branch(&n.BranchNode)
			c.end(n.Pipe, eachName)
		case *parse.TemplateNode:
			c.problem(n, "{{template}} is not available: one file is one template")
		}
	}
}

func (c *completer) branch(b *parse.BranchNode) {
	c.pipe(b.Pipe)
	c.list(b.List)
	c.list(b.ElseList)
}

// end makes a function the last of a pipeline.
func (c *completer) end(p *parse.PipeNode, function string) {
	name := parse.NewIdentifier(function).SetTree(c.tree).SetPos(p.Pos)
	p.Cmds = append(p.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: p.Pos, Args: []parse.Node{name}})
}

func (c *completer) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, cmd := range p.Cmds {
		for _, arg := range cmd.Args {
			c.arg(arg)
		}
	}
}

func (c *completer) arg(n parse.Node) {
	switch n := n.(type) {
	case *parse.PipeNode:
		c.pipe(n)
	case *parse.ChainNode:
		c.arg(n.Node)
	case *parse.IdentifierNode:
		_, ours := scene{}.functions()[n.Ident]
		if !ours && !slices.Contains(builtins, n.Ident) {
			c.problem(n, "there is no function %q; there are %s", n.Ident, strings.Join(functionNames(), ", "))
		}
	}
}

func functionNames() []string {
	names := slices.Clone(builtins)
	for name := range (scene{}).functions() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// rendering is one drawing of a template.
type rendering struct {
	scene  scene
	values values
	left   int // bytes that words and values may still have together
	rounds int
}

// errCut ends a rendering that has become too long; what is there is shown.
var errCut = errors.New("the message is too long")

func (r *rendering) functions() template.FuncMap {
	funcs := r.scene.functions()
	funcs[showName], funcs[eachName] = r.show, r.each
	return funcs
}

// each bounds what a range goes round: lists and maps only, and not too often.
func (r *rendering) each(list any) (any, error) {
	switch v := reflect.ValueOf(indirect(list)); v.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Slice, reflect.Array, reflect.Map:
		if r.rounds += v.Len(); r.rounds > maxRounds {
			return nil, errCut
		}
		return list, nil
	default:
		return nil, fmt.Errorf("range: %T is not a list", list)
	}
}

// text runs the template. The text holds sentinels for values. whole is false
// when it was cut at a line end.
func (r *rendering) text(c compiled, data any) (text string, whole bool, err error) {
	t, err := c.tmpl.Clone()
	if err != nil {
		return "", false, fmt.Errorf("prepare: %w", err)
	}
	out := &limited{left: &r.left}
	r.left = maxText
	err = t.Funcs(r.functions()).Execute(out, data)
	if errors.Is(err, errCut) {
		text := out.text.String()
		return text[:strings.LastIndexByte(text, '\n')+1], false, nil
	}
	return out.text.String(), true, err
}

// limited takes text up to a number of bytes.
type limited struct {
	text strings.Builder
	left *int
}

func (l *limited) Write(p []byte) (int, error) {
	if *l.left -= len(p); *l.left < 0 {
		return 0, errCut
	}
	return l.text.Write(p)
}
