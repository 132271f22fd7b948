package templates

// Plain draws a message as plain text: what scenarios match and transcripts
// hold. Equal messages give equal text, without trailing blanks or a final
// line break. A header is a line, a field "Key: value", a row of buttons
// "[Accept] [Decline]".
func Plain(m Message) string { return "" }
