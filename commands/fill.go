package commands

import (
	"context"
	"strings"

	"holdfast/bot"
)

// filled runs the rest of a command once nothing is missing, and opens its
// form otherwise.
func filled(run func(ctx context.Context, c *Call) (bot.Reply, error)) func(context.Context, *Call) (bot.Reply, error) {
	return func(ctx context.Context, c *Call) (bot.Reply, error) {
		if form, err := c.complete(); form != nil || err != nil {
			return c.orAsk(ctx, form, err)
		}
		return run(ctx, c)
	}
}

// orAsk answers a command that is not complete: with what is wrong, else with
// the form.
func (c *Call) orAsk(ctx context.Context, form *bot.Form, err error) (bot.Reply, error) {
	if err != nil {
		return bot.Reply{}, err
	}
	return c.ask(ctx, form)
}

var reason = Param{Name: "because", In: because, Label: "Why", Long: true}

// require is the command's form with one more field that must be filled.
func (c *Call) require(name string) *bot.Form {
	f := c.form()
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			f.Fields[i].Required = true
		}
	}
	return f
}

// choose completes an unambiguous prefix that complete has accepted.
func choose(v string, options []string) string {
	for _, o := range options {
		if v != "" && strings.HasPrefix(o, strings.ToLower(v)) {
			return o
		}
	}
	return v
}
