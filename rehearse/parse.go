package rehearse

// Parse reads a scenario and runs nothing. An error is Errors: everything that
// is wrong with the file, by line.
func Parse(file, text string) (*Scenario, error) {
	lines, broken := split(file, text)
	if broken != nil {
		return nil, Errors{broken}
	}
	p := parser{scenario: &Scenario{File: file}}
	for _, l := range lines {
		p.read(Pos{file, l.number}, l.text)
	}
	p.finish(len(lines))
	if len(p.errors) > 0 {
		return nil, p.errors
	}
	return p.scenario, nil
}

// parser holds what the order of directives means.
type parser struct {
	scenario *Scenario
	errors   Errors
	begun    bool      // the first directive has been read
	started  bool      // an `at` has been read
	clock    At        // where the clock will stand at the least
	block    *Together // the open block
	opened   Directive // its first line
	armed    *Pos      // of an armed restart that no act has followed yet
}

func (p *parser) wrong(at Pos, what, nearest string) {
	p.errors = append(p.errors, &SyntaxError{at, what, nearest})
}

func (p *parser) read(at Pos, text string) {
	body, r, err := parseLine(text)
	if err != nil {
		err.Pos = at
		p.errors = append(p.errors, err)
		p.begun = true // one missing version is not every line's fault
		p.started = p.started || r.word == "at"
		if r.word == "together" || r.word == "end" {
			p.block = nil
		}
		return
	}
	d := Directive{at, text, body}
	if _, first := body.(Language); first == p.begun {
		if p.begun {
			p.wrong(at, "the version stands once, as the first directive", "rehearse 1")
		} else {
			p.wrong(at, "the first directive must be the language's version", "rehearse 1")
		}
	}
	p.begun = true
	switch {
	case r.stage && p.started:
		p.wrong(at, "this belongs to the stage, before the first `at`", "")
	case r.stage:
		p.scenario.Stage = append(p.scenario.Stage, d)
	default:
		p.play(d)
	}
}

// play takes an act or a check.
func (p *parser) play(d Directive) {
	if a, isAt := d.Body.(At); isAt {
		p.started = true
		p.advance(d.Pos, a)
	}
	if !p.started {
		p.wrong(d.Pos, "nothing can happen before the clock is set", "at RFC3339")
		p.started = true
	}
	if w, isWait := d.Body.(Wait); isWait {
		p.clock.Time = p.clock.Time.Add(w.For)
	}
	switch body := d.Body.(type) {
	case Together:
		if p.block != nil {
			p.wrong(d.Pos, "a together block stands in a together block", "end")
			return
		}
		p.block, p.opened = &body, d
	case end:
		p.close(d.Pos)
	default:
		p.add(d)
	}
}

func (p *parser) advance(at Pos, a At) {
	if a.Time.Before(p.clock.Time) {
		p.wrong(at, "the clock never goes back: it stands at "+p.clock.Time.Format("2006-01-02T15:04:05Z07:00")+" at least", "+DUR")
		return
	}
	p.clock = a
}

func (p *parser) close(at Pos) {
	switch {
	case p.block == nil:
		p.wrong(at, "no together block is open", "together")
		return
	case len(p.block.Acts) == 0:
		p.wrong(p.opened.Pos, "the together block is empty", "@ID [PLACE]: TEXT")
	}
	d := p.opened
	d.Body = *p.block
	p.block = nil
	p.add(d)
}

func (p *parser) add(d Directive) {
	if p.block != nil {
		if _, personal := d.Body.(PersonAct); !personal {
			p.wrong(d.Pos, "only acts of a person may stand in a together block", "@ID [PLACE]: TEXT, or end")
			return
		}
		p.block.Acts = append(p.block.Acts, d)
		return
	}
	if a, isAct := d.Body.(Act); isAct {
		p.armed = nil
		if r, isRestart := a.(Restart); isRestart && r.Point != "" {
			p.armed = &d.Pos
		}
	}
	p.scenario.Directives = append(p.scenario.Directives, d)
}

func (p *parser) finish(lines int) {
	file := p.scenario.File
	switch {
	case lines == 0:
		p.wrong(Pos{file, 1}, "the file says nothing", "rehearse 1")
	case p.block != nil:
		p.wrong(p.opened.Pos, "the together block is not closed", "end")
	case p.armed != nil:
		p.wrong(*p.armed, "no act follows that could end there", "restart")
	}
}
