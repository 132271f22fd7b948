package templates

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed shipped/*.md
var shippedFiles embed.FS

// Set is a group of templates by name: those shipped, and a plan's own in
// their place or beside them. It is read-only and safe for concurrent use.
type Set struct {
	shipped map[string]compiled
	own     map[string]compiled
	names   map[string]string
}

// Shipped returns the templates that come with the program: each file
// shipped/NAME.md is the template NAME.
func Shipped() *Set { return &Set{shipped: shippedOnce()} }

var shippedOnce = sync.OnceValue(func() map[string]compiled {
	all := map[string]compiled{}
	files, err := shippedFiles.ReadDir("shipped")
	if err != nil {
		panic("templates: " + err.Error())
	}
	for _, f := range files {
		text, err := shippedFiles.ReadFile("shipped/" + f.Name())
		if err != nil {
			panic("templates: " + err.Error())
		}
		name := strings.TrimSuffix(f.Name(), ".md")
		c, problems := compile(name, string(text))
		if len(problems) > 0 {
			panic("templates: " + problems[0].String())
		}
		all[name] = c
	}
	return all
})

// With returns a set in which the given texts, by name, stand in place of the
// shipped templates or beside them. The error joins every problem Lint finds.
func (s *Set) With(overrides map[string]string) (*Set, error) {
	own := maps.Clone(s.own)
	if own == nil {
		own = map[string]compiled{}
	}
	var found []error
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		for _, p := range Lint(name, overrides[name]) {
			found = append(found, errors.New(p.String()))
		}
		own[name], _ = compile(name, overrides[name])
	}
	if found != nil {
		return nil, fmt.Errorf("templates of the plan: %w", errors.Join(found...))
	}
	return &Set{shipped: s.shipped, own: own, names: s.names}, nil
}

// Calling returns the set with the proper names of counterparts: "the tracker"
// is called Jira.
func (s *Set) Calling(names map[string]string) *Set {
	return &Set{shipped: s.shipped, own: s.own, names: names}
}

// Names returns the names of all templates, sorted.
func (s *Set) Names() []string {
	all := map[string]compiled{}
	maps.Copy(all, s.shipped)
	maps.Copy(all, s.own)
	return slices.Sorted(maps.Keys(all))
}

// Render draws one template from data, usually a View. A name that does not
// exist, a field the data lacks and a value that cannot be shown are errors.
// A plan's own template that fails gives way to the shipped one of that name,
// and the message says so: an emergency is no time to lose a message. What
// exceeds 64 KiB is cut, and the message says that too.
func (s *Set) Render(name string, data any) (Message, error) {
	own, overridden := s.own[name]
	c, isShipped := s.shipped[name]
	if v, is := data.(View); is {
		v.names = s.names
		data = v
	}
	switch {
	case overridden:
		m, err := own.draw(data)
		if err == nil || !isShipped {
			return m, err
		}
		m, errShipped := c.draw(data)
		if errShipped != nil {
			return Message{}, errors.Join(err, errShipped)
		}
		return m.and("The plan's template " + name + " failed; this is the shipped one."), nil
	case isShipped:
		return c.draw(data)
	}
	return Message{}, fmt.Errorf("render template %s: there is no such template", name)
}

func (c compiled) draw(data any) (Message, error) {
	r := &rendering{}
	if v, ok := data.(interface{ scene() scene }); ok {
		r.scene = v.scene()
	}
	text, whole, err := r.text(c, data)
	if err != nil {
		return Message{}, fmt.Errorf("render template %s: %w", c.name, err)
	}
	blocks, _ := tree(text, r.values)
	m := Message{Blocks: blocks}
	if !whole {
		m = m.and("(cut: the message is longer than 64 KiB)")
	}
	if r.scene.drill {
		m = m.asDrill()
	}
	return m, nil
}

// and adds an aside.
func (m Message) and(aside string) Message {
	m.Blocks = append(m.Blocks, Block{Kind: Context, Text: []Span{{Text: aside}}})
	return m
}

// asDrill marks a message so that nobody takes an exercise for the real thing.
func (m Message) asDrill() Message {
	mark := Span{Text: "[DRILL] "}
	if len(m.Blocks) > 0 {
		switch first := &m.Blocks[0]; first.Kind {
		case Header, Paragraph, Context:
			first.Text = append([]Span{mark}, first.Text...)
			return m
		}
	}
	m.Blocks = append([]Block{{Kind: Paragraph, Text: []Span{{Text: "[DRILL]"}}}}, m.Blocks...)
	return m
}
