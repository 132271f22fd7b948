package plan

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"holdfast/internal/fault"
)

// readPolicy reads policy.yaml, which may be missing: then the defaults hold.
func (l *loader) readPolicy() {
	const file = "policy.yaml"
	text, ok := l.source(file, false)
	if !ok || onlyComments(text) {
		return
	}
	d, root, ok := l.parse(file, text)
	if !ok || !d.is(root, yaml.MappingNode, "a mapping of settings to values") {
		return
	}
	d.settings("", root, map[string]int{})
}

// onlyComments reports whether a file says nothing, as a policy may that has
// every setting commented out.
func onlyComments(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// settings reads a mapping whose keys, joined by dots, are settings.
func (d document) settings(prefix string, n *yaml.Node, lines map[string]int) {
	d.pairs(n, func(key string, k, v *yaml.Node) {
		key = prefix + key
		switch {
		case v.Kind == yaml.AliasNode:
		case v.Kind == yaml.MappingNode:
			d.settings(key+".", v, lines)
		case lines[key] > 0:
			d.report(Error, codeDuplicate, d.at(k), "Remove one of them.", "The setting %s is given twice, first in line %d.", shown(key), lines[key])
		case len(d.findings) >= maxFindings && d.saidEnough(Error): // whether it is right or not
		case d.filled(k, v):
			lines[key] = k.Line
			d.places["policy."+key] = d.at(v)
			d.setting(key, k, v)
		}
	})
}

func (d document) setting(key string, k, v *yaml.Node) {
	value := v.Value
	if v.Kind == yaml.SequenceNode {
		value = strings.Join(ids(v.Content, func(n *yaml.Node) string { return n.Value }), ",")
	}
	err := d.plan.Policy.Set(key, value)
	if err == nil {
		for _, ref := range d.plan.Policy.refs(key) {
			d.uses = append(d.uses, use{ref, d.at(v)})
		}
		return
	}
	refused := fault.From(err)
	code, at := codeValue, d.at(v)
	switch refused.Code {
	case fault.UnknownID:
		code, at = codeKey, d.at(k)
	case fault.Duration:
		code = codeDuration
	}
	d.report(Error, code, at, refused.Next, "%s", refused.Text)
}
