package export

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/incident"
	"holdfast/journal"
)

// pace is how one audience was kept informed.
type pace struct {
	due, inTime, late, missed, skipped, unasked int
	behind                                      bool // a due time has passed without an update
}

// updates writes who was told what, when it was due, and how many were in time.
func (r *record) updates(ctx context.Context) error {
	if r.count("update.sent", "update.skipped", "update.missed") == 0 {
		r.none()
		return nil
	}
	r.print("| entry | update | to | due | sent | by | text |\n|---|---|---|---|---|---|---|\n")
	paces := map[string]*pace{}
	err := r.each(ctx, of("update.sent", "update.skipped", "update.missed"), func(e journal.Entry, err error) {
		if err != nil {
			return
		}
		switch f := e.Fact.(type) {
		case *incident.UpdateSent:
			p := paceOf(paces, f.Audience)
			p.sent(f)
			r.row(e.Seq, literal(f.ID), literal(f.Audience), r.due(f.Due), r.at(e.Recorded)+late(f.Late), author(e, f), r.inForce(e.Seq, f.Text))
		case *incident.UpdateSkipped:
			p := paceOf(paces, f.Audience)
			p.due, p.skipped, p.behind = p.due+1, p.skipped+1, false
			r.row(e.Seq, "", literal(f.Audience), r.at(f.Due), "skipped", person(e.Actor), said(e.Because))
		case *incident.UpdateMissed:
			p := paceOf(paces, f.Audience)
			n := max(f.Count, 1)
			p.due, p.missed, p.behind = p.due+n, p.missed+n, true
			r.row(e.Seq, "", literal(f.Audience), r.at(f.Due), "**MISSED**", "", missedTimes(n))
		}
	})
	if err != nil {
		return err
	}
	r.print("\n")
	for _, audience := range slices.Sorted(maps.Keys(paces)) {
		r.print("- **", literal(audience), ":** ", paces[audience].String(), "\n")
	}
	return nil
}

// author says whose words went out, and who has let them.
func author(e journal.Entry, f *incident.UpdateSent) string {
	if f.By == "" {
		return person(e.Actor)
	}
	return person(f.By) + ", approved by " + person(e.Actor)
}

func paceOf(all map[string]*pace, audience string) *pace {
	if all[audience] == nil {
		all[audience] = &pace{}
	}
	return all[audience]
}

// sent counts an update. One that follows a missed due time makes that good
// late; it meets no due time of its own.
func (p *pace) sent(f *incident.UpdateSent) {
	switch {
	case p.behind:
		p.late++
	case f.Due == nil:
		p.unasked++
	case f.Late > 0:
		p.due, p.late = p.due+1, p.late+1
	default:
		p.due, p.inTime = p.due+1, p.inTime+1
	}
	p.behind = false
}

// String says how many of the due updates were sent in time.
func (p *pace) String() string {
	s := fmt.Sprintf("%d of %d due updates sent in time", p.inTime, p.due)
	for _, x := range []struct {
		n    int
		says string
	}{{p.late, "late"}, {p.missed, "missed"}, {p.skipped, "skipped with a reason"}, {p.unasked, "more without being due"}} {
		if x.n > 0 {
			s += fmt.Sprintf(", %d %s", x.n, x.says)
		}
	}
	return s
}

func late(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return fmt.Sprintf(", **%d min late**", minutes)
}

func missedTimes(n int) string {
	if n == 1 {
		return "nothing was sent"
	}
	return fmt.Sprintf("nothing was sent at %d due times", n)
}

// row writes one line of a table whose first column is the entry.
func (r *record) row(seq uint64, cells ...string) {
	r.printf("| #%d | %s |\n", seq, strings.Join(cells, " | "))
}
