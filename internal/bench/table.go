package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one line of the table.
type row struct {
	what    string
	figure  figure
	against string // what the control does
	control figure
	spread  float64 // of the control over its rounds, 0 for a count
	target  bound
	broken  error // a count that is off
}

// ratio is the figure divided by the control.
func (r row) ratio() float64 {
	if r.control.value == 0 {
		return 0
	}
	return r.figure.value / r.control.value
}

// bound is a target. The zero bound is none.
type bound struct {
	says string
	met  func(row) bool
}

func ratioAtLeast(n float64) bound {
	return bound{fmt.Sprintf("ratio >= %g", n), func(r row) bool { return r.ratio() >= n }}
}

func figureBelow(v float64, u unit) bound {
	return bound{"< " + figure{v, u}.String(), func(r row) bool { return r.figure.value < v }}
}

func figureAtMost(v float64, says string) bound {
	return bound{"<= " + says, func(r row) bool { return r.figure.value <= v }}
}

// verdict says ok or over of a target. It says noisy when the control varied
// too much for either, FAIL when a count is off, and - where there is no
// target.
func (r row) verdict() string {
	switch {
	case r.broken != nil:
		return "FAIL"
	case r.target.met == nil:
		return "-"
	case r.spread > noisy:
		return "noisy"
	case r.target.met(r):
		return "ok"
	}
	return "over"
}

func verdictOf(rows []row) int {
	for _, r := range rows {
		if r.broken != nil {
			return exitMiscounted
		}
	}
	return exitClean
}

// figure is a number with its unit.
type figure struct {
	value float64
	unit  unit
}

type unit int

const (
	perSecond unit = iota
	seconds
	megabytes
	octets
	calls // per append
)

func (f figure) String() string {
	v := f.value
	switch f.unit {
	case perSecond:
		return thousands(int64(v+0.5)) + "/s"
	case seconds:
		return duration(v)
	case octets:
		return fmt.Sprintf("%.0f B", v)
	case megabytes:
		return fmt.Sprintf("%.0f MB", v/1e6)
	}
	return fmt.Sprintf("%.3f", v)
}

// duration writes three digits, as far as they matter.
func duration(s float64) string {
	d := time.Duration(s * float64(time.Second))
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.1f µs", d.Seconds()*1e6)
}

func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// printTable writes the rows, then what was wrong with any of them.
func printTable(out io.Writer, rows []row) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tfigure\tcontrol\tits figure\tspread\tratio\ttarget\tverdict")
	for _, r := range rows {
		target, spread := r.target.says, "-"
		if target == "" {
			target = "-"
		}
		if r.spread > 0 {
			spread = fmt.Sprintf("%.0f %%", 100*r.spread)
		}
		fmt.Fprintln(w, strings.Join([]string{r.what, r.figure.String(), r.against, r.control.String(), spread,
			fmt.Sprintf("%.2fx", r.ratio()), target, r.verdict()}, "\t"))
	}
	w.Flush()
	fmt.Fprintf(out, "Medians of rounds taken in turns; ratio = figure / control. noisy: the control's own spread, (max-min)/median, is above %.0f %%.\n", 100*noisy)
	for _, r := range rows {
		for _, err := range flatten(r.broken) {
			fmt.Fprintf(out, "FAIL %s: %v\n", r.what, err)
		}
	}
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		if err == nil {
			return nil
		}
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}
