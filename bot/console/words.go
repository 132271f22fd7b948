package console

import (
	"maps"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
)

// The origins of a request.
const (
	slash   = "slash"
	mention = "mention"
	button  = "button"
	byForm  = "form"
)

// roots are what may follow "/" and "!", and the root each means.
var roots = map[string]string{
	"incident": "incident", "inc": "incident",
	"continuity": "continuity", "dr": "continuity",
}

// defaultRoot is meant where a mention or a button names none.
const defaultRoot = "incident"

// call is what typed words ask for. Without an origin it is plain chat.
type call struct {
	root, text, origin string
}

// read tells a command from plain chat. A slash command always is one, but
// nobody answers it when its root is not known.
func read(text string) (c call, answered bool) {
	first, rest := cut(strings.TrimSpace(text))
	switch {
	case strings.HasPrefix(first, "/"):
		name := strings.ToLower(first[1:])
		if root, ok := roots[name]; ok {
			return call{root, rest, slash}, true
		}
		return call{name, rest, slash}, false
	case strings.HasPrefix(first, "!"):
		if root, ok := roots[strings.ToLower(first[1:])]; ok {
			return call{root, rest, mention}, true
		}
	case strings.EqualFold(strings.TrimRight(first, ":,"), "@holdfast"):
		if named, after := cut(rest); roots[strings.ToLower(named)] != "" {
			return call{roots[strings.ToLower(named)], after, mention}, true
		}
		return call{defaultRoot, rest, mention}, true
	}
	return call{}, false
}

// Refuses says why the chat refuses a request by itself, as a chat does with a
// slash command of no program. It is nil for what is to be handed in.
func Refuses(r bot.Request) error {
	if r.Origin != slash || roots[r.Root] != "" {
		return nil
	}
	known := slices.Sorted(maps.Keys(roots))
	return fault.Newf(fault.UnknownVerb, "Slash commands are /"+strings.Join(known, ", /")+".", "There is no command /%s.", r.Root)
}

// cut takes the first word off.
func cut(text string) (first, rest string) {
	i := strings.IndexAny(text, " \t\n")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}
