package templates

import "fmt"

// Set is a group of templates by name: those shipped, and a plan's own in
// their place. It is read-only and safe for concurrent use.
type Set struct {
	texts map[string]string
}

// Shipped returns the templates that come with the program.
func Shipped() *Set { return &Set{} }

// With returns a set in which the given texts, by name, stand in place of the
// shipped ones or beside them. The error names every problem Lint finds.
func (s *Set) With(overrides map[string]string) (*Set, error) { return s, nil }

// Render draws one template from data, usually a View. A name that does not
// exist and a value that cannot be shown are errors.
func (s *Set) Render(name string, data any) (Message, error) {
	return Message{}, fmt.Errorf("render template %s: there is no such template", name)
}

// Names returns the names of all templates, sorted.
func (s *Set) Names() []string { return nil }
