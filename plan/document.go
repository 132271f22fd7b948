package plan

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A document is one YAML file while it is read.
type document struct {
	*loader
	file string
	path string // of what is being read, see Plan.Where; empty: its places are not kept
}

// parse reads a file as one YAML document. ok is false when it cannot be used
// at all; that has been reported.
func (l *loader) parse(file, text string) (d document, root *yaml.Node, ok bool) {
	d = document{loader: l, file: file}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		l.report(Error, codeMissing, Place{File: file}, "Fill it, or remove it.", "The file is empty.")
		return d, nil, false
	} else if err != nil {
		d.syntax(err)
		return d, nil, false
	}
	if err := decoder.Decode(&second); err == nil {
		l.report(Error, codeYAML, d.at(&second), "Put the second one into a file of its own.", "The file holds more than one document.")
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
	}
	aliased := false
	d.inspect(&first, codeText, &aliased)
	return d, first.Content[0], true
}

func (d document) at(n *yaml.Node) Place { return Place{d.file, n.Line, n.Column} }

var yamlError = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

// syntax reports what the YAML reader stumbled over.
func (d document) syntax(err error) {
	at, message := Place{File: d.file}, err.Error()
	if m := yamlError.FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	d.report(Error, codeYAML, at, "Look at the indentation, colons and quotation marks there and in the line before.", "This is not valid YAML: %s.", shown(message))
}

// inspect looks at every node for what no plan may hold: aliases (the first is
// reported), tags and characters that hide something. code is what such a
// character is reported as.
func (d document) inspect(n *yaml.Node, code string, aliased *bool) {
	if n.Kind == yaml.AliasNode {
		if !*aliased {
			d.report(Error, codeAlias, d.at(n), "Write the value out.", "The alias %q is not expanded.", shown(n.Value))
		}
		*aliased = true
		return
	}
	if n.Style&yaml.TaggedStyle != 0 {
		d.report(Error, codeYAML, d.at(n), "Remove it.", "The tag %q is not read.", shown(n.Tag))
	}
	if n.Kind == yaml.ScalarNode {
		if r, found := hiding(n.Value); found && code == codeCommand {
			d.report(Error, code, d.at(n), "Remove it, and type the command anew: it may have been copied from a page that changed it.", "The command holds the character U+%04X, which is not seen or not what it looks like.", r)
		} else if what, found := forbidden(n.Value); found {
			d.report(Error, code, d.at(n), "Remove it.", "The text holds %s.", what)
		}
	}
	for i, child := range n.Content {
		under := code
		if n.Kind == yaml.MappingNode && i%2 == 1 && typed[n.Content[i-1].Value] {
			under = codeCommand
		}
		d.inspect(child, under, aliased)
	}
}

// typed are the keys whose values people copy into a terminal.
var typed = map[string]bool{"command": true, "args": true}
