package plan

import (
	"path"
	"slices"
	"strings"
)

// readHolidays reads holidays/*.txt: a date a line, # before a comment, and one
// line `until 2027-12-31` that says up to when the list speaks.
func (l *loader) readHolidays() {
	for _, file := range l.folder("holidays", ".txt", false) {
		name := strings.TrimSuffix(path.Base(file), ".txt")
		text, ok := l.source(file, true)
		switch {
		case !IsID(name):
			l.report(Error, codeValue, Place{File: file}, idRule, "%q is no id.", shown(name))
			continue
		case !ok:
			l.known(calendar, name, Place{File: file})
			continue
		}
		h := l.holidays(file, name, text)
		l.places["holidays/"+name] = Place{File: file}
		l.define(calendar, name, Place{File: file})
		l.plan.Holidays = append(l.plan.Holidays, h)
	}
}

func (l *loader) holidays(file, name, text string) Holidays {
	h := Holidays{Name: name}
	first := map[Day]int{}
	for i, line := range strings.Split(text, "\n") {
		at := Place{File: file, Line: i + 1}
		if what, found := forbidden(line); found {
			l.report(Error, codeText, at, "Remove it.", "The line holds %s.", what)
			continue
		}
		line, _, _ = strings.Cut(line, "#")
		word, isUntil := strings.CutPrefix(strings.TrimSpace(line), "until ")
		if word == "" {
			continue
		}
		day, ok := ParseDay(strings.TrimSpace(word))
		switch {
		case !ok:
			l.report(Error, codeValue, at, "Write it such as 2026-12-25, and what is said about it behind #.", "%q is no date.", shown(word))
		case isUntil && h.Until != Day{}:
			l.report(Error, codeDuplicate, at, "Remove one of them.", "The list says twice until when it speaks.")
		case isUntil:
			h.Until = day
			l.places["holidays/"+name+".until"] = at
		case first[day] > 0:
			l.report(Error, codeDuplicate, at, "Remove one of them.", "%s is listed twice, first in line %d.", day, first[day])
		default:
			first[day] = i + 1
			h.Days = append(h.Days, day)
		}
	}
	slices.SortFunc(h.Days, Day.Compare)
	switch last := len(h.Days) - 1; {
	case h.Until == Day{}:
		l.report(Error, codeMissing, Place{File: file}, "Add a line such as until 2027-12-31.", "The list does not say until when it speaks.")
	case last >= 0 && h.Until.Before(h.Days[last]):
		l.report(Error, codeValue, Place{File: file, Line: first[h.Days[last]]}, "Move the date of until.", "%s comes after %s, until when the list speaks.", h.Days[last], h.Until)
	}
	return h
}
