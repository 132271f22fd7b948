package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lengthOrNone is a time span above zero, or none at all.
type lengthOrNone struct{ at *time.Duration }

func (v lengthOrNone) expects() string { return "a duration such as 90s, 5m, 1h30m or 2d, or none" }
func (v lengthOrNone) String() string {
	if *v.at == 0 {
		return none
	}
	return FormatDuration(*v.at)
}
func (v lengthOrNone) set(s string) string {
	if optional(s) == "" {
		*v.at = 0
		return ""
	}
	if length(v).set(s) != "" {
		return v.expects()
	}
	return ""
}

// lengths is an ascending list of time spans.
type lengths struct{ at *[]time.Duration }

func (v lengths) expects() string { return "ascending durations such as 1h,4h,24h" }
func (v lengths) String() string  { return strings.Join(ids(*v.at, FormatDuration), ",") }
func (v lengths) set(s string) string {
	var all []time.Duration
	for word := range strings.SplitSeq(s, ",") {
		d, err := ParseDuration(strings.TrimSpace(word))
		if err != nil || d == 0 || len(all) == 20 || len(all) > 0 && d <= all[len(all)-1] {
			return v.expects()
		}
		all = append(all, d)
	}
	*v.at = all
	return ""
}

// months is a number of months: to the same day so many months later, or to the
// last of that month.
type months struct {
	at  *int
	max int
}

func (v months) expects() string { return "months such as 3 months, at most " + strconv.Itoa(v.max) }
func (v months) String() string {
	if *v.at == 1 {
		return "1 month"
	}
	return strconv.Itoa(*v.at) + " months"
}
func (v months) set(s string) string {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > v.max || unit != "months" && unit != "month" {
		return v.expects()
	}
	*v.at = n
	return ""
}

// share is a part of a whole, in percent; fraction is kept as it was written.
type share struct{ at *float64 }

func (v share) expects() string { return "a percentage such as 20%, or a fraction such as 2/3" }
func (v share) String() string {
	if *v.at == 200.0/3 {
		return "2/3"
	}
	return strconv.FormatFloat(*v.at, 'f', -1, 64) + "%"
}
func (v share) set(s string) string {
	x, ok := parseShare(s)
	if !ok || x == 0 {
		return v.expects()
	}
	*v.at = x
	return ""
}

// ratio is how many times larger one thing is than another.
type ratio struct{ at *float64 }

func (v ratio) expects() string { return "a number from 1 to 100 such as 2 or 1.5" }
func (v ratio) String() string  { return strconv.FormatFloat(*v.at, 'f', -1, 64) }
func (v ratio) set(s string) string {
	x, ok := decimal(s)
	if !ok || x < 1 || x > 100 {
		return v.expects()
	}
	*v.at = x
	return ""
}

// word is one of some words.
type word struct {
	at    *string
	words []string
}

func (v word) expects() string { return strings.Join(v.words, " or ") }
func (v word) String() string  { return *v.at }
func (v word) set(s string) string {
	if !slices.Contains(v.words, s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// holidayList names a list of holidays, holidays/NAME.txt, or none.
type holidayList struct{ at *string }

func (v holidayList) expects() string { return "the name of a list in holidays/, or none" }
func (v holidayList) String() string  { return orNone(*v.at) }
func (v holidayList) set(s string) string {
	if s = optional(s); s != "" && !IsID(s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// countOrNone is a number within bounds, or none.
type countOrNone struct {
	at  *int
	max int
}

func (v countOrNone) expects() string {
	return "a number from 1 to " + strconv.Itoa(v.max) + ", or none"
}
func (v countOrNone) String() string {
	if *v.at == 0 {
		return none
	}
	return strconv.Itoa(*v.at)
}
func (v countOrNone) set(s string) string {
	if optional(s) == "" {
		*v.at = 0
		return ""
	}
	if (count{v.at, 1, v.max}).set(s) != "" {
		return v.expects()
	}
	return ""
}

// teamSlots is how many things one team recovers at a time.
type teamSlots struct {
	at   *map[string]int
	team string
}

// mostTeams bounds how many teams have a number of their own.
const mostTeams = 1000

func (v teamSlots) expects() string { return "a number from 1 to 100, for at most 1000 teams" }
func (v teamSlots) String() string  { return strconv.Itoa((*v.at)[v.team]) }
func (v teamSlots) set(s string) string {
	n := 0
	_, has := (*v.at)[v.team]
	if (count{&n, 1, 100}).set(s) != "" || !has && len(*v.at) >= mostTeams {
		return v.expects()
	}
	table := maps.Clone(*v.at) // copies of a Policy share the old one
	if table == nil {
		table = map[string]int{}
	}
	table[v.team] = n
	*v.at = table
	return ""
}
