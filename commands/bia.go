package commands

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/export/picture"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/internal/nearest"
	"holdfast/plan"
	"holdfast/plan/bia"
	"holdfast/templates"
)

var impactAnalysis = Command{
	Verb: "bia", Usage: "bia PROCESS|SERVICE [picture|cost] --what-if frequency=3", Says: "show how long a process may be away, and which way to recover it costs least", Who: insiders, Anywhere: true,
	Examples: []string{"bia payments", "bia payments --what-if frequency=3", "bia payments picture", "bia payments cost"},
	Params: []Param{
		{Name: "process", In: word, Label: "Process or service", Required: true},
		{Name: "as", In: word, Label: "As", Options: []string{"picture", "cost"}, Hint: "words when left out; the picture is of the grid"},
		{Name: "frequency", In: key, Label: "Outages a year", Hint: "what the plan says when left out"},
		{Name: "what-if", In: flag},
	},
	Run: asked(func(_ context.Context, c *Call) (bot.Reply, error) {
		p, err := c.process()
		if err != nil {
			return bot.Reply{}, err
		}
		e := bia.Weigh(p)
		supposed := c.Arg("frequency")
		switch {
		case supposed != "":
			f, err := bia.ParseFrequency(supposed)
			if err != nil {
				return bot.Reply{}, err
			}
			e = bia.WeighAt(p, f)
		case c.args.Flags["what-if"]:
			return bot.Reply{}, withUsage(fault.New(fault.Missing, "Nothing is supposed.", ""), c.command)
		}
		switch choose(c.Arg("as"), []string{"picture", "cost"}) {
		case "picture":
			return c.pictured("bia-"+p.ID+".png", func(v picture.View) (*picture.Scene, error) { return picture.Impact(p, v) })
		case "cost":
			return c.pictured("cost-"+p.ID+".png", func(v picture.View) (*picture.Scene, error) { return picture.Cost(p, e, v) })
		}
		a := analysis(p, e)
		a.WhatIf = supposed != ""
		v := c.planView()
		v.Answer = a
		return c.render("bia", v)
	}),
}

// process is the process that the words name, by itself or by the one service
// that only it needs.
func (c *Call) process() (plan.Process, error) {
	id := strings.ToLower(c.Arg("process"))
	var all []string
	for _, p := range c.plan.Processes {
		if p.ID == id {
			return p, nil
		}
		all = append(all, p.ID)
	}
	if _, known := c.plan.Service(id); !known {
		otherwise := "The plan has no processes: they are in bia/*.yaml."
		if len(all) > 0 {
			otherwise = "The plan's processes: " + strings.Join(named(all), ", ") + "."
		}
		return plan.Process{}, fault.Newf(fault.UnknownID, nearest.Sentence(id, slices.Concat(all, c.plan.ServiceIDs()), otherwise), "There is no process %q in the plan.", c.Arg("process"))
	}
	switch of := bia.Of(c.plan, id); len(of) {
	case 0:
		return plan.Process{}, fault.New(fault.UnknownID, "No process of the plan needs "+id+".", "A process names the services it cannot do without in bia/*.yaml.")
	case 1:
		return of[0], nil
	default:
		var ids []string
		for _, p := range of {
			ids = append(ids, p.ID)
		}
		return plan.Process{}, fault.New(fault.Ambiguous, "Several processes need "+id+": "+strings.Join(named(ids), ", ")+".", "Name one of them.")
	}
}

// analysis shows a process and what its strategies come to.
func analysis(p plan.Process, e bia.Economy) templates.Analysis {
	t := e.Tolerance
	a := templates.Analysis{ID: p.ID, Name: p.Name, Owner: p.Owner, Services: named(p.Services), Grid: grid(p), Unacceptable: p.Unacceptable,
		MTPD: t.String(), Types: t.Types, WRT: incident.Dur(p.WRT), Planned: p.Chosen}
	if at := p.AssessedAt; !at.IsZero() {
		a.Assessed = &at
	}
	if limit, known := t.RTOCap(); known {
		a.Cap = plan.FormatDuration(limit)
	}
	if p.Cap > 0 {
		a.Regulation = plan.FormatDuration(p.Cap)
		if p.CapCite != "" {
			a.Regulation += " (" + p.CapCite + ")"
		}
	}
	if p.HasMaxRPO {
		a.MaxRPO = plan.FormatDuration(p.MaxRPO)
	}
	if e.Frequency != nil {
		a.Frequency = bia.Decimal(e.Frequency, 6)
	}
	for _, r := range e.Rows {
		w := way(r, e.Currency)
		w.Chosen = e.Choice == r.ID
		switch {
		case len(r.Dropped) > 0:
			a.Dropped = append(a.Dropped, w)
			continue
		case w.Chosen:
			a.Chosen = &w
		}
		a.Rows = append(a.Rows, w)
	}
	a.Runner = e.RunnerUp
	for _, b := range e.BreakEvens {
		at := ""
		if b.Frequency != nil {
			at = bia.Decimal(b.Frequency, 2)
		}
		if e.Frequency != nil {
			a.BreakEven = at
			continue
		}
		a.Evens = append(a.Evens, templates.Even{Cheaper: b.Cheaper, Dearer: b.Dearer, At: at})
	}
	return a
}

// grid is the impact over time, type by type in the usual order.
func grid(p plan.Process) []templates.Impact {
	var all []templates.Impact
	for _, kind := range plan.ImpactTypes {
		row := p.Levels[kind]
		if len(row) == 0 {
			continue
		}
		i := templates.Impact{Type: kind}
		for at, level := range row {
			if at < len(p.Points) {
				i.Levels = append(i.Levels, templates.Level{After: plan.FormatDuration(p.Points[at]), Level: level, Bad: level >= p.Unacceptable})
			}
		}
		all = append(all, i)
	}
	return all
}

func way(r bia.Row, currency string) templates.Way {
	w := templates.Way{ID: r.ID, RTO: incident.Dur(r.RTO), RPO: incident.Dur(r.RPO), Dropped: r.Dropped,
		Yearly: money(currency, new(big.Rat).SetInt64(int64(r.AnnualCost))), Loss: money(currency, r.Loss)}
	if r.Total != nil {
		w.Total = money(currency, r.Total)
	}
	return w
}

// money writes hundredths of a currency in whole units, rounded to the nearest.
func money(currency string, hundredths *big.Rat) string {
	digits := new(big.Rat).Quo(hundredths, big.NewRat(100, 1)).FloatString(0)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return strings.TrimSpace(currency + " " + sign + digits)
}
