package console

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// open shows a person a form, in place of one that still waited. The caller
// holds c.mu.
func (c *Chat) open(person, room string, f bot.Form) {
	f = copied(f)
	c.desk(person).form = &opening{form: f, room: room}
	shown := copied(f)
	c.emit(Event{Kind: Form, To: "@" + person, Room: room, Ref: f.ID, Text: formText(f), Form: &shown})
}

// Submit sends the form that is open for a person. Fields that values do not
// name stay as prefilled. A name that is no field, a value outside a choice
// and an empty required field are refused, and the form stays open.
func (c *Chat) Submit(ctx context.Context, person string, values map[string]string) Result {
	r, err := c.send(person, values, checkField)
	if err != nil {
		return Result{Err: err}
	}
	return c.hand(ctx, r)
}

// Fill is Submit by a platform that leaves every check but that of the names
// to who answers. The request has not been handed in.
func (c *Chat) Fill(person string, values map[string]string) (bot.Request, error) {
	return c.send(person, values, func(bot.Field) error { return nil })
}

// send closes the form that is open for a person and makes its request, unless
// check refuses a field.
func (c *Chat) send(person string, values map[string]string, check func(bot.Field) error) (bot.Request, error) {
	person = bare(person)
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.desk(person)
	if d.form == nil {
		return bot.Request{}, noForm(person)
	}
	room, f := d.form.room, copied(d.form.form)
	if err := fill(&f, values, check); err != nil {
		return bot.Request{}, err
	}
	d.form = nil
	return c.number(bot.Request{Room: room, Person: person, Root: f.Root, Text: f.Verb, Origin: byForm, Form: &f}), nil
}

// Cancel closes the form that is open for a person.
func (c *Chat) Cancel(_ context.Context, person string) Result {
	person = bare(person)
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.desk(person)
	if d.form == nil {
		return Result{Err: noForm(person)}
	}
	d.form = nil
	return Result{}
}

func noForm(person string) error {
	return fault.Newf(fault.NotOpen, "A command whose argument is missing opens one.", "No form is open for @%s.", person)
}

// fill puts values into a form and checks each field.
func fill(f *bot.Form, values map[string]string, check func(bot.Field) error) error {
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(names, name) {
			return fault.Newf(fault.UnknownID, "Its fields are "+strings.Join(names, ", ")+".", "The form %q has no field %q.", f.Title, name)
		}
	}
	for i := range f.Fields {
		field := &f.Fields[i]
		if v, ok := values[field.Name]; ok {
			field.Value = v
		}
		field.Error = ""
		if err := check(*field); err != nil {
			return err
		}
	}
	return nil
}

// checkField refuses what a chat's own form would not let through.
func checkField(f bot.Field) error {
	switch {
	case f.Required && strings.TrimSpace(f.Value) == "":
		return fault.Newf(fault.Missing, "Fill in the field "+f.Name+".", "%s is needed.", labelOf(f))
	case f.Kind == "choice" && f.Value != "" && !slices.Contains(f.Options, f.Value):
		return fault.Newf(fault.Range, "One of "+strings.Join(f.Options, ", ")+".", "%s cannot be %q.", labelOf(f), f.Value)
	}
	return nil
}

func labelOf(f bot.Field) string {
	if f.Label != "" {
		return f.Label
	}
	return f.Name
}

// formText is a form in plain text: a line for each field with its name, what
// it may hold and what stands in it.
func formText(f bot.Form) string {
	lines := []string{f.Title}
	for _, field := range f.Fields {
		about := field.Name
		if field.Required {
			about += ", required"
		}
		if len(field.Options) > 0 {
			about += ", one of " + strings.Join(field.Options, " ")
		}
		lines = append(lines, fmt.Sprintf("%s (%s): %s", labelOf(field), about, field.Value))
		if field.Error != "" {
			lines = append(lines, "  ! "+field.Error)
		}
	}
	submit := f.Submit
	if submit == "" {
		submit = "Send"
	}
	lines = append(lines, "["+submit+"] [Cancel]")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return templates.Inert(strings.Join(lines, "\n"))
}

// copied shares no fields with f.
func copied(f bot.Form) bot.Form {
	f.Fields = slices.Clone(f.Fields)
	return f
}
