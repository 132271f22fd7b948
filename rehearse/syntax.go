package rehearse

import (
	"slices"
	"strings"

	"holdfast/internal/nearest"
)

// SyntaxError says what is wrong with one line, and what it was meant to be.
type SyntaxError struct {
	Pos
	Wrong   string // what is wrong, without a full stop
	Nearest string // the form of the nearest directive; may be empty
}

func (e *SyntaxError) Error() string {
	s := e.Pos.String() + ": " + e.Wrong
	if e.Nearest != "" {
		s += "; nearest: " + e.Nearest
	}
	return s
}

// A grammar rule reads the directives that begin with one word.
type rule struct {
	word, form string
	stage      bool
	parse      func(*words) Body
}

var rules = []rule{
	{"rehearse", "rehearse 1", true, parseLanguage},
	{"plan", "plan DIR [as COMMIT]", true, parsePlan},
	{"person", "person ID [groups:a,b] [guest]", true, parseCast},
	{"set", "set KEY VALUE", true, parseSetting},
	{"chat", "chat console|slack|teams", true, parsePlatform},
	{"zone", "zone Area/City", true, parseZone},
	{"at", "at RFC3339, or +DUR", false, parseAt},
	{"redeliver", "redeliver", false, func(*words) Body { return Redeliver{} }},
	{"together", "together", false, func(*words) Body { return Together{} }},
	{"end", "end", false, func(*words) Body { return end{} }},
	{"alert", "alert SOURCE [unsigned|forged|lost] FILE", false, parseInbound("alert")},
	{"webhook", "webhook SOURCE [unsigned|forged|lost] FILE", false, parseInbound("webhook")},
	{"fail", "fail NAME MODE [for DUR | N times]", false, parseFail},
	{"heal", "heal NAME", false, parseHeal},
	{"slow", "slow NAME DUR", false, parseSlow},
	{"restart", "restart [after-append|after-send|before-settle]", false, parseRestart},
	{"use", "use plan DIR [as COMMIT]", false, parseUse},
	{"export", "export JOURNAL md|json|csv|html|jsonl > FILE", false, parseExport},
}

var waitRule = rule{"+", "+DUR", false, parseWait}

// end closes a together block; it never leaves the parser.
type end struct{}

func (end) String() string { return "end" }

// parseLine reads one directive. The error has no position yet.
func parseLine(text string) (Body, rule, *SyntaxError) {
	w := &words{rest: text}
	r := ruleOf(w)
	var body Body
	switch r.word {
	case "@":
		body, r.form = parsePerson(w)
	case "expect":
		w.next("")
		body, r.form = parseExpect(w)
	case "":
	case "+":
		body = r.parse(w)
	default:
		w.next("")
		body = r.parse(w)
	}
	w.end()
	if w.err != nil {
		return nil, r, &SyntaxError{Wrong: w.err.Error(), Nearest: r.form}
	}
	if what := unbuilt(body); what != "" {
		return nil, r, &SyntaxError{Wrong: what + " is not in this version"}
	}
	return body, r, nil
}

// ruleOf finds the rule by the first word; an unknown one is wrong and gives
// the form of the nearest.
func ruleOf(w *words) rule {
	first := w.peek()
	switch {
	case strings.HasPrefix(first, "@"):
		return rule{word: "@"}
	case strings.HasPrefix(first, "+"):
		return waitRule
	case first == "expect":
		return rule{word: "expect"}
	}
	names := []string{"expect"}
	for _, r := range rules {
		if r.word == first {
			return r
		}
		names = append(names, r.word)
	}
	w.wrong("there is no directive %s", quoted(first))
	near := nearest.Words(first, names)
	if len(near) == 0 {
		return rule{form: "one of @ID, +DUR, " + strings.Join(names, ", ")}
	}
	for _, r := range rules {
		if r.word == near[0] {
			return rule{form: r.form}
		}
	}
	return rule{form: checkForms[""]}
}

// unbuilt names what a directive needs and this version does not have, "" when
// it has all.
func unbuilt(b Body) string {
	switch b := b.(type) {
	case Inbound:
		if b.Root != "webhook" {
			return quoted(b.Root)
		}
		if !slices.Contains(Sources, b.Source) {
			return quoted(b.Root + " " + b.Source)
		}
	case Platform:
		if b.Name == "teams" {
			return quoted("chat " + b.Name)
		}
	case Fail:
		return unbuiltCounterparty("fail", b.Name)
	case Heal:
		return unbuiltCounterparty("heal", b.Name)
	case Slow:
		return unbuiltCounterparty("slow", b.Name)
	}
	return ""
}

func unbuiltCounterparty(verb, name string) string {
	if strings.HasPrefix(name, "source:") {
		return quoted(verb + " " + name)
	}
	return ""
}

func suggestion(word string, known []string) string {
	return "; " + nearest.Sentence(word, known, "known: "+strings.Join(known, ", "))
}

// Errors is every syntax error of a file, in the order of its lines.
type Errors []*SyntaxError

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}
