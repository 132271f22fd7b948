package templates

import (
	"fmt"
	"time"

	"holdfast/plan"
)

// PlanStanding is where the plan in force stands against the place it comes
// from.
type PlanStanding struct {
	Commit  string    // in force
	Since   time.Time // it came into force
	Current time.Time // it was last known to be the newest
	Checked time.Time // the place was last looked at with success
	From    string    // the place: "the branch main", "the folder"

	Author    string    // of the commit; empty where nobody knows
	Subject   string    // the first line of its message
	Approved  []string  // who has approved it, its author left out
	Signed    string    // by whom; empty: not, or nobody asks
	Behind    int       // newer commits that are not in force
	Rewritten string    // the commit that the branch was last made to forget; empty: none
	At        time.Time // it was seen to have forgotten it

	Refused     string // the newer commit that cannot be used; empty: none
	Errors      int    // of it
	Wrong       string // the first of them
	Unreached   string // why the place does not answer; empty: it does
	Uncommitted int    // files of the folder that differ from the last commit of its work tree
}

// quietFor is how long a repository may be silent before people are told: a
// poll that fails is no news.
const quietFor = 5 * time.Minute

// PlanBanner says that the plan in force may not be the newest, and why; ""
// when all is well.
func (v View) PlanBanner() string {
	p := v.Plan
	if p == nil || p.Commit == "" {
		return ""
	}
	age := v.Now.Sub(p.Current)
	var why string
	switch {
	case p.Refused != "" && p.Refused == p.Commit:
		why = fmt.Sprintf("it was in order once and is used, with %s by now. %s", counted(p.Errors, "error"), p.Wrong)
	case p.Refused != "":
		why = fmt.Sprintf("%s cannot be used, %s. %s", plan.ShortCommit(p.Refused), counted(p.Errors, "error"), p.Wrong)
	case p.Unreached != "" && age >= quietFor:
		why = p.Unreached
	default:
		return ""
	}
	return fmt.Sprintf("Plan as of %s (%s old): %s", plan.ShortCommit(p.Commit), minutes(max(age, 0).Truncate(time.Minute)), why)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// PlanChanges is what plan diff shows.
type PlanChanges struct {
	From, To string
	Of       string // the one thing that was asked about; empty: everything
	Changes  []string
	More     int // changes that are left out
}
