package lint

import (
	"strings"

	"holdfast/plan"
	"holdfast/plan/bia"
)

// impact reports recovery times that the business cannot bear, and strategies
// that do not achieve what is promised.
func (r *report) impact() {
	for _, p := range r.plan.Processes {
		t := bia.Judge(p)
		if t.Known == bia.Below {
			r.say(plan.Error, codePoints, "process/"+p.ID+".points", "Judge the impact at an earlier point too.",
				"Already the first point, %s, is unacceptable (%s), so that the MTPD of %s is %s.", length(t.MTPD), strings.Join(t.Types, ", "), p.ID, t)
		}
		for _, id := range p.Services {
			if s, known := r.plan.Service(id); known {
				r.tooLong(p, t, s)
			}
		}
		r.chosen(p)
	}
}

func (r *report) tooLong(p plan.Process, t bia.Tolerance, s plan.Service) {
	if t.Fit(s.RTO) != bia.Exceeds {
		return
	}
	fix := "Shorten the RTO."
	if limit, known := t.RTOCap(); known && limit >= 0 {
		fix = "Shorten the RTO to " + length(limit) + "."
	}
	r.say(plan.Error, codeRTOTooLong, "service/"+s.ID+".rto", fix,
		"The RTO of %s and the work after it exceed what %s can bear: %s.", s.ID, p.ID, t.Sum(s.RTO))
}

// chosen looks at the strategy that the services of a process are built for.
func (r *report) chosen(p plan.Process) {
	row, found := bia.Weigh(p).Row(p.Chosen)
	if !found {
		return
	}
	if len(row.Dropped) > 0 {
		r.say(plan.Warning, codeChosen, "process/"+p.ID+".chosen", "Choose another one.",
			"The strategy %s of %s may not be chosen: %s.", row.ID, p.ID, strings.Join(row.Dropped, ", "))
		return
	}
	for _, id := range p.Services {
		if s, known := r.plan.Service(id); known && s.RTO < row.RTO {
			r.say(plan.Warning, codeChosen, "process/"+p.ID+".chosen", "Choose a faster strategy, or give the service more time.",
				"The strategy %s of %s brings services back in %s, and %s promises %s.", row.ID, p.ID, length(row.RTO), s.ID, length(s.RTO))
		}
	}
}
