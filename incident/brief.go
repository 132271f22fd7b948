package incident

import (
	"fmt"
	"strings"
	"time"

	"holdfast/journal"
)

// Heading is one section of a handover brief.
type Heading struct {
	Title string `json:"title"`
	Lines []Line `json:"lines,omitempty"` // empty: none recorded
}

// Line is one statement of a brief and the entry it rests on.
type Line struct {
	Text string `json:"text"`
	Seq  uint64 `json:"seq"`
}

// Brief builds the handover brief under the ICS-201 headings. Every line rests
// on a named entry; a heading without lines says that none is recorded.
func Brief(s State) []Heading {
	return []Heading{
		{"Situation", situation(s)},
		{"Objectives", nil},
		{"Plan of action", decisions(s)},
		{"Assignments", assignments(s)},
		{"Organisation", organisation(s)},
		{"Resources ordered", resources(s)},
		{"Facilities", facilities(s)},
		{"Communications", communications(s)},
		{"Constraints", blocked(s)},
		{"Outlook", outlook(s)},
		{"Delegated authority", nil},
	}
}

func situation(s State) []Line {
	lines := []Line{{fmt.Sprintf("%s, SEV%d, %s, since %s", s.Title, s.Severity, s.Phase, clock(s.T0)), 1}}
	if s.Impact != "" {
		lines = append(lines, Line{"Impact: " + s.Impact, 1})
	}
	if len(s.Services) > 0 {
		lines = append(lines, Line{"Services: " + strings.Join(s.Services, ", "), 1})
	}
	for _, p := range s.Absorbed {
		lines = append(lines, Line{p.ID + " is part of it: " + orElse(p.Title, "private"), p.Seq})
	}
	for _, n := range lastOf(s.Notes, 5) {
		lines = append(lines, Line{n.Text, n.Seq})
	}
	return lines
}

func decisions(s State) []Line {
	var lines []Line
	for _, d := range s.Decisions {
		lines = append(lines, Line{fmt.Sprintf("%s %s, because %s", d.ID, d.Text, d.Because), d.Seq})
	}
	return lines
}

func assignments(s State) []Line {
	var lines []Line
	for _, t := range s.Tasks {
		if t.State == "done" {
			continue
		}
		text := t.ID + " " + t.Text
		if t.Owner != "" {
			text += ", " + at(t.Owner)
		}
		if t.Due != nil {
			text += ", due " + clock(t.Due)
		}
		lines = append(lines, Line{text, t.Seq})
	}
	return lines
}

func organisation(s State) []Line {
	var lines []Line
	for _, h := range s.holders {
		lines = append(lines, Line{h.role + ": " + at(h.person), h.seq})
	}
	return lines
}

func resources(s State) []Line {
	var lines []Line
	for _, p := range s.Pages {
		what := "paged " + p.To
		switch {
		case p.Acknowledged != "":
			what += ", acknowledged by " + p.AcknowledgedBy()
		case p.Outcome == journal.Done:
			what += ", accepted as " + p.ID
		case p.Unconfirmed:
			what += ", NOT CONFIRMED"
		default:
			what += ", " + string(p.Outcome)
		}
		lines = append(lines, Line{what, p.Seq})
	}
	for _, t := range s.Tickets {
		lines = append(lines, Line{"ticket " + orElse(t.Key, string(t.Outcome)) + " " + t.Title, t.Seq})
	}
	return lines
}

func facilities(s State) []Line {
	if s.Room == "" {
		return nil
	}
	return []Line{{"room " + s.Room, 1}}
}

func communications(s State) []Line {
	var lines []Line
	for _, audience := range Audiences {
		for _, u := range lastOf(sentTo(s, audience), 1) {
			lines = append(lines, Line{fmt.Sprintf("last update to %s at %s: %s", audience, u.At.Format("15:04Z"), u.Text), u.Seq})
			if due := s.Updates[audience].Due; due != nil {
				lines = append(lines, Line{fmt.Sprintf("next update to %s due %s", audience, clock(due)), u.Seq})
			}
		}
		u := s.Updates[audience]
		if u.Missed {
			lines = append(lines, Line{fmt.Sprintf("update to %s MISSED at %s", audience, clock(u.MissedDue)), u.missedSeq})
		}
		if u.SentCount == 0 && u.Due != nil {
			lines = append(lines, Line{fmt.Sprintf("first update to %s due %s", audience, clock(u.Due)), 1})
		}
	}
	return lines
}

func blocked(s State) []Line {
	var lines []Line
	for _, t := range s.Tasks {
		if t.State == "blocked" {
			lines = append(lines, Line{t.ID + " is blocked: " + t.Reason, t.Seq})
		}
	}
	for _, d := range s.Decisions {
		if d.Reversible == "no" {
			lines = append(lines, Line{d.ID + " cannot be undone: " + d.Text, d.Seq})
		}
	}
	return lines
}

func outlook(s State) []Line {
	var lines []Line
	for _, f := range s.Followups {
		if f.State == "open" {
			lines = append(lines, Line{"follow-up " + f.ID + " " + f.Text, f.Seq})
		}
	}
	return lines
}

func sentTo(s State, audience string) []Sent {
	var to []Sent
	for _, u := range s.Sent {
		if u.Audience == audience {
			to = append(to, u)
		}
	}
	return to
}

func lastOf[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

func clock(t *time.Time) string {
	if t == nil {
		return "an unknown time"
	}
	return t.UTC().Format("15:04Z")
}
