package commands_test

import (
	"strings"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// answer is what a person got.
type answer struct {
	console.Result
	of   string
	desk *desk
}

func (a answer) text() string { return templates.Plain(a.Reply.Message) }

func (a answer) form() *bot.Form { return a.Reply.Form }

func (a answer) accepted() answer {
	a.desk.Helper()
	if a.Code() != "" || a.Err != nil || a.form() != nil {
		a.desk.Fatalf("%s: want it accepted, got code %q, form %v, %v:\n%s", a.of, a.Code(), a.form() != nil, a.Err, a.text())
	}
	return a
}

func (a answer) refused(code fault.Code) answer {
	a.desk.Helper()
	if a.Code() != code || a.form() != nil {
		a.desk.Fatalf("%s: want %s, got code %q, form %v:\n%s", a.of, code, a.Code(), a.form() != nil, a.text())
	}
	return a
}

// asked demands that a form has opened and nothing was refused.
func (a answer) asked() answer {
	a.desk.Helper()
	if a.form() == nil || a.Code() != "" {
		a.desk.Fatalf("%s: want a form, got code %q:\n%s", a.of, a.Code(), a.text())
	}
	return a
}

// says demands words of the answer.
func (a answer) says(words ...string) answer {
	a.desk.Helper()
	for _, w := range words {
		if !strings.Contains(a.text(), w) {
			a.desk.Errorf("%s: it does not say %q:\n%s", a.of, w, a.text())
		}
	}
	return a
}

// hides demands that words are not in the answer.
func (a answer) hides(words ...string) answer {
	a.desk.Helper()
	for _, w := range words {
		if strings.Contains(a.text(), w) {
			a.desk.Errorf("%s: it says %q:\n%s", a.of, w, a.text())
		}
	}
	return a
}

// field returns what stands in a field of the form.
func (a answer) field(name string) bot.Field {
	a.desk.Helper()
	for _, f := range a.asked().form().Fields {
		if f.Name == name {
			return f
		}
	}
	a.desk.Fatalf("%s: the form has no field %s", a.of, name)
	return bot.Field{}
}
