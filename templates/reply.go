package templates

import (
	"fmt"
	"slices"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/plan"
)

// Told says in sentences what a command has recorded, without the effects it
// asked for.
func (v View) Told() []string {
	var lines []string
	for _, e := range v.Entries {
		switch e.Fact.(type) {
		case *journal.Requested, *journal.Abandoned:
			continue
		}
		lines = append(lines, Sentence(e))
	}
	if len(lines) == 0 {
		for _, e := range v.Entries {
			lines = append(lines, Sentence(e))
		}
	}
	return lines
}

// Touched says everything a command would have done outside of the journal.
func (v View) Touched() []string {
	var all []string
	for _, e := range v.Entries {
		if f, ok := e.Fact.(*journal.Requested); ok && f.Type != journal.Register {
			all = append(all, EffectWords(f.Effect))
		}
	}
	return all
}

// Recorded says in sentences what a command would have put on the record.
func (v View) Recorded() []string {
	var all []string
	for _, e := range v.Entries {
		if _, ok := e.Fact.(*journal.Requested); !ok {
			all = append(all, Sentence(e))
		}
	}
	return all
}

// Asked says what outside of chat a command has asked for besides what it has
// recorded: "page team:app".
func (v View) Asked() []string {
	var asked []string
	if !slices.ContainsFunc(v.Entries, func(e journal.Entry) bool { _, ok := e.Fact.(*journal.Requested); return !ok }) {
		return nil // it only asked, and Told says so
	}
	for _, e := range v.Entries {
		f, ok := e.Fact.(*journal.Requested)
		if !ok {
			continue
		}
		switch f.Type {
		case journal.Page:
			asked = append(asked, "page "+f.To)
		case journal.Ticket:
			asked = append(asked, "ticket in "+f.Project)
		case journal.Link:
			asked = append(asked, "link "+f.To)
		case journal.StatusPage:
			asked = append(asked, "status page "+f.To)
		case journal.Transition:
			asked = append(asked, "move "+ticketWords(f.To)+" to "+f.Text)
		}
	}
	return asked
}

// Outcomes says what became of the effects whose keys are in Lines: never
// "paged" before the pager has accepted.
func (v View) Outcomes() []string {
	var all []string
	for _, key := range v.Lines {
		t, ok := v.Incident.Outbox.Get(key)
		if !ok {
			continue
		}
		all = append(all, v.outcome(t))
	}
	return all
}

// outcome knows what only the state does: that a page is not confirmed.
func (v View) outcome(t journal.Tracked) string {
	if v.unconfirmed(t) {
		return "PAGING NOT CONFIRMED for " + t.To + ", being tried"
	}
	return Outcome(t)
}

func (v View) unconfirmed(t journal.Tracked) bool {
	return t.Outcome == journal.Pending && slices.ContainsFunc(v.Incident.Pages, func(p incident.Page) bool { return p.Effect == t.Key && p.Unconfirmed })
}

// Alarms says what nobody may overlook: who has not been reached.
func (v View) Alarms() []string {
	var all []string
	for _, t := range v.Incident.Outbox.Open() {
		if v.unconfirmed(t) {
			all = append(all, v.outcome(t))
		}
	}
	return all
}

// Outcome says where one effect stands, in a few words.
func Outcome(t journal.Tracked) string {
	what := t.Type + " " + t.To
	switch t.Type {
	case journal.Ticket:
		what = "ticket in " + t.Project
	case journal.Link, journal.Comment:
		what = t.Type + " " + ticketWords(t.To)
	case journal.PageNote:
		what = "note on the page to " + pageWords(t.To)
	case journal.PageUpdate:
		what = "status update of the page to " + pageWords(t.To)
	case journal.Transition:
		what = "moving " + ticketWords(t.To) + " to " + t.Text
	case journal.StatusPage:
		what = "status page " + t.Subject
	}
	switch t.Outcome {
	case journal.Done:
		switch t.Type {
		case journal.Page:
			return fmt.Sprintf("page %s accepted for %s at %s", t.Ref, t.To, t.Ended.UTC().Format("15:04:05Z"))
		case journal.Ticket:
			return "ticket " + t.Ref
		case journal.Transition:
			return "moved " + t.Ref
		case journal.StatusPage:
			return fmt.Sprintf("status page says %s (%s)", t.To, t.Subject)
		}
		return what + " done"
	case journal.Dead:
		return what + " FAILED: " + t.Reason
	case journal.NoLonger:
		return what + " no longer wanted"
	}
	return what + " pending, being tried"
}

// Waiting says which other effects outside of chat are pending or have failed,
// for the headline; and that there is no room.
func (v View) Waiting() []string {
	var all []string
	for _, t := range v.Incident.Outbox.All() {
		noRoom := t.Type == journal.Room && t.Outcome == journal.Dead
		outside := noRoom || t.Type == journal.Page || t.Type == journal.Ticket || t.Type == journal.Link || t.Type == journal.Comment || t.Type == journal.Transition || t.Type == journal.Mail || t.Type == journal.PageNote || t.Type == journal.PageUpdate || t.Type == journal.StatusPage
		if outside && !v.unconfirmed(t) && (t.Outcome == journal.Pending || t.Outcome == journal.Dead) {
			all = append(all, v.outcome(t))
		}
	}
	return all
}

// Wanted says what the effect the message is about would do: "ticket in OPS:
// checkout failing".
func (v View) Wanted() (string, error) {
	t, err := v.Effect()
	return EffectWords(t.Effect), err
}

// Duties says what of an incident is the reader's.
func (v View) Duties(s incident.State) []string { return s.Duties(v.Person) }

// LeftOut tells a person that a secret of some kind was not stored.
func LeftOut(kind string) string {
	return fmt.Sprintf("Something that looks like a secret (%s) was left out. If it is one, change it: chat may have kept it.", kind)
}

// StillRules says that a rating which was stated changes nothing by itself.
func StillRules(rating string) string {
	return fmt.Sprintf("%s still rules: that is too near for a dispute. The plan has to say otherwise.", rating)
}

// OnItsWay says where a change of the plan goes.
const OnItsWay = "It goes to the plan's repository as a branch with you as its author; you are told its name."

// ByHand says what to write where, for a rating to be in the plan. A place
// without a line is a whole file.
func ByHand(key, value string, at plan.Place) string {
	where := at.File
	if at.Line > 0 {
		where += fmt.Sprintf(", line %d", at.Line)
	}
	return fmt.Sprintf("To put it in the plan, write `%s: %s` in %s.", key, value, where)
}

// Earlier says where the entries are that a timeline leaves out.
func Earlier(n int) string {
	return fmt.Sprintf("%d earlier entries are in the export.", n)
}

// Repeated marks a message that may be there already, asked for by an entry.
func Repeated(m Message, ref string) Message {
	m.Blocks = append(slices.Clip(m.Blocks), Block{Kind: Context, Text: []Span{{Text: "(repeat of " + ref + ")"}}})
	return m
}
