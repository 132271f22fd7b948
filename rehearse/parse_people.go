package rehearse

import (
	"regexp"
	"slices"
	"strings"
)

// personVerbs are the words that may follow "@ID " when it does not speak.
var personVerbs = []string{"clicks", "submits", "cancels", "reacts", "unreacts", "menu", "edits", "deletes"}

var personForms = map[string]string{
	"":         "@ID [PLACE]: TEXT",
	"clicks":   `@ID clicks "LABEL" [in PLACE]`,
	"submits":  "@ID submits [NAME=STRING|WORD ...]",
	"cancels":  "@ID cancels",
	"reacts":   "@ID reacts :NAME: to REF",
	"unreacts": "@ID unreacts :NAME: to REF",
	"menu":     `@ID menu "LABEL" on REF`,
	"edits":    "@ID edits REF: TEXT",
	"deletes":  "@ID deletes REF",
}

// parsePerson reads a line that begins with "@" and names the form it was
// taken for.
func parsePerson(w *words) (Body, string) {
	who, verb := splitActor(w)
	if verb == "" {
		return parseSay(w, who), personForms[""]
	}
	if !slices.Contains(personVerbs, verb) {
		w.wrong("nobody can %s%s", quoted(verb), suggestion(verb, personVerbs))
		return nil, personForms[""]
	}
	w.next(verb)
	form := personForms[verb]
	switch verb {
	case "clicks":
		return parseClick(w, who), form
	case "submits":
		return parseSubmit(w, who), form
	case "cancels":
		return Cancel{who}, form
	case "menu":
		m := Menu{Who: who, Label: w.text("the label")}
		w.need("on")
		m.Ref = parseRef(w)
		return m, form
	case "edits":
		return parseRewrite(w, who), form
	case "deletes":
		return Remove{who, parseRef(w)}, form
	}
	r := React{Who: who, Undo: verb == "unreacts", Name: parseEmoji(w)}
	w.need("to")
	r.Ref = parseRef(w)
	return r, form
}

// splitActor takes "@ID" and says which verb follows; none when a colon or a
// place does.
func splitActor(w *words) (who, verb string) {
	w.rest = strings.TrimPrefix(w.rest, "@")
	end := strings.IndexAny(w.rest, blanks+":")
	if end < 0 {
		end = len(w.rest)
	}
	who, w.rest = w.rest[:end], w.rest[end:]
	if !isID(who) {
		w.wrong("a person is @ and a-z, 0-9 and -, not %s", quoted("@"+who))
	}
	verb = w.peek()
	if w.err == nil && verb == "" {
		w.wrong("what @%s does is missing", who)
	}
	if strings.HasPrefix(w.rest, ":") || isSpokenIn(verb) {
		return who, ""
	}
	return who, verb
}

func isSpokenIn(word string) bool {
	place, _, colon := strings.Cut(word, ":")
	return strings.HasPrefix(word, "#") || colon && !slices.Contains(personVerbs, place) || word == string(DM)
}

func parseSay(w *words, who string) Body {
	w.skip()
	place, text, colon := strings.Cut(w.rest, ":")
	if !colon {
		w.wrong("a colon and what @%s says are missing", who)
		return nil
	}
	s := Say{Who: who, Place: Place(strings.TrimRight(place, blanks)), Text: strings.Trim(text, blanks)}
	if s.Place != "" {
		checkPlace(w, s.Place, false)
	}
	if s.Text == "" {
		w.wrong("what @%s says is missing", who)
	}
	w.rest = ""
	return s
}

// checkPlace demands a room or dm, or where it may be, reply.
func checkPlace(w *words, p Place, reply bool) {
	room, isRoom := strings.CutPrefix(string(p), "#")
	if isRoom && isID(room) || p == DM || p == Reply && reply {
		return
	}
	known := "a room such as #ops, or dm"
	if reply {
		known = "a room such as #ops, dm or reply"
	}
	w.wrong("%s is no place: write %s", quoted(string(p)), known)
}

func parseClick(w *words, who string) Body {
	c := Click{Who: who, Label: w.text("the label")}
	if w.more() {
		w.need("in")
		c.Place = Place(w.next("the place"))
		checkPlace(w, c.Place, true)
	}
	return c
}

func parseSubmit(w *words, who string) Body {
	s := Submit{Who: who}
	for w.more() {
		s.Fields = append(s.Fields, parseField(w))
	}
	return s
}

// parseField takes NAME=WORD or NAME=STRING.
func parseField(w *words) Field {
	word := w.peek()
	name, _, found := strings.Cut(word, "=")
	if !found || name == "" || strings.Contains(name, `"`) {
		w.wrong("NAME=VALUE is missing before %s", quoted(word))
		return Field{}
	}
	w.rest = w.rest[len(name)+1:]
	if w.rest == "" || strings.ContainsRune(blanks, rune(w.rest[0])) {
		w.wrong(`the value of %s is missing; an empty one is ""`, name)
		return Field{}
	}
	return Field{name, w.value("the value of " + name)}
}

func parseEmoji(w *words) string {
	word := w.next("the reaction")
	name := strings.TrimSuffix(strings.TrimPrefix(word, ":"), ":")
	if w.err == nil && (name == "" || ":"+name+":" != word) {
		w.wrong("a reaction is written :NAME:, not %s", quoted(word))
	}
	return name
}

var entryRef = regexp.MustCompile(`^` + journalPattern + `#[1-9][0-9]*$`)

func parseRef(w *words) Ref {
	w.skip()
	if strings.HasPrefix(w.rest, `"`) {
		return Ref{Text: w.text("the message")}
	}
	word := w.next("the message")
	if word == "last" {
		return Ref{Last: true}
	}
	if w.err == nil && !entryRef.MatchString(word) {
		w.wrong(`%s names no message: write "a text it contains", INC-1#3 or last`, quoted(word))
	}
	return Ref{Entry: word}
}

// parseRewrite takes REF: TEXT, where the colon may touch either.
func parseRewrite(w *words, who string) Body {
	w.skip()
	end := strings.Index(w.rest, ":")
	if strings.HasPrefix(w.rest, `"`) {
		end = afterString(w.rest)
	}
	if end < 0 || end >= len(w.rest) {
		w.wrong("a colon and the new text are missing")
		return nil
	}
	ref := &words{rest: w.rest[:end]}
	r := Rewrite{Who: who, Ref: parseRef(ref)}
	rest, colon := strings.CutPrefix(strings.TrimLeft(w.rest[end:], blanks), ":")
	if ref.end(); ref.err != nil {
		w.wrong("%v", ref.err)
	}
	r.Text = strings.Trim(rest, blanks)
	if !colon || r.Text == "" {
		w.wrong("a colon and the new text are missing")
	}
	w.rest = ""
	return r
}

// afterString returns where the STRING at the start of s ends, -1 when it does
// not.
func afterString(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}
