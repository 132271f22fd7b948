package bia

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"holdfast/plan"
)

// An Economy is what the strategies of a process cost in a year, outages
// included. Amounts are in hundredths of Currency, exactly.
type Economy struct {
	Tolerance Tolerance
	Currency  string
	Frequency *big.Rat // outages a year; nil: nobody has said, so that nothing is chosen
	Rows      []Row    // admitted ones first, the cheapest first; then the others by id
	Choice    string   // id of the strategy to build; empty: none is admitted, or Frequency is nil
	RunnerUp  string   // id of the next best admitted one; empty: there is none

	// With a frequency: between Choice and RunnerUp. Without: between each two
	// neighbours by yearly cost among the admitted rows.
	BreakEvens []BreakEven
}

// A Row is one strategy with what it comes to.
type Row struct {
	plan.Strategy
	Loss    *big.Rat // what one outage costs: L(RTO) + k times RPO
	Total   *big.Rat // AnnualCost + frequency times Loss; nil without a frequency
	Dropped []string // why it may not be chosen; empty: it may
}

// A BreakEven is the frequency at which two strategies cost the same.
type BreakEven struct {
	Cheaper, Dearer string   // ids, by yearly cost
	Frequency       *big.Rat // outages a year; above it Dearer is the better one. nil: no positive one exists
}

// Weigh computes the economy of a process at the frequency that it states.
func Weigh(p plan.Process) Economy {
	if !p.HasFrequency {
		return WeighAt(p, nil)
	}
	return WeighAt(p, Frequency(p.Frequency))
}

// WeighAt is Weigh at another frequency, in outages a year; nil for none.
func WeighAt(p plan.Process, frequency *big.Rat) Economy {
	e := Economy{Tolerance: Judge(p), Currency: p.Currency, Frequency: frequency}
	for _, s := range p.Strategies {
		row := Row{Strategy: s, Loss: Loss(p, s.RTO, s.RPO), Dropped: dropped(p, e.Tolerance, s)}
		if frequency != nil {
			total := new(big.Rat).Mul(frequency, row.Loss)
			row.Total = total.Add(total, cents(s.AnnualCost))
		}
		e.Rows = append(e.Rows, row)
	}
	slices.SortFunc(e.Rows, compareRows)
	admitted := e.Admitted()
	if frequency == nil {
		for i := 1; i < len(admitted); i++ {
			e.BreakEvens = append(e.BreakEvens, breakEven(admitted[i-1], admitted[i]))
		}
		return e
	}
	if len(admitted) > 0 {
		e.Choice = admitted[0].ID
	}
	if len(admitted) > 1 {
		e.RunnerUp = admitted[1].ID
		e.BreakEvens = []BreakEven{breakEven(admitted[0], admitted[1])}
	}
	return e
}

// Admitted returns the rows that may be chosen, in their order.
func (e Economy) Admitted() []Row {
	n := slices.IndexFunc(e.Rows, func(r Row) bool { return len(r.Dropped) > 0 })
	if n < 0 {
		n = len(e.Rows)
	}
	return e.Rows[:n]
}

// Row returns the row of a strategy.
func (e Economy) Row(id string) (Row, bool) {
	at := slices.IndexFunc(e.Rows, func(r Row) bool { return r.ID == id })
	if at < 0 {
		return Row{}, false
	}
	return e.Rows[at], true
}

// compareRows orders admitted rows by total, or by yearly cost where totals are
// withheld, ties by RTO, RPO and id; rows that were dropped follow by id.
func compareRows(a, b Row) int {
	if x, y := len(a.Dropped) > 0, len(b.Dropped) > 0; x != y {
		if x {
			return 1
		}
		return -1
	} else if x {
		return cmp.Compare(a.ID, b.ID)
	}
	cost := cmp.Compare(a.AnnualCost, b.AnnualCost)
	if a.Total != nil {
		cost = a.Total.Cmp(b.Total)
	}
	return cmp.Or(cost, cmp.Compare(a.RTO, b.RTO), cmp.Compare(a.RPO, b.RPO), cmp.Compare(a.ID, b.ID))
}

// dropped says why a strategy may not be chosen.
func dropped(p plan.Process, t Tolerance, s plan.Strategy) []string {
	var why []string
	switch t.Fit(s.RTO) {
	case Exceeds:
		why = append(why, t.Sum(s.RTO))
	case Unknown:
		why = append(why, "the MTPD is "+t.String()+", and the grid has no finer point")
	}
	if p.Cap > 0 && s.RTO > p.Cap {
		why = append(why, "RTO "+plan.FormatDuration(s.RTO)+">"+plan.FormatDuration(p.Cap)+" of "+cmp.Or(p.CapCite, "the cap"))
	}
	if p.HasMaxRPO && s.RPO > p.MaxRPO {
		why = append(why, "RPO "+plan.FormatDuration(s.RPO)+">"+plan.FormatDuration(p.MaxRPO))
	}
	return why
}

// Loss returns what one outage costs that lasts rto and loses the data of rpo:
// the bands' costs up to rto and the price of the lost data.
func Loss(p plan.Process, rto, rpo time.Duration) *big.Rat {
	sum := times(p.DataLossPerHour, rpo)
	for _, b := range p.Bands {
		end := rto
		if b.To > 0 {
			end = min(b.To, rto)
		}
		if end > b.From {
			sum.Add(sum, times(b.PerHour, end-b.From))
		}
	}
	return sum
}

// breakEven returns f = (Cj - Ci) / (lossi - lossj), which is the same whichever
// of the two comes first.
func breakEven(a, b Row) BreakEven {
	if a.AnnualCost > b.AnnualCost {
		a, b = b, a
	}
	even := BreakEven{Cheaper: a.ID, Dearer: b.ID}
	saved := new(big.Rat).Sub(a.Loss, b.Loss)
	dearer := new(big.Rat).Sub(cents(b.AnnualCost), cents(a.AnnualCost))
	if saved.Sign() > 0 && dearer.Sign() > 0 {
		even.Frequency = dearer.Quo(dearer, saved)
	}
	return even
}

func cents(m plan.Money) *big.Rat { return new(big.Rat).SetInt64(int64(m)) }

// times returns what so much an hour comes to.
func times(perHour plan.Money, length time.Duration) *big.Rat {
	hours := big.NewRat(int64(length), int64(time.Hour))
	return hours.Mul(hours, cents(perHour))
}
