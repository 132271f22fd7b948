package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

// largest is the longest file of settings, in bytes.
const largest = 256 << 10

// file reads the settings of a YAML file. Parts of a key may be nested.
func (l *loading) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.Usage, "The configuration "+path+" cannot be read.", "Name it with --config, or write one with `holdfast init`.")
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err != nil {
		return fault.Wrap(err, fault.Usage, "The configuration "+path+" cannot be read.", "Look at the file.")
	}
	shown := filepath.ToSlash(path)
	if len(data) > largest {
		l.report(shown, "Is it the right file?", "The file is larger than 256 KiB.")
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		l.report(shown, "", "The file is not YAML: %s.", strings.TrimPrefix(firstLine(err), "yaml: "))
		return nil
	}
	if len(doc.Content) == 0 {
		return nil // nothing but comments
	}
	l.mapping(shown, "", doc.Content[0])
	return nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func (l *loading) mapping(file, lead string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		l.report(fmt.Sprintf("%s:%d", file, n.Line), "Write `store:` and below it, indented, `url: ...`.", "Settings are wanted here, as keys with values.")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		key, where := lead+k.Value, fmt.Sprintf("%s:%d", file, k.Line)
		at := slices.IndexFunc(l.config.settings(), func(s setting) bool { return s.Key == key })
		switch {
		case at < 0 && v.Kind == yaml.MappingNode && isGroup(key):
			l.mapping(file, key+".", v)
		case at < 0:
			l.report(where, nearest.Sentence(key, append(keys(), groups()...), "docs/configuration.md lists the settings."), "There is no setting %s.", shorten(key))
		case l.where[key] != "":
			l.report(where, "Remove one of them.", "%s is given twice, first in %s.", key, l.where[key])
		default:
			l.where[key] = where
			text, err := scalar(v)
			if err != nil {
				l.report(where, "Write "+l.config.settings()[at].Expects+".", "%s: %v", key, err)
				continue
			}
			l.set(l.config.settings()[at], text, false)
		}
	}
}

func isGroup(key string) bool {
	return slices.ContainsFunc(keys(), func(k string) bool { return strings.HasPrefix(k, key+".") })
}

func keys() []string {
	var all []string
	for _, s := range Settings() {
		all = append(all, s.Key)
	}
	return all
}

// groups are the first parts of keys.
func groups() []string {
	var all []string
	for _, k := range keys() {
		group, _, _ := strings.Cut(k, ".")
		all = append(all, group)
	}
	return slices.Compact(all)
}

// scalar returns a value as text; a list is joined by commas.
func scalar(n *yaml.Node) (string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "", errors.New("the value is missing.")
		}
		return n.Value, nil
	case yaml.SequenceNode:
		words := make([]string, len(n.Content))
		for i, item := range n.Content {
			if item.Kind != yaml.ScalarNode || strings.Contains(item.Value, ",") {
				return "", errors.New("the list holds more than plain words.")
			}
			words[i] = item.Value
		}
		return strings.Join(words, ","), nil
	}
	return "", errors.New("a single value is wanted.")
}

// shorten keeps a strange key, which may be a mispasted secret, out of sight.
func shorten(key string) string {
	if r := []rune(key); len(r) > 40 {
		return string(r[:20]) + "..."
	}
	return key
}
