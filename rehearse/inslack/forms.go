package inslack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"holdfast/rehearse"
	standin "holdfast/rehearse/standin/slack"
)

// input is one question of a form on the screen.
type input struct {
	block, name, label string
	kind               string // of its element, by Slack's name
	value              string // what stands in it, by Slack's ids
	shown              string // the same as people read it
	options            []string
	wrong              string // what is said below it
}

// view is a form as it is drawn.
type view struct {
	Title  words   `json:"title"`
	Blocks []block `json:"blocks"`
}

// read returns the title and the inputs of a form.
func (c *chat) read(v standin.View) (title string, all []input) {
	var drawn view
	if json.Unmarshal(v.Body, &drawn) != nil {
		return "", nil
	}
	title = drawn.Title.Text
	for i, b := range drawn.Blocks {
		switch {
		case b.Type == "section" && i == 0 && b.Text != nil:
			title = b.Text.Text // the head holds no more than 24 characters
		case b.Type == "context" && len(all) > 0:
			for _, e := range b.Elements {
				all[len(all)-1].wrong = e.Text.Text
			}
		case b.Type == "input" && b.Element != nil:
			e := *b.Element
			in := input{block: b.BlockID, name: b.BlockID[strings.LastIndexByte(b.BlockID, '/')+1:], label: b.Label.Text, kind: e.Type}
			switch {
			case e.InitialOption != nil:
				in.value, in.shown = e.InitialOption.Value, e.InitialOption.Value
			case e.InitialUser != "":
				in.value, in.shown = e.InitialUser, "@"+c.cast.person(e.InitialUser)
			default:
				in.value, in.shown = e.InitialValue, e.InitialValue
			}
			for _, group := range append(e.OptionGroups, optionGroup{e.Options}) {
				for _, o := range group.Options {
					in.options = append(in.options, o.Value)
				}
			}
			all = append(all, in)
		}
	}
	return title, all
}

// seeForm tells of a form on somebody's screen; wrong is what stands below its
// inputs, by block.
func (c *chat) seeForm(v standin.View, wrong map[string]string) {
	title, all := c.read(v)
	if len(all) == 0 {
		return // it only says something
	}
	who := c.cast.person(v.User)
	c.mu.Lock()
	typed := c.desk(who).typed[v.ID]
	c.mu.Unlock()
	var text strings.Builder
	text.WriteString(title)
	fields := []map[string]string{}
	for _, in := range all {
		if value, given := typed[in.block]; given {
			in.shown = c.shown(in, value)
		}
		if w, is := wrong[in.block]; is {
			in.wrong = w
		}
		fmt.Fprintf(&text, "\n%s: %s", in.label, in.shown)
		if in.wrong != "" {
			fmt.Fprintf(&text, " (%s)", in.wrong)
		}
		fields = append(fields, map[string]string{"name": in.name, "label": in.label, "value": in.shown, "error": in.wrong})
	}
	c.site.See(rehearse.Event{Kind: rehearse.KindForm, To: "@" + who, Ref: v.ID, Text: text.String(), Data: map[string]any{"fields": fields}})
}

// shown is what stands in an input as people read it.
func (c *chat) shown(in input, value string) string {
	if in.kind == "users_select" && value != "" {
		return "@" + c.cast.person(value)
	}
	return value
}

// form returns the form that was opened last for a person.
func (c *chat) form(id, who string) (standin.View, error) {
	for _, v := range slices.Backward(c.slack.Views()) {
		if v.User == id {
			return v, nil
		}
	}
	return standin.View{}, fmt.Errorf("No form is open for @%s. A command whose argument is missing opens one.", who)
}

// submit sends a form. What is not named stays as it stands there.
func (c *chat) submit(id, said string, a rehearse.Submit) (rehearse.Delivery, error) {
	v, err := c.form(id, a.Who)
	if err != nil {
		return rehearse.Delivery{}, err
	}
	title, all := c.read(v)
	c.mu.Lock()
	values := map[string]string{}
	for block, value := range c.desk(a.Who).typed[v.ID] {
		values[block] = value
	}
	c.mu.Unlock()
	for _, f := range a.Fields {
		i := slices.IndexFunc(all, func(in input) bool { return in.name == f.Name })
		if i < 0 {
			return rehearse.Delivery{}, fmt.Errorf("The form %q has no field %q. Its fields are %s.", title, f.Name, namesOf(all))
		}
		if values[all[i].block], err = c.chosen(all[i], f.Value); err != nil {
			return rehearse.Delivery{}, err
		}
	}
	return c.delivery(a.Who, said, true, c.slack.Submit(id, v.ID, values), func(body []byte) { c.settle(a.Who, v, values, body) }), nil
}

// chosen is a value as an input takes it.
func (c *chat) chosen(in input, value string) (string, error) {
	switch {
	case value == "":
	case in.kind == "users_select":
		id, known := c.cast.account(value)
		if !known {
			return "", fmt.Errorf("nobody in Slack can be chosen as %q", value)
		}
		return id, nil
	case in.kind == "static_select" && !slices.Contains(in.options, value):
		return "", fmt.Errorf("%s cannot be %q. One of %s.", in.label, value, strings.Join(in.options, ", "))
	}
	return value, nil
}

// settle does with a form what the app has answered. One that was sent twice
// may be closed already.
func (c *chat) settle(who string, v standin.View, values map[string]string, body []byte) {
	if !slices.ContainsFunc(c.slack.Views(), func(open standin.View) bool { return open.ID == v.ID }) {
		return
	}
	c.mu.Lock()
	c.desk(who).typed[v.ID] = values
	c.mu.Unlock()
	wrong, err := c.slack.Settle(v.ID, body)
	if err != nil {
		panic(fmt.Sprintf("Slack cannot do with the form what it was answered: %v", err))
	}
	if len(wrong) > 0 {
		c.seeForm(v, wrong)
	}
}

func namesOf(all []input) string {
	var names []string
	for _, in := range all {
		names = append(names, in.name)
	}
	return strings.Join(names, ", ")
}
