package main

import (
	"bytes"
	"testing"
	"time"

	"holdfast/internal/clock"
)

func TestProgressKeepsToOneLineAndIsGoneAfterwards(t *testing.T) {
	var out bytes.Buffer
	c := clock.NewManual(time.Unix(0, 0))
	p := progress{out: &out, clock: c}
	for i := range 4 { // the second and fourth come too soon
		c.Add(progressEvery / 2 * time.Duration(1+(i+1)%2))
		p.line("copying", i*100, 300)
	}
	p.clear()
	if got, want := out.String(), "\rcopying: 0 of 300\rcopying: 200 of 300\r                   \r"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	out.Reset()
	none := newProgress(&out) // no terminal
	none.line("copying", 1, 2)
	none.clear()
	if out.Len() > 0 {
		t.Errorf("without a terminal: %q", out.String())
	}
}
