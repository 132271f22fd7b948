package templates

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
)

// Problem is one thing wrong with a template's text.
type Problem struct {
	Template string
	Line     int // from 1
	Text     string
}

func (p Problem) String() string { return fmt.Sprintf("%s.md:%d: %s", p.Template, p.Line, p.Text) }

// Lint reports what is wrong with a template: what does not parse, functions
// that do not exist, fields a View does not have, buttons among words, links
// whose host is a value.
func Lint(name, text string) []Problem { return lint(name, text, reflect.TypeFor[View]()) }

func lint(name, text string, data reflect.Type) []Problem {
	c, problems := compile(name, text)
	if c.tmpl == nil {
		return problems
	}
	problems = append(problems, check(name, c.tmpl.Tree, data)...)
	problems = append(problems, drawn(c, text)...)
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return slices.Compact(problems)
}

// drawn looks at the Markdown the template gives, once with every condition
// true and every list one long, once with every condition false.
func drawn(c compiled, text string) []Problem {
	var found []Problem
	for _, truth := range []bool{true, false} {
		s := skeleton{truth: truth}
		s.list(c.tmpl.Root)
		_, problems := tree(s.text.String(), s.values)
		for _, p := range problems {
			problem := Problem{c.name, 1 + strings.Count(before(text, p.quote), "\n"), p.text}
			if !slices.Contains(found, problem) {
				found = append(found, problem)
			}
		}
	}
	return found
}

// before returns what stands before a quotation; nothing when it is not found.
func before(text, quote string) string {
	start, _, found := strings.Cut(text, quote)
	if !found {
		return ""
	}
	return start
}

// skeleton is a template's own words, with a sentinel for each value.
type skeleton struct {
	truth  bool
	text   strings.Builder
	values values
}

func (s *skeleton) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			s.text.Write(n.Text)
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				s.text.WriteString(s.values.add(value{text: "value"}))
			}
		case *parse.IfNode:
			s.branch(&n.BranchNode)
		case *parse.WithNode:
			s.branch(&n.BranchNode)
		case *parse.RangeNode:
			s.branch(&n.BranchNode)
		}
	}
}

func (s *skeleton) branch(b *parse.BranchNode) {
	if s.truth {
		s.list(b.List)
		return
	}
	s.list(b.ElseList)
}
