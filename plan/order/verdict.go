package order

import (
	"math"
	"math/bits"
	"time"
)

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
// leaves exactly the tight share, in percent, is OK, one exactly at the deadline
// is TIGHT.
func Judge(finish, deadline time.Duration, tightShare float64) Verdict {
	left := less(deadline, finish)
	switch {
	case left < 0:
		return Breach
	case smallerShare(left, deadline, tightShare):
		return Tight
	}
	return OK
}

// smallerShare says whether part is less than so many percent of the whole. The
// percentage is cut to its millionth, so that exactly two thirds are no less than
// 2/3; the rest is exact, though a hundred years times a hundred do not fit into
// 64 bits.
func smallerShare(part, whole time.Duration, percent float64) bool {
	hi1, lo1 := bits.Mul64(uint64(part), 100*1e6)
	hi2, lo2 := bits.Mul64(uint64(max(whole, 0)), uint64(percent*1e6+1e-3))
	return hi1 < hi2 || hi1 == hi2 && lo1 < lo2
}

// plus and less add and subtract lengths. What is longer than can be counted
// stays as long as can be: a plan may well state the work of centuries, and must
// not be told that it ends before it begins.
func plus(a, b time.Duration) time.Duration {
	switch sum := a + b; {
	case a > 0 && b > 0 && sum < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && sum >= 0:
		return -math.MaxInt64
	default:
		return sum
	}
}

func less(a, b time.Duration) time.Duration { return plus(a, -b) }
