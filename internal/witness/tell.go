package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action string
	Test   string
	Output string
}

// noted is what a check has to say though it passed.
var noted = regexp.MustCompile(`^\s+\S+\.go:\d+: NOTE (.*)`)

// tell writes each check as a sentence as it ends, and counts them. A check
// that is made of others is their heading and is not counted, unless it failed
// by itself.
func tell(out io.Writer, said io.Reader) (passed, failed int) {
	text := map[string]*strings.Builder{}
	made := map[string]bool{}
	lines := bufio.NewScanner(said)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text())
			continue
		}
		above, _, isPart := cutLast(e.Test)
		switch e.Action {
		case "run":
			text[e.Test] = &strings.Builder{}
			if isPart {
				made[above] = true
			}
		case "output", "build-output":
			if b := text[e.Test]; b != nil {
				b.WriteString(e.Output)
			} else if e.Action == "build-output" {
				fmt.Fprint(out, e.Output)
			}
		case "pass", "fail", "skip":
			if e.Test == "" {
				continue
			}
			own := body(text[e.Test].String())
			if made[e.Test] && (e.Action == "pass" || own == "") {
				notes(out, text[e.Test].String())
				continue
			}
			if e.Action == "pass" {
				passed++
				fmt.Fprintf(out, "ok    %s\n", sentence(e.Test))
				notes(out, text[e.Test].String())
				continue
			}
			failed++ // a witness who is not heard has not agreed
			fmt.Fprintf(out, "FAIL  %s\n%s", sentence(e.Test), own)
		}
	}
	return passed, failed
}

func notes(out io.Writer, text string) {
	for line := range strings.Lines(text) {
		if m := noted.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			fmt.Fprintf(out, "      %s\n", m[1])
		}
	}
}

// body is what a test has printed, without the words of the test runner.
func body(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if t := strings.TrimSpace(line); t == "" || strings.HasPrefix(t, "=== ") || strings.HasPrefix(t, "--- ") {
			continue
		}
		b.WriteString("  " + line)
	}
	return b.String()
}

func cutLast(test string) (above, last string, isPart bool) {
	if i := strings.LastIndexByte(test, '/'); i >= 0 {
		return test[:i], test[i+1:], true
	}
	return "", test, false
}

var capital = regexp.MustCompile(`[A-Z][a-z]*|[0-9]+`)

// sentence is the name of a test as people read it: "Bolt agrees: a slash
// command".
func sentence(test string) string {
	first, rest, isPart := strings.Cut(strings.TrimPrefix(test, "TestWitness"), "/")
	words := capital.FindAllString(first, -1)
	for i, w := range words {
		if i > 0 && !proper[w] {
			words[i] = strings.ToLower(w)
		}
	}
	out := strings.ReplaceAll(strings.Join(words, " "), "Slacks ", "Slack's ")
	if isPart {
		out += ": " + strings.NewReplacer("_", " ", "/", ": ").Replace(rest)
	}
	return out
}

// proper are names, which keep their capital.
var proper = map[string]bool{"Bolt": true, "Slack": true, "Slacks": true}
