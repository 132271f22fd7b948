package console

import "holdfast/templates"

// help is what the terminal itself understands.
var help = templates.Message{Blocks: []templates.Block{{Kind: templates.Fields, Fields: []templates.Field{
	keys("/incident ...", "a command; /incident help lists them all"),
	keys("/continuity ...", "a question about the plan; /continuity help lists them all"),
	keys("3 or [Accept]", "press the button with this number or label"),
	keys("@bob: ...", "do something as another person; @bob: alone changes who you are; @ lists people"),
	keys("#ops", "go to another room; # lists rooms"),
	keys("@bob dm: ...", "speak to Holdfast in a direct message"),
	keys("# ...", "a remark for yourself; nothing happens"),
	keys("anything else", "plain chat in the room"),
	keys("quit", "leave; also exit and Ctrl-D"),
}}}}

func keys(typed, does string) templates.Field {
	return templates.Field{Key: []templates.Span{{Text: typed}}, Value: []templates.Span{{Text: does}}}
}
