package templates

import "fmt"

// Problem is one thing wrong with a template's text.
type Problem struct {
	Template string
	Line     int // from 1
	Text     string
}

func (p Problem) String() string { return fmt.Sprintf("%s.md:%d: %s", p.Template, p.Line, p.Text) }

// Lint reports what is wrong with a template: what does not parse, functions
// that do not exist, fields a View does not have, links that run a command
// outside a row of buttons.
func Lint(name, text string) []Problem { return nil }
