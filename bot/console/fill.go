package console

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"holdfast/bot"
	"holdfast/internal/fault"
)

// fill asks for the fields of the form that is open for a person, one by one,
// and sends it; again while the answer finds something wrong. A command typed
// in place of a value leaves the form and is to be done instead.
func (s *Session) fill(ctx context.Context, person string, titled bool) (instead string, err error) {
	for {
		f, waits := s.chat.Waiting(person)
		if !waits {
			return "", nil
		}
		keys := "Enter keeps what stands in [brackets], - empties it, cancel leaves."
		if titled {
			keys = f.Title + ". " + keys
		}
		s.note(keys)
		values, err := s.fields(ctx, person, f)
		var left errLeftForm
		switch {
		case errors.As(err, &left), errors.Is(err, io.EOF):
			s.chat.Cancel(ctx, person)
			s.note("Cancelled. Nothing was recorded.")
			if left.left {
				return left.instead, nil
			}
			return "", err
		case err != nil:
			return "", err
		}
		if err := s.after(ctx, s.chat.Submit(ctx, person, values)); err != nil {
			return "", err
		}
	}
}

// errLeftForm ends the filling of a form.
type errLeftForm struct {
	left    bool
	instead string // a line to be taken as usual
}

func (errLeftForm) Error() string { return "the form was left" }

// fields asks for those fields that are wrong, or for all when none is.
func (s *Session) fields(ctx context.Context, person string, f bot.Form) (map[string]string, error) {
	onlyWrong := false
	for _, field := range f.Fields {
		onlyWrong = onlyWrong || field.Error != ""
	}
	values := map[string]string{}
	for _, field := range f.Fields {
		if onlyWrong && field.Error == "" {
			continue
		}
		if field.Error != "" {
			s.note(labelOf(field) + ": " + field.Error)
		}
		value, err := s.field(ctx, person, field)
		if err != nil {
			return nil, err
		}
		values[field.Name] = value
	}
	return values, nil
}

// field asks for one value until it is one that the form takes.
func (s *Session) field(ctx context.Context, person string, f bot.Field) (string, error) {
	question := s.question(person, f)
	for {
		line, err := s.ask(ctx, question)
		if err != nil {
			return "", err
		}
		line = strings.TrimSpace(line)
		if _, answered := read(line); answered || spokenAs.MatchString(line) {
			return "", errLeftForm{true, line}
		}
		given := f
		switch line {
		case "cancel":
			return "", errLeftForm{left: true}
		case "-":
			given.Value = ""
		case "":
		default:
			given.Value = line
		}
		if err := checkField(given); err != nil {
			problem := fault.From(err)
			s.note(problem.Text + " " + problem.Next)
			continue
		}
		return given.Value, nil
	}
}

// question is the prompt of a field. What is too long to stand before the
// answer stands above it.
func (s *Session) question(person string, f bot.Field) string {
	lead := labelOf(f)
	if f.Required {
		lead += " *"
	}
	var about []string
	if f.Hint != "" {
		about = append(about, f.Hint)
	}
	if len(f.Options) > 0 {
		about = append(about, strings.Join(f.Options, ", "))
	}
	if f.Kind == "person" {
		about = append(about, "@name")
	}
	value := f.Value
	if utf8.RuneCountInString(value) > 24 {
		value = string([]rune(value)[:24]) + "…"
	}
	if value != "" {
		value = " [" + value + "]"
	}
	whole := lead
	if len(about) > 0 {
		whole += " (" + strings.Join(about, "; ") + ")"
	}
	if utf8.RuneCountInString(whole+value) > s.width()*2/3 {
		s.note(strings.Join(about, "; "))
		whole = lead
	}
	who := "  "
	if person != s.person {
		who += s.ink(personInk(person, s.o.People), "@"+person) + " "
	}
	return who + s.ink(strong, whole) + s.ink(quiet, value+" › ")
}
