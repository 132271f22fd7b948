package rehearse

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

var checkForms = map[string]string{
	"":        "expect [ever] [not | exactly N] KIND [TO] [~ RE | = TEXT]",
	"ok":      "expect ok",
	"error":   "expect error CODE",
	"facts":   "expect journal JOURNAL has|lacks FACT [FIELD=VALUE ...], or count FACT = N",
	"state":   "expect state JOURNAL PATH = VALUE | ~ RE | absent",
	"verify":  "expect verify JOURNAL ok",
	"pending": "expect pending N",
	"file":    "expect file FILE ~ RE",
}

// parseExpect reads what follows "expect" and names the form it was taken for.
func parseExpect(w *words) (Body, string) {
	first := w.peek()
	switch first {
	case "ok":
		w.next("")
		return ExpectOutcome{}, checkForms[first]
	case "error":
		w.next("")
		return parseRefused(w), checkForms[first]
	case "state":
		w.next("")
		return parseState(w), checkForms[first]
	case "verify":
		w.next("")
		v := ExpectVerify{journalWord(w)}
		w.need("ok")
		return v, checkForms[first]
	case "pending":
		w.next("")
		return ExpectPending{w.number("how many")}, checkForms[first]
	case "file":
		w.next("")
		f := ExpectFile{File: outFile(w, w.value)}
		w.need("~")
		f.Match = parseRE(w)
		return f, checkForms[first]
	}
	if facts, ok := asFacts(w); ok {
		return parseFacts(facts, w), checkForms["facts"]
	}
	return parseEvents(w), checkForms[""]
}

var errorCode = regexp.MustCompile(`^E_[A-Z0-9_]+$`)

func parseRefused(w *words) Body {
	code := w.next("the code")
	if w.err == nil && !errorCode.MatchString(code) {
		w.wrong("%s is no code such as E_ROLE", quoted(code))
	}
	return ExpectOutcome{code}
}

func parseState(w *words) Body {
	e := ExpectState{Journal: journalWord(w)}
	path, err := ParsePath(w.next("the path"))
	if w.err == nil && err != nil {
		w.wrong("%v", err)
	}
	e.Path = path
	switch op := w.next("=, ~ or absent"); op {
	case "absent":
		e.Absent = true
	case "=":
		e.Match = equal(w.bare("the value"))
	case "~":
		e.Match = parseRE(w)
	default:
		w.wrong("= VALUE, ~ RE or absent must follow the path, not %s", quoted(op))
	}
	return e
}

func parseRE(w *words) Match {
	src := w.tail("the regular expression")
	m, err := matching(src)
	if w.err == nil && err != nil {
		w.wrong("%v", err)
	}
	return m
}

// asFacts looks ahead for `journal JOURNAL has|lacks|count`, and takes it when
// it is there.
func asFacts(w *words) (ExpectFacts, bool) {
	parts := strings.Fields(w.rest)
	if len(parts) < 3 || parts[0] != "journal" || !slices.Contains([]string{"has", "lacks", "count"}, parts[2]) {
		return ExpectFacts{}, false
	}
	w.next("")
	return ExpectFacts{Journal: journalWord(w), How: w.next("")}, true
}

var factKind = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)

func parseFacts(e ExpectFacts, w *words) Body {
	e.Fact = w.next("the fact")
	if w.err == nil && !factKind.MatchString(e.Fact) {
		w.wrong("%s is no kind of fact such as decision.made", quoted(e.Fact))
	}
	if e.How == "count" {
		w.need("=")
		e.Count = w.number("how many")
		return e
	}
	for w.more() {
		f := parseField(w)
		if _, err := ParsePath(f.Name); w.err == nil && err != nil {
			w.wrong("%v", err)
		}
		e.Fields = append(e.Fields, f)
	}
	return e
}

func parseEvents(w *words) Body {
	e := ExpectEvents{Count: AtLeastOne, Ever: w.take("ever")}
	switch {
	case w.take("not"):
		e.Count = 0
	case w.take("exactly"):
		e.Count = w.number("how many")
	}
	known := slices.Clone(expectable)
	if !e.Ever && e.Count == AtLeastOne {
		known = append(known, "ok", "error", "state", "verify", "pending", "file", "ever", "not", "exactly")
	}
	e.Kind = EventKind(w.oneOf("kind of event", known...))
	if next := w.peek(); next != "" && next != "~" && next != "=" && w.err == nil {
		e.To = w.next("")
		checkAddressee(w, e.Kind, e.To)
	}
	switch {
	case w.take("~"):
		e.Match = parseRE(w)
	case w.take("="):
		e.Match = equal(w.bare("the text"))
	}
	return e
}

// expectable are the kinds of events that a check may name.
var expectable = []string{"reply", "post", "edit", "dm", "page", "ticket", "mail", "note", "form", "room", "topic", "invite", "statuspage", "journal"}

var pageName = regexp.MustCompile(`^PG-[1-9][0-9]*$`)

var ticketKey = regexp.MustCompile(`^(?:new|[A-Z][A-Z0-9_]*-[1-9][0-9]*)$`)

// checkAddressee demands the kind of addressee that events of this kind have.
func checkAddressee(w *words, kind EventKind, to string) {
	person, isPerson := strings.CutPrefix(to, "@")
	isPerson = isPerson && isID(person)
	ok, known := false, ""
	switch kind {
	case KindReply, KindDM, KindForm, KindInvite:
		ok, known = isPerson, "a person such as @alice"
	case KindPost, KindEdit, KindTopic, KindRoom:
		room, isRoom := strings.CutPrefix(to, "#")
		ok, known = isRoom && isID(room), "a room such as #ops"
	case KindPage:
		team, isTeam := strings.CutPrefix(to, "team:")
		service, isService := strings.CutPrefix(to, "service:")
		ok = isPerson || isTeam && isID(team) || isService && isID(service)
		known = "team:ID, service:ID or a person such as @alice"
	case KindTicket:
		ok, known = ticketKey.MatchString(to), "a ticket such as OPS-1, or new"
	case KindNote:
		ok, known = pageName.MatchString(to), "a page such as PG-1"
	case KindMail:
		_, err := mail.ParseAddress(to)
		ok, known = err == nil, "a mail address"
	case KindJournal:
		ok, known = journalName.MatchString(to), "INC-1, DRL-1, service/ID, readiness or register"
	case KindStatusPage:
		known = "~ RE or = TEXT: a status page has no addressee"
	}
	if !ok {
		w.wrong("%s follows %s: write %s", quoted(to), kind, known)
	}
}
