package plan

import (
	"cmp"

	"go.yaml.in/yaml/v3"

	"holdfast/internal/nearest"
)

// A field is one key of a YAML mapping: what it is for, and what it takes.
type field[T any] struct {
	key      string
	required bool
	doc      string // a sentence for who writes plans
	takes[T]
}

// takes is what a key takes: what its value looks like, and what reads it into
// a T. docs/plan.md and the JSON Schema come from the form.
type takes[T any] struct {
	form
	read func(document, *yaml.Node, *T)
}

// readFields reads a mapping into a T. what names the thing in messages, such
// as "a service". Every key that is unknown, doubled, empty or missing is
// reported.
func readFields[T any](d document, n *yaml.Node, what string, fields []field[T], into *T) {
	if !d.is(n, yaml.MappingNode, "a mapping of keys to values") {
		return
	}
	present := map[string]bool{}
	d.pairs(n, func(key string, k, v *yaml.Node) {
		f, ok := find(fields, key)
		if !ok {
			near := d.unknownKey(k, key, what, keysOf(fields))
			present[near] = true // one slip of the finger, one finding
			return
		}
		present[key] = true
		if d.filled(k, v) {
			f.read(d.under(key, v), v, into)
		}
	})
	for _, f := range fields {
		if f.required && !present[f.key] {
			d.report(Error, cmp.Or(f.missing, codeMissing), d.at(n), "Add "+f.key+".", "The key %s is missing from %s.", f.key, what)
		}
	}
}

// pairs calls each for every key of a mapping that is given once and is a word.
func (d document) pairs(n *yaml.Node, each func(key string, k, v *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case k.Kind == yaml.AliasNode, k.Tag == "!!merge" && v.Kind == yaml.AliasNode:
			// reported as an alias
		case k.Kind != yaml.ScalarNode:
			d.report(Error, codeYAML, d.at(k), "", "A key must be one word.")
		case first[k.Value] > 0:
			d.report(Error, codeDuplicate, d.at(k), "Remove one of them.", "The key %q is given twice, first in line %d.", shown(k.Value), first[k.Value])
		default:
			first[k.Value] = k.Line
			each(k.Value, k, v)
		}
	}
}

// unknownKey reports a key and returns the one that was probably meant.
func (d document) unknownKey(k *yaml.Node, key, what string, keys []string) string {
	if d.saidEnough(Error) {
		return ""
	}
	near := nearest.Words(key, keys)
	d.report(Error, codeKey, d.at(k), nearest.Sentence(key, keys, "Known keys: "+list(keys)+"."), "There is no key %q in %s.", shown(key), what)
	if len(near) == 0 {
		return ""
	}
	return near[0]
}

// filled reports whether a key has a value. `exec: #updates` has none: what
// follows the # is a comment.
func (d document) filled(k, v *yaml.Node) bool {
	if v.Kind != yaml.ScalarNode || v.Tag != "!!null" {
		return true
	}
	d.report(Error, codeMissing, d.at(k), "Give it one, in quotation marks when it starts with #, or remove the key.", "The key %q has no value.", shown(k.Value))
	return false
}

// is reports whether a node has the kind that is wanted. what names it for the
// finding when it has not.
func (d document) is(n *yaml.Node, want yaml.Kind, what string) bool {
	switch n.Kind {
	case want:
		return true
	case yaml.AliasNode: // reported already
	default:
		is := map[yaml.Kind]string{yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value"}[n.Kind]
		d.report(Error, codeValue, d.at(n), "Write "+what+".", "This is %s.", is)
	}
	return false
}

func find[T any](fields []field[T], key string) (field[T], bool) {
	for _, f := range fields {
		if f.key == key {
			return f, true
		}
	}
	return field[T]{}, false
}

func keysOf[T any](fields []field[T]) []string {
	return ids(fields, func(f field[T]) string { return f.key })
}
