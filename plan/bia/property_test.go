package bia

import (
	"math/big"
	"testing"
	"time"

	"holdfast/plan"

	"pgregory.net/rapid"
)

// processes draws a process with a grid that never falls, bands without gaps
// and a few strategies.
var processes = rapid.Custom(func(t *rapid.T) plan.Process {
	p := plan.Process{
		Points: []time.Duration{1 * h, 4 * h, 8 * h, 24 * h}, Unacceptable: rapid.IntRange(1, 4).Draw(t, "unacceptable"),
		WRT: time.Duration(rapid.IntRange(0, 180).Draw(t, "wrt")) * m, Levels: map[string][]int{},
		DataLossPerHour: plan.Money(rapid.Int64Range(0, 1e7).Draw(t, "k")), HasFrequency: true,
	}
	for _, kind := range rapid.SliceOfDistinct(rapid.SampledFrom(plan.ImpactTypes), rapid.ID).Draw(t, "types") {
		level, row := 0, []int{}
		for range p.Points {
			level = min(4, level+rapid.IntRange(0, 2).Draw(t, "more"))
			row = append(row, level)
		}
		p.Levels[kind] = row
	}
	end := time.Duration(0)
	for range rapid.IntRange(0, 3).Draw(t, "bands") {
		b := plan.Band{From: end, To: end + time.Duration(rapid.IntRange(1, 600).Draw(t, "length"))*m, PerHour: plan.Money(rapid.Int64Range(0, 1e7).Draw(t, "cost"))}
		end, p.Bands = b.To, append(p.Bands, b)
	}
	for _, id := range []string{"a", "b", "c", "d"}[:rapid.IntRange(0, 4).Draw(t, "strategies")] {
		p.Strategies = append(p.Strategies, plan.Strategy{
			ID: id, RTO: time.Duration(rapid.IntRange(0, 1500).Draw(t, "rto")) * m, RPO: time.Duration(rapid.IntRange(0, 1500).Draw(t, "rpo")) * m,
			AnnualCost: plan.Money(rapid.Int64Range(0, 1e8).Draw(t, "annual")),
		})
	}
	return p
})

func TestNothingAdmittedIsCheaperThanTheChoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := processes.Draw(t, "process")
		f := big.NewRat(rapid.Int64Range(0, 5000).Draw(t, "f"), 100)
		e := WeighAt(p, f)
		if len(e.Rows) != len(p.Strategies) {
			t.Fatalf("%d rows of %d strategies", len(e.Rows), len(p.Strategies))
		}
		choice, found := e.Row(e.Choice)
		for _, r := range e.Rows {
			fits := e.Tolerance.Fit(r.RTO) == Fits
			if fits != (len(r.Dropped) == 0) {
				t.Fatalf("%s fits: %t, dropped: %v", r.ID, fits, r.Dropped)
			}
			if fits && (!found || r.Total.Cmp(choice.Total) < 0) {
				t.Fatalf("%s at %s is better than the choice %q", r.ID, r.Total, e.Choice)
			}
		}
		if found && len(choice.Dropped) > 0 {
			t.Fatalf("%s was dropped and chosen", choice.ID)
		}
	})
}

func TestAtTheBreakEvenBothCostTheSameAndBeyondItTheDearerIsBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := processes.Draw(t, "process")
		for _, even := range WeighAt(p, nil).BreakEvens {
			total := func(id string, f *big.Rat) *big.Rat {
				r, _ := WeighAt(p, f).Row(id)
				return r.Total
			}
			if even.Frequency == nil {
				if f := big.NewRat(1000, 1); total(even.Cheaper, f).Cmp(total(even.Dearer, f)) > 0 && total(even.Cheaper, new(big.Rat)).Cmp(total(even.Dearer, new(big.Rat))) < 0 {
					t.Fatalf("%s and %s cross somewhere", even.Cheaper, even.Dearer)
				}
				continue
			}
			if total(even.Cheaper, even.Frequency).Cmp(total(even.Dearer, even.Frequency)) != 0 {
				t.Fatalf("%+v is no break-even", even)
			}
			more := new(big.Rat).Mul(even.Frequency, big.NewRat(2, 1))
			if total(even.Cheaper, more).Cmp(total(even.Dearer, more)) <= 0 {
				t.Fatalf("%s stays cheaper beyond %s", even.Cheaper, even.Frequency)
			}
		}
	})
}

func TestALongerAbsenceNeverCostsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := processes.Draw(t, "process")
		a := time.Duration(rapid.IntRange(0, 2000).Draw(t, "a")) * m
		b := a + time.Duration(rapid.IntRange(0, 2000).Draw(t, "more"))*m
		if Loss(p, a, 0).Cmp(Loss(p, b, 0)) > 0 || Loss(p, 0, a).Cmp(Loss(p, 0, b)) > 0 {
			t.Fatalf("%s costs more than %s", a, b)
		}
	})
}

func TestAStricterLevelNeverLengthensTheBearableAbsence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := processes.Draw(t, "process")
		before := Judge(p)
		p.Unacceptable--
		after := Judge(p)
		length := func(x Tolerance) time.Duration {
			if x.Known == Below {
				return 0
			}
			return x.MTPD
		}
		if before.Known != Unjudged && length(after) > length(before) {
			t.Fatalf("%s became %s", before, after)
		}
	})
}
