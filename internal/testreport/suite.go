package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build events
	Test        string
	Elapsed     float64 // seconds
	Output      string
	FailedBuild string
}

// outcome is how a test ended.
type outcome string

const (
	passed  outcome = "pass"
	failed  outcome = "fail"
	skipped outcome = "skip"
)

// suite is what has been read of a run.
type suite struct {
	output   map[name]*strings.Builder // of tests and packages that still run, and of builds
	order    []name                    // tests that failed or were skipped, as they ended
	ended    map[name]outcome
	count    map[outcome]int
	packages []pkg
	open     map[string]bool // packages that have started and not ended
	stray    []string        // lines that are no event, as a linker may print
}

type name struct{ pkg, test string }

type pkg struct {
	path    string
	outcome outcome
	took    time.Duration
	tests   int
}

func newSuite() *suite {
	return &suite{output: map[name]*strings.Builder{}, ended: map[name]outcome{}, count: map[outcome]int{}, open: map[string]bool{}}
}

// read takes in the whole stream. The error says that the stream cannot be
// the whole of a run.
func (s *suite) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if text := bytes.TrimSpace(line); len(text) > 0 {
			var e event
			if text[0] != '{' || json.Unmarshal(text, &e) != nil {
				s.stray = append(s.stray, string(text))
			} else {
				s.take(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return s.whole()
		}
		if err != nil {
			return fmt.Errorf("read test events: %w", err)
		}
	}
}

func (s *suite) whole() error {
	if len(s.open) > 0 {
		var left []string
		for p := range s.open {
			left = append(left, p)
		}
		slices.Sort(left)
		return fmt.Errorf("the run ended before %s did", strings.Join(left, ", "))
	}
	if s.count[passed]+s.count[failed]+s.count[skipped] == 0 && !s.bad() {
		return errors.New("no test has run")
	}
	return nil
}

func (s *suite) take(e event) {
	n := name{e.Package, e.Test}
	if e.ImportPath != "" {
		n = name{pkg: e.ImportPath}
	}
	switch e.Action {
	case "start":
		s.open[e.Package] = true
	case "output", "build-output":
		if s.output[n] == nil {
			s.output[n] = &strings.Builder{}
		}
		s.output[n].WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.endPackage(e)
			return
		}
		s.endTest(n, outcome(e.Action))
	}
}

func (s *suite) endTest(n name, how outcome) {
	s.count[how]++
	s.ended[n] = how
	if how == passed {
		delete(s.output, n)
		return
	}
	s.order = append(s.order, n)
}

func (s *suite) endPackage(e event) {
	delete(s.open, e.Package)
	p := pkg{path: e.Package, outcome: outcome(e.Action), took: time.Duration(e.Elapsed * float64(time.Second))}
	for n := range s.ended {
		if n.pkg == e.Package {
			p.tests++
		}
	}
	if e.FailedBuild != "" {
		if b := s.output[name{pkg: e.FailedBuild}]; b != nil {
			s.write(name{pkg: e.Package}, b.String())
		}
	}
	s.packages = append(s.packages, p)
}

func (s *suite) write(n name, text string) {
	if s.output[n] == nil {
		s.output[n] = &strings.Builder{}
	}
	s.output[n].WriteString(text)
}

// bad reports whether a package failed, be it by a test, a build or a crash.
func (s *suite) bad() bool {
	return s.count[failed] > 0 || slices.ContainsFunc(s.packages, func(p pkg) bool { return p.outcome == failed })
}
