package plan

import "time"

// Window is a time in which services have to be back sooner: a filing, a close
// of the books, a clinic's day.
type Window struct {
	ID        string
	Name      string
	Services  []string // service ids
	RTO       time.Duration
	Tier      int // meaningful when HasTier
	HasTier   bool
	Authority string // who demands it: "SEC", "HIPAA"
	Cite      string // where: "164.308(a)(7)"
	Procedure string // id of the playbook to work by meanwhile; may be empty
	Emergency bool   // an emergency-mode procedure is demanded

	// One of the three: a span, a span of business days in each month, or one
	// in each day.
	Start, End time.Time // [Start, End)
	Month      *BusinessDays
	Daily      *Daily

	Zone     string // IANA name in which Month and Daily are read
	Calendar string // name of the holiday list, holidays/NAME.txt; empty: none
}

// BusinessDays is a span around the end of a month: from the begin of WD-2 to
// the end of WD+5. WD+1 is the first business day after the month, WD-1 its
// last; there is no WD0.
type BusinessDays struct{ From, To int }

// Daily is a span of wall-clock time in each day: minutes from midnight, To at
// most 1440 and after From.
type Daily struct{ From, To int }

// Regime is a regulation whose clocks the organisation's lawyers have declared
// to apply, or not to. Nothing infers it.
type Regime struct {
	ID         string // "gdpr"
	InScope    bool
	DeclaredBy string // person id
	DeclaredAt time.Time
	EntityType string // "bank", "insurer": decides which relief applies; may be empty
	Zone       string // IANA name of the regime's wall clock
	Calendar   string // holidays/NAME.txt; empty: none
}

// Holidays is one list of days on which no business is done.
type Holidays struct {
	Name  string
	Days  []Day // ascending
	Until Day   // the last day for which the list speaks
}

// Day is a date without a time, "2026-12-25".
type Day struct {
	Year  int
	Month time.Month
	Day   int
}
