package templates

// TerminalOptions says how a terminal draws.
type TerminalOptions struct {
	Width int  // columns; 0 means 80
	Color bool // without it no escape sequence is written
	// ButtonNumber returns what to type for a button; 0 or no function draws
	// the label alone.
	ButtonNumber func(Button) int
}

// Terminal draws a message for a terminal, wrapped to its width.
func Terminal(m Message, o TerminalOptions) string { return Plain(m) }
