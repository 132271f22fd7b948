package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report writes everything that is not plain success, then the times, then
// the closing line.
func (s *suite) report(out io.Writer) {
	for _, line := range s.stray {
		fmt.Fprintln(out, line)
	}
	s.times(out)
	for _, n := range s.order {
		if s.ended[n] == skipped {
			fmt.Fprintf(out, "SKIP %s %s: %s\n", n.pkg, n.test, s.reason(n))
		}
	}
	for _, n := range s.order {
		if s.ended[n] == failed {
			fmt.Fprintf(out, "FAIL %s %s\n%s", n.pkg, n.test, indent(s.text(n)))
		}
	}
	for _, p := range s.packages {
		if p.outcome == failed && !s.explained(p.path) {
			fmt.Fprintf(out, "FAIL %s\n%s", p.path, indent(s.text(name{pkg: p.path})))
		}
	}
	for _, n := range s.unended() {
		fmt.Fprintf(out, "FAIL %s %s did not end\n%s", n.pkg, n.test, indent(s.text(n)))
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", s.count[passed], s.failures(), s.count[skipped])
}

// times lists the packages that had tests.
func (s *suite) times(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, p := range s.packages {
		if p.tests == 0 && p.outcome != failed {
			continue
		}
		word := "ok"
		if p.outcome == failed {
			word = "FAIL"
		}
		fmt.Fprintf(w, "%s\t%s\t%d tests\t%s\n", word, p.path, p.tests, p.took.Round(10*time.Millisecond))
	}
	w.Flush() // out is a terminal or a buffer; there is nobody to tell
}

// failures counts failed tests, and packages that failed without one.
func (s *suite) failures() int {
	n := s.count[failed]
	for _, p := range s.packages {
		if p.outcome == failed && !s.explained(p.path) {
			n++
		}
	}
	return n
}

// explained reports whether a test of the package failed.
func (s *suite) explained(path string) bool {
	for n, how := range s.ended {
		if n.pkg == path && how == failed {
			return true
		}
	}
	return false
}

// unended lists the tests that were cut off: a crash ends no test, but says
// where it was.
func (s *suite) unended() []name {
	var cut []name
	for n := range s.output {
		if n.test != "" && s.ended[n] == "" {
			cut = append(cut, n)
		}
	}
	slices.SortFunc(cut, func(a, b name) int {
		return cmp.Or(strings.Compare(a.pkg, b.pkg), strings.Compare(a.test, b.test))
	})
	return cut
}

// reason is what a skipped test said.
func (s *suite) reason(n name) string {
	var said []string
	for line := range strings.Lines(s.text(n)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		said = append(said, line)
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " ")
}

func (s *suite) text(n name) string {
	if s.output[n] == nil {
		return ""
	}
	return s.output[n].String()
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "=== ") {
			continue
		}
		b.WriteString("    ")
		b.WriteString(strings.TrimRight(line, "\n"))
		b.WriteString("\n")
	}
	return b.String()
}
