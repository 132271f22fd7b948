package plan

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readFolder reads a folder that holds one thing a file, and returns how many
// files there are. keep is called for each; first is false when its id is
// missing or taken.
func readFolder[T any](l *loader, dir string, k kind, what string, fields []field[T], keep func(d document, root *yaml.Node, x T, first bool)) int {
	files := l.folder(dir, ".yaml", k == service)
	for _, file := range files {
		readFile(l, file, k, what, fields, keep)
	}
	return len(files)
}

func readFile[T any](l *loader, file string, k kind, what string, fields []field[T], keep func(d document, root *yaml.Node, x T, first bool)) (read bool) {
	text, ok := l.source(file, true)
	var d document
	var root *yaml.Node
	if ok {
		d, root, ok = l.parse(file, text)
	}
	if !ok {
		// It was probably meant to define the thing of its name.
		l.known(k, strings.TrimSuffix(path.Base(file), ".yaml"), Place{File: file})
		return false
	}
	d = d.of(k, root)
	var x T
	readFields(d, root, what, fields, &x)
	id := idOf(root)
	keep(d, root, x, id != "" && l.define(k, id, d.at(root)))
	return true
}
