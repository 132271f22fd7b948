package rehearse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Path leads into a JSON document: names joined by dots, [n] for one element
// of a list, [] for any.
type Path []Step

// Step is a name, or an element of a list when the name is empty.
type Step struct {
	Name  string
	Index int // AnyElement for []
}

// AnyElement is the index of [].
const AnyElement = -1

// ParsePath reads roles.commander, tasks[0].owner or services[].
func ParsePath(s string) (Path, error) {
	var p Path
	for rest := s; rest != ""; {
		if inner, isIndex := strings.CutPrefix(rest, "["); isIndex {
			index, after, closed := strings.Cut(inner, "]")
			n, err := strconv.ParseUint(index, 10, 31)
			switch {
			case !closed || index != "" && err != nil:
				return nil, fmt.Errorf("%s is no path: write [n] or []", quoted(s))
			case index == "":
				p = append(p, Step{Index: AnyElement})
			default:
				p = append(p, Step{Index: int(n)})
			}
			if rest = after; rest != "" && rest[0] != '[' && rest[0] != '.' {
				return nil, fmt.Errorf("%s is no path: a dot or [ must follow ]", quoted(s))
			}
			continue
		}
		if len(p) > 0 {
			rest = strings.TrimPrefix(rest, ".")
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 || strings.ContainsAny(rest[:end], "]=~") {
			return nil, fmt.Errorf("%s is no path such as roles.commander or tasks[0].owner", quoted(s))
		}
		p = append(p, Step{Name: rest[:end]})
		if rest = rest[end:]; rest == "." {
			return nil, fmt.Errorf("%s ends in a dot", quoted(s))
		}
	}
	if len(p) == 0 {
		return nil, fmt.Errorf("the path is empty")
	}
	return p, nil
}

func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.Name != "" && i > 0:
			b.WriteString("." + s.Name)
		case s.Name != "":
			b.WriteString(s.Name)
		case s.Index == AnyElement:
			b.WriteString("[]")
		default:
			fmt.Fprintf(&b, "[%d]", s.Index)
		}
	}
	return b.String()
}

// Find returns the values a path leads to in a decoded document; none when it
// leads nowhere, several when it passes [].
func (p Path) Find(doc any) []any {
	found := []any{doc}
	for _, s := range p {
		var next []any
		for _, v := range found {
			next = append(next, s.from(v)...)
		}
		found = next
	}
	return found
}

func (s Step) from(v any) []any {
	if s.Name != "" {
		object, _ := v.(map[string]any)
		if inner, ok := object[s.Name]; ok {
			return []any{inner}
		}
		return nil
	}
	list, _ := v.([]any)
	switch {
	case s.Index == AnyElement:
		return list
	case s.Index < len(list):
		return list[s.Index : s.Index+1]
	}
	return nil
}

// decode reads a document so that numbers keep their digits.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// shown is a value as a check compares and prints it: texts as they are,
// everything else as JSON.
func shown(v any) string {
	if s, isText := v.(string); isText {
		return s
	}
	return shownJSON(v)
}

// absent reports whether a value says nothing: null, an empty text or an empty
// list.
func absent(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}
