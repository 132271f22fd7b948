package slack

import (
	"regexp"
	"strings"
)

// slackMark is what Slack writes in place of a mention, a channel or a link.
var slackMark = regexp.MustCompile(`<([^<>]*)>`)

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// words turns Slack's text into what a person has typed: "<@U1>" becomes
// "@alice", "<#C1|ops>" becomes "#ops", a link its address. Quotation marks of
// any kind stay; the parser knows them. What is written with entities becomes
// no mark: it is decoded last.
func (r *reader) words(text string) string {
	var b strings.Builder
	from := 0
	for _, m := range slackMark.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(entities.Replace(text[from:m[0]]))
		b.WriteString(entities.Replace(r.mark(text[m[2]:m[3]])))
		from = m[1]
	}
	b.WriteString(entities.Replace(text[from:]))
	return b.String()
}

func (r *reader) mark(inside string) string {
	target, label, labelled := strings.Cut(inside, "|")
	switch {
	case target == "":
		return "<" + inside + ">"
	case target[0] == '@':
		return "@" + r.person(target[1:])
	case target[0] == '#':
		if name := strings.TrimPrefix(r.directory.RoomName(target[1:]), "#"); name != "" {
			return "#" + name
		}
		return "#" + strings.TrimPrefix(label, "#")
	case target[0] == '!' && labelled:
		return label // a group, or a date as it was typed
	case target[0] == '!':
		name, _, _ := strings.Cut(target[1:], "^")
		return "@" + name
	case labelled && strings.HasSuffix(target, label):
		return label // Slack has made a link of a bare name
	}
	return target
}

// addressed reads what is said to the bot: behind its mention, or behind "!"
// and the name of a root. Everything else is talk among people.
func (r *reader) addressed(text string) (root, words string, ok bool) {
	text = strings.TrimSpace(text)
	if after, named := r.afterMention(text); named {
		root, words = r.rooted(r.words(after))
		return root, words, true
	}
	first, rest := cut(text)
	if strings.HasPrefix(first, "!") {
		if root, known := r.root(first[1:]); known {
			return root, r.words(rest), true
		}
	}
	return "", "", false
}

func (r *reader) afterMention(text string) (after string, named bool) {
	m := slackMark.FindStringSubmatchIndex(text)
	if m == nil || m[0] != 0 || r.self == "" {
		return "", false
	}
	id, _, _ := strings.Cut(text[m[2]:m[3]], "|")
	if id != "@"+r.self {
		return "", false
	}
	return strings.TrimLeft(text[m[1]:], ":, \t\n"), true
}

// rooted takes a root off the words, if they begin with one.
func (r *reader) rooted(text string) (root, words string) {
	first, rest := cut(strings.TrimSpace(text))
	if root, known := r.root(strings.TrimLeft(first, "/!")); known {
		return root, rest
	}
	return defaultRoot, strings.TrimSpace(text)
}

// cut takes the first word off.
func cut(text string) (first, rest string) {
	i := strings.IndexAny(text, " \t\n")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}

// quote writes a text so that the parser of commands takes it as one word.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
