package bia

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/plan"
)

const (
	m  = time.Minute
	h  = time.Hour
	eu = plan.Money(100) // one unit of the currency
)

// payments is the payments process: EUR thousands, levels 1,2,2,3,4 for
// customers, three of them unacceptable.
func payments() plan.Process {
	return plan.Process{
		ID: "payments", Services: []string{"payments-api"},
		Points: []time.Duration{1 * h, 4 * h, 6 * h, 8 * h, 24 * h}, Unacceptable: 3, WRT: h,
		Levels: map[string][]int{"customer": {1, 2, 2, 3, 4}, "financial": {0, 1, 2, 2, 3}},
		Bands: []plan.Band{
			{From: 0, To: 1 * h, PerHour: 2000 * eu},
			{From: 1 * h, To: 4 * h, PerHour: 10000 * eu},
			{From: 4 * h, To: 24 * h, PerHour: 40000 * eu},
			{From: 24 * h, PerHour: 100000 * eu},
		},
		Frequency: 0.5, HasFrequency: true, DataLossPerHour: 15000 * eu, Currency: "EUR",
		Strategies: []plan.Strategy{
			{ID: "active", RTO: 5 * m, RPO: 0, AnnualCost: 450000 * eu},
			{ID: "backup", RTO: 24 * h, RPO: 24 * h, AnnualCost: 10000 * eu},
			{ID: "pilot", RTO: 4 * h, RPO: 1 * h, AnnualCost: 60000 * eu},
			{ID: "warm", RTO: 1 * h, RPO: 5 * m, AnnualCost: 180000 * eu},
		},
	}
}

// claims is worked out by hand, in CHF:
//
//	MTPD: regulatory reaches 4 of 4 at 3d, so 24h. WRT 2h, so the RTO cap is 22h.
//	Bands: 300 an hour up to 2h, 1200 up to 12h, 5000 for ever.
//	  L(30m) = 150; L(3h) = 600+1200 = 1800; L(12h) = 600+12000 = 12600;
//	  L(22h) = 12600+10*5000 = 62600; L(23h) = 67600
//	k = 900 an hour of data; f = 1.2
//	  tape  RTO 23h RPO 24h  4000: loss 67600+21600 = 89200, total 4000+107040 = 111040; 23h+2h>24h
//	  disk  RTO 22h RPO 12h  9000: loss 62600+10800 = 73400, total 9000+88080  =  97080; 22h+2h is 24h: admitted
//	  copy  RTO 12h RPO 15m 21000: loss 12600+225   = 12825, total 21000+15390 =  36390
//	  hot   RTO 3h  RPO 0   33000: loss 1800,                total 33000+2160  =  35160
//	  twin  RTO 30m RPO 0   80000: loss 150,                 total 80000+180   =  80180
//	hot wins, copy is next; they are equal at 12000/(12825-1800) = 12000/11025 = 1.0884 a year.
func claims() plan.Process {
	return plan.Process{
		ID: "claims", Points: []time.Duration{4 * h, 24 * h, 72 * h}, Unacceptable: 4, WRT: 2 * h,
		Levels: map[string][]int{"regulatory": {0, 3, 4}, "reputational": {1, 1, 3}},
		Bands: []plan.Band{
			{From: 0, To: 2 * h, PerHour: 300 * eu}, {From: 2 * h, To: 12 * h, PerHour: 1200 * eu}, {From: 12 * h, PerHour: 5000 * eu},
		},
		Frequency: 1.2, HasFrequency: true, DataLossPerHour: 900 * eu, Currency: "CHF",
		Strategies: []plan.Strategy{
			{ID: "copy", RTO: 12 * h, RPO: 15 * m, AnnualCost: 21000 * eu},
			{ID: "disk", RTO: 22 * h, RPO: 12 * h, AnnualCost: 9000 * eu},
			{ID: "hot", RTO: 3 * h, AnnualCost: 33000 * eu},
			{ID: "tape", RTO: 23 * h, RPO: 24 * h, AnnualCost: 4000 * eu},
			{ID: "twin", RTO: 30 * m, AnnualCost: 80000 * eu},
		},
	}
}

func TestTheGridGivesTheLongestBearableAbsence(t *testing.T) {
	graded := func(unacceptable int, levels map[string][]int, points ...time.Duration) plan.Process {
		return plan.Process{Points: points, Levels: levels, Unacceptable: unacceptable, WRT: h}
	}
	for name, test := range map[string]struct {
		process plan.Process
		says    string
		cap     time.Duration
		capped  bool
		from    time.Duration
		types   string
	}{
		"payments":           {payments(), "6h", 5 * h, true, 8 * h, "customer"},
		"claims":             {claims(), "24h", 22 * h, true, 72 * h, "regulatory"},
		"never unacceptable": {graded(3, map[string][]int{"customer": {0, 2, 2}}, h, 24*h, 168*h), "at least 7d", 0, false, 0, ""},
		"from the first point on": {graded(3, map[string][]int{"financial": {0, 1}, "safety": {3, 4}, "customer": {3, 3}}, 2*h, 4*h),
			"under 2h", 0, false, 2 * h, "customer safety"},
		"equal is unacceptable": {graded(2, map[string][]int{"customer": {1, 2}}, h, 4*h), "1h", 0, true, 4 * h, "customer"},
		"no grid":               {graded(3, nil, h, 4*h), "not assessed", 0, false, 0, ""},
		"no points":             {graded(3, map[string][]int{"customer": {}}), "not assessed", 0, false, 0, ""},
	} {
		got := Judge(test.process)
		limit, capped := got.RTOCap()
		if got.String() != test.says || capped != test.capped || capped && limit != test.cap || got.From != test.from || strings.Join(got.Types, " ") != test.types {
			t.Errorf("%s: %s, cap %s %t, unacceptable from %s: %v; want %+v", name, got, limit, capped, got.From, got.Types, test)
		}
	}
}

func TestARecoveryTimeFitsWithTheWorkAfterIt(t *testing.T) {
	under := Tolerance{Known: Below, MTPD: h, WRT: 15 * m}
	for name, test := range map[string]struct {
		tolerance Tolerance
		rto       time.Duration
		want      Fit
	}{
		"longer":                      {Judge(payments()), 6 * h, Exceeds},
		"exactly as long":             {Judge(payments()), 5 * h, Fits},
		"one second more":             {Judge(payments()), 5*h + time.Second, Exceeds},
		"no limit":                    {Tolerance{Known: AtLeast, MTPD: 4 * h, WRT: h}, 100 * h, Fits},
		"no grid":                     {Tolerance{}, 100 * h, Fits},
		"as long as the first point":  {under, 45 * m, Exceeds},
		"shorter than what is judged": {under, 44 * m, Unknown},
	} {
		if got := test.tolerance.Fit(test.rto); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
	if got := Judge(payments()).Sum(6 * h); got != "6h+1h>6h" {
		t.Errorf("the sum is %q", got)
	}
	if got := under.Sum(45 * m); got != "45m+15m>=1h" {
		t.Errorf("the sum is %q", got)
	}
}

// lines writes an economy as a person would see it: totals in full hundredths.
func lines(e Economy) []string {
	var all []string
	for _, r := range e.Rows {
		line := r.ID
		if r.Total != nil {
			line += " " + Amount(r.Total).String()
		}
		if len(r.Dropped) > 0 {
			line += " dropped: " + strings.Join(r.Dropped, ", ")
		}
		all = append(all, line)
	}
	if e.Choice != "" {
		all = append(all, "choose "+e.Choice+" before "+e.RunnerUp)
	}
	for _, b := range e.BreakEvens {
		f := "none"
		if b.Frequency != nil {
			f = Decimal(b.Frequency, 4)
		}
		all = append(all, b.Cheaper+" and "+b.Dearer+" "+f)
	}
	return all
}

func TestTheCheapestStrategyThatIsFastEnoughIsChosen(t *testing.T) {
	with := func(p plan.Process, change func(*plan.Process)) plan.Process {
		p.Strategies = slices.Clone(p.Strategies)
		change(&p)
		return p
	}
	rat := func(s string) *big.Rat {
		f, err := ParseFrequency(s)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for name, test := range map[string]struct {
		got  Economy
		want []string
	}{
		"payments once in two years": {Weigh(payments()), []string{
			"pilot 83500", "warm 181625", "active 450083.33", "backup 606000 dropped: 24h+1h>6h",
			"choose pilot before warm", "pilot and warm 2.7429"}},
		"payments three times a year": {WeighAt(payments(), rat("3")), []string{
			"warm 189750", "pilot 201000", "active 450500", "backup 3586000 dropped: 24h+1h>6h",
			"choose warm before pilot", "pilot and warm 2.7429"}},
		"payments without a frequency": {WeighAt(payments(), nil), []string{
			"pilot", "warm", "active", "backup dropped: 24h+1h>6h",
			// 270000 more a year save 3250-166.67 an outage.
			"pilot and warm 2.7429", "warm and active 87.5676"}},
		"claims": {Weigh(claims()), []string{
			"hot 35160", "copy 36390", "twin 80180", "disk 97080", "tape 111040 dropped: 23h+2h>24h",
			"choose hot before copy", "copy and hot 1.0884"}},
		"claims once a year": {WeighAt(claims(), rat("1")), []string{
			"copy 33825", "hot 34800", "twin 80150", "disk 82400", "tape 93200 dropped: 23h+2h>24h",
			"choose copy before hot", "copy and hot 1.0884"}},
		"claims that never fail": {WeighAt(claims(), rat("0")), []string{
			"disk 9000", "copy 21000", "hot 33000", "twin 80000", "tape 4000 dropped: 23h+2h>24h",
			"choose disk before copy", "disk and copy 0.1981"}}, // 12000/60575
		"a cap and a limit of lost data": {Weigh(with(claims(), func(p *plan.Process) {
			p.Cap, p.CapCite, p.MaxRPO, p.HasMaxRPO = 12*h, "art. 12", 0, true
		})), []string{
			"hot 35160", "twin 80180",
			"copy 36390 dropped: RPO 15m>0s",
			"disk 97080 dropped: RTO 22h>12h of art. 12, RPO 12h>0s",
			"tape 111040 dropped: 23h+2h>24h, RTO 23h>12h of art. 12, RPO 24h>0s",
			"choose hot before twin", "hot and twin 28.4848"}}, // 47000/1650
		"one that is cheaper and loses less": {Weigh(with(claims(), func(p *plan.Process) {
			p.Strategies = []plan.Strategy{{ID: "a", RTO: 3 * h, AnnualCost: 500 * eu}, {ID: "b", RTO: 12 * h, AnnualCost: 600 * eu}}
		})), []string{"a 2660", "b 15720", "choose a before b", "a and b none"}},
		"one that costs the same and loses less": {Weigh(with(claims(), func(p *plan.Process) {
			p.Strategies = []plan.Strategy{{ID: "a", RTO: 12 * h, AnnualCost: 600 * eu}, {ID: "b", RTO: 3 * h, AnnualCost: 600 * eu}}
		})), []string{"b 2760", "a 15720", "choose b before a", "b and a none"}},
		// At no outage at all both cost the same, and zero is not positive.
		"equally dear, without a frequency": {WeighAt(with(claims(), func(p *plan.Process) {
			p.Strategies = []plan.Strategy{{ID: "a", RTO: h, RPO: 12 * h, AnnualCost: 600 * eu}, {ID: "b", RTO: 3 * h, AnnualCost: 600 * eu}}
		}), nil), []string{"a", "b", "a and b none"}},
		"a grid that begins too late": {Weigh(with(claims(), func(p *plan.Process) {
			p.Levels = map[string][]int{"safety": {4, 4, 4}}
			p.Strategies = []plan.Strategy{{ID: "a", RTO: h}, {ID: "b", RTO: 2 * h}}
		})), []string{"a 360 dropped: the MTPD is under 4h, and the grid has no finer point", "b 720 dropped: 2h+2h>=4h"}},
		"nothing to choose from": {Weigh(with(claims(), func(p *plan.Process) { p.Strategies = nil })), nil},
	} {
		if got := lines(test.got); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}

func TestATieGoesToTheShorterRTOThenRPOThenId(t *testing.T) {
	// One outage a year, an hour costs 10, so each comes to 100.
	p := plan.Process{
		Bands: []plan.Band{{PerHour: 10 * eu}}, DataLossPerHour: 10 * eu, Frequency: 1, HasFrequency: true,
		Strategies: []plan.Strategy{
			{ID: "e", RTO: 5 * h, RPO: 0, AnnualCost: 50 * eu},
			{ID: "d", RTO: 3 * h, RPO: 2 * h, AnnualCost: 50 * eu},
			{ID: "x", RTO: 3 * h, RPO: 1 * h, AnnualCost: 60 * eu},
			{ID: "w", RTO: 3 * h, RPO: 1 * h, AnnualCost: 60 * eu},
			{ID: "c", RTO: 4 * h, RPO: 0, AnnualCost: 60 * eu},
		},
	}
	want := []string{"w 100", "x 100", "d 100", "c 100", "e 100", "choose w before x", "w and x none"}
	if got := lines(Weigh(p)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAHundredthOfACentDecides(t *testing.T) {
	// 0.1 outages a year of a third of an hour at 0.01: a total of 1/30 of a cent more.
	p := plan.Process{
		Bands: []plan.Band{{PerHour: 1}}, Frequency: 0.1, HasFrequency: true,
		Strategies: []plan.Strategy{{ID: "a", RTO: 20 * m, AnnualCost: 100}, {ID: "b", RTO: 0, AnnualCost: 100}},
	}
	e := Weigh(p)
	if e.Choice != "b" {
		t.Errorf("chose %s", e.Choice)
	}
	if a, _ := e.Row("a"); a.Total.Cmp(big.NewRat(3001, 30)) != 0 || Amount(a.Total) != 100 {
		t.Errorf("a comes to %s", a.Total)
	}
}

func TestAFrequencyIsADecimalNumberOfOutages(t *testing.T) {
	for _, good := range []string{"3", "0.5", "2.74", "0"} {
		if f, err := ParseFrequency(good); err != nil || Decimal(f, 6) != good {
			t.Errorf("%s: %v, %v", good, f, err)
		}
	}
	for _, bad := range []string{"", "-1", "1e9", "1/3", ".5", "3.", "0x10", "3 a year", "inf", "1234567", strings.Repeat("9", 999)} {
		if f, err := ParseFrequency(bad); err == nil {
			t.Errorf("%q is read as %s", bad, f)
		}
	}
}

func TestTheProcessesOfAServiceAreThoseThatNeedIt(t *testing.T) {
	other := payments()
	other.ID, other.Services = "refunds", []string{"mq"}
	p := &plan.Plan{Processes: []plan.Process{payments(), other}}
	if got := Of(p, "payments-api"); len(got) != 1 || got[0].ID != "payments" {
		t.Errorf("got %v", got)
	}
}
