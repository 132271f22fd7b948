package lint

import (
	"strings"
	"time"

	"holdfast/plan"
	"holdfast/plan/window"
)

// mostOverlaps bounds how many collisions of windows are told.
const mostOverlaps = 100

// windows reports windows that loosen, collide, or are counted by a list of
// holidays that ends before them.
func (r *report) windows() {
	for _, w := range r.plan.Windows {
		for _, id := range w.Services {
			if s, known := r.plan.Service(id); known && w.HasTier && w.Tier > s.Tier {
				r.say(plan.Error, codeLoosens, "window/"+w.ID+".tier", "A window may only tighten: give it a lower number, or leave the service out.",
					"The tier %d of the window is looser than the %d of %s.", w.Tier, s.Tier, id)
			}
		}
		if u, covered := window.Single(r.plan, w); !covered {
			r.ends(plan.Error, u)
		}
	}
	for _, o := range window.Overlaps(r.plan, mostOverlaps) {
		r.say(plan.Note, codeOverlap, "window/"+o.Loose.Window, "",
			"The windows %s and %s are both open on %s, the first time from %s: the RTO %s of %s rules, not %s.",
			o.Loose.Window, o.Tight.Window, strings.Join(o.Services, ", "), o.From.UTC().Format("2006-01-02T15:04Z07:00"),
			length(o.Tight.RTO), o.Tight.Window, length(o.Loose.RTO))
	}
}

// Ahead reports lists of holidays that end before the next occurrence of a
// window that recurs, sorted by place. They are warnings: a plan that has been
// in force does not stop being one because time passes.
func Ahead(p *plan.Plan, now time.Time) []plan.Finding {
	r := &report{plan: p}
	for _, s := range window.At(p, now) {
		for _, u := range s.Uncovered {
			r.ends(plan.Warning, u)
		}
	}
	return plan.Sorted(r.findings)
}

func (r *report) ends(level plan.Level, u window.Uncovered) {
	r.say(level, codeCalendarEnd, "window/"+u.Window+".calendar", "Add the holidays of the time after it to holidays/"+u.Calendar+".txt, and move its line until.",
		"%s.", u)
}
