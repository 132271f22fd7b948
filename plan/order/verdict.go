package order

import "time"

// Verdict says how a finish stands to its deadline.
type Verdict string

const (
	OK      Verdict = "OK"
	Tight   Verdict = "TIGHT"   // less than the tight share of the deadline is left
	Breach  Verdict = "BREACH"  // after the deadline
	Blocked Verdict = "BLOCKED" // it or something before it has failed: there is no finish
)

// TightShare is the share of a deadline, in percent, below which what is left
// of it is called tight, where the plan does not say another.
const TightShare = 20

// Judge compares a finish with a deadline, both counted from t0. A finish that
// leaves exactly the tight share is OK, one exactly at the deadline is TIGHT.
func Judge(finish, deadline time.Duration, tightShare int) Verdict {
	left := deadline - finish
	switch {
	case left < 0:
		return Breach
	case left*100 < deadline*time.Duration(tightShare):
		return Tight
	}
	return OK
}
