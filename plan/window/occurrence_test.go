package window

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/plan"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func days(t *testing.T, list string) (all []plan.Day) {
	t.Helper()
	for _, word := range strings.Fields(list) {
		d, ok := plan.ParseDay(word)
		if !ok {
			t.Fatalf("%q is no day", word)
		}
		all = append(all, d)
	}
	return all
}

// holidays has one list, "uk", with the bank holidays of England around the
// turn of 2026, known until the end of January 2027.
func holidays(t *testing.T, windows ...plan.Window) *plan.Plan {
	return &plan.Plan{
		Holidays: []plan.Holidays{{Name: "uk", Days: days(t, "2026-12-25 2026-12-28 2027-01-01"), Until: days(t, "2027-01-31")[0]}},
		Windows:  windows,
	}
}

const minuteForm = "2006-01-02T15:04Z07:00"

func written(spans []Span) []string {
	var all []string
	for _, s := range spans {
		all = append(all, s.Start.Format(minuteForm)+" "+s.End.Format(minuteForm))
	}
	return all
}

func TestBusinessDaysAreCountedFromTheMonthsEnd(t *testing.T) {
	for name, test := range map[string]struct {
		calendar string
		from, to int
		want     string
	}{
		// December 2026 ends on a Thursday. Without holidays WD-1 is the 31st,
		// WD-2 the 30th, WD+1 Friday the 1st, WD+5 Thursday the 7th.
		"without holidays": {"", -2, 5, "2026-12-30T00:00Z 2027-01-08T00:00Z"},
		// With them the 1st is none: WD+1 is Monday the 4th, WD+5 Friday the 8th.
		"with holidays": {"uk", -2, 5, "2026-12-30T00:00Z 2027-01-09T00:00Z"},
		// Back from the 31st: 31, 30, 29, then the 28th and 25th are holidays, 24.
		"before it only": {"uk", -4, -1, "2026-12-24T00:00Z 2027-01-01T00:00Z"},
		"after it only":  {"uk", 1, 1, "2027-01-04T00:00Z 2027-01-05T00:00Z"},
	} {
		w := plan.Window{ID: "close", Month: &plan.BusinessDays{From: test.from, To: test.to}, Zone: "Europe/London", Calendar: test.calendar}
		spans, gaps := Spans(holidays(t), w, at(t, "2026-12-23T00:00:00Z"), at(t, "2027-01-20T00:00:00Z"))
		if got := written(spans); !slices.Equal(got, []string{test.want}) || len(gaps) > 0 {
			t.Errorf("%s: %v %v, want %s", name, got, gaps, test.want)
		}
	}
}

func TestAMonthThatEndsOnAWeekendHasItsLastBusinessDayBefore(t *testing.T) {
	// January 2027 ends on a Sunday: WD-1 is Friday the 29th, WD+1 Monday 1 February.
	w := plan.Window{ID: "close", Month: &plan.BusinessDays{From: -1, To: 1}, Zone: "America/New_York"}
	spans, _ := Spans(holidays(t), w, at(t, "2027-01-10T00:00:00Z"), at(t, "2027-02-10T00:00:00Z"))
	if got := written(spans); !slices.Equal(got, []string{"2027-01-29T00:00-05:00 2027-02-02T00:00-05:00"}) {
		t.Errorf("got %v", got)
	}
}

func TestAListOfHolidaysThatEndsTooSoonIsNamed(t *testing.T) {
	// The end of January needs the holidays until WD+2, Tuesday 2 February.
	month := plan.Window{ID: "close", Month: &plan.BusinessDays{From: -1, To: 2}, Zone: "Europe/London", Calendar: "uk"}
	p := holidays(t, month)
	spans, gaps := Spans(p, month, at(t, "2027-01-10T00:00:00Z"), at(t, "2027-03-10T00:00:00Z"))
	if len(spans) != 2 || len(gaps) != 2 || gaps[0].String() != "The holidays uk are known until 2027-01-31, and the window close needs them until 2027-02-02" {
		t.Errorf("spans %v, gaps %v", written(spans), gaps)
	}
	if s := At(p, at(t, "2027-01-10T00:00:00Z"))[0]; s.Active || len(s.Uncovered) != 1 {
		t.Errorf("the next one is %+v", s)
	}
	if s := At(p, at(t, "2026-12-10T00:00:00Z"))[0]; s.Active || len(s.Uncovered) != 0 {
		t.Errorf("December is known, and yet %v", s.Uncovered)
	}
	// Counting back from the month's end needs the list until there.
	month.Month = &plan.BusinessDays{From: -3, To: -2}
	if _, gaps := Spans(p, month, at(t, "2027-01-10T00:00:00Z"), at(t, "2027-02-10T00:00:00Z")); len(gaps) != 0 {
		t.Errorf("January's end is known, and yet %v", gaps)
	}
	if _, gaps := Spans(p, month, at(t, "2027-02-10T00:00:00Z"), at(t, "2027-03-01T00:00:00Z")); len(gaps) != 1 || gaps[0].Through.String() != "2027-02-28" {
		t.Errorf("gaps are %v", gaps)
	}
	single := plan.Window{ID: "filing", Start: at(t, "2027-01-30T00:00:00Z"), End: at(t, "2027-02-01T00:00:00Z"), Calendar: "uk"}
	if _, covered := Single(p, single); !covered {
		t.Error("a window until the end of the list's last day is covered")
	}
	single.End = single.End.Add(time.Second)
	if u, covered := Single(p, single); covered || u.Through.String() != "2027-02-01" {
		t.Errorf("a second later it is not, got %v", u)
	}
}

func TestADailyWindowKeepsItsWallClockWhenClocksChange(t *testing.T) {
	for name, test := range map[string]struct {
		zone     string
		day      string // the window's day, an instant in it
		from, to int
		want     string
	}{
		"a usual day":                       {"Europe/London", "2026-07-01T12:00:00Z", 9 * 60, 17 * 60, "2026-07-01T09:00+01:00 2026-07-01T17:00+01:00"},
		"a whole day":                       {"Europe/London", "2026-07-01T12:00:00Z", 0, 24 * 60, "2026-07-01T00:00+01:00 2026-07-02T00:00+01:00"},
		"a day of 23 hours":                 {"Europe/London", "2027-03-28T12:00:00Z", 0, 24 * 60, "2027-03-28T00:00Z 2027-03-29T00:00+01:00"},
		"a day of 25 hours":                 {"Europe/London", "2026-10-25T12:00:00Z", 0, 24 * 60, "2026-10-25T00:00+01:00 2026-10-26T00:00Z"},
		"a begin that does not happen":      {"Europe/London", "2027-03-28T03:00:00Z", 90, 300, "2027-03-28T02:00+01:00 2027-03-28T05:00+01:00"},
		"an end that does not happen":       {"America/New_York", "2027-03-14T06:30:00Z", 60, 150, "2027-03-14T01:00-05:00 2027-03-14T03:00-04:00"},
		"a begin and an end that are twice": {"Europe/London", "2026-10-25T01:10:00Z", 70, 80, "2026-10-25T01:10+01:00 2026-10-25T01:20Z"},
		"a midnight that does not happen":   {"Asia/Beirut", "2026-03-29T09:00:00Z", 0, 60, "2026-03-29T01:00+03:00 2026-03-29T01:00+03:00"},
	} {
		w := plan.Window{ID: "day", Daily: &plan.Daily{From: test.from, To: test.to}, Zone: test.zone}
		noon := at(t, test.day)
		var got []string
		spans := daily(w, mustZone(t, test.zone), noon, noon)
		for _, s := range spans {
			if plan.DayOf(s.Start) == plan.DayOf(noon.In(mustZone(t, test.zone))) {
				got = append(got, written([]Span{s})...)
			}
		}
		if !slices.Equal(got, []string{test.want}) {
			t.Errorf("%s: %v, want %s", name, got, test.want)
		}
	}
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestAQuestionWithinOneMonthFindsTheWindowAroundItsEnd(t *testing.T) {
	// Fifteen business days back from Friday the 29th is Monday the 11th.
	w := plan.Window{ID: "close", Month: &plan.BusinessDays{From: -15, To: -1}, Zone: "UTC"}
	for from, want := range map[string]int{"2027-01-11T00:00:00Z": 1, "2027-01-10T23:59:58Z": 0, "2027-01-29T23:59:59Z": 1, "2027-01-30T00:00:00Z": 0} {
		if spans, _ := Spans(&plan.Plan{}, w, at(t, from), at(t, from).Add(time.Second)); len(spans) != want {
			t.Errorf("%s: %v, want %d", from, written(spans), want)
		}
	}
}

func TestAWindowUntilAMidnightThatIsTwiceLastsUntilTheSecond(t *testing.T) {
	// On 1 November 2026 clocks in Havana are put back from 01:00 to midnight.
	w := plan.Window{ID: "late", Daily: &plan.Daily{From: 23 * 60, To: 24 * 60}, Zone: "America/Havana"}
	spans, _ := Spans(&plan.Plan{}, w, at(t, "2026-11-01T04:30:00Z"), at(t, "2026-11-01T04:45:00Z"))
	if got := written(spans); !slices.Equal(got, []string{"2026-10-31T23:00-04:00 2026-11-01T00:00-05:00"}) {
		t.Errorf("got %v", got)
	}
}

func TestTheSkippedDayOfSamoaHasNoWindow(t *testing.T) {
	w := plan.Window{ID: "day", Daily: &plan.Daily{From: 8 * 60, To: 9 * 60}, Zone: "Pacific/Apia"}
	spans, _ := Spans(&plan.Plan{}, w, at(t, "2011-12-29T00:00:00Z"), at(t, "2012-01-01T00:00:00Z"))
	want := []string{"2011-12-28T08:00-10:00 2011-12-28T09:00-10:00", "2011-12-29T08:00-10:00 2011-12-29T09:00-10:00",
		"2011-12-31T08:00+14:00 2011-12-31T09:00+14:00", "2012-01-01T08:00+14:00 2012-01-01T09:00+14:00"}
	if got := written(spans); !slices.Equal(got, want[1:]) {
		t.Errorf("got %v, want %v", got, want[1:])
	}
}

func TestAtAnInstantEachWindowIsActiveOrNextOrOver(t *testing.T) {
	p := holidays(t,
		plan.Window{ID: "clinic", Daily: &plan.Daily{From: 0, To: 24 * 60}, Zone: "Europe/London"},
		plan.Window{ID: "close", Month: &plan.BusinessDays{From: -2, To: 5}, Zone: "Europe/London", Calendar: "uk"},
		plan.Window{ID: "filing", Start: at(t, "2027-06-01T00:00:00Z"), End: at(t, "2027-06-02T00:00:00Z")},
		plan.Window{ID: "past", Start: at(t, "2026-01-01T00:00:00Z"), End: at(t, "2026-01-02T00:00:00Z")},
		plan.Window{ID: "trading", Daily: &plan.Daily{From: 8 * 60, To: 16 * 60}, Zone: "Europe/London"},
	)
	for name, test := range map[string]struct{ at, want string }{
		"in December":           {"2026-12-10T20:00:00Z", "clinic now, close 12-30, filing 06-01, past over, trading 12-11"},
		"as the close begins":   {"2026-12-30T00:00:00Z", "clinic now, close now, filing 06-01, past over, trading 12-30"},
		"a second before":       {"2026-12-29T23:59:59Z", "clinic now, close 12-30, filing 06-01, past over, trading 12-30"},
		"as the close ends":     {"2027-01-09T00:00:00Z", "clinic now, close 01-28, filing 06-01, past over, trading 01-09"},
		"as the filing is over": {"2027-06-02T07:00:00Z", "clinic now, close now, filing over, past over, trading now"},
		"while trading goes on": {"2027-06-01T12:00:00Z", "clinic now, close now, filing now, past over, trading now"},
	} {
		var got []string
		for _, s := range At(p, at(t, test.at)) {
			word := "over"
			switch {
			case s.Active:
				word = "now"
			case s.Known:
				word = s.Span.Start.Format("01-02")
			}
			got = append(got, s.Window.ID+" "+word)
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, ", "), test.want)
		}
	}
}

func TestAWindowWithoutAZoneHasNoOccurrence(t *testing.T) {
	for _, zone := range []string{"", "Mars/Olympus"} {
		w := plan.Window{ID: "day", Daily: &plan.Daily{From: 0, To: 60}, Zone: zone}
		if spans, _ := Spans(&plan.Plan{}, w, at(t, "2026-01-01T00:00:00Z"), at(t, "2026-02-01T00:00:00Z")); len(spans) > 0 {
			t.Errorf("zone %q: %v", zone, written(spans))
		}
	}
}

func TestTheTightestOfOverlappingWindowsIsTold(t *testing.T) {
	windows := []plan.Window{
		{ID: "audit", Services: []string{"ledger", "san"}, RTO: 30 * time.Minute, Start: at(t, "2026-10-31T06:00:00Z"), End: at(t, "2026-10-31T09:00:00Z")},
		{ID: "close", Services: []string{"ledger"}, RTO: 60 * time.Minute, Start: at(t, "2026-10-30T18:00:00Z"), End: at(t, "2026-11-06T18:00:00Z")},
		{ID: "daytime", Services: []string{"ledger"}, RTO: 45 * time.Minute, Daily: &plan.Daily{From: 8 * 60, To: 12 * 60}, Zone: "UTC"},
		{ID: "evening", Services: []string{"ledger"}, RTO: 50 * time.Minute, Daily: &plan.Daily{From: 12 * 60, To: 20 * 60}, Zone: "UTC"},
		{ID: "later", Services: []string{"ledger"}, RTO: 10 * time.Minute, Start: at(t, "2026-11-06T18:00:00Z"), End: at(t, "2026-11-06T19:00:00Z")},
		{ID: "monthly", Services: []string{"san"}, RTO: 15 * time.Minute, Month: &plan.BusinessDays{From: -1, To: -1}, Zone: "UTC"},
		{ID: "morning", Services: []string{"san"}, RTO: 25 * time.Minute, Daily: &plan.Daily{From: 8 * 60, To: 9 * 60}, Zone: "UTC"},
		{ID: "same", Services: []string{"ledger"}, RTO: 60 * time.Minute, Start: at(t, "2026-10-30T18:00:00Z"), End: at(t, "2026-11-06T18:00:00Z")},
	}
	p := &plan.Plan{Windows: windows}
	var got []string
	for _, o := range Overlaps(p, 100) {
		got = append(got, o.Tight.Window+" before "+o.Loose.Window+" from "+o.From.UTC().Format(minuteForm)+" on "+strings.Join(o.Services, ","))
	}
	want := []string{
		"audit before close from 2026-10-31T06:00Z on ledger",
		"audit before daytime from 2026-10-31T08:00Z on ledger",
		"morning before audit from 2026-10-31T08:00Z on san",
		"audit before same from 2026-10-31T06:00Z on ledger",
		"daytime before close from 2026-10-31T08:00Z on ledger",
		"evening before close from 2026-10-30T18:00Z on ledger",
		"daytime before same from 2026-10-31T08:00Z on ledger",
		"later before evening from 2026-11-06T18:00Z on ledger",
		"evening before same from 2026-10-30T18:00Z on ledger",
		"monthly before morning from 2027-01-29T08:00Z on san", // a Friday, the last business day of the first month that is looked at
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if few := Overlaps(p, 2); len(few) != 2 {
		t.Errorf("at most 2 were asked for, got %d", len(few))
	}
}
