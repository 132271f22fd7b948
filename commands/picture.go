package commands

import (
	"holdfast/bot"
	"holdfast/export/picture"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Keeper puts a picture where the person who asked finds it, and returns where
// that is.
type Keeper func(name string, content []byte) (where string, err error)

// pictured answers with a picture instead of words: for a telephone, unless it is
// kept as a file.
func (c *Call) pictured(name string, draw func(picture.View) (*picture.Scene, error)) (bot.Reply, error) {
	scene, err := draw(picture.View{Narrow: c.bot.Keep == nil})
	if err != nil {
		return bot.Reply{}, fault.Wrap(err, fault.NotOpen, "There is nothing to draw.", "`/continuity plan check` says what the plan lacks.")
	}
	content, err := scene.PNG()
	if err != nil {
		return bot.Reply{}, fault.Wrap(err, fault.TooBig, "The picture is too large for chat.", "`holdfast plan picture` draws it as SVG.")
	}
	where := name
	if c.bot.Keep != nil {
		if where, err = c.bot.Keep(name, content); err != nil {
			return bot.Reply{}, err
		}
	}
	v := c.planView()
	v.Answer = templates.Drawn{Title: scene.Title(), Says: scene.Description(), Where: where}
	reply, err := c.render("picture", v)
	reply.File, reply.Content = where, content
	return reply, err
}
