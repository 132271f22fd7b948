package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// race is what the rounds of a control and a subject have given.
type race struct {
	control, subject []float64
	broken           error // the first count that was off, if any
}

// inTurns measures control, subject, control, subject ... so that both meet
// the same machine. A function returns a figure and an error; a *miscount
// lets the measuring go on.
func (b *bench) inTurns(ctx context.Context, control, subject func() (float64, error)) (race, error) {
	var r race
	for range b.rounds {
		for _, turn := range []struct {
			measure func() (float64, error)
			into    *[]float64
		}{{control, &r.control}, {subject, &r.subject}} {
			if err := ctx.Err(); err != nil {
				return r, err
			}
			runtime.GC() // nobody pays for what another has left behind
			v, err := turn.measure()
			var off *miscount
			if errors.As(err, &off) {
				r.broken = errors.Join(r.broken, err)
			} else if err != nil {
				return r, err
			}
			*turn.into = append(*turn.into, v)
		}
	}
	return r, nil
}

// row makes a row of the medians.
func (r race) row(what string, u unit, against string, target bound) row {
	return row{
		what: what, figure: figure{median(r.subject), u},
		against: against, control: figure{median(r.control), u}, spread: spread(r.control),
		target: target, broken: r.broken,
	}
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// spread is (max - min) / median.
func spread(values []float64) float64 {
	m := median(values)
	if m == 0 {
		return 0
	}
	return (slices.Max(values) - slices.Min(values)) / m
}

// miscount says that a count which must be exact was not.
type miscount struct{ says string }

func (m *miscount) Error() string { return m.says }

// exactly returns a *miscount unless have is want.
func exactly(what string, have, want int) error {
	if have == want {
		return nil
	}
	return &miscount{fmt.Sprintf("%s: %d, want %d", what, have, want)}
}

// rate returns how many of n were done in a second.
func rate(n int, since time.Time) float64 { return float64(n) / time.Since(since).Seconds() }
