package incident

import (
	"strconv"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// SetSeverity changes how bad it is. Anybody may raise it; lowering is the
// commander's and needs a reason.
type SetSeverity struct {
	Severity int
	Because  string
	Page     []Target // paged when the new severity asks for it
	Ticket   bool     // the new severity opens a ticket
}

func (SetSeverity) verb() string { return "severity" }

func (a SetSeverity) decide(s State, c Context) Verdict {
	if err := checkSeverity(a.Severity, false); err != nil {
		return Verdict{Refusal: err}
	}
	r := ruleAnyone
	if a.Severity > s.Severity {
		r = ruleCommander
	}
	switch {
	case a.Severity == s.Severity && !s.Assumed:
		return refuse(fault.Range, "", "%s is SEV%d already.", s.ID, s.Severity)
	case !r.permits(s, c):
		return deny(s, c, a, r)
	case r.name == ruleCommander.name && a.Because == "":
		return refuse(fault.Missing, "`/incident severity "+strconv.Itoa(a.Severity)+" because \"...\"`", "Lowering the severity needs a reason.")
	}
	v := accept(r, &SeveritySet{Severity: a.Severity, From: s.Severity}).since(a.Because)
	from := s.Severity
	s.Severity = a.Severity
	if s.Severity <= s.Terms.PageSeverity && !s.Retro {
		for _, target := range a.Page {
			if !s.paged(target.To) {
				v = v.and(s.call(target, pageText(s)))
			}
		}
	}
	if a.Ticket && len(s.Tickets) == 0 && s.Terms.Project != "" && !s.Drill {
		v = v.and(s.want(journal.Effect{Type: journal.Ticket, To: "new", Project: s.Terms.Project, Text: s.PublicTitle()}, "main"))
	}
	told := s.post("severity", strconv.Itoa(a.Severity))
	told.Text = a.words(from, c.Actor)
	return v.and(told)
}

// words say in the room who changed the severity and why.
func (a SetSeverity) words(from int, by Person) string {
	way := "raised from"
	switch {
	case a.Severity > from:
		way = "lowered from"
	case a.Severity == from:
		way = "confirmed as"
	}
	text := way + " SEV" + strconv.Itoa(from) + " by " + at(by.ID)
	if a.Because != "" {
		text += ", because " + a.Because
	}
	return text
}

func checkSeverity(n int, mayBeUnset bool) error {
	if mayBeUnset && n == 0 {
		return nil
	}
	if n < 1 || n > 4 {
		return fault.Newf(fault.Range, "SEV1 is the worst, SEV4 the mildest.", "There is no SEV%d: a severity is 1, 2, 3 or 4.", n)
	}
	return nil
}
