package rehearse

import (
	"strings"
	"unicode/utf8"
)

const blanks = " \t"

// line is one logical line: continuations joined, blanks around it cut.
type line struct {
	number int
	text   string
}

// split cuts a file into logical lines and leaves out comments and blank
// lines. A comment is never continued, so that it cannot swallow a directive.
func split(file, text string) ([]line, *SyntaxError) {
	text = strings.TrimPrefix(text, "\ufeff")
	var lines []line
	open := false // the last line goes on
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		if !utf8.ValidString(raw) {
			return nil, &SyntaxError{Pos: Pos{file, i + 1}, Wrong: "this is not UTF-8"}
		}
		if strings.Contains(raw, "\r") {
			return nil, &SyntaxError{Pos: Pos{file, i + 1}, Wrong: "a carriage return stands inside the line"}
		}
		trimmed := strings.TrimLeft(raw, blanks)
		if !open && (trimmed == "" || isComment(trimmed)) {
			continue
		}
		part, goesOn := strings.CutSuffix(raw, `\`)
		if open {
			last := &lines[len(lines)-1]
			last.text += joined(part)
		} else {
			lines = append(lines, line{i + 1, part})
		}
		open = goesOn
	}
	if open {
		return nil, &SyntaxError{Pos: Pos{file, lines[len(lines)-1].number}, Wrong: `the line ends in \ and nothing follows`}
	}
	kept := lines[:0]
	for _, l := range lines {
		if l.text = strings.Trim(l.text, blanks); l.text != "" {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

// joined is how a line continues the one before: its leading blanks become
// one.
func joined(part string) string {
	if rest := strings.TrimLeft(part, blanks); rest != part {
		return " " + rest
	}
	return part
}

func isComment(trimmed string) bool {
	rest, hash := strings.CutPrefix(trimmed, "#")
	return hash && (rest == "" || strings.ContainsRune(blanks, rune(rest[0])))
}
