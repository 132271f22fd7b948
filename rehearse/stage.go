package rehearse

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The directives of the stage, before the first `at`.
type (
	// Language is `rehearse 1`.
	Language struct{ Version int }
	// PlanDir names the plan's folder, relative to the scenario file, and the
	// commit it stands for; without one it is the digest of its files.
	PlanDir struct{ Dir, Commit string }
	// Cast adds or changes one person.
	Cast struct {
		ID     string
		Groups []string
		Guest  bool
	}
	// Setting is one policy setting.
	Setting struct{ Key, Value string }
	// Platform names the chat.
	Platform struct{ Name string }
	// Zone is the time zone of rooms.
	Zone struct{ Location *time.Location }
)

func (l Language) String() string { return fmt.Sprintf("rehearse %d", l.Version) }
func (p PlanDir) String() string  { return "plan " + planText(p.Dir, p.Commit) }
func (s Setting) String() string  { return "set " + s.Key + " " + bareText(s.Value) }
func (p Platform) String() string { return "chat " + p.Name }
func (z Zone) String() string     { return "zone " + z.Location.String() }

func (c Cast) String() string {
	s := "person " + c.ID
	if len(c.Groups) > 0 {
		s += " groups:" + strings.Join(c.Groups, ",")
	}
	if c.Guest {
		s += " guest"
	}
	return s
}

func parseLanguage(w *words) Body {
	l := Language{w.number("the version")}
	if w.err == nil && l.Version != Version {
		w.wrong("version %d of the language is not in this version; write rehearse %d", l.Version, Version)
	}
	return l
}

func parsePlan(w *words) Body {
	dir, commit := planWords(w)
	return PlanDir{dir, commit}
}

var commitEnd = regexp.MustCompile(`^(|.*[ \t])as[ \t]+([0-9a-f]{4,40})$`)

// planWords takes a plan's folder, and after it `as COMMIT` where that is there.
// A folder whose own name ends so is quoted.
func planWords(w *words) (dir, commit string) {
	w.skip()
	quoted, rest, err := unquote(w.rest)
	if err != nil {
		rest = w.tail("the folder")
	}
	w.rest = ""
	if m := commitEnd.FindStringSubmatch(rest); m != nil {
		rest, commit = m[1], m[2]
	}
	rest = strings.Trim(rest, blanks)
	switch {
	case err != nil && rest == "":
		w.wrong("the folder is missing")
	case err != nil:
		return rest, commit
	case rest != "":
		w.wrong("after the folder comes `as` and a commit, not %s", rest)
	}
	return quoted, commit
}

// planText writes what planWords reads.
func planText(dir, commit string) string {
	text := bareText(dir)
	if commit != "" {
		return text + " as " + commit
	}
	if text == dir && commitEnd.MatchString(dir) {
		return enquote(dir)
	}
	return text
}

func parseCast(w *words) Body {
	c := Cast{ID: w.id("the person")}
	for w.more() {
		word := w.peek()
		groups, isGroups := strings.CutPrefix(word, "groups:")
		switch {
		case isGroups && c.Groups == nil:
			c.Groups = strings.Split(groups, ",")
			if slices.Contains(c.Groups, "") {
				w.wrong("a group has no name in %s", quoted(word))
			}
		case word == "guest" && !c.Guest:
			c.Guest = true
		default:
			w.wrong("only groups:a,b and guest may follow, not %s", quoted(word))
		}
		w.next("")
	}
	return c
}

func parseSetting(w *words) Body {
	return Setting{w.next("the key"), w.bare("the value")}
}

func parsePlatform(w *words) Body {
	return Platform{w.oneOf("chat", "console", "slack", "teams")}
}

func parseZone(w *words) Body {
	name := w.next("the zone")
	if w.err != nil {
		return Zone{}
	}
	at, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		w.wrong("%s is no time zone such as Europe/Berlin", quoted(name))
		return Zone{}
	}
	return Zone{at}
}

// bareText writes what words.bare reads back.
func bareText(s string) string {
	if s == "" || strings.HasPrefix(s, `"`) || strings.Contains(s, "\n") || strings.Trim(s, blanks) != s {
		return enquote(s)
	}
	return s
}
