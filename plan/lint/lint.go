// Package lint finds what is wrong with a plan that reads well: objectives that
// no order of recovery meets, promises shorter than what they stand on, windows
// that collide, calendars that end.
//
// Load is how a plan is read wherever it is to be used: plan.Load and then
// Check. What only a clock can find is found by Ahead, and by plan.Stale.
package lint

import (
	"fmt"
	"io/fs"

	"holdfast/plan"
)

// Load reads the plan in a folder and reports everything that is wrong or worth
// knowing about it, sorted by place. The plan is nil when any finding is an
// error.
func Load(dir string) (*plan.Plan, []plan.Finding) {
	return checked(plan.Load(dir))
}

// LoadFS is Load for a plan that lies in any file system; its Dir is empty.
func LoadFS(fsys fs.FS) (*plan.Plan, []plan.Finding) {
	return checked(plan.LoadFS(fsys))
}

func checked(p *plan.Plan, findings []plan.Finding) (*plan.Plan, []plan.Finding) {
	if p == nil {
		return nil, findings
	}
	findings = plan.Sorted(append(findings, Check(p)...))
	if plan.HasErrors(findings) {
		return nil, findings
	}
	return p, findings
}

// Check reports what the calculations over a plan find, sorted by place.
func Check(p *plan.Plan) []plan.Finding {
	r := &report{plan: p}
	r.order()
	r.impact()
	r.windows()
	return plan.Sorted(r.findings)
}

// The codes of findings. They are stable: scripts match them.
const (
	codeInversion    = "E_RTO_INVERSION"
	codeInfeasible   = "E_RTO_INFEASIBLE"
	codeRPOInversion = "E_RPO_INVERSION"
	codeTierLooser   = "E_TIER_INHERITED"
	codeRTOTooLong   = "E_BIA_RTO_GT_MTPD"
	codePoints       = "E_BIA_POINTS"
	codeChosen       = "E_BIA_CHOSEN"
	codeLoosens      = "E_WINDOW_LOOSENS" // the loader says it of RTOs
	codeOverlap      = "E_WINDOW_OVERLAP"
	codeCalendarEnd  = "E_CALENDAR_END"
)

// Codes lists the codes of this package, beside plan.Codes, for the docs.
var Codes = []plan.CodeMeaning{
	{Code: codeInversion, Means: "A service promises less than what stands on it needs."},
	{Code: codeInfeasible, Means: "No order of recovery meets a recovery time objective."},
	{Code: codeRPOInversion, Means: "A service may lose more data than those that take their data from it."},
	{Code: codeTierLooser, Means: "A service has a looser tier than one that stands on it."},
	{Code: codeRTOTooLong, Means: "A recovery time and the work after it end later than the business can bear."},
	{Code: codePoints, Means: "The first point of an impact grid is unacceptable already, so that nobody knows what can be borne."},
	{Code: codeChosen, Means: "The strategy that was chosen may not be, or is slower than its services promise."},
	{Code: codeOverlap, Means: "Two windows demand different things of a service at the same time; the shorter one rules."},
	{Code: codeCalendarEnd, Means: "A list of holidays ends before the window that is counted by it."},
}

// A report gathers what is found.
type report struct {
	plan     *plan.Plan
	findings []plan.Finding
}

// say adds a finding at the place of a path, see plan.Plan.Where.
func (r *report) say(level plan.Level, code, path, fix, format string, args ...any) {
	at := r.plan.Where(path)
	r.findings = append(r.findings, plan.Finding{Code: code, Level: level, File: at.File, Line: at.Line, Column: at.Column,
		Message: fmt.Sprintf(format, args...), Fix: fix})
}
