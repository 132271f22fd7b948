package console

import (
	"maps"
	"slices"
	"strings"

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

// call is what typed words ask for.
type call struct {
	root, text, origin string
}

// read tells a command from plain chat. A slash command that nobody answers is
// refused; every other text that is no command is chat.
func read(text string) (c call, asks bool, err error) {
	text = strings.TrimSpace(text)
	first, rest := cut(text)
	switch {
	case strings.HasPrefix(first, "/") && len(first) > 1:
		root, ok := roots[strings.ToLower(first[1:])]
		if !ok {
			known := slices.Sorted(maps.Keys(roots))
			return call{}, false, fault.Newf(fault.UnknownVerb, "Slash commands are /"+strings.Join(known, ", /")+".", "Nobody answers to %s here.", first)
		}
		return call{root, rest, slash}, true, nil
	case strings.HasPrefix(first, "!"):
		if root, ok := roots[strings.ToLower(first[1:])]; ok {
			return call{root, rest, mention}, true, nil
		}
	case strings.EqualFold(strings.TrimRight(first, ":,"), "@holdfast"):
		if named, after := cut(rest); roots[strings.ToLower(named)] != "" {
			return call{roots[strings.ToLower(named)], after, mention}, true, nil
		}
		return call{defaultRoot, rest, mention}, true, nil
	}
	return call{}, false, nil
}

// cut takes the first word off.
func cut(text string) (first, rest string) {
	i := strings.IndexAny(text, " \t\n")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}
