package plan

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// A Place is where something stands in the plan: a file relative to its folder
// with slashes, line and column from 1. A zero line means the whole file, a
// zero column the whole line.
type Place struct {
	File         string
	Line, Column int
}

// Where returns the place of something in the plan by a dotted path: its kind,
// its id and a key, "service/db-payments.rto", "service/idp.deps.directory",
// "process/payments.strategies.warm", "window/close". An unknown path gives the
// place of the longest known one before it.
func (p *Plan) Where(path string) Place {
	for path != "" {
		if at, ok := p.places[path]; ok {
			return at
		}
		cut := max(lastDot(path), 0)
		path = path[:cut]
	}
	return Place{}
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// of returns the document for reading the thing in n, which its id names.
func (d document) of(k kind, n *yaml.Node) document {
	id := idOf(n)
	if id == "" { // what it is called is not known, but where its parts are is
		id = fmt.Sprintf("?%s:%d", d.file, n.Line)
	}
	d.path = string(k) + "/" + id
	d.places[d.path] = d.at(n)
	return d
}

// under returns the document for reading a part of that thing.
func (d document) under(name string, n *yaml.Node) document {
	if d.path != "" && name != "" {
		d.path += "." + name
		d.places[d.path] = d.at(n)
	}
	return d
}

// unplaced returns the document for reading parts too small to be pointed at.
func (d document) unplaced() document {
	d.path = ""
	return d
}

// idOf returns the id that a mapping gives itself.
func idOf(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k, v := n.Content[i], n.Content[i+1]; k.Value == "id" && v.Kind == yaml.ScalarNode && IsID(v.Value) {
			return v.Value
		}
	}
	return ""
}
