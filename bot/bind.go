package bot

import (
	"strings"

	"holdfast/templates"
)

// Bound returns the message with every button's command saying which incident
// it is about, so that it works wherever it is pressed.
func Bound(m templates.Message, incident string) templates.Message {
	blocks := make([]templates.Block, len(m.Blocks))
	copy(blocks, m.Blocks)
	for i, b := range blocks {
		if len(b.Buttons) == 0 {
			continue
		}
		buttons := make([]templates.Button, len(b.Buttons))
		for j, button := range b.Buttons {
			if !strings.Contains(button.Command, "#") && button.Command != "declare" && !strings.HasPrefix(button.Command, "/") {
				button.Command += " #" + incident
			}
			buttons[j] = button
		}
		blocks[i].Buttons = buttons
	}
	m.Blocks = blocks
	return m
}
