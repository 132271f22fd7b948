package window

import (
	"time"

	"holdfast/plan"
)

// A calendar says which days are business days: Monday to Friday without the
// holidays of a list. The zero calendar knows no holidays.
type calendar struct {
	name  string
	days  []plan.Day
	until plan.Day
}

func calendarOf(p *plan.Plan, name string) calendar {
	for _, h := range p.Holidays {
		if h.Name == name && name != "" {
			return calendar{h.Name, h.Days, h.Until}
		}
	}
	return calendar{}
}

func (c calendar) open(d plan.Day) bool { return d.IsBusiness(c.days) }

// longest bounds the walk to a business day: a list that names every day for
// years would otherwise never let it end.
const longest = 366

// businessDay returns the n-th business day after the end of a month, or before
// it where n is negative: -1 is the last one of the month, 1 the first one of
// the next.
func (c calendar) businessDay(monthEnd plan.Day, n int) plan.Day {
	day, step, left := monthEnd, 1, n
	if n < 0 {
		day, step, left = after(monthEnd, 1), -1, -n
	}
	for walked := 0; left > 0 && walked < longest; walked++ {
		day = after(day, step)
		if c.open(day) {
			left--
		}
	}
	return day
}

func after(d plan.Day, days int) plan.Day {
	return plan.DayOf(time.Date(d.Year, d.Month, d.Day+days, 0, 0, 0, 0, time.UTC))
}

// monthEnd returns the last day of a month; months beyond the year's are those
// of the years around it.
func monthEnd(year int, month time.Month) plan.Day {
	return plan.DayOf(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC))
}
