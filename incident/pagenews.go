package incident

import (
	"slices"
	"strings"
	"time"

	"holdfast/journal"
)

// Reached is somebody a pager speaks of.
type Reached struct {
	Person string `json:"person,omitempty"` // the plan's id; empty for somebody the plan does not know
	Name   string `json:"name,omitempty"`   // of such a person, as the pager writes it
}

// String names somebody in a line of text: "@dan", or the pager's word.
func (r Reached) String() string {
	if r.Person != "" {
		return at(r.Person)
	}
	return r.Name
}

// The turns that a page may take in the pager.
const (
	Acknowledged   = "acknowledged"
	Unacknowledged = "unacknowledged" // the acknowledgement has run out, and it calls again
	Escalated      = "escalated"      // it calls the next
	Reassigned     = "reassigned"     // somebody has passed it on
	Declined       = "declined"       // somebody who was asked does not come; others may
	PageOver       = "resolved"       // it calls nobody any more
)

// PageTurn is one turn of a page.
type PageTurn struct {
	Key   string    `json:"key"`
	Page  string    `json:"page,omitempty"` // PG-1
	Event string    `json:"event"`          // the pager's record of it
	By    *Reached  `json:"by,omitempty"`   // who did it; left out when the pager did
	To    []Reached `json:"to,omitempty"`   // who has it now
}

// PageNews is what a pager tells of one of its pages.
type PageNews struct {
	Event string // the pager's record of it: what is told twice under one name has happened once
	Turn  string // one of the turns
	At    time.Time
	By    Reached // zero: the pager itself
	To    []Reached
}

// HearOfPage takes in what has become of a page. The pager tells everything
// each time, in any order; what is known changes nothing.
type HearOfPage struct {
	Key  string // of the effect
	News []PageNews
}

func (HearOfPage) verb() string { return "page news" }

func (a HearOfPage) decide(s State, c Context) Verdict {
	i := slices.IndexFunc(s.Pages, func(p Page) bool { return p.Effect == a.Key })
	v := Verdict{Rule: ruleEngine.name}
	if !c.bot() || i < 0 || s.Pages[i].Outcome != journal.Done {
		return v
	}
	p := s.Pages[i]
	news := slices.Clone(a.News)
	slices.SortStableFunc(news, func(x, y PageNews) int {
		if order := x.At.Compare(y.At); order != 0 {
			return order
		}
		return strings.Compare(x.Event, y.Event)
	})
	for _, n := range news {
		if n.At = within(n.At, p.Asked, c.Now); n.Event == "" || slices.Contains(p.heard, n.Event) {
			continue
		}
		f := p.turn(n)
		if f == nil {
			continue
		}
		v.Statements = append(v.Statements, Statement{Fact: f, At: n.At})
	}
	return v
}

// turn returns the fact that news is, nil when it is none, and lets the page
// take that turn.
func (p *Page) turn(n PageNews) journal.Fact {
	t := PageTurn{Key: p.Effect, Page: p.ID, Event: n.Event, To: n.To}
	if n.By != (Reached{}) {
		t.By = &n.By
	}
	switch n.Turn {
	case Acknowledged:
		// Somebody is on it already, or it has been passed on since.
		if p.Acknowledged != "" || !n.At.After(p.turned) {
			return nil
		}
		f := &PageAcknowledged{Key: p.Effect, Page: p.ID, Person: n.By.Person, Event: n.Event}
		if f.Person == "" {
			f.Name = orElse(n.By.Name, "the pager")
		}
		p.acknowledged(n.At, f)
		return f
	case Unacknowledged:
		p.took(n.At, t, n.Turn)
		return &PageUnacknowledged{t}
	case Escalated:
		p.took(n.At, t, n.Turn)
		return &PageEscalated{t}
	case Reassigned:
		p.took(n.At, t, n.Turn)
		return &PageReassigned{t}
	case Declined:
		p.declined(n.At, t)
		return &PageDeclined{t}
	case PageOver:
		p.took(n.At, t, n.Turn)
		return &PageResolved{t}
	}
	return nil
}

// AcknowledgedBy names who is on it in a line of text, "" when nobody is.
func (p Page) AcknowledgedBy() string {
	if p.Acknowledged == "" || p.Stranger {
		return p.Acknowledged
	}
	return at(p.Acknowledged)
}

func (p *Page) acknowledged(when time.Time, f *PageAcknowledged) {
	p.Acknowledged, p.Stranger, p.answered, p.Lost = f.Person, false, when, false
	if f.Person == "" {
		p.Acknowledged, p.Stranger = f.Name, true
	}
	if f.Event != "" {
		p.heard = append(slices.Clip(p.heard), f.Event)
	}
}

// took is a turn that the page has taken. Who has said before it that he is on
// it is no longer, unless the page is over.
func (p *Page) took(when time.Time, t PageTurn, turn string) {
	p.heard = append(slices.Clip(p.heard), t.Event)
	if when.Before(p.turned) {
		return
	}
	p.Turn, p.turned, p.Lost = turn, when, false
	if len(t.To) > 0 {
		p.With = t.To
	}
	if turn != PageOver && !p.answered.After(when) {
		p.Acknowledged, p.Stranger = "", false
	}
}

// declined is that one of those who were asked does not come. Whoever else has
// said that they are on it still is.
func (p *Page) declined(when time.Time, t PageTurn) {
	p.heard = append(slices.Clip(p.heard), t.Event)
	if when.Before(p.turned) {
		return
	}
	p.turned, p.Lost = when, false
	if p.Acknowledged == "" {
		p.Turn = Declined
	}
	if t.By != nil && p.AcknowledgedBy() == t.By.String() {
		p.Turn, p.Acknowledged, p.Stranger = Declined, "", false
	}
}

func (s State) pageTook(e journal.Entry, t PageTurn, turn string) State {
	s.Pages = changed(s.Pages, func(p Page) bool { return p.Effect == t.Key }, func(p *Page) { p.took(e.At, t, turn) })
	return s
}

// within keeps an instant that another clock tells between two of ours.
func within(t, first, last time.Time) time.Time {
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}
