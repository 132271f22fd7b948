package templates

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
	"time"

	"holdfast/internal/nearest"
)

// check reports what a template asks of its data that the data's type cannot
// give. A type that is known only at run time passes.
func check(name string, tree *parse.Tree, data reflect.Type) []Problem {
	c := &checker{name: name, tree: tree, functions: scene{}.functions(), variables: []variable{{"$", data}}}
	c.list(tree.Root, data)
	return c.problems
}

type checker struct {
	name      string
	tree      *parse.Tree
	functions map[string]any
	variables []variable
	problems  []Problem
}

type variable struct {
	name string
	kind reflect.Type // nil: known at run time only
}

func (c *checker) problem(n parse.Node, format string, args ...any) {
	c.problems = append(c.problems, Problem{c.name, lineOf(c.tree, n), fmt.Sprintf(format, args...)})
}

func (c *checker) list(l *parse.ListNode, dot reflect.Type) {
	if l == nil {
		return
	}
	scope := len(c.variables)
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			t := c.pipe(n.Pipe, dot)
			c.declare(n.Pipe, t)
			if len(n.Pipe.Decl) == 0 && !showable(t) {
				c.problem(n, "a %s cannot be shown: name one of its fields", t)
			}
		case *parse.IfNode:
			c.branch(&n.BranchNode, dot, func(reflect.Type) reflect.Type { return dot })
		case *parse.WithNode:
			c.branch(&n.BranchNode, dot, func(t reflect.Type) reflect.Type { return t })
		case *parse.RangeNode:
			c.branch(&n.BranchNode, dot, nil)
		}
	}
	c.variables = c.variables[:scope]
}

func (c *checker) branch(b *parse.BranchNode, dot reflect.Type, inside func(reflect.Type) reflect.Type) {
	scope := len(c.variables)
	t := c.pipe(b.Pipe, dot)
	if inside != nil {
		c.declare(b.Pipe, t)
		c.list(b.List, inside(t))
	} else {
		key, element := c.elements(b.Pipe, t)
		switch d := b.Pipe.Decl; len(d) {
		case 1:
			c.variables = append(c.variables, variable{d[0].Ident[0], element})
		case 2:
			c.variables = append(c.variables, variable{d[0].Ident[0], key}, variable{d[1].Ident[0], element})
		}
		c.list(b.List, element)
	}
	c.variables = c.variables[:scope]
	c.list(b.ElseList, dot)
}

func (c *checker) declare(p *parse.PipeNode, t reflect.Type) {
	for _, d := range p.Decl {
		if p.IsAssign {
			t = nil // the variable may now hold either type
			for i := range c.variables {
				if c.variables[i].name == d.Ident[0] {
					c.variables[i].kind = nil
				}
			}
			continue
		}
		c.variables = append(c.variables, variable{d.Ident[0], t})
	}
}

func (c *checker) elements(n parse.Node, t reflect.Type) (key, element reflect.Type) {
	if t = pointed(t); t == nil {
		return nil, nil
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return reflect.TypeFor[int](), known(t.Elem())
	case reflect.Map:
		return t.Key(), known(t.Elem())
	}
	c.problem(n, "range: a %s is not a list", t)
	return nil, nil
}

// pipe returns the type of a pipeline's value, nil when only the run tells.
func (c *checker) pipe(p *parse.PipeNode, dot reflect.Type) reflect.Type {
	var t reflect.Type
	for i, cmd := range p.Cmds {
		t = c.command(cmd, dot, i > 0, t)
	}
	return t
}

func (c *checker) command(cmd *parse.CommandNode, dot reflect.Type, piped bool, last reflect.Type) reflect.Type {
	var args []reflect.Type
	for _, a := range cmd.Args[1:] {
		args = append(args, c.arg(a, dot))
	}
	if piped {
		args = append(args, last)
	}
	f, isFunction := cmd.Args[0].(*parse.IdentifierNode)
	if !isFunction {
		if len(args) > 0 && !callable(cmd.Args[0]) {
			c.problem(cmd, "%s takes no argument", cmd.Args[0])
		}
		return c.arg(cmd.Args[0], dot)
	}
	return c.call(f, args)
}

func callable(n parse.Node) bool {
	switch n.(type) {
	case *parse.FieldNode, *parse.ChainNode, *parse.VariableNode:
		return true
	}
	return false
}

func (c *checker) arg(n parse.Node, dot reflect.Type) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return c.fields(n, dot, n.Ident)
	case *parse.VariableNode:
		for _, v := range slices.Backward(c.variables) {
			if v.name == n.Ident[0] {
				return c.fields(n, v.kind, n.Ident[1:])
			}
		}
	case *parse.ChainNode:
		return c.fields(n, c.arg(n.Node, dot), n.Field)
	case *parse.PipeNode:
		return c.pipe(n, dot)
	case *parse.IdentifierNode:
		return c.call(n, nil)
	case *parse.StringNode:
		return reflect.TypeFor[string]()
	case *parse.BoolNode:
		return reflect.TypeFor[bool]()
	}
	return nil
}

// fields follows names from a type.
func (c *checker) fields(n parse.Node, t reflect.Type, names []string) reflect.Type {
	for _, name := range names {
		if t == nil {
			return nil
		}
		next, ok := member(t, name)
		if !ok {
			c.problem(n, "%s has no field %s. %s", pointed(t), name, nearest.Sentence(name, members(t), "It has "+strings.Join(members(t), ", ")+"."))
			return nil
		}
		t = next
	}
	return t
}

// member returns the type of a field, a method's result or a map's element.
func member(t reflect.Type, name string) (of reflect.Type, ok bool) {
	if m, found := t.MethodByName(name); found && m.Type.NumOut() > 0 {
		return known(m.Type.Out(0)), true
	}
	t = pointed(t)
	if m, found := t.MethodByName(name); found && m.Type.NumOut() > 0 {
		return known(m.Type.Out(0)), true
	}
	switch t.Kind() {
	case reflect.Struct:
		if f, found := t.FieldByName(name); found && f.IsExported() {
			return known(f.Type), true
		}
	case reflect.Map:
		return known(t.Elem()), true
	}
	return nil, false
}

func members(t reflect.Type) []string {
	var names []string
	t = pointed(t)
	for i := range t.NumMethod() {
		names = append(names, t.Method(i).Name)
	}
	if t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// call returns the type of a function's value.
func (c *checker) call(f *parse.IdentifierNode, args []reflect.Type) reflect.Type {
	switch f.Ident {
	case showName, eachName:
		return args[0]
	case "last":
		return args[len(args)-1]
	case "index":
		if len(args) == 2 && args[0] != nil {
			_, element := c.elements(f, args[0])
			return element
		}
		return nil
	case "len", "eq", "ne", "lt", "le", "gt", "ge", "not":
		return reflect.TypeFor[int]()
	}
	function := reflect.TypeOf(c.functions[f.Ident])
	if function == nil {
		return nil
	}
	least := function.NumIn()
	if function.IsVariadic() {
		least--
	}
	if len(args) < least || len(args) > function.NumIn() {
		c.problem(f, "%s takes %d arguments, not %d", f.Ident, least, len(args))
		return nil
	}
	for i, given := range args {
		if wanted := function.In(min(i, function.NumIn()-1)); given != nil && wanted.Kind() != reflect.Interface && !(function.IsVariadic() && i >= least) && !accepts(wanted, given) {
			c.problem(f, "%s takes a %s, not a %s", f.Ident, wanted, given)
		}
	}
	return known(function.Out(0))
}

func accepts(wanted, given reflect.Type) bool {
	return given.AssignableTo(wanted) || pointed(given).AssignableTo(wanted)
}

// known is nil for an interface, whose content only the run tells.
func known(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Interface {
		return nil
	}
	return t
}

func pointed(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// showable mirrors words: what it has no text for is refused here.
func showable(t reflect.Type) bool {
	switch t = pointed(t); {
	case t == nil || t == reflect.TypeFor[time.Time]():
		return true
	case t.Kind() == reflect.Slice:
		return t.Elem().Kind() == reflect.String
	}
	return !slices.Contains([]reflect.Kind{reflect.Struct, reflect.Map, reflect.Array, reflect.Func, reflect.Chan}, t.Kind())
}
