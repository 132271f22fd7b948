package rehearse

import (
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func parseAt(w *words) Body {
	word := w.next("the time")
	if w.err != nil {
		return nil
	}
	t, err := time.Parse(time.RFC3339, word)
	if err != nil {
		w.wrong("%s is no time such as 2026-11-02T10:00:00Z", quoted(word))
	}
	return At{t}
}

func parseWait(w *words) Body {
	w.rest = strings.TrimPrefix(w.rest, "+")
	if strings.HasPrefix(w.rest, " ") || strings.HasPrefix(w.rest, "\t") {
		w.wrong("the duration must follow the + without a blank")
	}
	return Wait{w.duration("the duration")}
}

func parseInbound(root string) func(*words) Body {
	return func(w *words) Body {
		in := Inbound{Root: root, Source: w.id("the source")}
		if next := w.peek(); next == Unsigned || next == Forged || next == Lost {
			in.Manner = w.next(next)
		}
		in.File = w.bare("the file")
		return in
	}
}

// counterparty takes NAME: one of Counterparties or source:ID.
func counterparty(w *words) string {
	if source, isSource := strings.CutPrefix(w.peek(), "source:"); isSource && isID(source) {
		return w.next("")
	}
	return w.oneOf("counterparty", append(Counterparties[:len(Counterparties):len(Counterparties)], "source:ID")...)
}

func parseFail(w *words) Body {
	f := Fail{Name: counterparty(w), Mode: w.oneOf("mode", Modes...)}
	if !w.more() {
		return f
	}
	isFor := w.take("for")
	if first := w.peek(); !isFor || isNumber(first) {
		f.Times = w.number("how many times")
		w.need("times")
		if w.err == nil && f.Times == 0 {
			w.wrong("failing 0 times is not failing")
		}
		return f
	}
	if f.For = w.duration("how long"); w.err == nil && f.For == 0 {
		w.wrong("failing for no time is not failing")
	}
	return f
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func parseHeal(w *words) Body { return Heal{counterparty(w)} }

func parseSlow(w *words) Body { return Slow{counterparty(w), w.duration("how long")} }

func parseRestart(w *words) Body {
	if !w.more() {
		return Restart{}
	}
	return Restart{w.oneOf("point", AfterAppend, AfterSend, BeforeSettle)}
}

func parseUse(w *words) Body {
	w.need("plan")
	dir, commit := planWords(w)
	return UsePlan{dir, commit}
}

const journalPattern = `(?:(?:INC|DRL)-[1-9][0-9]*|service/[a-z0-9-]+|readiness|register)`

var journalName = regexp.MustCompile(`^` + journalPattern + `$`)

// journalWord takes JOURNAL.
func journalWord(w *words) string {
	word := w.next("the journal")
	if w.err == nil && !journalName.MatchString(word) {
		w.wrong("%s is no journal: write INC-1, DRL-1, service/ID, readiness or register", quoted(word))
	}
	return word
}

// Formats lists what export can write.
var Formats = []string{"md", "json", "csv", "html", "jsonl"}

func parseExport(w *words) Body {
	e := Export{Journal: journalWord(w), Format: w.oneOf("format", Formats...)}
	w.need(">")
	e.File = outFile(w, w.bare)
	return e
}

// outFile takes a path that stays below the output folder.
func outFile(w *words, take func(what string) string) string {
	name := take("the file")
	if w.err == nil && !filepath.IsLocal(name) {
		w.wrong("%s must be a relative path that stays below the output folder", quoted(name))
	}
	return name
}
