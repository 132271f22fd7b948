package main

import (
	"errors"
	"strings"
	"testing"
)

func TestVerdicts(t *testing.T) {
	fast := bound{"ratio >= 10", func(r row) bool { return r.ratio() >= 10 }}
	at := func(f, c, spread float64) row {
		return row{figure: figure{f, perSecond}, control: figure{c, perSecond}, spread: spread, target: fast}
	}
	broken := at(100, 10, 0.9)
	broken.broken = &miscount{"entries: 1, want 2"}
	unbound := at(1, 10, 0.9)
	unbound.target = bound{}
	for _, c := range []struct {
		name string
		row  row
		want string
	}{
		{"a target that is just met", at(100, 10, 0.5), "ok"},
		{"a target that is missed", at(99, 10, 0.5), "over"},
		{"a control that varies too much", at(100, 10, 0.51), "noisy"},
		{"a target missed beside such a control", at(1, 10, 0.51), "noisy"},
		{"a count that is off, before all", broken, "FAIL"},
		{"no target", unbound, "-"},
	} {
		if got := c.row.verdict(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestOnlyAMiscountFails(t *testing.T) {
	over := row{figure: figure{1, perSecond}, control: figure{10, perSecond}, target: ratioAtLeast(10)}
	if code := verdictOf([]row{over}); over.verdict() != "over" || code != exitClean {
		t.Errorf("a missed target: %s, exit code %d", over.verdict(), code)
	}
	off := over
	off.broken = &miscount{"entries: 1, want 2"}
	if code := verdictOf([]row{over, off}); code != exitMiscounted {
		t.Errorf("a miscount: exit code %d", code)
	}
}

func TestAMiscountIsSpeltOutBelowTheTable(t *testing.T) {
	var out strings.Builder
	first, second := errors.Join(&miscount{"entries: 1, want 2"}), &miscount{"no head"}
	printTable(&out, []row{{what: "append", broken: errors.Join(first, second)}})
	for _, want := range []string{"FAIL append: entries: 1, want 2\n", "FAIL append: no head\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}

func TestTheControlGoesFirstAndTheMedianCounts(t *testing.T) {
	b := &bench{sizes: sizes{rounds: 3}}
	var turns string
	figures := []float64{9, 1, 2}
	r, err := b.inTurns(t.Context(),
		func() (float64, error) { turns += "c"; return 10, nil },
		func() (float64, error) {
			turns += "s"
			v := figures[0]
			figures = figures[1:]
			if v == 1 {
				return v, &miscount{"one lost"}
			}
			return v, nil
		})
	if err != nil || turns != "cscscs" {
		t.Fatalf("turns %s, %v", turns, err)
	}
	line := r.row("x", perSecond, "y", bound{})
	if line.figure.value != 2 || line.control.value != 10 || line.spread != 0 || line.broken == nil {
		t.Errorf("%+v, want the medians 2 and 10 and the miscount", line)
	}
}

func TestSpreadIsMeasuredAgainstTheMedian(t *testing.T) {
	if got := spread([]float64{8, 10, 13}); got != 0.5 {
		t.Errorf("spread of 8, 10, 13 is %v, want 0.5", got)
	}
	if got := median([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("median of 1 to 4 is %v, want 2.5", got)
	}
}

func TestFiguresCarryTheirUnit(t *testing.T) {
	for _, c := range []struct {
		figure figure
		want   string
	}{
		{figure{1234567.6, perSecond}, "1,234,568/s"},
		{figure{12, perSecond}, "12/s"},
		{figure{1.234, seconds}, "1.23 s"},
		{figure{0.0456, seconds}, "45 ms"},
		{figure{0.00123, seconds}, "1.2 ms"},
		{figure{0.0000078, seconds}, "7.8 µs"},
		{figure{43.6e6, megabytes}, "44 MB"},
		{figure{0.0354, calls}, "0.035"},
	} {
		if got := c.figure.String(); got != c.want {
			t.Errorf("%v is %q, want %q", c.figure.value, got, c.want)
		}
	}
}
