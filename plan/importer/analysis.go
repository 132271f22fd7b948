package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"holdfast/internal/nearest"
	"holdfast/plan"
)

var levelForm = regexp.MustCompile(`^([0-4])(?:\.0+)?$`)

// analysis takes one row of a grid: a process, a type of impact, and a level
// for each time.
func (x reader) analysis() {
	called := x.text(process)
	ident := idOf(called)
	if ident == "" {
		x.d.report.add(Skipped, x.row(), "The row names no process.", "")
		return
	}
	p := x.d.processes.all[ident]
	if p == nil {
		p = &draftProcess{id: ident, name: called, source: x.row().String(), levels: map[string][]string{}, wrt: value{todo: "the tables do not say"}, owner: value{todo: "the tables do not say"}}
		for _, point := range x.t.points {
			p.points = append(p.points, written(point.after))
		}
		x.d.processes.add(ident, called, p)
	}
	x.about(p)
	x.grid(p)
}

// about reads what the row says of the process itself.
func (x reader) about(p *draftProcess) {
	if who := x.text(owners); who != "" && p.owner.text == "" {
		if found, ok := x.d.people.find(who); ok {
			p.owner = value{text: found}
		} else {
			p.owner.todo = x.at(owners).String() + " names somebody who is not among the people"
			x.remark(Refused, owners, fmt.Sprintf("%s is not among the people.", shown(who)), "Import the table of people together with this one.")
		}
	}
	for _, c := range x.t.fields[uses] {
		for _, s := range several(x.r.text(c)) {
			x.d.refer(x.t.place(x.r, c), s, func(found string) {
				if !slices.Contains(p.services, found) {
					p.services = append(p.services, found)
				}
			}, func() {})
		}
	}
	if x.text(wrt) != "" && p.wrt.text == "" {
		p.wrt = x.duration(wrt)
	}
	if text := x.text(limit); text != "" && p.limit.text == "" {
		if m := levelForm.FindStringSubmatch(text); m != nil && m[1] != "0" {
			p.limit = value{text: m[1]}
		} else {
			x.remark(Refused, limit, fmt.Sprintf("%s is no level from 1 to 4.", shown(text)), "")
		}
	}
	x.day(p)
}

// day reads when the process was assessed: a date whose order of day and month
// nobody has to guess.
func (x reader) day(p *draftProcess) {
	text := x.text(assessed)
	if text == "" || p.when.text != "" {
		return
	}
	if dayForm.MatchString(text) {
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			p.when = value{text: text}
			return
		}
	}
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		p.when = value{text: text}
		return
	}
	p.when.todo = x.at(assessed).String() + " was not understood"
	why := "is no date whose order of day and month is certain"
	if strings.Contains(text, ":") {
		why = "is a time without a zone"
	}
	x.remark(Refused, assessed, fmt.Sprintf("%s %s.", shown(text), why), "Write it such as 2026-10-12.")
}

// grid reads the levels of the row. A row that is not whole is not in the plan.
func (x reader) grid(p *draftProcess) {
	kind := strings.ToLower(x.text(impact))
	switch {
	case kind == "":
		return
	case !slices.Contains(plan.ImpactTypes, kind):
		x.remark(Skipped, impact, fmt.Sprintf("%s is no type of impact: %s.", shown(kind), strings.Join(plan.ImpactTypes, ", ")), "Decide which of them it is.")
		return
	case p.levels[kind] != nil:
		x.d.report.add(Skipped, x.row(), fmt.Sprintf("The levels of %s for %s stand already.", kind, p.id), "")
		return
	}
	var row []string
	for _, point := range x.t.points {
		text := x.r.text(point.column)
		m := levelForm.FindStringSubmatch(text)
		if m == nil {
			x.d.report.add(Refused, x.t.place(x.r, point.column), fmt.Sprintf("%s is no level from 0 to 4; the row is not in the plan.", shown(text)), "Write a number.")
			return
		}
		row = append(row, m[1])
	}
	p.levels[kind] = row
	if len(row) != len(p.points) {
		delete(p.levels, kind)
		x.d.report.add(Skipped, x.row(), fmt.Sprintf("The process %s was judged at other times at %s.", p.id, p.source), "")
	}
}

// nearestOf names the ids that were probably meant, in plans of a size for
// which that takes no time.
func nearestOf(text string, ids []string) string {
	if len(ids) > 2_000 {
		return "it was left out."
	}
	if near := nearest.Words(idOf(text), ids); len(near) > 0 {
		return "did you mean " + strings.Join(near, ", ") + "?"
	}
	return "it was left out."
}
